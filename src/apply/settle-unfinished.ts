import type { Session } from '../database/session.ts';
import { keepBooks } from './journal.ts';
import { isUndecidable, type Unfinished } from './unfinished.ts';

/** What a person says of a statement whose fate the database does not tell. */
export type InDoubt = 'done' | 'again';

/** The code of the error of a run whose end another one had to write: it is not its own word. */
export const endedByOther = 'ended';

/**
 * Under the lock: finishes or takes away what an unfinished run left half made, and writes down what became of
 * its statements. What it committed stays. `inDoubt` answers where looking does not.
 */
export async function settleUnfinished(
  session: Session,
  { runId, outcome, doubt }: Unfinished,
  inDoubt: InDoubt | null,
): Promise<void> {
  for (const sql of doubt?.finding.clear ?? []) await session.exec(sql);
  const isDone =
    doubt !== null && (isUndecidable(doubt) ? inDoubt === 'done' : doubt.finding.outcome === 'done');
  if (outcome !== 'running' && !isDone) return;
  await keepBooks(session, async () => {
    if (isDone) {
      await session.query(
        `UPDATE trueup.run_step SET outcome = 'applied', error = NULL
         WHERE run_id = $1::uuid AND step = $2 AND statement = $3`,
        [runId, doubt.statement.step, doubt.statement.statement],
      );
    }
    await session.query(
      `UPDATE trueup.run_step SET outcome = 'rolled back' WHERE run_id = $1::uuid AND outcome = 'running'`,
      [runId],
    );
    await session.query(
      `UPDATE trueup.run
       SET outcome = 'interrupted', error = pg_catalog.jsonb_build_object('code', $2::text, 'severity', 'error',
             'summary', 'The process ended without a word.')
       WHERE run_id = $1::uuid AND outcome = 'running'`,
      [runId, endedByOther],
    );
  });
}
