import { inTransaction, type Session } from '../database/session.ts';
import { quoteIdentifier } from '../database/sql.ts';
import { undoKey } from '../migrations/history.ts';
import type { Plan, StatementIndex, Step } from '../plan/plan.ts';
import { planFingerprint } from '../plan/plan-fingerprint.ts';
import type { Progress } from './progress.ts';
import { type Ending, versionAfter } from './report.ts';

/** What the journal knows of a run before it begins. */
export type RunIdentity = {
  readonly runId: string;
  readonly startedAt: Date;
  /** The project's commit, or null outside of git. */
  readonly gitCommit: string | null;
};

/**
 * Runs bookkeeping in a transaction of its own, as the role that connected: a migration in progress may
 * have left another role, isolation level or access mode, and gets them back afterwards.
 */
export function keepBooks<T>(session: Session, work: () => Promise<T>): Promise<T> {
  return inTransaction(session, 'BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE', async () => {
    await actAsConnected(session);
    return work();
  });
}

/** Until the end of the transaction, the role is the one that connected. */
export async function actAsConnected(session: Session): Promise<void> {
  await session.exec('SET LOCAL SESSION AUTHORIZATION DEFAULT; SET LOCAL role TO DEFAULT');
}

/**
 * Does work in the open transaction as the role that connected, and gives the migration in progress its own role back. When
 * the work fails, so has the transaction.
 */
export async function asConnected<T>(session: Session, work: () => Promise<T>): Promise<T> {
  const [now] = await session.query<{ user: string; role: string }>(
    `SELECT session_user::text AS user, pg_catalog.current_setting('role') AS role`,
  );
  await actAsConnected(session);
  const [connected] = await session.query<{ user: string }>('SELECT session_user::text AS user');
  const result = await work();
  // It would also end the role.
  if (now && now.user !== connected?.user)
    await session.exec(`SET LOCAL SESSION AUTHORIZATION ${quoteIdentifier(now.user)}`);
  if (now && now.role !== 'none') await session.exec(`SET LOCAL ROLE ${quoteIdentifier(now.role)}`);
  return result;
}

/** Writes the run and all its statements as intended: a crash leaves this trace. May be done twice. */
export async function writeIntent(session: Session, plan: Plan, run: RunIdentity): Promise<void> {
  await session.query(
    `INSERT INTO trueup.run (run_id, outcome, started_at, tool_version, git_commit, plan_fingerprint,
       live_fingerprint, target_fingerprint, version_before, decisions, resumes)
     -- Behind all others, also when this machine's clock is not: which run was the latest is told by it.
     VALUES ($1::uuid, 'running', (SELECT greatest($2::timestamptz, max(r.started_at) + interval '1 microsecond') FROM trueup.run r),
       $3, $4, $5, $6, $7, $8, $9::jsonb, $10::uuid)
     ON CONFLICT (run_id) DO NOTHING`,
    [
      run.runId,
      run.startedAt.toISOString(),
      plan.toolVersion,
      run.gitCommit,
      planFingerprint(plan),
      plan.liveFingerprint,
      plan.targetFingerprint,
      plan.versionBefore,
      JSON.stringify(Object.fromEntries(plan.drift.map(({ change, decision }) => [change.id, decision]))),
      plan.resumes ?? null,
    ],
  );
  const rows = plan.steps.flatMap((step, stepIndex) =>
    step.statements.map(({ sql, transaction, ordinal }, statement) => ({
      step: stepIndex,
      statement,
      title: step.title,
      sql,
      mode: transaction,
      migration: journalKey(step),
      ordinal: ordinal ?? null,
    })),
  );
  await session.query(
    `INSERT INTO trueup.run_step (run_id, step, statement, title, sql, outcome, mode, migration, ordinal)
     SELECT $1::uuid, r.step, r.statement, r.title, r.sql, 'not run', r.mode, r.migration, r.ordinal
     FROM pg_catalog.jsonb_to_recordset($2::jsonb)
       AS r (step integer, statement integer, title text, sql text, mode text, migration text, ordinal integer)
     ON CONFLICT (run_id, step, statement) DO NOTHING`,
    [run.runId, JSON.stringify(rows)],
  );
}

/** The key of the file that a step runs, by which a later run finds what is applied of it; null for a generated one. */
export function journalKey({ migration, undo }: Step): string | null {
  if (undo?.script) return undoKey(undo.migrations[0]?.version ?? null);
  return migration?.key ?? null;
}

/** Writes what is known now of these statements. */
export async function writeProgress(
  session: Session,
  runId: string,
  progress: Progress,
  statements: readonly StatementIndex[],
): Promise<void> {
  const rows = statements.flatMap((index) => {
    const known = progress.statements[index.step]?.[index.statement];
    return known ? [{ ...index, ...known, durationMs: Math.round(known.durationMs) }] : [];
  });
  if (rows.length === 0) return;
  await session.query(
    `UPDATE trueup.run_step s
     SET outcome = r.outcome, duration_ms = r."durationMs", row_count = r."rowCount", error = r.error
     FROM pg_catalog.jsonb_to_recordset($2::jsonb)
       AS r (step integer, statement integer, outcome text, "durationMs" integer, "rowCount" bigint, error jsonb)
     WHERE s.run_id = $1::uuid AND s.step = r.step AND s.statement = r.statement`,
    [runId, JSON.stringify(rows)],
  );
}

/** Outcome of each statement of a run, by `step.statement`. */
export async function readOutcomes(session: Session, runId: string): Promise<ReadonlyMap<string, string>> {
  const rows = await session.query<{ key: string; outcome: string }>(
    `SELECT s.step || '.' || s.statement AS key, s.outcome FROM trueup.run_step s WHERE s.run_id = $1::uuid`,
    [runId],
  );
  return new Map(rows.map(({ key, outcome }) => [key, outcome]));
}

/** Closes the run. A run that found nothing to do is never written. */
export async function writeEnding(
  session: Session,
  plan: Plan,
  run: RunIdentity,
  progress: Progress,
  ending: Ending,
  endedAt: Date,
): Promise<void> {
  await session.query(
    `UPDATE trueup.run
     SET outcome = $2, duration_ms = $3, version_after = $4, difference_count = $5, error = $6::jsonb
     WHERE run_id = $1::uuid`,
    [
      run.runId,
      ending.outcome,
      endedAt.getTime() - run.startedAt.getTime(),
      versionAfter(plan, progress, ending.outcome),
      ending.differences?.length ?? null,
      ending.error && JSON.stringify(ending.error),
    ],
  );
}
