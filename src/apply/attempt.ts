import { diagnoseStatement } from '../database/diagnose.ts';
import { checkExpected } from '../database/expected.ts';
import { resetSession } from '../database/isolation.ts';
import { DatabaseError } from '../database/session.ts';
import { InterruptedError, TrueupError } from '../errors.ts';
import type { PlannedMigration, Segment, StatementIndex } from '../plan/plan.ts';
import { runBatches } from './batch.ts';
import type { ApplyEvent } from './event.ts';
import type { Before } from './find-lost.ts';
import { actAsConnected, keepBooks, writeProgress } from './journal.ts';
import { noteNames } from './names.ts';
import { endAround, followOwnBlock, noBlock, prepareOwn, refuseOpenBlock } from './own-block.ts';
import { note } from './progress.ts';
import { recordAssumed, recordSegment, restoreBehind } from './record.ts';
import { planned, type Run } from './run.ts';
import { destroys, noteNarrowed, saveFirst } from './save-first.ts';
import { limitSession, withoutLockLimit } from './session-settings.ts';
import { watchBlockers } from './watch.ts';

/** How far one attempt at a segment has come. */
export type Attempt = {
  /** The statement that is running or ran last. */
  at: StatementIndex | undefined;
  /** Whether it was sent, and its answer has not come. */
  isSent: boolean;
  /** How many of the segment's statements are committed. */
  committed: number;
  /** What was there before it, where the segment destroys something. */
  before: Before | null;
};

/** Before the first statement. */
export function startAttempt(segment: Segment): Attempt {
  return { at: segment.statements[0], isSent: false, committed: 0, before: null };
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
      if (!segment.transaction) await recordAssumed(run, assumed);
    });
    const [first] = segment.statements;
    // What is saved first waits for locks too.
    if (first?.statement === 0) await limitSession(run);
    // Under a lock it must see what others had committed before: the default may be REPEATABLE READ.
    const level = (await destroys(run, segment)) ? ' ISOLATION LEVEL READ COMMITTED' : '';
    if (segment.transaction) await session.exec(`BEGIN${level}`);
    const when = segment.transaction ? 'ahead' : 'apart';
    if (first && planned(run, first)?.transaction !== 'own')
      attempt.before = yield* saveFirst(run, first, segment.statements, null, when);
    yield* attemptStatements(run, segment, attempt);
    if (segment.transaction) {
      if (signal.aborted) throw new InterruptedError();
      await actAsConnected(session);
      await noteNarrowed(run, attempt.before);
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
  const block = noBlock();
  const [first] = segment.statements;
  try {
    for (const [position, index] of segment.statements.entries()) {
      if (signal.aborted) throw new InterruptedError();
      attempt.at = index;
      if (index.statement === 0) {
        await limitSession(run);
        await noteNames(run, segment, index);
      }
      const { sql = '', transaction } = planned(run, index) ?? {};
      const isOwn = transaction === 'own';
      if (isOwn) yield* prepareOwn(run, segment, block, position);
      else if (segment.transaction && first) {
        if (segment.statements[position - 1]?.step !== index.step) {
          const step = segment.statements.filter((one) => one.step === index.step);
          yield* saveFirst(run, first, step, attempt.before, 'first');
        }
        yield* saveFirst(run, first, [index], attempt.before, 'within');
      }
      attempt.isSent = true;
      yield* runStatement(run, index);
      attempt.isSent = false;
      await restoreBehind(run, index);
      if (isOwn) {
        await endAround(run, segment, block, position);
        followOwnBlock(block, sql, position);
      }
      if (!segment.transaction) attempt.committed = block.openedAt ?? position + 1;
      if (isOwn && block.openedAt === null)
        await keepBooks(session, () => writeProgress(session, run.runId, run.progress, [index]));
      const isLast = index.statement === (plan.steps[index.step]?.statements.length ?? 0) - 1;
      if (isLast && isOwn) await refuseOpenBlock(run, index);
      if (isLast && segment.transaction) await noteNarrowed(run, attempt.before);
      if (isLast) await resetSession(session);
    }
  } catch (error) {
    throw explain(run, attempt.at, error);
  }
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

/** A statement cancelled because the user asked to stop (57014) was interrupted; it did not fail. */
function explain(run: Run, at: StatementIndex | undefined, error: unknown): unknown {
  if (!(error instanceof DatabaseError)) return error;
  if (error.code === '57014' && run.input.signal.aborted) return new InterruptedError();
  const statement = (at && planned(run, at)) ?? { sql: '', position: null };
  return new TrueupError([diagnoseStatement(error, statement)], { cause: error });
}
