import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openEmbeddedThread } from '../database/embedded-thread.ts';
import type { Session } from '../database/session.ts';
import { ensureHistory, recordMigration } from '../migrations/history.ts';
import { migrationStep } from '../plan/steps.ts';
import { runSteps } from '../replay/run-steps.ts';
import { createStandInRole, foreignRoles, readRoles } from '../replay/stand-ins.ts';
import { extensionsOf } from './assess.ts';
import { demoAppliedVersion, demoDrift, demoPendingRepeatables, demoRows } from './demo-drift.ts';
import { orderKeyed } from './keyed-order.ts';
import type { LoadedProject, ProjectOptions } from './open.ts';

/** The sample project comes with the package: its root is the package's. */
export const sampleRoot = resolve(fileURLToPath(new URL('../..', import.meta.url)));

/**
 * A live database in memory with everything up to `demoAppliedVersion` applied and recorded, some rows, and
 * drift on top. Nothing of it outlives the process.
 */
export async function openDemoDatabase(
  loaded: LoadedProject,
  options: Pick<ProjectOptions, 'onProgress' | 'cacheDirectory'> & { readonly toolVersion: string },
): Promise<Session> {
  const { applied } = await orderKeyed(loaded.migrations, null, demoAppliedVersion);
  const migrations = applied.filter(({ script }) => !demoPendingRepeatables.includes(script));
  options.onProgress?.('making the demo database');
  const session = await openEmbeddedThread({
    extensions: extensionsOf(loaded.migrations),
    ...(options.cacheDirectory === undefined ? {} : { cacheDirectory: options.cacheDirectory }),
    ...(options.onProgress ? { onProgress: options.onProgress } : {}),
  });
  try {
    const existing = await readRoles(session);
    for (const role of foreignRoles(
      loaded.migrations.flatMap(({ statements }) => statements),
      existing,
      new Set(),
    )) {
      await createStandInRole(session, role);
    }
    await ensureHistory(session);
    for (const migration of migrations) {
      const step = migrationStep(migration);
      await runSteps(session, [step]);
      if (step.migration) {
        await recordMigration(session, step.migration, {
          executionTimeMs: 1,
          toolVersion: options.toolVersion,
          runId: null,
        });
      }
    }
    for (const sql of [...demoRows, ...demoDrift]) await session.exec(sql);
    return session;
  } catch (error) {
    await session.close();
    throw error;
  }
}
