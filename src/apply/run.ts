import type { ObjectId } from '../catalog/object.ts';
import type { Session } from '../database/session.ts';
import type { Change } from '../diff/change.ts';
import type { Plan, StatementIndex } from '../plan/plan.ts';
import type { BackupPolicy } from './backup.ts';
import type { RunIdentity } from './journal.ts';
import type { Progress } from './progress.ts';

/** How long a run waits, and for what. */
export type ApplyTimeouts = {
  /**
   * How long a statement queues for a lock, in milliseconds; 0 for ever. Whoever comes later queues behind it, also
   * to read, so it gives way and tries again. CONCURRENTLY queues in nobody's way, and waits. Default 3,000.
   */
  readonly lockMs?: number | undefined;
  /** Limit for each statement, in milliseconds. Default: the server's own. */
  readonly statementMs?: number | undefined;
  /** How often the statements of one transaction are begun when others are in their way. Default 10. */
  readonly attempts?: number | undefined;
  /** How long a lost server is looked for, in milliseconds. Default 60,000. */
  readonly reconnectMs?: number | undefined;
};

/** What `applyPlan` needs. Effects arrive as arguments. */
export type ApplyInput = {
  /** Of the live database, used by nobody else meanwhile. */
  readonly session: Session;
  readonly plan: Plan;
  /** Aborted: stop after the current statement. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
  readonly gitCommit: string | null;
  /** Introspects again, on the same session: changes between live and target that nobody decided to leave. */
  readonly verify: () => Promise<readonly Change[]>;
  /** Fingerprint of live as it is now, on the same session. */
  readonly currentFingerprint: () => Promise<string>;
  /** Where PostgreSQL keeps each object, by id, in a transaction that is open or in its own; absent: no names are noted. */
  readonly readAddresses?: (isOpen: boolean) => Promise<ReadonlyMap<ObjectId, string>>;
  /** How long to wait for another run; 60,000 when absent. */
  readonly waitMs?: number | undefined;
  readonly timeouts?: ApplyTimeouts | undefined;
  /** Saves what is destroyed first; absent: nothing is saved. */
  readonly backup?: BackupPolicy | undefined;
  /** Where backups in files are, for what is put back; absent: no place is known. */
  readonly backupDirectory?: string | null;
};

/** A run in progress. */
export type Run = RunIdentity & {
  readonly input: ApplyInput;
  readonly progress: Progress;
  /** When the server was started, as it prints it. */
  readonly serverStart: string;
  readonly timeouts: { readonly [key in keyof ApplyTimeouts]-?: number };
};

/** The timeouts with their defaults; `statementMs` is 0 for none. */
export function withDefaults(timeouts: ApplyTimeouts = {}): Run['timeouts'] {
  return {
    lockMs: timeouts.lockMs ?? 3_000,
    statementMs: timeouts.statementMs ?? 0,
    attempts: timeouts.attempts ?? 10,
    reconnectMs: timeouts.reconnectMs ?? 60_000,
  };
}

/** The statement at a place in the plan. */
export function planned({ input: { plan } }: Run, { step, statement }: StatementIndex) {
  return plan.steps[step]?.statements[statement];
}
