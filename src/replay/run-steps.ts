import { readBatchKey } from '../database/batch-key.ts';
import { diagnoseStatement } from '../database/diagnose.ts';
import { checkExpected, explainExpected } from '../database/expected.ts';
import { resetSession } from '../database/isolation.ts';
import { DatabaseError, type Session } from '../database/session.ts';
import { InterruptedError, TrueupError } from '../errors.ts';
import type { Effects, PlannedStatement, StatementIndex, Step } from '../plan/plan.ts';
import { segmentSteps } from '../plan/segments.ts';
import type { Observer } from './observe.ts';
import { createStandIn, missingShared, type Shared, sharedKey } from './stand-ins.ts';

/** How steps are run. */
export type RunOptions = {
  readonly signal?: AbortSignal | undefined;
  /** Looks on, for the effects of each statement. */
  readonly observer?: Observer;
};

/**
 * Runs steps on an embedded copy as apply runs them on live: the same segments, the same fresh session state
 * for each migration, without history. Returns them with the effects that were observed. Throws `TrueupError` at
 * the first statement that fails, with the `DatabaseError` as its cause; nothing is left open.
 */
export async function runSteps(
  session: Session,
  steps: readonly Step[],
  { signal, observer }: RunOptions = {},
): Promise<readonly Step[]> {
  const effects = new Map<PlannedStatement, Effects>();
  for (const segment of segmentSteps(steps)) {
    await observer?.begin();
    // Batches run as the one statement that they are on live: there are no rows to spare.
    const inBlock = segment.transaction || segment.statements.some((at) => plannedAt(steps, at)?.batch);
    if (inBlock) await session.exec('BEGIN');
    try {
      let last: PlannedStatement | undefined;
      for (const index of segment.statements) {
        if (signal?.aborted) throw new InterruptedError();
        const current = plannedAt(steps, index);
        last = current;
        const isLast = index.statement === (steps[index.step]?.statements.length ?? 0) - 1;
        await blame(last, async () => {
          if (current?.batch) await readBatchKey(session, current);
          if (current?.expect) await expectInCopy(session, current, observer !== undefined);
          else if (current) await session.exec(current.sql);
          const seen = current && !current.expect && observer && (await look(observer, current));
          if (seen) effects.set(current, seen);
          // Constraints that were deferred are checked here, on the migration that deferred them.
          if (isLast) await resetSession(session);
        });
      }
      if (inBlock) await blame(last, () => session.exec('COMMIT'));
    } catch (error) {
      // Also ends a transaction that a migration opened by its own BEGIN; outside of one it only warns.
      await session.exec('ROLLBACK').catch(() => undefined);
      await resetSession(session).catch(() => undefined);
      throw error;
    }
  }
  return steps.map((step) => ({
    ...step,
    statements: step.statements.map((statement) => {
      const seen = effects.get(statement);
      return seen ? { ...statement, effects: seen } : statement;
    }),
  }));
}

function plannedAt(
  steps: readonly Step[],
  { step, statement }: StatementIndex,
): PlannedStatement | undefined {
  return steps[step]?.statements[statement];
}

/**
 * `runSteps` where roles or tablespaces may be missing that live has from elsewhere, named in a DO block or by a policy
 * that no parse sees: what runs in one transaction is rolled back, the stand-in made where `mayMake` allows, and it runs
 * again. Returns what was made too.
 */
export async function runWithStandIns(
  session: Session,
  steps: readonly Step[],
  { mayMake = () => true, ...options }: RunOptions & { readonly mayMake?: (one: Shared) => boolean } = {},
): Promise<{ readonly steps: readonly Step[]; readonly made: readonly Shared[] }> {
  const isAtomic = segmentSteps(steps).every(({ transaction }, position) => transaction && position === 0);
  const made: Shared[] = [];
  for (;;) {
    try {
      return { steps: await runSteps(session, steps, options), made };
    } catch (error) {
      const missing = error instanceof TrueupError ? missingShared(error.cause) : null;
      const isAgain = made.some((one) => missing && sharedKey(one) === sharedKey(missing));
      if (!isAtomic || missing === null || isAgain || !mayMake(missing)) throw error;
      await createStandIn(session, missing);
      made.push(missing);
    }
  }
}

/**
 * A replay takes no account of what is expected of live. A rehearsal has live's schema and no rows: it judges what is
 * asked of the schema alone, and of other queries that their names are there.
 */
async function expectInCopy(
  session: Session,
  statement: PlannedStatement,
  isRehearsal: boolean,
): Promise<void> {
  if (!isRehearsal) return;
  if (statement.expect === 'catalog') await checkExpected(session, statement);
  else await explainExpected(session, statement.sql);
}

function look(observer: Observer, { sql, transaction }: PlannedStatement): Promise<Effects | undefined> {
  return transaction === 'outside' ? observer.recognise(sql) : observer.observe(sql, transaction === 'own');
}

/** Names the statement at which PostgreSQL refused. */
async function blame(planned: PlannedStatement | undefined, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof DatabaseError) || !planned) throw error;
    throw new TrueupError([diagnoseStatement(error, planned)], { cause: error });
  }
}
