import { diagnoseStatement } from '../database/diagnose.ts';
import { resetSession } from '../database/isolation.ts';
import { DatabaseError } from '../database/session.ts';
import { type Diagnostic, InterruptedError, TrueupError } from '../errors.ts';
import { recordMigration } from '../migrations/history.ts';
import type { PlannedMigration, Segment, StatementIndex } from '../plan/plan.ts';
import type { ApplyEvent } from './event.ts';
import { actAsConnected, keepBooks, writeProgress } from './journal.ts';
import { note, stepDurationMs } from './progress.ts';
import type { Run } from './run.ts';

/**
 * Runs one segment and records it: in the same transaction where it has one, right after it where not.
 * `assumed` migrations are recorded with it. Throws `InterruptedError` when asked to stop, and
 * `TrueupError` when a statement fails; whatever was not committed is then rolled back, and `run.progress`
 * says what was.
 */
export async function* runSegment(
  run: Run,
  segmentIndex: number,
  segment: Segment,
  assumed: readonly PlannedMigration[],
): AsyncGenerator<ApplyEvent, void> {
  const { session, plan } = run.input;
  yield { type: 'segment started', segment: segmentIndex };
  for (const index of segment.statements) note(run.progress, index, { outcome: 'running' });
  await keepBooks(session, async () => {
    await writeProgress(session, run.runId, run.progress, segment.statements);
    if (!segment.transaction) await record(run, assumed);
  });
  const ownBlock = { openedAt: null as number | null };
  let committing = false;
  let done = false;
  let at = segment.statements[0];
  let failed: Diagnostic | undefined;
  try {
    if (segment.transaction) await session.exec('BEGIN');
    for (const [position, index] of segment.statements.entries()) {
      if (run.input.signal.aborted) throw new InterruptedError();
      at = index;
      const { sql = '', transaction } = planned(run, index) ?? {};
      // A migration may set its own from there on, and what ends a step resets them.
      if (position === 0 || index.statement === 0) await limit(run, sql);
      yield* runStatement(run, index);
      if (transaction === 'own') followOwnBlock(ownBlock, sql, position);
      const isLast = index.statement === (plan.steps[index.step]?.statements.length ?? 0) - 1;
      if (isLast && transaction === 'own') await refuseOpenBlock(run, index);
      if (isLast) await resetSession(session);
    }
    if (segment.transaction) {
      if (run.input.signal.aborted) throw new InterruptedError();
      await actAsConnected(session);
      await recordSegment(run, segment, assumed);
      committing = true;
      await session.exec('COMMIT');
    } else {
      await keepBooks(session, () => recordSegment(run, segment, []));
    }
    for (const step of segment.completes) run.progress.completed.add(step);
    done = true;
  } catch (error) {
    const thrown = explain(run, at, error, committing);
    if (thrown instanceof TrueupError) failed = thrown.diagnostics[0];
    if (failed && at) yield { type: 'statement failed', ...at, diagnostic: failed };
    throw thrown;
  } finally {
    // Also reached when the consumer stops listening: nothing stays open.
    if (!done) {
      const kept = segment.transaction ? 0 : (ownBlock.openedAt ?? segment.statements.length);
      settle(run, segment.statements, kept, at, failed);
      await session.exec('ROLLBACK').catch(() => undefined);
      await resetSession(session).catch(() => undefined);
      await keepFailure(run, segment).catch(() => undefined);
    }
  }
  for (const step of segment.completes) {
    yield { type: 'step finished', step, durationMs: stepDurationMs(run.progress, step) };
  }
  yield { type: 'segment committed', segment: segmentIndex };
}

async function* runStatement(run: Run, index: StatementIndex): AsyncGenerator<ApplyEvent, void> {
  yield { type: 'statement started', ...index };
  const started = run.input.now().getTime();
  const elapsed = () => run.input.now().getTime() - started;
  try {
    const { rowCount } = await run.input.session.exec(planned(run, index)?.sql ?? '');
    note(run.progress, index, { outcome: 'applied', durationMs: elapsed(), rowCount });
  } catch (error) {
    note(run.progress, index, { durationMs: elapsed() });
    throw error;
  }
  const { durationMs = 0, rowCount = null } = run.progress.statements[index.step]?.[index.statement] ?? {};
  yield { type: 'statement finished', ...index, durationMs, rowCount };
}

/**
 * Limits how long a statement may wait and run. What waits CONCURRENTLY makes nobody else wait, and must not give
 * up: it would leave an invalid index.
 */
