import { setTimeout as delay } from 'node:timers/promises';
import { resetSession } from '../database/isolation.ts';
import { type Diagnostic, InterruptedError, TrueupError } from '../errors.ts';
import type { PlannedMigration, Segment, StatementIndex } from '../plan/plan.ts';
import { type Attempt, attemptSegment, startAttempt } from './attempt.ts';
import { lookFor } from './doubt.ts';
import type { ApplyEvent } from './event.ts';
import { keepBooks, readOutcomes } from './journal.ts';
import { begins, followOwnBlock, noBlock } from './own-block.ts';
import { note, noteDoubt, stepDurationMs } from './progress.ts';
import { keepFailure, recordSegment } from './record.ts';
import { backoffMs, recover } from './recover.ts';
import { planned, type Run } from './run.ts';
import { isSessionSetting, lockLimit, restoreSession } from './session-settings.ts';
import { settle } from './settle.ts';
import { diagnosticOf, isEnded, reactionTo, survive } from './survive.ts';

/**
 * Runs one segment and records it: in the same transaction where it has one, right after it where not.
 * `assumed` migrations are recorded with it. When others are in its way it is rolled back and run again; when
 * the connection is lost, history is asked whether it was committed. Throws `InterruptedError` when asked to
 * stop, and `TrueupError` when a statement fails; whatever was not committed is then rolled back, and
 * `run.progress` says what was.
 */
export async function* runSegment(
  run: Run,
  segmentIndex: number,
  segment: Segment,
  assumed: readonly PlannedMigration[],
): AsyncGenerator<ApplyEvent, void> {
  yield { type: 'segment started', segment: segmentIndex };
  const { attempts } = run.timeouts;
  let done = false;
  let attempt = startAttempt(segment);
  let failed: Diagnostic | undefined;
  try {
    for (let number = 1; !done; number += 1) {
      attempt = startAttempt(segment);
      const batches = batchesOf(run, segment);
      try {
        yield* attemptSegment(run, segment, assumed, attempt);
        done = true;
      } catch (error) {
        done = yield* react(run, segment, attempt, error);
        if (done) break;
        if (batchesOf(run, segment) > batches) number = 0;
        // What was in its way is nobody's reason any more.
        if (run.input.signal.aborted) throw new InterruptedError();
        if (number >= attempts) throw error;
        const diagnostic = diagnosticOf(error);
        const delayMs = backoffMs(number);
        yield { type: 'segment rolled back', segment: segmentIndex };
        yield {
          type: 'retrying',
          segment: segmentIndex,
          attempt: number + 1,
          attempts,
          delayMs,
          lockMs: diagnostic.code === '55P03' ? lockLimit(run, attempt.at) : null,
          diagnostic,
        };
        await delay(delayMs, undefined, { signal: run.input.signal }).catch(() => undefined);
        if (run.input.signal.aborted) throw new InterruptedError();
      }
    }
    for (const step of segment.completes) run.progress.completed.add(step);
  } catch (error) {
    if (error instanceof TrueupError) failed = error.diagnostics[0];
    if (failed && attempt.at) yield { type: 'statement failed', ...attempt.at, diagnostic: failed };
    throw error;
  } finally {
    // Also reached when the consumer stops listening: nothing stays open.
    if (!done) {
      if (failed?.code === 'connection-lost') noteDoubt(run.progress, segment.statements);
      else {
        settle(run, segment, attempt, failed);
        await run.input.session.exec('ROLLBACK').catch(() => undefined);
        await resetSession(run.input.session).catch(() => undefined);
        await survive(run, () => keepFailure(run, segment)).catch(() => undefined);
      }
    }
  }
  for (const step of segment.completes) {
    yield { type: 'step finished', step, durationMs: stepDurationMs(run.progress, step) };
  }
  yield { type: 'segment committed', segment: segmentIndex };
}

/**
 * After a failed attempt: true when the segment turns out to be committed, false when it is to run again. Throws
 * the error when neither.
 */
