import type { Unfinished } from '../../apply/unfinished.ts';
import type { Catalog, NotCompared, Registry } from '../../catalog/kind.ts';
import type { ObjectId } from '../../catalog/object.ts';
import type { RoleNames } from '../../catalog/roles.ts';
import type { Session } from '../../database/session.ts';
import type { Renaming } from '../../diff/answer-renames.ts';
import type { Change } from '../../diff/change.ts';
import type { IgnoreRule } from '../../diff/ignore.ts';
import type { KeptRename } from '../../diff/kept-renames.ts';
import type { RenameSuggestion } from '../../diff/suggest-renames.ts';
import type { Diagnostic } from '../../errors.ts';
import type { AppliedMigration, Migration } from '../../migrations/migration.ts';
import type { IgnoredChange } from '../../plan/plan.ts';
import type { KeyedMigration } from '../../plan/steps.ts';
import type { LiveSettings } from '../../replay/engine.ts';
import type { SharedNames, StandIn } from '../../replay/stand-ins.ts';
import type { Rollback } from '../rollback.ts';
import type { FindSnapshot } from './find-snapshot.ts';

/** Opens an empty database for a replay or a rehearsal, with what is known of live. */
export type OpenEngine = (extensions: readonly string[], live?: LiveSettings) => Promise<Session>;

/** What an assessment is made from. Sessions and the clock arrive from outside. */
export type AssessInput = {
  readonly migrations: readonly Migration[];
  readonly ignoreRules: readonly IgnoreRule[];
  /** Kept answers to what may be renames. */
  readonly keptRenames: readonly KeptRename[];
  /** `YYYY-MM-DD`: which ignore rules and kept answers have ended. */
  readonly today: string;
  readonly live: Session;
  /** Which migrations to take as applied in a database without history: a version, or `latest`. */
  readonly assume?: string | undefined;
  /** Drift that someone says is a rename. */
  readonly renames: readonly Renaming[];
  readonly openEngine: OpenEngine;
  /** Looks for a snapshot to read in place of the replay; null to replay. */
  readonly findSnapshot: FindSnapshot | null;
  /** Without it, pending migrations are named and not replayed, and target is expected. */
  readonly withTarget: boolean;
  readonly standInExtensions: readonly string[];
  /** The kinds that count. */
  readonly registry: Registry;
  /** Whether another order of columns counts as drift. */
  readonly columnOrder: boolean;
  /** What the registry leaves out because the configuration says so. */
  readonly leftOut?: readonly NotCompared[];
  /** How live's roles are called in the migrations. Default: the same. */
  readonly roles?: RoleNames;
  /** Told live's catalog, with texts as the engine prints them, as soon as it is known. */
  readonly onLive?: ((live: Catalog) => void) | undefined;
  /** One short line: `replaying 12/41`. */
  readonly onProgress?: ((line: string) => void) | undefined;
  /** Who is in the way, when live is locked. */
  readonly onDelay?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** Pending migrations by position, `to` excluded, and the catalogs before and after them. */
export type Stretch = {
  readonly from: number;
  readonly to: number;
  readonly before: Catalog;
  readonly after: Catalog;
};

/** The three catalogs and what separates them. Holds the engine, which stands at target: `await using`. */
export type Assessment = AsyncDisposable & {
  /** The snapshot that expected and target are from, relative to the project; null when they were replayed. */
  readonly snapshot: string | null;
  /** All catalogs name roles as live does. */
  readonly expected: Catalog;
  readonly target: Catalog;
  /** With texts as the engine prints them. */
  readonly live: Catalog;
  /** Of live as it was read, before anything was reprinted. */
  readonly liveFingerprint: string;
  readonly targetFingerprint: string;
  /** Null: the database has no history. */
  readonly history: readonly AppliedMigration[] | null;
  readonly applied: readonly KeyedMigration[];
  /** Of one that is applied in part, the rest. */
  readonly pendingMigrations: readonly KeyedMigration[];
  /** The latest run, when it did not succeed. */
  readonly unfinished: Unfinished | null;
  /** Pending migrations in stretches, with the catalogs around each. */
  readonly stretches: readonly Stretch[];
  /** Migrations that `assume` takes as applied. */
  readonly assumed: readonly KeyedMigration[];
  /** From expected to live, what rules ignore left out. */
  readonly drift: readonly Change[];
  readonly ignored: readonly IgnoredChange[];
  /** Drift that is renames because someone said so, now or earlier, from expected to live. */
  readonly renames: ReadonlyMap<ObjectId, ObjectId>;
  /** Drift that may be renames and, as someone said, is none. */
  readonly twoObjects: readonly Renaming[];
  /** Drift that may be renames, and of which nobody said whether it is. */
  readonly renameSuggestions: readonly RenameSuggestion[];
  /** From expected to target. */
  readonly pending: readonly Change[];
  readonly standIns: readonly StandIn[];
  /** Relations of live that are seen to have no rows. Nobody looks where there is no drift. */
  readonly empty: ReadonlySet<ObjectId>;
  readonly notCompared: readonly NotCompared[];
  readonly diagnostics: readonly Diagnostic[];
  /** What a fresh session of live has. */
  readonly liveSettings: LiveSettings;
  /** Roles and tablespaces of live's server. */
  readonly liveShared: SharedNames;
  /** The same catalog as the migrations name its roles. */
  readonly inMigrations: (catalog: Catalog) => Catalog;
  readonly registry: Registry;
  /** Whether another order of columns counts as drift. */
  readonly columnOrder: boolean;
  /** Where live goes back to: target is then what it was. Absent: it goes forward. */
  readonly rollback?: Rollback;
  /** Introspects live again, with texts as the engine prints them, for comparison with target. */
  readonly readLive: () => Promise<Catalog>;
};
