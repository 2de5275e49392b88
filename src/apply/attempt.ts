import { diagnoseStatement } from '../database/diagnose.ts';
import { checkExpected } from '../database/expected.ts';
import { resetSession } from '../database/isolation.ts';
import { DatabaseError } from '../database/session.ts';
import { InterruptedError, TrueupError } from '../errors.ts';
import type { PlannedMigration, Segment, StatementIndex } from '../plan/plan.ts';
import { saveLosses } from './backup.ts';
import { runBatches } from './batch.ts';
import type { ApplyEvent } from './event.ts';
import type { Before } from './find-lost.ts';
import { actAsConnected, keepBooks, writeProgress } from './journal.ts';
import { noteBecame } from './narrowed.ts';
import { commitsOwnBlock, followOwnBlock, type OwnBlock } from './own-block.ts';
import { note } from './progress.ts';
import { recordAssumed, recordSegment, restoreBehind } from './record.ts';
import type { Run } from './run.ts';
import { limitSession, withoutLockLimit } from './session-settings.ts';
import { watchBlockers } from './watch.ts';

/** How far one attempt at a segment has come. */
export type Attempt = {
  /** The statement that is running or ran last. */
  at: StatementIndex | undefined;
  /** How many of the segment's statements are committed. */
  committed: number;
  /** What was there before it, where the segment destroys something. */
  before: Before | null;
};

/** Before the first statement. */
export function startAttempt(segment: Segment): Attempt {
  return { at: segment.statements[0], committed: 0, before: null };
}

/** Runs a segment once and records it. Throws at the first failure and leaves the cleaning up to the caller. */
export async function* attemptSegment(
  run: Run,
  segment: Segment,
  assumed: readonly PlannedMigration[],
  attempt: Attempt,
): AsyncGenerator<ApplyEvent, void> {
  const { session, signal } = run.input;
  try {
    for (const index of segment.statements) note(run.progress, index, { outcome: 'running' });
    await keepBooks(session, async () => {
      await writeProgress(session, run.runId, run.progress, segment.statements);
      if (!segment.transaction) {
        await recordAssumed(run, assumed);
        await saveLosses(run, segment);
      }
    });
    if (segment.transaction) {
      await session.exec('BEGIN');
      attempt.before = await saveLosses(run, segment);
    }
    yield* attemptStatements(run, segment, attempt);
    if (segment.transaction) {
      if (signal.aborted) throw new InterruptedError();
      await actAsConnected(session);
      await noteNarrowed(run, attempt);
      await recordSegment(run, segment, assumed);
      await session.exec('COMMIT');
    } else {
      await keepBooks(session, () => recordSegment(run, segment, []));
    }
    attempt.committed = segment.statements.length;
  } catch (error) {
    throw explain(run, attempt.at, error);
  }
}

/** Runs the statements of a segment, in whatever transaction is open. */
export async function* attemptStatements(
  run: Run,
  segment: Segment,
  attempt: Attempt,
): AsyncGenerator<ApplyEvent, void> {
  const { session, plan, signal } = run.input;
  const block: OwnBlock = { openedAt: null };
  try {
    for (const [position, index] of segment.statements.entries()) {
      if (signal.aborted) throw new InterruptedError();
      attempt.at = index;
      if (index.statement === 0) await limitSession(run);
      const { sql = '', transaction } = planned(run, index) ?? {};
      const isOwn = transaction === 'own';
      if (isOwn && commitsOwnBlock(block, sql)) await journalInBlock(run, segment, block, position);
      if (segment.transaction) await saveLosses(run, segment, [index], attempt.before);
      yield* runStatement(run, index);
      await restoreBehind(run, index);
      if (isOwn) followOwnBlock(block, sql, position);
      if (!segment.transaction) attempt.committed = block.openedAt ?? position + 1;
      if (isOwn && block.openedAt === null)
        await keepBooks(session, () => writeProgress(session, run.runId, run.progress, [index]));
      const isLast = index.statement === (plan.steps[index.step]?.statements.length ?? 0) - 1;
      if (isLast && isOwn) await refuseOpenBlock(run, index);
      if (isLast && segment.transaction) await noteNarrowed(run, attempt);
      if (isLast) await resetSession(session);
    }
  } catch (error) {
    throw explain(run, attempt.at, error);
  }
}

