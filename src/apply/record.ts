import { checkDeferredConstraints } from '../database/isolation.ts';
import { areRecorded, recordMigration, recordUndone } from '../migrations/history.ts';
import type { PlannedMigration, Restored, Segment, StatementIndex } from '../plan/plan.ts';
import { asConnected, keepBooks, writeProgress } from './journal.ts';
import { isKept, stepDurationMs } from './progress.ts';
import { restoreInTransaction } from './restore.ts';
import type { Run } from './run.ts';

/** Records migrations that ran before there was a history. */
export async function recordAssumed(run: Run, migrations: readonly PlannedMigration[]): Promise<void> {
  for (const migration of migrations) await record(run, migration, 0);
}

/** Records the migrations that a segment completes or undoes, and what its statements did. */
export async function recordSegment(
  run: Run,
  segment: Segment,
  assumed: readonly PlannedMigration[],
): Promise<void> {
  await recordAssumed(run, assumed);
  for (const step of segment.completes) {
    const { migration, undo } = run.input.plan.steps[step] ?? {};
    // Once: with the rows of history, which are gone when this is done again.
    if (undo?.restores && (await areRecorded(run.input.session, undo.migrations))) {
      for (const one of undo.restores) if (one.after === null) await putBack(run, one);
    }
    for (const undone of undo?.migrations ?? []) {
      await recordUndone(run.input.session, undone, { script: undo?.script ?? null, runId: run.runId });
    }
    if (migration) await record(run, migration, stepDurationMs(run.progress, step));
  }
  await writeProgress(run.input.session, run.runId, run.progress, segment.statements);
}

/** Puts back what a statement has made room for, in its transaction. */
export async function restoreBehind(run: Run, { step, statement }: StatementIndex): Promise<void> {
  for (const one of run.input.plan.steps[step]?.undo?.restores ?? [])
    if (one.after === statement) await asConnected(run.input.session, () => putBack(run, one));
}

async function putBack({ input, progress }: Run, restored: Restored): Promise<void> {
  const { session, backupDirectory = null } = input;
  const rows = await restoreInTransaction(session, restored.backup, backupDirectory, restored);
  progress.putBack.set(restored, rows);
  // What is deferred would be in the way of the next ALTER TABLE (55006).
  await checkDeferredConstraints(session);
}

/** After a rollback, the failure is recorded on its own; a migration that is half committed gets a row that says so. */
export async function keepFailure(run: Run, segment: Segment): Promise<void> {
  const { session, plan } = run.input;
  await keepBooks(session, async () => {
    await writeProgress(session, run.runId, run.progress, segment.statements);
    for (const step of new Set(segment.statements.map((index) => index.step))) {
      const migration = plan.steps[step]?.migration;
      const isPartly = run.progress.statements[step]?.some(isKept);
      if (migration && isPartly) await record(run, migration, stepDurationMs(run.progress, step), false);
    }
  });
}

function record(
  run: Run,
  migration: PlannedMigration,
  executionTimeMs: number,
  success = true,
): Promise<void> {
  const { toolVersion } = run.input.plan;
  return recordMigration(run.input.session, migration, {
    executionTimeMs,
    toolVersion,
    runId: run.runId,
    success,
  });
}
