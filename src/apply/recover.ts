import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseError, type Session } from '../database/session.ts';
import { type Diagnostic, InterruptedError, TrueupError } from '../errors.ts';
import { readTables } from '../migrations/history.ts';
import type { ApplyEvent } from './event.ts';
import { acquireLock, endHolder } from './lock.ts';
import type { Run } from './run.ts';
import { endedByOther } from './settle-unfinished.ts';

/** A connection that was made again: whether it is still the same server, which then ended the old one by itself. */
export type Recovery = { readonly restarted: boolean };

/** When this server was started; another time on the next connection tells of a restart or a failover. */
export async function readServerStart(session: Session): Promise<string> {
  const [row] = await session.query<{ start: string }>(
    'SELECT pg_catalog.pg_postmaster_start_time()::text AS start',
  );
  return row?.start ?? '';
}

/**
 * Makes a lost connection again, within `reconnectMs`, ends the old session if it lives on, and takes the lock
 * again: from then on what the old session did is settled, and history can be asked. Throws `TrueupError`
 * when the server does not come back, or comes back as a standby, or when another run has taken over.
 */
export async function* recover(
  run: Run,
  diagnostic: Diagnostic,
  startedAs: string,
): AsyncGenerator<ApplyEvent, Recovery> {
  const { session, now, signal, waitMs = 60_000 } = run.input;
  const oldPid = session.backendPid();
  yield { type: 'reconnecting', diagnostic };
  const deadlineMs = now().getTime() + run.timeouts.reconnectMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await session.reconnect();
      await refuseStandby(session);
      break;
    } catch (error) {
      // Once asked to stop it tries once: to tell what was done.
      if (isFinal(error) || signal.aborted || now().getTime() >= deadlineMs)
        throw unreachable(diagnostic, error);
      await delay(backoffMs(attempt), undefined, { signal }).catch(() => undefined);
    }
  }
  const restarted = (await readServerStart(session)) !== startedAs;
  if (!restarted && oldPid !== null) await endHolder(session, oldPid);
  // What was done is worth knowing also when nothing more is to be done.
  const patience = signal.aborted ? new AbortController().signal : signal;
  yield* acquireLock({ session, timeoutMs: waitMs, now, signal: patience });
  await refuseTakenOver(run);
  return { restarted };
}

/** Pause before the attempt after this one: doubled each time up to 10 s, and scattered, so that two do not meet again. */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const most = Math.min(10_000, 100 * 2 ** attempt);
  return Math.round(most / 2 + (most / 2) * random());
}

/** After a failover the address may still lead to the old server, which is no longer the one to write to. */
async function refuseStandby(session: Session): Promise<void> {
  const [row] = await session.query<{ standby: boolean }>('SELECT pg_catalog.pg_is_in_recovery() AS standby');
  if (row?.standby)
    throw new DatabaseError('the server is a standby, which cannot be written to', { code: '25006' });
}

/** While the connection was gone its lock was free: another run may have found this one dead and gone on. */
async function refuseTakenOver({ input: { session }, runId }: Run): Promise<void> {
  // Before its first word is written there is no table.
  if (!(await readTables(session))?.has('run')) return;
  const [row] = await session.query(
    `SELECT FROM trueup.run WHERE run_id = $1::uuid AND outcome <> 'running' AND error ->> 'code' = $2`,
    [runId, endedByOther],
  );
  if (row === undefined) return;
  throw new TrueupError([
    {
      code: 'taken-over',
      severity: 'error',
      subject: session.label,
      summary: 'The connection was lost, and another run has gone on from there. This one stops.',
      help: 'Look at it with `trueup status`.',
    },
  ]);
}

const finalCodes: ReadonlySet<string> = new Set([
  '28P01',
  '28000',
  '3D000',
  'password-missing',
  'tls',
  'no-tls',
  'password-command',
  'server-version',
]);

function isFinal(error: unknown): boolean {
  if (error instanceof InterruptedError) return true;
  if (error instanceof TrueupError) return error.diagnostics.some(({ code }) => finalCodes.has(code));
  return !(error instanceof DatabaseError);
}

function unreachable(lost: Diagnostic, cause: unknown): TrueupError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new TrueupError(
    [
      {
        ...lost,
        code: 'connection-lost',
        summary: `The connection was lost and could not be made again: ${lost.summary}`,
        detail: `${reason}\nWhat was running is in doubt: it may have been committed.`,
        help: 'When the server is back, `trueup status` tells what was applied, and `trueup apply --resume` goes on.',
      },
    ],
    { cause },
  );
}
