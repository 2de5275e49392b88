import type { Timeouts } from '../config/config.ts';
import type { Session } from '../database/session.ts';
import type { Change } from '../diff/change.ts';
import type { Plan } from '../plan/plan.ts';
import type { RunIdentity } from './journal.ts';
import type { Progress } from './progress.ts';

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
  /** For each statement of the plan; as the session has them when absent. */
  readonly timeouts?: Timeouts;
  /** How long to wait for another run; 60,000 when absent. */
  readonly lockTimeoutMs?: number;
};

/** A run in progress. */
export type Run = RunIdentity & { readonly input: ApplyInput; readonly progress: Progress };
