import type { Change } from '../diff/change.ts';
import type { Diagnostic } from '../errors.ts';
import type { Step } from '../plan/plan.ts';

/** What happens during a run, in order. Indexes are into `plan.steps` and `plan.segments`. */
export type ApplyEvent =
  | { readonly type: 'run started'; readonly runId: string }
  | { readonly type: 'waiting for lock'; readonly detail: string }
  /** The statement waits for these sessions; none: it waits no longer. */
  | {
      readonly type: 'blocked';
      readonly step: number;
      readonly statement: number;
      readonly blockers: readonly Blocker[];
    }
  /**
   * What was rolled back runs again after a pause. `diagnostic` says what went wrong this time. `lockMs` is the
   * lock_timeout that ran out; null where something else went wrong, or the migration sets its own.
   */
  | {
      readonly type: 'retrying';
      readonly segment: number;
      readonly attempt: number;
      readonly attempts: number;
      readonly delayMs: number;
      readonly lockMs: number | null;
      readonly diagnostic: Diagnostic;
    }
  /** The connection is lost and is being made again. */
  | { readonly type: 'reconnecting'; readonly diagnostic: Diagnostic }
  | { readonly type: 'segment started'; readonly segment: number }
  | { readonly type: 'statement started'; readonly step: number; readonly statement: number }
  /** A part of a statement, one transaction of it. `rows` are those that it has changed since its beginning, in earlier runs too. */
  | {
      readonly type: 'batch committed';
      readonly step: number;
      readonly statement: number;
      readonly batchRows: number;
      readonly durationMs: number;
      readonly rows: number;
      /** Changed rows per second of this run. */
      readonly rowsPerSecond: number;
      /** Estimated; null for a table that was never analyzed. */
      readonly leftMs: number | null;
    }
  | {
      readonly type: 'statement finished';
      readonly step: number;
      readonly statement: number;
      readonly durationMs: number;
      readonly rowCount: number | null;
    }
  | {
      readonly type: 'statement failed';
      readonly step: number;
      readonly statement: number;
      readonly diagnostic: Diagnostic;
    }
  | { readonly type: 'step finished'; readonly step: number; readonly durationMs: number }
  | { readonly type: 'segment committed'; readonly segment: number }
  | { readonly type: 'segment rolled back'; readonly segment: number }
  | { readonly type: 'verifying' }
  | ({ readonly type: 'file written' } & WrittenFile)
  | { readonly type: 'run finished'; readonly report: RunReport };

/** A file of the project that a run has written, by its path in the project. */
export type WrittenFile = { readonly file: string; readonly is: 'migration' | 'ignore rules' | 'report' };

/** A session that another one waits for. What the role may not see of it is null. */
export type Blocker = {
  readonly pid: number;
  readonly role: string | null;
  readonly application: string | null;
  readonly state: string | null;
  /** Its statement, or its last one, cut at 200 characters. */
  readonly query: string | null;
  /** Age of its transaction. */
  readonly ageMs: number | null;
};

/** How far the server says a statement is. `done` goes from 0 to 1; null where it does not say. */
export type ServerProgress = { readonly phase: string; readonly done: number | null };

/** `in doubt`: the server could not be asked any more whether it was committed. */
export type StepOutcome = 'applied' | 'rolled back' | 'failed' | 'not run' | 'in doubt';

/** What a run did: printed after it, written with `-o`, kept in history. */
export type RunReport = {
  readonly formatVersion: 1;
  readonly runId: string;
  /** `rolled back`: a dry run that came to its end. */
  readonly outcome: 'success' | 'failed' | 'interrupted' | 'nothing to do' | 'rolled back';
  readonly database: string;
  readonly toolVersion: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly versionBefore: string | null;
  readonly versionAfter: string | null;
  readonly steps: readonly {
    readonly title: string;
    readonly kind: Step['kind'];
    readonly version: string | null;
    readonly outcome: StepOutcome;
    readonly durationMs: number;
    readonly statements: number;
    /** Those of them that stay, one of which some batches are committed too. */
    readonly kept: number;
    readonly rows: number;
  }[];
  /** What came back from backups: rows of those that it holds. */
  readonly putBack: readonly {
    readonly backup: string;
    readonly subjects: readonly string[];
    readonly rows: number;
    readonly saved: number;
  }[];
  /** Changes between live and target after the run that nobody decided to leave; null when it did not come to that. */
  readonly differences: readonly Change[] | null;
  readonly error: Diagnostic | null;
};
