import type { Diagnostic } from '../errors.ts';
import { checksum, withoutByteOrderMark } from './checksum.ts';
import { readDirectives } from './directives.ts';
import type { MigrationName } from './file-name.ts';
import type { Migration } from './migration.ts';
import { placeDirectives } from './place-directives.ts';
import { splitStatements } from './statements.ts';

/** A migration, or null with the errors that keep it from being one. */
export type ParseResult = {
  readonly migration: Migration | null;
  readonly diagnostics: readonly Diagnostic[];
};

/** What a migration is called: by its name's parts, in history (`script`), and in messages (`file`). */
export type MigrationSource = MigrationName & Pick<Migration, 'script' | 'file'>;

/** Parses a migration's text: directives and statements, with the errors of both. Nothing but blanks is an error. */
export async function parseMigration(source: MigrationSource, content: string): Promise<ParseResult> {
  const { kind, version, description, script, file } = source;
  const text = withoutByteOrderMark(content);
  if (text.trim() === '') {
    const help = 'Write its SQL, or a comment when it is meant to do nothing.';
    return refuse(file, { code: 'migration-empty', summary: 'empty migration', help });
  }
  const nul = text.indexOf('\0');
  if (nul !== -1) {
    // The parser takes a zero byte for the end of the text, and would leave out what follows.
    const line = text.slice(0, nul).split('\n').length;
    const help = 'Save it as UTF-8 text.';
    return refuse(
      file,
      { code: 'migration-encoding', summary: 'not a text: it holds a zero byte', help },
      line,
    );
  }
  const { directives, placed, diagnostics } = readDirectives(text, file);
  const alone = await splitStatements(text, file);
  const split =
    alone.diagnostics.length > 0 ? alone : await placeDirectives(alone.statements, placed, text, file);
  const found = [...diagnostics, ...split.diagnostics];
  if (found.some(({ severity }) => severity === 'error')) return { migration: null, diagnostics: found };
  const migration: Migration = {
    kind,
    version,
    description,
    script,
    file,
    text,
    checksum: checksum(text),
    directives,
    statements: split.statements,
  };
  return { migration, diagnostics: found };
}

/** Parses a migration's bytes, which must be UTF-8. */
export async function parseMigrationBytes(source: MigrationSource, bytes: Uint8Array): Promise<ParseResult> {
  let content: string;
  try {
    content = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const offset = firstInvalidByte(bytes);
    const line = bytes.subarray(0, offset).filter((byte) => byte === 0x0a).length + 1;
    const value = (bytes[offset] ?? 0).toString(16).toUpperCase().padStart(2, '0');
    return refuse(
      source.file,
      {
        code: 'migration-encoding',
        summary: 'not UTF-8',
        detail: `Byte ${offset} (from 0) is 0x${value}, where no UTF-8 character starts.`,
        help: 'Save it as UTF-8.',
      },
      line,
    );
  }
  return parseMigration(source, content);
}

function refuse(
  file: string,
  problem: Pick<Diagnostic, 'code' | 'summary' | 'detail' | 'help'>,
  line?: number,
) {
  const position = line === undefined ? { file } : { file, line };
  return {
    migration: null,
    diagnostics: [{ severity: 'error', position, ...problem }],
  } satisfies ParseResult;
}

/** Offset of the character that is none: the length of the longest text that the bytes start with. */
function firstInvalidByte(bytes: Uint8Array): number {
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (decodeStart(bytes.subarray(0, middle)) === undefined) high = middle - 1;
    else low = middle;
  }
  return Buffer.byteLength(decodeStart(bytes.subarray(0, low)) ?? '');
}

/** Text without a last character that is cut short; undefined when a byte is wrong. */
function decodeStart(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: true });
  } catch {
    return undefined;
  }
}
