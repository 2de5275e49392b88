import type { Diagnostic } from '../errors.ts';
import type { OrderedStatement } from './order.ts';

/**
 * One error for each statement that would have to hold a value which Trueup compares and does not keep. Such a
 * statement makes a copy for the rehearsal; on a live database it would put the mask in place of a password.
 */
export function refuseMasked(statements: readonly OrderedStatement[]): readonly Diagnostic[] {
  return statements.flatMap(({ statement, object }) => {
    const names = statement.masked ?? [];
    if (names.length === 0) return [];
    const subject = object ?? undefined;
    return [
      {
        code: 'hidden-value',
        severity: 'error' as const,
        ...(subject === undefined ? {} : { subject }),
        summary: `${subject ?? 'A statement'} needs a value that Trueup compares and never keeps: ${names.join(', ')}.`,
        detail: `${statement.sql};`,
        help: 'Run that statement by hand with the value in place of hidden:…, write it as a migration, or decide to leave or ignore this drift.',
      },
    ];
  });
}

/** Statements without those that are masked. */
export function withoutMasked(statements: readonly OrderedStatement[]): readonly OrderedStatement[] {
  return statements.filter(({ statement }) => (statement.masked ?? []).length === 0);
}
