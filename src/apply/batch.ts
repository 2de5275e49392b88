import { setTimeout as delay } from 'node:timers/promises';
import { type BatchKey, type Key, readBatchKey } from '../database/batch-key.ts';
import type { ExecResult, Session } from '../database/session.ts';
import { InterruptedError, TrueupError } from '../errors.ts';
import type { Batch } from '../migrations/batch.ts';
import type { PlannedStatement, StatementIndex } from '../plan/plan.ts';
import type { ApplyEvent } from './event.ts';
import { actAsConnected, journalKey } from './journal.ts';
import { note } from './progress.ts';
import type { Run } from './run.ts';
import { readBatchRow } from './unfinished.ts';
import { watchBlockers } from './watch.ts';

/** How far a statement's batches have come: what the journal keeps of it, in the transaction of each batch. */
type BatchPosition = {
  /** The last key that is done; null before the first batch. */
  readonly after: Key | null;
  /** The last key that there was at the beginning: rows that come later are not of this statement. */
  readonly until: Key;
  readonly batches: number;
  /** Rows that were looked at, about, and rows that were changed. */
  readonly seen: number;
  readonly rows: number;
  /** Rows to look at in the next batch. */
  readonly size: number;
};

/**
 * Runs a statement in batches along its table's primary key, each committed with the journal's position, and
 * goes on from the position that this run, or one that it resumes, has reached. Returns the rows of all of them.
 * Throws `InterruptedError` between two batches.
 */
export async function* runBatches(
  run: Run,
  index: StatementIndex,
  statement: PlannedStatement,
  batch: Batch,
): AsyncGenerator<ApplyEvent, ExecResult> {
  const { session, signal, now } = run.input;
  const key = await readBatchKey(session, statement);
  let position = await findPosition(run, index, statement, key, batch);
  if (!position) return { rowCount: 0 };
  note(run.progress, index, { batches: position.batches, rowCount: position.rows });
  const [begunMs, before] = [now().getTime(), position];
  while (!isDone(position)) {
    if (signal.aborted) throw new InterruptedError();
    const next: Key = (await key.readNext(position.after, position.until, position.size)) ?? position.until;
    const isLast: boolean = next === position.until;
    const startedMs = now().getTime();
    await session.exec('BEGIN');
    const work = session.exec(key.sqlFor(position.after, next));
    const { rowCount } = yield* watchBlockers(session, index, work);
    const workedMs = now().getTime() - startedMs;
    position = {
      ...position,
      after: next,
      batches: position.batches + 1,
      seen: position.seen + position.size,
      rows: position.rows + (rowCount ?? 0),
      // A last batch, with fewer rows, says nothing of how long others take.
      size: isLast ? position.size : adapt(position.size, workedMs, batch.targetMs),
    };
    await actAsConnected(session);
    await writePosition(session, run.runId, index, position);
    await session.exec('COMMIT');
    note(run.progress, index, { batches: position.batches, rowCount: position.rows });
    const endedMs = now().getTime();
    yield {
      type: 'batch committed',
      ...index,
      batchRows: rowCount ?? 0,
      durationMs: endedMs - startedMs,
      rows: position.rows,
      ...paceOf(before, position, endedMs - begunMs, key.rowEstimate),
    };
    if (!isDone(position)) await delay(batch.pauseMs, undefined, { signal }).catch(() => undefined);
  }
  return { rowCount: position.rows };
}

/** Rows for the next batch: towards the time that it is to take, at most doubled and at least halved at once. */
export function adapt(size: number, tookMs: number, targetMs: number): number {
  const factor = Math.min(2, Math.max(0.5, targetMs / Math.max(1, tookMs)));
  return Math.min(100_000, Math.max(10, Math.round(size * factor)));
}

function isDone({ after, until }: BatchPosition): boolean {
  return after?.every((value, index) => value === until[index]) === true;
}

function paceOf(
  before: BatchPosition,
  { rows, seen }: BatchPosition,
  elapsedMs: number,
  estimate: number | null,
) {
  const ms = Math.max(1, elapsedMs);
  const seenPerMs = (seen - before.seen) / ms;
  return {
    rowsPerSecond: Math.round(((rows - before.rows) / ms) * 1000),
    leftMs: estimate === null ? null : Math.max(0, Math.round((estimate - seen) / seenPerMs)),
  };
}

/** Where to go on; a new position at the beginning; null when the table is empty. */
async function findPosition(
  run: Run,
  { step, statement }: StatementIndex,
  { sql, ordinal, position }: PlannedStatement,
  key: BatchKey,
  { size }: Batch,
): Promise<BatchPosition | null> {
  const { session, plan } = run.input;
  const planned = plan.steps[step];
  const migration = planned ? journalKey(planned) : null;
  const kept = await readBatchRow<{ batch: BatchPosition; sql: string }>(
    session,
    run.runId,
    { step, statement },
    {
      migration,
      ordinal: ordinal ?? null,
    },
  );
  if (kept && kept.sql !== sql) {
    throw new TrueupError([
      {
        code: 'partial-changed',
        severity: 'error',
        ...(position ? { position } : {}),
        summary: `The statement has changed since its first batches were applied, which changed ${kept.batch.rows} rows.`,
        detail: `applied as: ${kept.sql}`,
        help: 'Put it back as it was, and write what is to be different in the next migration.',
      },
    ]);
  }
  if (kept) return kept.batch;
  const until = await key.readLast();
  return until && { after: null, until, batches: 0, seen: 0, rows: 0, size };
}

async function writePosition(
  session: Session,
  runId: string,
  { step, statement }: StatementIndex,
  position: BatchPosition,
): Promise<void> {
  await session.query(
    `UPDATE trueup.run_step SET batch = $4::jsonb, row_count = $5
     WHERE run_id = $1::uuid AND step = $2 AND statement = $3`,
    [runId, step, statement, JSON.stringify(position), position.rows],
  );
}
