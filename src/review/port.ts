import type { ApplyEvent, ServerProgress } from '../apply/event.ts';
import type { ObjectId } from '../catalog/object.ts';
import type { Change } from '../diff/change.ts';
import type { AnsweredPair } from '../diff/kept-renames.ts';
import type { SourcePosition } from '../errors.ts';
import type { RunStatement } from '../migrations/history.ts';
import type { SqlToken } from '../migrations/statements.ts';
import type { Hazard } from '../plan/hazards.ts';
import type { IgnoreNote } from '../plan/ignore-rules.ts';
import type { Decision, IgnoredChange, Plan, PlannedStatement } from '../plan/plan.ts';
import type { SchemaVersion } from './history.ts';
import type { LiveCheck } from './live-check.ts';
import type { Neighbourhood } from './map.ts';
import type { RenameQuestion } from './renames.ts';
import type { Resuming, UnfinishedRun } from './unfinished.ts';

/** Everything the review UI may ask of the rest: it knows no database and no files. */
export type ReviewPort = {
  /**
   * Connects, replays, introspects and compares, with the kept answers to what may be renames. Again on `R`. Progress is
   * one short line: `replaying 12/41`.
   */
  load(asked: LoadRequest, onProgress: (line: string) => void, signal: AbortSignal): Promise<ReviewData>;
  /** Keeps answers for the next time. The same data with them, live is not looked at; and why they could not be kept. */
  answerRenames(
    answers: readonly AnsweredPair[],
  ): Promise<{ readonly data: ReviewData; readonly problem: string | null }>;
  /** The plan under these decisions, rehearsed. */
  plan(decisions: ReadonlyMap<ObjectId, Decision>, signal: AbortSignal): Promise<Plan>;
  /** Runs a plan. `signal` asks to stop after the current statement; `cancel` cancels it on the server. */
  apply(
    plan: Plan,
    ignoreNotes: ReadonlyMap<ObjectId, IgnoreNote>,
    signal: AbortSignal,
  ): AsyncIterable<ApplyEvent>;
  cancel(): Promise<void>;
  /** Looks at live again: whether it is what was loaded, and how much the plan would lose now. */
  check(plan: Plan | null): Promise<LiveCheck>;
  /** How far the server says the running statement is; null where that cannot be known. */
  readProgress(): Promise<ServerProgress | null>;
  /** What each migration makes of the schema, in order; replayed for this. Progress is one short line. */
  readVersions(onProgress: (line: string) => void, signal: AbortSignal): Promise<readonly SchemaVersion[]>;
  /** The statements of a past run, in order. */
  readRunStatements(runId: string): Promise<readonly RunStatement[]>;
  /** PostgreSQL's own scanner, for colours: asked for after the first paint. */
  loadScanner(): Promise<(sql: string) => readonly SqlToken[]>;
};

/** What a load goes by. */
export type LoadRequest = {
  /** Before looking: what an unfinished run left half made is finished or taken away. Null: it stays. */
  readonly resuming: Resuming | null;
};

/** What a load found. */
export type ReviewData = {
  readonly header: {
    /** Environment's name, or null. */
    readonly environment: string | null;
    /** `app@db1/prod`; no password. */
    readonly database: string;
    /** The name to type to confirm data loss. */
    readonly databaseName: string;
    /** Whether everything that is applied wants the name. */
    readonly isProtected: boolean;
    /** `17.4`. */
    readonly serverVersion: string;
    readonly appliedVersion: string | null;
    readonly appliedCount: number;
    readonly pendingCount: number;
    /** The version, run or tag that live goes back to; null: it goes forward. */
    readonly rollbackTo: string | null;
  };
  readonly drift: readonly ReviewChange[];
  readonly pending: readonly ReviewChange[];
  /** Pairs that may be renames, those that were answered too. */
  readonly renames: readonly RenameQuestion[];
  /** The latest run, when it was cut short. */
  readonly unfinished: UnfinishedRun | null;
  readonly ignored: readonly IgnoredChange[];
  /** Lines about what could not be compared, and other warnings. */
  readonly notes: readonly string[];
  readonly history: readonly ReviewRun[];
  /** What is known of an object besides its definition; worked out when it is asked for. */
  readonly facts: (change: Change) => ObjectFacts;
  /** The objects that a statement of a plan is about, by the names in it; for a filter. */
  readonly subjects: (statement: PlannedStatement) => readonly ObjectId[];
  /** What surrounds an object, or the whole that it is a part of; null when nothing is known of it. */
  readonly neighbourhood: (id: ObjectId) => Neighbourhood | null;
};

/** Where an object stands among others, and which statements made it what it is. */
export type ObjectFacts = {
  /** What stands on it or its parts, itself and its parts left out; sorted. */
  readonly dependents: readonly ObjectId[];
  /** Statements of migrations that speak of it, newest first; what a DO block makes is not among them. */
  readonly statements: readonly {
    readonly script: string;
    readonly position: SourcePosition;
    readonly sql: string;
    /** Whether live has it already. */
    readonly applied: boolean;
  }[];
};

/** A change with everything the detail pane shows. */
export type ReviewChange = {
  readonly change: Change;
  /** Schema it is grouped under, or null for what stands in none. */
  readonly schema: string | null;
  /** Id of the table or other parent it is grouped under, or null. */
  readonly group: ObjectId | null;
  /** SQL that makes the object: as it is before and after; null where it does not exist. For drift: expected, live. */
  readonly definitionBefore: string | null;
  readonly definitionAfter: string | null;
  /** For drift: statements that revert it. For pending: none (the plan has the migrations). */
  readonly statements: readonly PlannedStatement[];
  readonly hazards: readonly Hazard[];
  /** Decisions that are impossible for this change, with the reason shown. */
  readonly impossible: Readonly<Partial<Record<Decision, string>>>;
};

/** A past run, for the History tab. */
export type ReviewRun = {
  readonly runId: string;
  readonly startedAt: string;
  readonly by: string;
  readonly outcome: string;
  readonly versionBefore: string | null;
  readonly versionAfter: string | null;
  readonly durationMs: number | null;
};
