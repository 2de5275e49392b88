import type { PlannedStatement, Segment, StatementIndex, Step } from './plan.ts';

/**
 * Where transactions begin and end. All statements share one, except: one that PostgreSQL refuses in a
 * transaction block, or that commits in batches, stands alone, and so, in a transaction of its own, does one that is to be apart; a
 * migration with its own BEGIN and COMMIT runs in no block of ours; and after a new enum value the transaction
 * ends when a later statement speaks of that value, because it cannot be used before commit (55P04), or something is put back
 * in the step, which may have it. A step without statements completes where it stands.
 */
export function segmentSteps(steps: readonly Step[]): readonly Segment[] {
  const segments: Segment[] = [];
  let statements: StatementIndex[] = [];
  let completes: number[] = [];

  const end = (transaction: boolean) => {
    if (statements.length + completes.length > 0) segments.push({ transaction, statements, completes });
    statements = [];
    completes = [];
  };

  steps.forEach((step, stepIndex) => {
    const own = step.statements.some(({ transaction }) => transaction === 'own');
    if (own) end(true);
    step.statements.forEach((statement, statementIndex) => {
      const outside = !own && (statement.transaction === 'outside' || statement.transaction === 'batch');
      if (outside || statement.transaction === 'apart') end(true);
      statements.push({ step: stepIndex, statement: statementIndex });
      if (statementIndex === step.statements.length - 1) completes.push(stepIndex);
      if (outside) end(false);
      if (statement.transaction === 'apart') end(true);
      if (!own && statement.transaction === 'commit after') {
        const later = [
          ...step.statements.slice(statementIndex + 1),
          ...steps.slice(stepIndex + 1).flatMap((next) => next.statements),
        ];
        if (isMentioned(statement.sql, later) || step.undo?.restores) end(true);
      }
    });
    if (step.statements.length === 0) completes.push(stepIndex);
    if (own) end(false);
  });
  end(true);
  return segments;
}

/**
 * Whether a later statement contains one of the constants of `sql`. ADD VALUE 'a' BEFORE 'b' has two, and
 * 'b' counts too: ending a transaction once too often is the safe mistake. So is it when the constant
 * cannot be read off: dollar quotes, escapes.
 */
function isMentioned(sql: string, later: readonly PlannedStatement[]): boolean {
  const constants = [...sql.matchAll(/'((?:[^']|'')*)'/g)].map(([, text = '']) => text);
  if (constants.length === 0 || constants.some((text) => text.includes('\\'))) return later.length > 0;
  return later.some((statement) => constants.some((text) => statement.sql.includes(text)));
}
