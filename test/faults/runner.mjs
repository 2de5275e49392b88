// A process that is told `{ url, folder, hazards, rollsBack, generates, directory }` and then does on live what `trueup apply --resume` or `trueup
// rollback --to 0 --resume` does, without the replay and the rehearsal, which write nothing there, and tells the run's
// report; again and again, until it is killed. Plain JavaScript on dist, because hundreds of them are started.
import { applyPlan } from '../../dist/apply/apply.js';
import { acquireLock } from '../../dist/apply/lock.js';
import { readAddresses, readRenamed } from '../../dist/apply/names.js';
import { settleUnfinished } from '../../dist/apply/settle-unfinished.js';
import { readUnfinished } from '../../dist/apply/unfinished.js';
import { introspect } from '../../dist/catalog/introspect.js';
import { orderKeyed } from '../../dist/commands/assess/keyed-order.js';
import { splitPending, splitUndos } from '../../dist/commands/assess/resume.js';
import { undoTitle } from '../../dist/commands/undo/generated-undo.js';
import { planUndo } from '../../dist/commands/undo/undo-steps.js';
import { readFromBackups } from '../../dist/commands/undo/unfilled.js';
import { openServer } from '../../dist/database/server.js';
import { findRenames } from '../../dist/diff/diff.js';
import { registry } from '../../dist/kinds/index.js';
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

async function runOn(session, { folder, hazards, rollsBack, generates, directory }) {
  const signal = new AbortController().signal;
  const now = () => new Date();
  // As apply does: what a dead process's session still does is done once its lock can be had.
  for await (const _ of acquireLock({ session, timeoutMs: 60_000, now, signal }));
  const before = await readUnfinished(session);
  if (before) await settleUnfinished(session, before, null);
  const unfinished = await readUnfinished(session);
  const migrations = await readMigrations(folder, { cwd: folder });
  const order = await orderKeyed(migrations, await readHistory(session), undefined);
  const written = generates
    ? await generatedUndo(session, order.applied, generates, unfinished)
    : rollsBack
      ? undoSteps(order.applied, splitUndos(migrations, order.applied, unfinished))
      : splitPending(order.pending, unfinished).pending.map(migrationStep);
  const steps = written.map((step) => ({
    ...step,
    statements: step.statements.map((one) => ({
      ...one,
      hazards: [
        ...one.hazards,
        ...hazards
          .filter(({ sql }) => sql === one.sql)
          .map(({ hazard: [code, of], takes }) => ({ ...hazard(code, of), ...(takes ? { takes } : {}) })),
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
    readAddresses: (isOpen) => readAddresses(session, registry, isOpen),
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

/** One part, from what the database is to what it was before the migrations, which the stage has read. */
async function generatedUndo(session, applied, { before, after }, unfinished) {
  if (applied.length === 0) return [];
  const read = (catalog) => ({
    ...catalog,
    objects: new Map(catalog.objects),
    dependencies: new Map(catalog.dependencies.map(([id, needs]) => [id, new Set(needs)])),
  });
  const [start, goal] = [read(before), read(after)];
  const live = await introspect(session, registry);
  const migrations = applied.toReversed();
  const keys = applied.map(({ key }) => key);
  const part = {
    script: null,
    migrations,
    before: start,
    after: goal,
    renames: findRenames(start, goal),
    renamed: await readRenamed(session, undoTitle(migrations), keys, live),
    moments: applied.map(({ script }) => ({ script, catalog: goal })),
    from: null,
    to: goal,
    versionAfter: null,
  };
  const rollback = { to: '0', parts: [part], earlier: [], versionAfter: null };
  const back = await readFromBackups({ live: session, assessment: { registry, unfinished } }, rollback, live);
  const online = { choice: 'always', serverVersion: session.serverVersion, empty: new Set() };
  return planUndo({ expected: start, registry }, rollback, live, new Set(), online, true, back).steps;
}
