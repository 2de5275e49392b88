import type { NotCompared } from '../catalog/kind.ts';
import type { ObjectId } from '../catalog/object.ts';
import type { Change } from '../diff/change.ts';
import type { Diagnostic, SourcePosition } from '../errors.ts';
import type { Batch } from '../migrations/batch.ts';
import type { Expect } from '../migrations/expect.ts';
import type { Hazard } from './hazards.ts';

/** What a person or a policy says about one drifted object. */
export type Decision = 'revert' | 'adopt' | 'ignore' | 'leave';

/** `scripts`: pending migrations run as written. `state`: they are recorded, and generated statements take their place. */
export const strategies = ['scripts', 'state'] as const;
export type Strategy = (typeof strategies)[number];

/** A drifted object and what was decided about it. */
export type DecidedChange = { readonly change: Change; readonly decision: Decision };

/** A change that an ignore rule covers, with the rule as written. */
export type IgnoredChange = {
  readonly change: Change;
  readonly rule: string;
  readonly reason: string | null;
};

/** One SQL statement of a step: exactly the text that is shown, rehearsed and run. */
export type PlannedStatement = {
  readonly sql: string;
  readonly hazards: readonly Hazard[];
  /**
   * As in `Statement`. `own`: part of a migration that brings its own BEGIN and COMMIT; it runs as written, in no block of ours.
   * `batch`: piece by piece, each in a transaction of its own.
   */
  readonly transaction: 'inside' | 'outside' | 'apart' | 'commit after' | 'own' | 'batch';
  /** The object a generated statement is for; null in a migration. */
  readonly object: ObjectId | null;
  /** Where a migration's statement stands; null for a generated one. */
  readonly position: SourcePosition | null;
  /** Which statement of the migration's file it is, from 0; absent for one that is not in the file. */
  readonly ordinal?: number;
  /** The query of `-- trueup: expect`: it must return true, or no rows. */
  readonly expect?: Expect;
  /** How a statement of the transaction `batch` is divided. */
  readonly batch?: Batch;
  /** What it does to relations that live has; absent when it was neither observed nor told by the manual. */
  readonly effects?: Effects;
};

/** Lock modes of tables, weakest first. Source: PostgreSQL manual, "Explicit Locking". */
export const lockModes = [
  'AccessShareLock',
  'RowShareLock',
  'RowExclusiveLock',
  'ShareUpdateExclusiveLock',
  'ShareLock',
  'ShareRowExclusiveLock',
  'ExclusiveLock',
  'AccessExclusiveLock',
] as const;
export type LockMode = (typeof lockModes)[number];

/** What a statement does to relations that live has. */
export type Effects = {
  /** `observed` in the rehearsal, or what the `manual` says of a statement that no transaction can hold. */
  readonly source: 'observed' | 'manual';
  readonly relations: readonly RelationEffect[];
};

export type RelationEffect = {
  /** `public.orders` */
  readonly relation: string;
  /** The strongest lock that it takes and that no earlier statement of its transaction holds; null: none. */
  readonly lock: LockMode | null;
  /** All rows are written again into a new file. */
  readonly rewrites: boolean;
  /** An index is built over all its rows. */
  readonly buildsIndex: boolean;
  /** All rows are read, under a lock that shuts others out. */
  readonly scans: boolean;
  /** Of live, partitions, indexes and TOAST included, rounded to two digits; null: not known. */
  readonly size: RelationSize | null;
};

/** About how big a relation is. `rows` is null when it was never analyzed. */
export type RelationSize = { readonly bytes: number; readonly rows: number | null };

/** The migration a step runs, as history will record it. */
export type PlannedMigration = {
  readonly key: string;
  readonly kind: 'versioned' | 'repeatable' | 'baseline';
  readonly version: string | null;
  readonly description: string;
  readonly script: string;
  readonly checksum: string;
  readonly text: string;
};

