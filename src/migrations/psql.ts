import type { Diagnostic } from '../errors.ts';
import { isCode, isWord, readTokens, type Token } from './lexer.ts';
import { indexLines } from './position.ts';

/** What psql understands and a server does not. `offset` in UTF-16 code units. */
export type PsqlOnly = { readonly type: 'meta-command' | 'copy data'; readonly offset: number };

/**
 * psql's meta-commands and COPY … FROM STDIN (or STDOUT, which the grammar takes too) in a text, in order.
 * A backslash outside strings, names and comments is no SQL: it starts a meta-command that ends with its line.
 */
export function findPsqlOnly(text: string): readonly PsqlOnly[] {
  const found: PsqlOnly[] = [];
  let at = 0;
  while (at < text.length) {
    const next = nextPsqlOnly(text, at);
    if (!next) break;
    found.push(next.found);
    at = next.end;
  }
  return found;
}

/** One error for the first of each type in a file, with how many more there are. */
export function refusePsqlOnly(
  found: readonly PsqlOnly[],
  text: string,
  file: string,
): readonly Diagnostic[] {
  const lines = indexLines(text, file);
  return (['copy data', 'meta-command'] as const).flatMap((type) => {
    const [first, ...others] = found.filter((each) => each.type === type);
    if (!first) return [];
    const more = others.length > 0 ? ` (and ${others.length} more in this file)` : '';
    const diagnostic: Diagnostic = {
      code: type === 'copy data' ? 'copy-from-stdin' : 'psql-meta-command',
      severity: 'error',
      position: lines.at(first.offset),
      sourceLine: lines.lineAt(first.offset),
      ...(type === 'copy data'
        ? {
            summary: `COPY … FROM STDIN cannot run in a migration${more}`,
            help: 'Write the rows as INSERT, or load them outside the migration with \\copy in psql.',
          }
        : {
            summary: `psql meta-command ${nameAt(text, first.offset)} is not SQL${more}`,
            help: 'Remove the line: only psql understands it.',
          }),
    };
    return [diagnostic];
  });
}

function nameAt(text: string, offset: number): string {
  return /^\\[^\s]*/.exec(text.slice(offset, offset + 40))?.[0] ?? '\\';
}

/** The first one from `offset` on, and where reading can go on: beyond what the server's grammar does not cover. */
function nextPsqlOnly(text: string, offset: number): { found: PsqlOnly; end: number } | undefined {
  let statement: Token[] = [];
  for (const token of readTokens(text, offset)) {
    if (!isCode(token)) continue;
    if (token.text === '\\' && token.type === 'symbol') {
      return { found: { type: 'meta-command', offset: token.start }, end: endOfLine(text, token.start) };
    }
    if (token.text !== ';' || token.type !== 'symbol') {
      // A statement's first tokens tell; a long INSERT need not be kept.
      if (statement.length === 0 || isWord(statement[0], 'COPY')) statement.push(token);
      continue;
    }
    const [first] = statement;
    if (first && readsStandardInput(statement)) {
      return { found: { type: 'copy data', offset: first.start }, end: endOfData(text, token.end) };
    }
    statement = [];
  }
  return undefined;
}

function readsStandardInput(statement: readonly Token[]): boolean {
  if (!isWord(statement[0], 'COPY')) return false;
  let depth = 0;
  return statement.some((token, index) => {
    if (token.type === 'symbol') depth += token.text === '(' ? 1 : token.text === ')' ? -1 : 0;
    const source = statement[index + 1];
    return depth === 0 && isWord(token, 'FROM') && (isWord(source, 'STDIN') || isWord(source, 'STDOUT'));
  });
}

function endOfLine(text: string, offset: number): number {
  const end = text.slice(offset).search(/[\r\n]/);
  return end === -1 ? text.length : offset + end;
}

/** Beyond the line `\.` that ends COPY's data; right after the statement when there is none. */
function endOfData(text: string, offset: number): number {
  const terminator = /^\\\.[ \t]*$/m.exec(text.slice(offset));
  return terminator ? offset + terminator.index + terminator[0].length : offset;
}
