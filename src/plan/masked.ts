import type { ObjectId } from '../catalog/object.ts';
import type { Diagnostic } from '../errors.ts';
import type { OrderedStatement } from './order.ts';

/**
 * One error for each object of which a statement would have to hold a value that Trueup compares and does not keep. Such
 * a statement makes a copy for the rehearsal; on a live database it would put the mask in place of a password.
 */
export function refuseMasked(statements: readonly OrderedStatement[]): readonly Diagnostic[] {
  return [...maskedObjects(statements)].map((object) => {
    const own = statements.filter((one) => one.object === object).map(({ statement }) => statement);
    const names = new Set(own.flatMap(({ masked = [] }) => masked));
    return {
      code: 'hidden-value',
      severity: 'error' as const,
      ...(object === null ? {} : { subject: object }),
      summary: `${object ?? 'A statement'} needs a value that Trueup compares and never keeps: ${[...names].join(', ')}.`,
      detail: own.map(({ sql }) => `${sql};`).join('\n'),
      help: 'Run that statement by hand with the value in place of hidden:…, write it as a migration, or decide to leave or ignore this drift.',
    };
  });
}

/** Statements without all those of objects that have a masked one: the others would do half of it. */
export function withoutMasked(statements: readonly OrderedStatement[]): readonly OrderedStatement[] {
  const masked = maskedObjects(statements);
  return statements.filter(({ object }) => !masked.has(object));
}

function maskedObjects(statements: readonly OrderedStatement[]): ReadonlySet<ObjectId | null> {
  return new Set(
    statements.flatMap(({ statement, object }) => ((statement.masked ?? []).length > 0 ? [object] : [])),
  );
}