async function* react(
  run: Run,
  segment: Segment,
  attempt: Attempt,
  error: unknown,
): AsyncGenerator<ApplyEvent, boolean> {
  const { session, plan } = run.input;
  const reaction = reactionTo(error);
  if (reaction === 'stop') throw error;
  // A migration that brings its own transactions may have committed some of them.
  const isOwn = segment.statements.length > 1 && !segment.transaction;
  if (reaction === 'reconnect') {
    const recovery = yield* recover(run, diagnosticOf(error), run.serverStart);
    if (await isCommitted(run, segment)) return true;
    if (isOwn) await noteCommitted(run, segment, attempt);
    const [first] = segment.statements;
    if (first) await restoreSession(run, plan, first);
    // The server lives and somebody ended this one session: that was meant.
    if (isEnded(error) && !recovery.restarted) throw error;
    if (isOwn && (await isInDoubt(run, segment, attempt))) throw inDoubt(error);
  } else {
    await session.exec('ROLLBACK');
  }
  if (isOwn && attempt.committed > 0) throw error;
  const isInBlock = segment.transaction || isOwn || attempt.at === undefined || isBatch(run, attempt.at);
  return isInBlock
    ? false
    : await clearRemains(run, segment, error, reaction === 'reconnect' && attempt.isSent);
}

function isBatch(run: Run, { step, statement }: StatementIndex): boolean {
  return run.input.plan.steps[step]?.statements[statement]?.transaction === 'batch';
}

/** Batches of the segment's statement that are committed: with each of them the attempts begin anew. */
function batchesOf(run: Run, { statements: [index] }: Segment): number {
  return (index && run.progress.statements[index.step]?.[index.statement]?.batches) ?? 0;
}

/** A statement outside a transaction that was cut short: true when it is done, false when it may run again. */
async function clearRemains(run: Run, segment: Segment, error: unknown, isLost: boolean): Promise<boolean> {
  const { session, plan } = run.input;
  const [index] = segment.statements;
  const sql = index && plan.steps[index.step]?.statements[index.statement]?.sql;
  if (!index || sql === undefined) throw error;
  const finding = await lookFor(session, sql);
  if (finding.outcome === 'unknown') throw isLost ? inDoubt(error) : error;
  for (const clear of finding.clear) await session.exec(clear);
  if (finding.outcome === 'not done') return false;
  note(run.progress, index, { outcome: 'applied' });
  await keepBooks(session, () => recordSegment(run, segment, []));
  return true;
}

/** What the journal says, which commits with the work: the truth about a COMMIT whose answer never came. */
async function isCommitted(run: Run, segment: Segment): Promise<boolean> {
  const outcomes = await readOutcomes(run.input.session, run.runId);
  const last = segment.statements.at(-1);
  if (!last || outcomes.get(`${last.step}.${last.statement}`) !== 'applied') return false;
  for (const index of segment.statements) note(run.progress, index, { outcome: 'applied' });
  // A migration that brings its own transactions has committed the last of them before its row of history.
  if (!segment.transaction) await keepBooks(run.input.session, () => recordSegment(run, segment, []));
  return true;
}

/** Of a migration that brings its own transactions: the journal in them knows of a COMMIT whose answer never came. */
async function noteCommitted(run: Run, { statements }: Segment, attempt: Attempt): Promise<void> {
  const outcomes = await readOutcomes(run.input.session, run.runId);
  const first = statements.findIndex(
    ({ step, statement }) => outcomes.get(`${step}.${statement}`) !== 'applied',
  );
  if (first <= attempt.committed) return;
  for (const index of statements.slice(attempt.committed, first))
    note(run.progress, index, { outcome: 'applied' });
  attempt.committed = first;
  attempt.at = statements[first];
  attempt.isSent = false;
}

/** Whether such a migration lost its connection in a statement outside its transactions of which nothing tells what became. */
async function isInDoubt(run: Run, { statements }: Segment, { at, isSent }: Attempt): Promise<boolean> {
  const sql = (at && planned(run, at)?.sql) ?? '';
  if (!isSent || begins(sql) || isSessionSetting(sql)) return false;
  const block = noBlock();
  for (const [position, index] of statements.entries()) {
    if (index === at) break;
    followOwnBlock(block, planned(run, index)?.sql ?? '', position);
  }
  return block.openedAt === null && (await lookFor(run.input.session, sql)).outcome === 'unknown';
}

/** The code leaves the outcome open: only a person knows. */
function inDoubt(error: unknown): TrueupError {
  const lost = diagnosticOf(error);
  return new TrueupError(
    [
      {
        ...lost,
        code: 'connection-lost',
        detail: 'What was running is in doubt: it may have been committed.',
        help: 'Look whether it was done, then say --in-doubt done or --in-doubt again with `trueup apply --resume`.',
      },
    ],
    { cause: error },
  );
}