/** What a step of a rollback takes back: history no longer says that it is applied, so it is pending again. */
export type Undo = {
  readonly migrations: readonly PlannedMigration[];
  /** The file of the undo migration that it runs; null when its statements are generated. */
  readonly script: string | null;
  /** Highest applied version after it; null when there is none. */
  readonly versionAfter: string | null;
  /** What is put back from backups, the latest backup first: what others refer to was dropped after them. */
  readonly restores?: readonly Restored[];
};

/** A backup that is put back: how many rows or values, and of which table or columns, `public.orders.note`, as they are called then. */
export type Restored = {
  readonly backup: string;
  readonly subjects: readonly string[];
  readonly rows: number;
  /** The statement of its step behind which it is put back, from 0; null: at the end of the step. */
  readonly after: number | null;
  /** Schema and name of the table, as it is called then. */
  readonly table: readonly string[];
  /** Columns that get what is saved, and those that tell the rows: by the name that they were saved under, and the one of then. */
  readonly columns: readonly ColumnNames[];
  readonly key: readonly ColumnNames[];
};
export type ColumnNames = readonly [saved: string, now: string];

/** A migration, a repair, or migrations taken back. */
export type Step = {
  /** `state`: all that separates live from target, generated, in place of the migrations' own statements. */
  readonly kind: 'repair' | 'migration' | 'remainder' | 'state' | 'undo';
  /** `V42__add_email.sql`, `repair drift`, `remainder against target`, `live to target`, `U42__add_email.sql`. */
  readonly title: string;
  readonly migration: PlannedMigration | null;
  /** Of kind `undo`. */
  readonly undo?: Undo;
  /** What generated statements give other names, by the ids that it has before. */
  readonly renames?: readonly ObjectId[];
  readonly statements: readonly PlannedStatement[];
};

/** Statements that commit or fail together; one outside a transaction stands alone. */
export type Segment = {
  readonly transaction: boolean;
  readonly statements: readonly StatementIndex[];
  /** Steps whose last statement is in this segment: their history rows are written with it. */
  readonly completes: readonly number[];
};
export type StatementIndex = { readonly step: number; readonly statement: number };

/** What running the plan on an embedded copy of live showed. `durationMs` is null in a plan that was read from a file. */
export type Rehearsal =
  | { readonly outcome: 'proven'; readonly durationMs: number | null }
  /** It ran, and the result is not target. */
  | {
      readonly outcome: 'differs';
      readonly differences: readonly Change[];
      readonly durationMs: number | null;
    }
  /** It could not be run to the end, so nothing is proven. */
  | { readonly outcome: 'failed'; readonly diagnostic: Diagnostic }
  | { readonly outcome: 'skipped'; readonly reason: string };

/** The ordered steps that take live to target, with locks, hazards and proof. */
export type Plan = {
  readonly formatVersion: 1;
  readonly toolVersion: string;
  /** Of the live database, for people: `app@db1/prod`. No password. */
  readonly database: string;
  readonly liveServerVersion: number;
  readonly liveFingerprint: string;
  readonly targetFingerprint: string;
  readonly strategy: Strategy;
  /** Highest applied version and the version after the plan; null when there is none. */
  readonly versionBefore: string | null;
  readonly versionAfter: string | null;
  /** The snapshot that was read in place of a replay, relative to the project; null when the migrations were replayed. */
  readonly snapshot: string | null;
  readonly drift: readonly DecidedChange[];
  readonly ignored: readonly IgnoredChange[];
  /** What the pending migrations change: expected to target. */
  readonly pending: readonly Change[];
  readonly steps: readonly Step[];
  readonly segments: readonly Segment[];
  /** Migrations that `--assume` takes as applied: recorded before the steps, not run. */
  readonly assumed: readonly PlannedMigration[];
  /** For a rollback: the version, run or tag that live goes back to. */
  readonly rollbackTo?: string;
  /** The run that this plan goes on from; absent for a plan of its own. */
  readonly resumes?: string;
  readonly rehearsal: Rehearsal;
  readonly notCompared: readonly NotCompared[];
  readonly diagnostics: readonly Diagnostic[];
};
