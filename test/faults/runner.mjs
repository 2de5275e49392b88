// A process that is told `{ url, folder, hazards, rollsBack, directory }` and then does on live what `trueup apply --resume` or `trueup
// rollback --to 0 --resume` does, without the replay and the rehearsal, which write nothing there, and tells the run's
// report; again and again, until it is killed. Plain JavaScript on dist, because hundreds of them are started.
import { applyPlan } from '../../dist/apply/apply.js';
import { acquireLock } from '../../dist/apply/lock.js';
import { settleUnfinished } from '../../dist/apply/settle-unfinished.js';
import { readUnfinished } from '../../dist/apply/unfinished.js';
import { orderKeyed } from '../../dist/commands/assess/keyed-order.js';
import { splitPending, splitUndos } from '../../dist/commands/assess/resume.js';
import { planUndo } from '../../dist/commands/undo/undo-steps.js';
import { openServer } from '../../dist/database/server.js';
import { readHistory } from '../../dist/migrations/history.js';
import { readMigrations } from '../../dist/migrations/read.js';
import { hazard } from '../../dist/plan/hazards.js';
import { segmentSteps } from '../../dist/plan/segments.js';
import { migrationStep } from '../../dist/plan/steps.js';

process.on('message', async (task) => {
  const report = await goOn(task).catch((error) => ({
    outcome: 'not begun',
    steps: [],
    error: { summary: String(error) },
  }));
  process.send(report);
});

async function goOn({ url, ...task }) {
  const session = await openServer(url);
  try {
    return await runOn(session, task);
  } finally {
    await session.close().catch(() => undefined);
  }
}

async function runOn(session, { folder, hazards, rollsBack, directory }) {
  const signal = new AbortController().signal;
  const now = () => new Date();
  // As apply does: what a dead process's session still does is done once its lock can be had.
  for await (const _ of acquireLock({ session, timeoutMs: 60_000, now, signal }));
  const before = await readUnfinished(session);
  if (before) await settleUnfinished(session, before, null);
  const unfinished = await readUnfinished(session);
  const migrations = await readMigrations(folder, { cwd: folder });
  const order = await orderKeyed(migrations, await readHistory(session), undefined);
  const written = rollsBack
    ? undoSteps(order.applied, splitUndos(migrations, order.applied, unfinished))
    : splitPending(order.pending, unfinished).pending.map(migrationStep);
  const steps = written.map((step) => ({
    ...step,
    statements: step.statements.map((one) => ({
      ...one,
      hazards: [
        ...one.hazards,
        ...hazards.filter(({ sql }) => sql === one.sql).map(({ hazard: [code, of] }) => hazard(code, of)),
      ],
    })),
  }));
  const plan = {
    formatVersion: 1,
    toolVersion: 'faults',
    database: session.label,
    liveServerVersion: session.serverVersion,
    liveFingerprint: 'live',
    targetFingerprint: 'target',
    versionBefore: null,
    versionAfter: null,
    strategy: 'scripts',
    snapshot: null,
    drift: [],
    ignored: [],
    pending: [],
    steps,
    segments: segmentSteps(steps),
    assumed: [],
    ...(before ? { resumes: before.runId } : {}),
    rehearsal: { outcome: 'skipped', reason: 'faults' },
    notCompared: [],
    diagnostics: [],
  };
  let report;
  for await (const event of applyPlan({
    session,
    plan,
    signal,
    now,
    gitCommit: null,
    backup: { limitBytes: 1024 ** 3, acceptsLarge: true, directory: directory ?? undefined },
    // Reads what a verification would need a connection for.
    verify: async () => (await session.query('SELECT 1 AS verified')) && [],
    currentFingerprint: async () => 'live',
  })) {
    if (event.type === 'run finished') report = event.report;
  }
  return report;
}

function undoSteps(applied, scripts) {
  const catalog = { serverVersion: 170000, objects: new Map(), dependencies: new Map(), notCompared: [] };
  const parts = applied.toReversed().map((migration) => ({
    script: scripts.find(({ version }) => version === migration.version),
    migrations: [migration],
    before: catalog,
    after: catalog,
    renames: new Map(),
    moments: [],
    from: null,
    to: catalog,
    versionAfter: null,
  }));
  const rollback = { to: '0', parts, earlier: [], versionAfter: null };
  return planUndo({ expected: catalog, registry: new Map() }, rollback, catalog, new Set(), 'never', true)
    .steps;
}
