import { DatabaseError } from './session.ts';

/** The fields of an ErrorResponse, named alike by both drivers. Source: PostgreSQL manual, "Error and Notice Message Fields". */
type ErrorFields = {
  readonly message: string;
  readonly code?: unknown;
  readonly detail?: unknown;
  readonly hint?: unknown;
  readonly position?: unknown;
  readonly where?: unknown;
  /** Only errors of Node's own sockets and files have it. */
  readonly syscall?: unknown;
};

/**
 * What a driver threw, as a `DatabaseError`. `fallbackCode` is used when it brought no code of its own:
 * the connection broke, or the embedded engine did.
 */
export function toDatabaseError(thrown: unknown, fallbackCode: string): DatabaseError {
  if (thrown instanceof DatabaseError) return thrown;
  const fields: ErrorFields = thrown instanceof Error ? thrown : { message: String(thrown) };
  const position = Number(fields.position);
  return new DatabaseError(fields.message, {
    // ECONNRESET, EPIPE and the like: which of them a broken connection shows is a matter of timing.
    code: fields.syscall === undefined ? (textOf(fields.code) ?? fallbackCode) : fallbackCode,
    detail: textOf(fields.detail),
    hint: textOf(fields.hint),
    // PostgreSQL counts characters from 1; an error inside a function has no position in the statement.
    offset: Number.isInteger(position) && position > 0 ? position - 1 : undefined,
    context: textOf(fields.where),
    cause: thrown,
  });
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
