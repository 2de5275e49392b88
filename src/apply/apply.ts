import { randomUUID } from 'node:crypto';
import { InterruptedError, TrueupError } from '../errors.ts';
import { ensureHistory, permitted, readHistory, writingGrants } from '../migrations/history.ts';
import type { PlannedMigration } from '../plan/plan.ts';
import { refuseLargeBackup } from './backup.ts';
import { endingOf } from './ending.ts';
import type { ApplyEvent } from './event.ts';
import { keepBooks, writeEnding, writeIntent } from './journal.ts';
import { acquireLock, releaseLock } from './lock.ts';
import { startProgress } from './progress.ts';
import { recordAssumed } from './record.ts';
import { readServerStart } from './recover.ts';
import { buildReport, type Ending } from './report.ts';
import { type ApplyInput, type Run, withDefaults } from './run.ts';
import { runSegment } from './run-segment.ts';
import { survive, surviving } from './survive.ts';

export type { ApplyInput } from './run.ts';

/**
 * Runs a plan on live, under a lock that admits one run at a time. Under it, history and live are read
 * again: when another run has already done the work there is nothing to do, and when live is no longer what
 * the plan was made for nothing runs. Never throws for what happens to the run: the last event is always
 * `run finished`, and its report says what was applied and what was not.
 */
export async function* applyPlan(input: ApplyInput): AsyncGenerator<ApplyEvent, void> {
  const run: Run = {
    input,
    runId: randomUUID(),
    startedAt: input.now(),
    gitCommit: input.gitCommit,
    progress: startProgress(input.plan),
    timeouts: withDefaults(input.timeouts),
    serverStart: '',
  };
  yield { type: 'run started', runId: run.runId };
  const ending = yield* runLocked(run);
  const times = { runId: run.runId, startedAt: run.startedAt, endedAt: input.now() };
  yield { type: 'run finished', report: buildReport(input.plan, run.progress, ending, times) };
}

async function* runLocked(run: Run): AsyncGenerator<ApplyEvent, Ending> {
  const { session, now, signal, waitMs: timeoutMs = 60_000 } = run.input;
  try {
    yield* acquireLock({ session, timeoutMs, now, signal });
  } catch (error) {
    return endingOf(run, error);
  }
  try {
    return yield* runJournaled({ ...run, serverStart: await readServerStart(session) });
  } catch (error) {
    return endingOf(run, error);
  } finally {
    // The lock ends with the connection at the latest.
    await releaseLock(session).catch(() => undefined);
  }
}

async function* runJournaled(run: Run): AsyncGenerator<ApplyEvent, Ending> {
  const { session, plan } = run.input;
  let ending: Ending = { outcome: 'interrupted', error: null, differences: null };
  const intent = { isWritten: false };
  try {
    const assumed = yield* surviving(run, () => beginRun(run, intent));
    if (assumed === 'nothing to do') return { outcome: 'nothing to do', error: null, differences: null };
    yield* runSegments(run, assumed);
    yield { type: 'verifying' };
    // All is committed: whoever ended the session stops nothing any more.
    ending = { outcome: 'success', error: null, differences: await survive(run, run.input.verify) };
  } catch (error) {
    ending = endingOf(run, error);
  } finally {
    if (intent.isWritten) {
      const write = () => writeEnding(session, plan, run, run.progress, ending, run.input.now());
      const kept = await survive(run, () => keepBooks(session, write)).catch((error: unknown) => error);
      if (kept instanceof Error && ending.outcome === 'success') ending = endingOf(run, kept);
    }
  }
  return ending;
}

/** Compares the plan with live and writes the run down: the assumed migrations that are to be recorded with it. */
async function beginRun(
  run: Run,
  intent: { isWritten: boolean },
): Promise<readonly PlannedMigration[] | 'nothing to do'> {
  const { session, plan, signal } = run.input;
  const assumed = await comparePlan(run);
  if (assumed === 'nothing to do') return assumed;
  if (signal.aborted) throw new InterruptedError();
  await refuseLargeBackup(run);
  await ensureHistory(session);
  // Also where nobody hears whether it was committed.
  intent.isWritten = true;
  await permitted(session, writingGrants, () => keepBooks(session, () => writeIntent(session, plan, run)));
  return assumed;
}

async function* runSegments(
  run: Run,
  assumed: readonly PlannedMigration[],
): AsyncGenerator<ApplyEvent, void> {
  const { session, plan, signal } = run.input;
  if (plan.segments.length === 0) {
    yield* surviving(run, () => keepBooks(session, () => recordAssumed(run, assumed)));
  }
  for (const [index, segment] of plan.segments.entries()) {
    if (signal.aborted) throw new InterruptedError();
    try {
      yield* runSegment(run, index, segment, index === 0 ? assumed : []);
    } catch (error) {
      yield { type: 'segment rolled back', segment: index };
      throw error;
    }
  }
}

/**
 * Whether the plan still fits: the assumed migrations that are to be recorded, or `nothing to do` when all
 * of it is in the database already. Throws `TrueupError` when live or its history has moved.
 */
async function comparePlan(run: Run): Promise<readonly PlannedMigration[] | 'nothing to do'> {
  const { session, plan } = run.input;
  const rows = new Map((await readHistory(session))?.map((row) => [row.key, row.checksum]));
  const isApplied = ({ key, checksum }: PlannedMigration) => rows.get(key) === checksum;
  const undone = plan.steps.flatMap(({ undo }) => undo?.migrations ?? []);
  const migrations = plan.steps.flatMap(({ migration }) => migration ?? []);
  const applied = migrations.filter(isApplied);
  const gone = undone.filter((migration) => !isApplied(migration));
  const assumed = plan.assumed.filter((migration) => !isApplied(migration));
  const fingerprint = await run.input.currentFingerprint();

  const hasOnlyMigrations = plan.steps.every(
    ({ migration, undo }) => migration !== null || undo !== undefined,
  );
  const isDone =
    applied.length === migrations.length && gone.length === undone.length && assumed.length === 0;
  if (isDone && (hasOnlyMigrations || fingerprint === plan.targetFingerprint)) return 'nothing to do';
  if (fingerprint !== plan.liveFingerprint) {
    throw moved(run, 'live-moved', `live has changed since the plan was made`, applied, [
      `expected the fingerprint ${plan.liveFingerprint}, found ${fingerprint}`,
    ]);
  }
  if (applied.length > 0) {
    throw moved(run, 'history-moved', 'some of its migrations were applied since it was made', applied, []);
  }
  if (gone.length > 0) {
    const facts = [`not applied any more: ${gone.map(({ script }) => script).join(', ')}`];
    throw moved(run, 'history-moved', 'some of what it undoes was undone since it was made', [], facts);
  }
  return assumed;
}

function moved(
  run: Run,
  code: 'live-moved' | 'history-moved',
  reason: string,
  applied: readonly PlannedMigration[],
  facts: readonly string[],
): TrueupError {
  const scripts = applied.map(({ script }) => script).join(', ');
  return new TrueupError([
    {
      code,
      severity: 'error',
      subject: run.input.session.label,
      summary: `The plan does not fit any more: ${reason}. Nothing was run.`,
      detail: [...facts, ...(scripts === '' ? [] : [`applied since: ${scripts}`])].join('; '),
      help: 'Make the plan again and review what is new.',
    },
  ]);
}