/** What the migration has narrowed is what it is to be. */
async function noteNarrowed({ input: { session } }: Run, { before }: Attempt): Promise<void> {
  const narrowed = before?.narrowed.splice(0) ?? [];
  if (narrowed.length === 0) return;
  await actAsConnected(session);
  await noteBecame(session, narrowed);
}

async function* runStatement(run: Run, index: StatementIndex): AsyncGenerator<ApplyEvent, void> {
  const { session, now } = run.input;
  yield { type: 'statement started', ...index };
  const started = now().getTime();
  const elapsed = () => now().getTime() - started;
  const statement = planned(run, index);
  const { sql = '', transaction, expect, batch, position = null } = statement ?? {};
  const waitsInNobodysWay = transaction === 'outside' && /\bCONCURRENTLY\b/i.test(sql);
  const execute = async () => {
    if (expect === undefined) return session.exec(sql);
    await checkExpected(session, { sql, position });
    return { rowCount: null };
  };
  try {
    const { rowCount } =
      statement && batch
        ? yield* runBatches(run, index, statement, batch)
        : yield* watchBlockers(
            session,
            index,
            waitsInNobodysWay ? withoutLockLimit(session, execute) : execute(),
          );
    note(run.progress, index, { outcome: 'applied', durationMs: elapsed(), rowCount });
  } catch (error) {
    note(run.progress, index, { durationMs: elapsed() });
    throw error;
  }
  const { durationMs = 0, rowCount = null } = run.progress.statements[index.step]?.[index.statement] ?? {};
  yield { type: 'statement finished', ...index, durationMs, rowCount };
}

function planned(run: Run, index: StatementIndex) {
  return run.input.plan.steps[index.step]?.statements[index.statement];
}

/** Before the COMMIT of a migration's own transaction, the journal says in it that its statements are applied. */
async function journalInBlock(run: Run, segment: Segment, block: OwnBlock, position: number): Promise<void> {
  const { session } = run.input;
  const [row] = await session.query<{ readOnly: boolean }>(
    `SELECT pg_catalog.current_setting('transaction_read_only')::boolean AS "readOnly"`,
  );
  if (row?.readOnly) return;
  const commit = segment.statements[position];
  if (commit) note(run.progress, commit, { outcome: 'applied' });
  await actAsConnected(session);
  await writeProgress(
    session,
    run.runId,
    run.progress,
    segment.statements.slice(block.openedAt ?? position, position + 1),
  );
}

/** SAVEPOINT is refused exactly where no transaction block is open (25P01). */
async function refuseOpenBlock(run: Run, index: StatementIndex): Promise<void> {
  const isOpen = await run.input.session.exec('SAVEPOINT trueup_probe').then(
    () => true,
    (error: unknown) => {
      if (error instanceof DatabaseError && error.code === '25P01') return false;
      if (error instanceof DatabaseError && error.code === '25P02') return true;
      throw error;
    },
  );
  if (!isOpen) return;
  const title = run.input.plan.steps[index.step]?.title ?? '';
  const position = planned(run, index)?.position;
  throw new TrueupError([
    {
      code: 'open-transaction',
      severity: 'error',
      subject: title,
      ...(position ? { position } : {}),
      summary: `${title} begins a transaction and does not commit it; it was rolled back.`,
      help: 'Add the missing COMMIT, or remove BEGIN and let Trueup bring the transaction.',
    },
  ]);
}

/** A statement cancelled because the user asked to stop (57014) was interrupted; it did not fail. */
function explain(run: Run, at: StatementIndex | undefined, error: unknown): unknown {
  if (!(error instanceof DatabaseError)) return error;
  if (error.code === '57014' && run.input.signal.aborted) return new InterruptedError();
  const statement = (at && planned(run, at)) ?? { sql: '', position: null };
  return new TrueupError([diagnoseStatement(error, statement)], { cause: error });
}
