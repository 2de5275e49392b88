import type { Diagnostic } from '../errors.ts';
import { isCode, readTokens } from './lexer.ts';
import type { MigrationStatement } from './migration.ts';
import { isNode, type ParseNode } from './parse-node.ts';
import { byteOffsetReader, indexLines, offsetOfCharacter } from './position.ts';
import { findPsqlOnly, type PsqlOnly, refusePsqlOnly } from './psql.ts';
import { readTraits } from './traits.ts';

/** A text's statements, or why there are none: `statements` is empty when `diagnostics` holds an error. */
export type SplitResult = {
  readonly statements: readonly MigrationStatement[];
  readonly diagnostics: readonly Diagnostic[];
};

/**
 * Splits SQL with PostgreSQL 18's own parser. `file` is what positions call the text. A text of comments alone has
 * no statements and is no error. The parser stops at its first syntax error (code 42601), so there is one of
 * those at most; COPY … FROM STDIN and psql's meta-commands are refused by name.
 */
export async function splitStatements(text: string, file: string): Promise<SplitResult> {
  // The parser throws on an empty text.
  if (text === '') return { statements: [], diagnostics: [] };
  const parser = await loadParser();
  let parsed: ReturnType<typeof parser.parseSync>;
  try {
    parsed = parser.parseSync(text);
  } catch (error) {
    return { statements: [], diagnostics: explain(error, text, file) };
  }
  const lines = indexLines(text, file);
  const toOffset = byteOffsetReader(text);
  const statements: MigrationStatement[] = [];
  const standardInput: PsqlOnly[] = [];
  for (const { stmt, stmt_location = 0, stmt_len = 0 } of parsed.stmts ?? []) {
    const [node, body] = Object.entries<unknown>(stmt ?? {})[0] ?? [];
    if (node === undefined || !isNode(body)) continue;
    // Both count bytes of UTF-8, and the range includes the comments and blanks before the statement.
    const from = toOffset(stmt_location);
    // No length means: up to the end of the text.
    const to = stmt_len > 0 ? toOffset(stmt_location + stmt_len) : text.length;
    const { start, end } = withoutComments(text, from, to);
    if (node === 'CopyStmt' && body.is_from === true && body.filename === undefined) {
      standardInput.push({ type: 'copy data', offset: start });
    }
    statements.push({
      sql: text.slice(start, end),
      position: lines.at(start),
      offset: start,
      traits: readTraits(node, body),
    });
  }
  if (standardInput.length > 0) {
    return { statements: [], diagnostics: refusePsqlOnly(standardInput, text, file) };
  }
  return { statements, diagnostics: [] };
}

/** One statement's parse tree, by the name of its node; null for a text that is not one statement. */
export async function parseStatement(
  sql: string,
): Promise<{ readonly node: string; readonly body: ParseNode } | null> {
  const parser = await loadParser();
  const [first, ...others] = parser.parseSync(sql).stmts ?? [];
  const [node, body] = Object.entries<unknown>(first?.stmt ?? {})[0] ?? [];
  return node === undefined || !isNode(body) || others.length > 0 ? null : { node, body };
}

/** A piece of SQL by what PostgreSQL's scanner takes it for. `start` and `end` are UTF-16 offsets. */
export type SqlToken = {
  readonly type: 'keyword' | 'string' | 'number' | 'comment' | 'other';
  readonly start: number;
  readonly end: number;
};

/**
 * Loads PostgreSQL 18's own scanner. What it returns gives the tokens of a text in order, none for one that the scanner
 * refuses (a string that never ends).
 */
export async function loadScanner(): Promise<(text: string) => readonly SqlToken[]> {
  const parser = await loadParser();
  return (text) => {
    try {
      const toOffset = byteOffsetReader(text);
      return parser.scanSync(text).tokens.map(({ start, end, text: token, tokenName, keywordKind }) => {
        const type = tokenType(token, tokenName, keywordKind);
        return { type, start: toOffset(start), end: toOffset(end) };
      });
    } catch {
      return [];
    }
  };
}

function tokenType(token: string, name: string, keywordKind: number): SqlToken['type'] {
  if (name.endsWith('COMMENT')) return 'comment';
  if (/^[A-Z]?SCONST$/.test(name)) return 'string';
  if (name === 'ICONST' || name === 'FCONST') return 'number';
  // Unreserved keywords are names as often as not, and PL/pgSQL has words of its own: upper case tells.
  const isWord = /^[A-Z][A-Z_]+$/.test(token);
  return keywordKind > 1 || isWord ? 'keyword' : 'other';
}

async function loadParser(): Promise<typeof import('libpg-query')> {
  // A megabyte of WebAssembly: loaded when there is something to parse.
  const parser = await import('libpg-query');
  await parser.loadModule();
  return parser;
}

/** Narrows a range to its first and last tokens. Text without a comment mark in it needs no reading of tokens. */
function withoutComments(text: string, from: number, to: number): { start: number; end: number } {
  const range = text.slice(from, to);
  const leading = /^[ \t\n\r\f\v]*/.exec(range)?.[0].length ?? 0;
  const start = from + leading;
  if (!range.includes('--') && !range.includes('/*')) {
    const trailing = /[ \t\n\r\f\v]*$/.exec(range.slice(leading))?.[0].length ?? 0;
    return { start, end: to - trailing };
  }
  let first: number | undefined;
  let last = to;
  for (const token of readTokens(range)) {
    if (!isCode(token)) continue;
    first ??= from + token.start;
    last = from + token.end;
  }
  return { start: first ?? start, end: last };
}

function explain(error: unknown, text: string, file: string): readonly Diagnostic[] {
  const psqlOnly = findPsqlOnly(text);
  const syntax = syntaxErrorOf(error);
  const found = syntax ? offsetOfCharacter(text, syntax.character) : 0;
  // Behind a meta-command or COPY's data the parser's complaint is only a consequence.
  const isConsequence = psqlOnly.some(({ offset }) => offset <= found);
  const refused = refusePsqlOnly(psqlOnly, text, file);
  if (isConsequence) return refused;
  const lines = indexLines(text, file);
  if (!syntax) {
    const reason = error instanceof Error ? error.message : String(error);
    return [
      ...refused,
      {
        code: 'migration-unparsable',
        severity: 'error',
        position: { file },
        summary: `the parser gave up on this file: ${reason}`,
        help: 'A very deeply nested expression does this; write it in smaller pieces.',
      },
    ];
  }
  // An error "at end of input" is shown behind the last character, not on the empty line after it.
  const offset = Math.min(found, text.trimEnd().length);
  const help = helpFor(syntax.message);
  return [
    {
      code: '42601',
      severity: 'error',
      position: lines.at(offset),
      sourceLine: lines.lineAt(offset),
      summary: syntax.message,
      ...(help === undefined ? {} : { help }),
    },
    ...refused,
  ];
}

/** The parser's error; `character` counts characters from 0, unlike the tree's locations. Undefined for a crash. */
function syntaxErrorOf(error: unknown): { message: string; character: number } | undefined {
  if (!(error instanceof Error) || !('sqlDetails' in error)) return undefined;
  const details = error.sqlDetails;
  if (typeof details !== 'object' || details === null || !('cursorPosition' in details)) return undefined;
  return { message: error.message, character: Number(details.cursorPosition) };
}

function helpFor(message: string): string | undefined {
  if (/near ":/.test(message)) return 'psql variables (:name) are not replaced: write the value.';
  if (/near "\$/.test(message)) return `Placeholders (\${…}) are not replaced: write the value.`;
  return undefined;
}
