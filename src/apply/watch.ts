import { setTimeout as delay } from 'node:timers/promises';
import type { Session } from '../database/session.ts';
import type { StatementIndex } from '../plan/plan.ts';
import type { ApplyEvent, Blocker } from './event.ts';

/** Waits for a statement of a run, and says who blocks it each time that changes. Returns or throws what the statement did. */
export async function* watchBlockers<T>(
  session: Session,
  index: StatementIndex,
  work: Promise<T>,
): AsyncGenerator<ApplyEvent, T> {
  const watched = watch(session, work, 500);
  for (;;) {
    const { done, value } = await watched.next();
    if (done) return value;
    yield { type: 'blocked', ...index, blockers: value };
  }
}

/**
 * Waits for what a session does, and says who blocks it each time that changes: a second connection looks on, for the first
 * time after `pollMs`. Returns or throws what came of it.
 */
export async function* watch<T>(
  session: Session,
  work: Promise<T>,
  pollMs: number,
): AsyncGenerator<readonly Blocker[], T> {
  const ended = work.then(
    () => true,
    () => true,
  );
  let watcher: Session | null | undefined;
  let told = '';
  try {
    while (!(await endsSoon(ended, pollMs))) {
      // A server without a connection to spare, or none that answers, shows no blockers; the statement goes on.
      watcher ??= await session.openAnother().catch(() => null);
      if (!watcher) break;
      const blockers = await readBlockers(watcher, session.backendPid()).catch(() => []);
      const pids = blockers.map(({ pid }) => pid).join();
      if (pids !== told) yield blockers;
      told = pids;
    }
    return await work;
  } finally {
    await watcher?.close().catch(() => undefined);
  }
}

async function endsSoon(ended: Promise<boolean>, pollMs: number): Promise<boolean> {
  const timer = new AbortController();
  const late = delay(pollMs, false, { signal: timer.signal }).catch(() => false);
  try {
    return await Promise.race([ended, late]);
  } finally {
    timer.abort();
  }
}

/** Sessions that hold or queue for what this one waits for, oldest transaction first. */
async function readBlockers(watcher: Session, pid: number | null): Promise<readonly Blocker[]> {
  return watcher.query<Blocker>(
    `SELECT b.pid, a.usename::text AS role, a.application_name AS application, a.state,
            pg_catalog.left(a.query, 200) AS query,
            (extract(epoch FROM pg_catalog.clock_timestamp() - coalesce(a.xact_start, a.query_start)) * 1000)::integer
              AS "ageMs"
     FROM pg_catalog.unnest(pg_catalog.pg_blocking_pids($1)) AS b (pid)
     LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = b.pid
     ORDER BY a.xact_start NULLS LAST, b.pid`,
    [pid],
  );
}
