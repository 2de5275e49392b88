import { applyPlan } from '../../apply/apply.ts';
import { openEmbeddedThread } from '../../database/embedded-thread.ts';
import type { Session } from '../../database/session.ts';
import { TrueupError } from '../../errors.ts';
import type { Plan, Step } from '../../plan/plan.ts';
import { segmentSteps } from '../../plan/segments.ts';
import { migrationStep } from '../../plan/steps.ts';
import { createStandIn, foreignShared, readShared } from '../../replay/stand-ins.ts';
import { extensionsOf } from '../assess/assess.ts';
import { orderKeyed } from '../assess/keyed-order.ts';
import type { LoadedProject, ProjectOptions } from '../open.ts';
import { demoAppliedVersion, demoDrift, demoPendingRepeatables, demoRows } from './demo-drift.ts';

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
    const all = loaded.migrations.flatMap(({ statements }) => statements);
    for (const one of foreignShared(all, await readShared(session), new Set()))
      await createStandIn(session, one);
    const half = Math.ceil(migrations.length / 2);
    // Two runs, so that there is a history to look at.
    for (const part of [migrations.slice(0, half), migrations.slice(half)]) {
      await applyAll(session, part.map(migrationStep), options.toolVersion);
    }
    for (const sql of [...demoRows, ...demoDrift]) await session.exec(sql);
    return session;
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** Runs steps as `trueup apply` does, on a database that nobody looks at yet: nothing to rehearse, compare or verify. */
async function applyAll(session: Session, steps: readonly Step[], toolVersion: string): Promise<void> {
  const versions = steps.flatMap(({ migration }) => migration?.version ?? []);
  const plan: Plan = {
    formatVersion: 1,
    strategy: 'scripts',
    snapshot: null,
    toolVersion,
    database: session.label,
    liveServerVersion: session.serverVersion,
    liveFingerprint: '',
    targetFingerprint: '',
    versionBefore: null,
    versionAfter: versions.at(-1) ?? null,
    drift: [],
    ignored: [],
    pending: [],
    steps,
    segments: segmentSteps(steps),
    assumed: [],
    rehearsal: { outcome: 'skipped', reason: 'the database is new' },
    notCompared: [],
    diagnostics: [],
  };
  const events = applyPlan({
    session,
    plan,
    signal: new AbortController().signal,
    now: () => new Date(),
    gitCommit: null,
    verify: async () => [],
    currentFingerprint: async () => plan.liveFingerprint,
  });
  for await (const event of events) {
    if (event.type === 'run finished' && event.report.error) throw new TrueupError([event.report.error]);
  }
}
