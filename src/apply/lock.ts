import { setTimeout as delay } from 'node:timers/promises';
import type { Session } from '../database/session.ts';
import { InterruptedError, TrueupError } from '../errors.ts';
import { runLockKey } from '../migrations/history-sql.ts';
import type { ApplyEvent } from './event.ts';

const pollMs = 200;

export type LockOptions = {
  readonly session: Session;
  readonly timeoutMs: number;
  readonly now: () => Date;
  readonly signal: AbortSignal;
};

/**
 * Takes the lock that lets one run at a time work on a database; it belongs to the session, so it outlives
 * transactions and ends with the connection. Polls, because a waiting pg_advisory_lock could not be
 * interrupted and would hold a snapshot that CREATE INDEX CONCURRENTLY waits for. Throws `TrueupError`
 * when the time is over and `InterruptedError` when asked to stop.
 */
export async function* acquireLock(options: LockOptions): AsyncGenerator<ApplyEvent, void> {
  const { session, timeoutMs, now, signal } = options;
  await refusePool(session);
  const startedMs = now().getTime();
  let told = '';
  for (;;) {
    if (signal.aborted) throw new InterruptedError();
    const [row] = await session.query<{ locked: boolean }>(
      'SELECT pg_catalog.pg_try_advisory_lock($1::bigint) AS locked',
      [runLockKey],
    );
    if (row?.locked) return;
    const holder = await describeHolder(session);
    if (now().getTime() - startedMs >= timeoutMs) throw timedOut(session, holder, timeoutMs);
    if (holder !== told) yield { type: 'waiting for lock', detail: holder };
    told = holder;
    await delay(pollMs, undefined, { signal }).catch(() => undefined);
  }
}

/** A lock of a session, and what a migration sets for its session, mean nothing where no session is kept. */
async function refusePool(session: Session): Promise<void> {
  if ((await session.readPooling()) !== 'transaction') return;
  throw new TrueupError([
    {
      code: 'pooled-connection',
      severity: 'error',
      subject: session.label,
      summary: `${session.label} is reached through a connection pool that lends a connection for each transaction. Nothing was applied.`,
      detail:
        "A run needs one session: its lock, and what a migration sets, would be another session's in the next transaction.",
      help: 'Give the URL of the server itself, or of a pool in session mode. To look, as drift and plan do, the pool serves.',
    },
  ]);
}

/** Ends a session of this database that holds the lock: a connection that was lost may live on at the server. */
export async function endHolder(session: Session, pid: number): Promise<void> {
  const holders = await readHolders(session);
  if (holders.some((holder) => holder.pid === pid))
    await session.query('SELECT pg_catalog.pg_terminate_backend($1)', [pid]);
}

/** Gives the lock back. */
export async function releaseLock(session: Session): Promise<void> {
  await session.query('SELECT pg_catalog.pg_advisory_unlock($1::bigint)', [runLockKey]);
}

/** A session that works on a database. What the role may not see of it is null. */
export type LockHolder = {
  readonly pid: number;
  readonly role: string | null;
  readonly since: string | null;
};

/** Who holds the lock of this database: at most one. */
export function readHolders(session: Session): Promise<readonly LockHolder[]> {
  return session.query<LockHolder>(
    // A bigint key is shown as its two halves. Source: PostgreSQL manual, "pg_locks".
    `SELECT l.pid, a.usename::text AS role, pg_catalog.to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS TZ') AS since
     FROM pg_catalog.pg_locks l
     LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
     WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
       AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
       AND l.classid::bigint = $1::bigint >> 32 AND l.objid::bigint = $1::bigint & 4294967295`,
    [runLockKey],
  );
}

async function describeHolder(session: Session): Promise<string> {
  const [holder] = await readHolders(session);
  if (!holder) return 'another run has just ended';
  return `another run works on this database: process ${holder.pid} of ${holder.role ?? 'a role that is not shown'}, connected since ${holder.since ?? 'an unknown time'}`;
}

function timedOut(session: Session, holder: string, timeoutMs: number): TrueupError {
  return new TrueupError([
    {
      code: 'locked',
      severity: 'error',
      subject: session.label,
      summary: `Another run holds the lock of this database for longer than ${Math.round(timeoutMs / 1000)} s.`,
      detail: holder,
      help: 'Wait for it to end. If its client is gone, SELECT pg_terminate_backend(PID) ends its session.',
    },
  ]);
}
