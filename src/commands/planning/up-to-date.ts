import { randomUUID } from 'node:crypto';
import type { RunReport } from '../../apply/event.ts';
import { leavesWork, readUnfinished } from '../../apply/unfinished.ts';
import type { Session } from '../../database/session.ts';
import { readHistory } from '../../migrations/history.ts';
import { toolVersion } from '../../version.ts';
import { orderKeyed } from '../assess/keyed-order.ts';
import type { LoadedProject } from '../open.ts';

/** Whether history says that every migration is applied as it is, and no run left anything half done. Replays nothing. */
export async function isUpToDate(loaded: LoadedProject, live: Session): Promise<boolean> {
  const history = await readHistory(live);
  if (history === null) return false;
  const { pending, diagnostics } = await orderKeyed(loaded.migrations, history, undefined);
  const isFaultless = diagnostics.every(({ severity }) => severity !== 'error');
  if (pending.length > 0 || !isFaultless) return false;
  const unfinished = await readUnfinished(live, []);
  return unfinished === null || !leavesWork(unfinished, new Set(history.map(({ key }) => key)));
}

/** The report of a run for which another one has left nothing to do. */
export function upToDateReport(
  database: string,
  { now = () => new Date() }: { now?: () => Date },
): RunReport {
  return {
    formatVersion: 1,
    runId: randomUUID(),
    outcome: 'nothing to do',
    database,
    toolVersion,
    startedAt: now().toISOString(),
    durationMs: 0,
    versionBefore: null,
    versionAfter: null,
    steps: [],
    putBack: [],
    differences: null,
    error: null,
  };
}
