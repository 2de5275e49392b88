// A process that is told `{ url, folder }` and then does on live what `trueup apply --resume` does, without the replay and
// the rehearsal, which write nothing there, and tells the run's report; again and again, until it is killed. Plain
// JavaScript on dist, because hundreds of them are started.
import { applyPlan } from '../../dist/apply/apply.js';
import { acquireLock } from '../../dist/apply/lock.js';
import { settleUnfinished } from '../../dist/apply/settle-unfinished.js';
import { readUnfinished } from '../../dist/apply/unfinished.js';
import { orderKeyed } from '../../dist/commands/keyed-order.js';
import { splitPending } from '../../dist/commands/resume.js';
import { openServer } from '../../dist/database/server.js';
import { readHistory } from '../../dist/migrations/history.js';
import { readMigrations } from '../../dist/migrations/read.js';
import { segmentSteps } from '../../dist/plan/segments.js';
import { migrationStep } from '../../dist/plan/steps.js';

process.on('message', async ({ url, folder }) => process.send(await goOn(url, folder)));

async function goOn(url, folder) {
  const session = await openServer(url);
  const signal = new AbortController().signal;
  const now = () => new Date();
  // As apply does: what a dead process's session still does is done once its lock can be had.
  for await (const _ of acquireLock({ session, timeoutMs: 60_000, now, signal }));
  const unfinished = await readUnfinished(session);
  if (unfinished) await settleUnfinished(session, unfinished, null);
  const order = await orderKeyed(
    await readMigrations(folder, { cwd: folder }),
    await readHistory(session),
    undefined,
  );
  const { pending } = splitPending(order.pending, await readUnfinished(session));
  const steps = pending.map(migrationStep);
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
    ...(unfinished ? { resumes: unfinished.runId } : {}),
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
    verify: async () => [],
    currentFingerprint: async () => 'live',
  })) {
    if (event.type === 'run finished') report = event.report;
  }
  await session.close();
  return report;
}
