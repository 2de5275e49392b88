import { randomUUID } from 'node:crypto';
import { resetSession } from '../database/isolation.ts';
import { TrueupError } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import { attemptStatements, startAttempt } from './attempt.ts';
import { endingOf } from './ending.ts';
import type { ApplyEvent } from './event.ts';
import { acquireLock, releaseLock } from './lock.ts';
import { note, startProgress } from './progress.ts';
import { buildReport, type Ending } from './report.ts';
import { type ApplyInput, type Run, withDefaults } from './run.ts';

/**
 * Runs a plan on live in one transaction and rolls it back: with live's rows and under live's locks, which are
 * held until the end. Writes nothing, also no history. The report calls every step rolled back, or failed. Throws
 * `TrueupError` when a statement cannot be rolled back.
 */
export async function* dryRunPlan(input: ApplyInput): AsyncGenerator<ApplyEvent, void> {
  const { session, plan, now, signal, waitMs: timeoutMs = 60_000 } = input;
  refuseLasting(plan);
  const run: Run = {
    // What is rolled back destroys nothing.
    input: { ...input, backup: undefined },
    runId: randomUUID(),
    startedAt: now(),
    gitCommit: null,
    progress: startProgress(plan),
    timeouts: withDefaults(input.timeouts),
    serverStart: '',
  };
  yield { type: 'run started', runId: run.runId };
  let ending: Ending = { outcome: 'rolled back', error: null, differences: null };
  try {
    yield* acquireLock({ session, timeoutMs, now, signal });
    const [segment] = plan.segments;
    if (segment) {
      const attempt = startAttempt(segment);
      try {
        yield { type: 'segment started', segment: 0 };
        await session.exec('BEGIN');
        yield* attemptStatements(run, segment, attempt);
      } catch (error) {
        if (attempt.at) note(run.progress, attempt.at, { outcome: 'failed' });
        ending = endingOf(run, error);
      } finally {
        await session.exec('ROLLBACK').catch(() => undefined);
        await resetSession(session).catch(() => undefined);
      }
      for (const index of segment.statements) {
        const { outcome } = run.progress.statements[index.step]?.[index.statement] ?? {};
        if (outcome === 'applied') note(run.progress, index, { outcome: 'rolled back' });
      }
      yield { type: 'segment rolled back', segment: 0 };
    }
  } catch (error) {
    ending = endingOf(run, error);
  } finally {
    await releaseLock(session).catch(() => undefined);
  }
  const times = { runId: run.runId, startedAt: run.startedAt, endedAt: now() };
  yield { type: 'run finished', report: buildReport(plan, run.progress, ending, times) };
}

function refuseLasting(plan: Plan): void {
  const lasting = plan.steps.flatMap((step) =>
    step.statements.filter(({ transaction }) => ['outside', 'own', 'batch'].includes(transaction)),
  );
  if (plan.segments.length <= 1 && lasting.length === 0) return;
  throw new TrueupError(
    [
      {
        code: 'not-one-transaction',
        severity: 'error',
        summary:
          'This plan cannot be run and rolled back: not all of it fits into one transaction. Nothing was run.',
        detail: lasting
          .map(({ sql }) => sql.split('\n', 1)[0] ?? '')
          .slice(0, 5)
          .join('\n'),
        help: 'Its rehearsal on an embedded copy of live is what can be shown: `trueup plan`.',
      },
    ],
    { exitCode: 3 },
  );
}
