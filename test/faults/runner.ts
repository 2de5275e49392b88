import { applyPlan } from '../../src/apply/apply.ts';
import { settleUnfinished } from '../../src/apply/settle-unfinished.ts';
import { readUnfinished } from '../../src/apply/unfinished.ts';
import { orderKeyed } from '../../src/commands/keyed-order.ts';
import { splitPending } from '../../src/commands/resume.ts';
import { openServer } from '../../src/database/server.ts';
import { readHistory } from '../../src/migrations/history.ts';
import { readMigrations } from '../../src/migrations/read.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { segmentSteps } from '../../src/plan/segments.ts';
import { migrationStep } from '../../src/plan/steps.ts';

// What `trueup apply --resume` does on live, without the replay and the rehearsal, which write nothing there.
const [, , url = '', folder = ''] = process.argv;
await using session = await openServer(url);
const unfinished = await readUnfinished(session);
if (unfinished) await settleUnfinished(session, unfinished, null);
const history = await readHistory(session);
const order = await orderKeyed(await readMigrations(folder, { cwd: folder }), history, undefined);
const { pending } = splitPending(order.pending, await readUnfinished(session));
const steps = pending.map(migrationStep);
const plan: Plan = {
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
const signal = new AbortController().signal;
const input = { session, plan, signal, now: () => new Date(), gitCommit: null };
const effects = { verify: async () => [], currentFingerprint: async () => 'live' };
for await (const event of applyPlan({ ...input, ...effects })) {
  if (event.type !== 'run finished') continue;
  process.exitCode = ['success', 'nothing to do'].includes(event.report.outcome) ? 0 : 1;
  if (event.report.error) console.error(JSON.stringify(event.report.error));
}
