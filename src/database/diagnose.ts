import type { Diagnostic, SourcePosition } from '../errors.ts';
import type { DatabaseError } from './session.ts';

/** A statement and where its first character stands; null for a generated one, which stands in no file. */
export type LocatedStatement = { readonly sql: string; readonly position: SourcePosition | null };

/**
 * What PostgreSQL said about a statement, at the place in the file that it pointed to: line and column in
 * characters, PostgreSQL's message with its SQLSTATE, and the line itself, so that a caret can stand under the column.
 */
export function diagnoseStatement(error: DatabaseError, { sql, position }: LocatedStatement): Diagnostic {
  const place = locate(sql, error.offset ?? 0);
  const start = { line: position?.line ?? 1, column: position?.column ?? 1 };
  // Of the statement's first line only the statement is known; blanks keep the columns of the file.
  const indent = place.line === 0 ? start.column - 1 : 0;
  const help = error.hint ?? nextSteps[error.code];
  const detail = [error.detail, error.context].filter((text) => text !== undefined).join('\n');
  return {
    code: error.code,
    severity: 'error',
    ...(position === null
      ? {}
      : {
          position: { file: position.file, line: start.line + place.line, column: indent + place.column + 1 },
        }),
    summary: `${error.message} (${error.code})`,
    ...(detail === '' ? {} : { detail }),
    ...(help === undefined ? {} : { help }),
    sourceLine: `${' '.repeat(indent)}${place.text}`,
  };
}

/** What to do where it is not the statement's fault and PostgreSQL gives no hint, by SQLSTATE. */
const nextSteps: Readonly<Record<string, string>> = {
  '25006':
    'The server takes no writes: it is a standby, or default_transaction_read_only is on. Connect to the primary.',
  '53100': 'The disk of the server is full: make room there, then run it again.',
  '57P01':
    'Somebody ended the session (pg_terminate_backend), or the server is shut down. Run it again when that was not meant.',
};

/** Line and column of a character, both from 0, and the text of that line. PostgreSQL counts code points. */
function locate(sql: string, offset: number): { line: number; column: number; text: string } {
  const before = [...sql].slice(0, offset).join('').split('\n');
  const line = before.length - 1;
  return {
    line,
    column: [...(before[line] ?? '')].length,
    text: (sql.split('\n')[line] ?? '').replace(/\r$/, ''),
  };
}