async function limit({ input: { session, timeouts } }: Run, sql: string): Promise<void> {
  if (!timeouts) return;
  const lockMs = /\bCONCURRENTLY\b/i.test(sql) ? 0 : timeouts.lockMs;
  await session.exec(`SET lock_timeout = ${lockMs}; SET statement_timeout = ${timeouts.statementMs}`);
}

function planned(run: Run, index: StatementIndex) {
  return run.input.plan.steps[index.step]?.statements[index.statement];
}

/** Which statement of the segment began the block that is open in a migration with its own transactions. */
function followOwnBlock(block: { openedAt: number | null }, sql: string, position: number): void {
  if (/^(?:BEGIN|START)\b/i.test(sql)) block.openedAt ??= position;
  else if (/^(?:COMMIT|END|ROLLBACK|ABORT)\b(?!\s+(?:PREPARED|TO\b))/i.test(sql)) {
    block.openedAt = /\bAND\s+CHAIN\b/i.test(sql) && !/\bAND\s+NO\s+CHAIN\b/i.test(sql) ? position + 1 : null;
  }
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

async function record(run: Run, migrations: readonly PlannedMigration[]): Promise<void> {
  for (const migration of migrations) {
    await recordMigration(run.input.session, migration, {
      executionTimeMs: 0,
      toolVersion: run.input.plan.toolVersion,
      runId: run.runId,
    });
  }
}

async function recordSegment(
  run: Run,
  segment: Segment,
  assumed: readonly PlannedMigration[],
): Promise<void> {
  const { session, plan } = run.input;
  await record(run, assumed);
  for (const step of segment.completes) {
    const migration = plan.steps[step]?.migration;
    if (!migration) continue;
    await recordMigration(session, migration, {
      executionTimeMs: stepDurationMs(run.progress, step),
      toolVersion: plan.toolVersion,
      runId: run.runId,
    });
  }
  await writeProgress(session, run.runId, run.progress, segment.statements);
}

/** After a rollback, the failure is recorded on its own; a migration that is half committed gets a row that says so. */
async function keepFailure(run: Run, segment: Segment): Promise<void> {
  const { session, plan } = run.input;
  await keepBooks(session, async () => {
    await writeProgress(session, run.runId, run.progress, segment.statements);
    for (const step of new Set(segment.statements.map((index) => index.step))) {
      const migration = plan.steps[step]?.migration;
      const isPartly = run.progress.statements[step]?.some(({ outcome }) => outcome === 'applied');
      if (!migration || !isPartly) continue;
      await recordMigration(session, migration, {
        executionTimeMs: stepDurationMs(run.progress, step),
        toolVersion: plan.toolVersion,
        runId: run.runId,
        success: false,
      });
    }
  });
}

/** Of the statements that ran, the first `kept` stay and the others are rolled back; `failedAt` gets the blame. */
function settle(
  run: Run,
  statements: readonly StatementIndex[],
  kept: number,
  failedAt: StatementIndex | undefined,
  diagnostic: Diagnostic | undefined,
): void {
  statements.forEach((index, position) => {
    const outcome = run.progress.statements[index.step]?.[index.statement]?.outcome;
    if (index === failedAt && diagnostic) note(run.progress, index, { outcome: 'failed', error: diagnostic });
    else if (outcome === 'running')
      note(run.progress, index, { outcome: index === failedAt ? 'rolled back' : 'not run' });
    else if (outcome === 'applied' && position >= kept) note(run.progress, index, { outcome: 'rolled back' });
  });
}

/** A statement cancelled because the user asked to stop (57014) was interrupted; it did not fail. */
function explain(run: Run, at: StatementIndex | undefined, error: unknown, committing: boolean): unknown {
  if (!(error instanceof DatabaseError)) return error;
  if (error.code === '57014' && run.input.signal.aborted) return new InterruptedError();
  const statement = (at && planned(run, at)) ?? { sql: '', position: null };
  const diagnostic = diagnoseStatement(error, statement);
  // Class 08 and Node's codes: the answer to COMMIT never came.
  const isUnknown = committing && !/^(?!08)[0-9A-Z]{5}$/.test(error.code);
  const doubt = 'The connection was lost during COMMIT: history tells whether it was done.';
  return new TrueupError([isUnknown ? { ...diagnostic, detail: doubt } : diagnostic], { cause: error });
}
