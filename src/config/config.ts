import type { Compare } from '../catalog/compared.ts';

/** What happens to drift when nobody is there to decide. */
export const onDriftPolicies = ['fail', 'leave', 'revert', 'adopt'] as const;
export type OnDrift = (typeof onDriftPolicies)[number];

/** A project's configuration as a person writes it. Every key may be left out. docs/config.md describes each. */
export type Config = {
  readonly name?: string;
  readonly migrations?: string;
  readonly url?: string;
  readonly passwordCommand?: readonly string[];
  readonly environments?: { readonly [name: string]: EnvironmentConfig };
  readonly defaultEnvironment?: string;
  readonly replay?: { readonly url?: string; readonly passwordCommand?: readonly string[] };
  readonly extensions?: { readonly standIn?: readonly string[] };
  readonly compare?: Partial<Comparison>;
  readonly roles?: Roles;
  readonly online?: boolean;
  readonly timeouts?: TimeoutsConfig;
  readonly largeTableMegabytes?: number;
  readonly backup?: BackupConfig;
};

/** What a run destroys is saved first: into the schema `trueup_backup`, or into files of a folder of the project. */
export type BackupConfig = {
  readonly enabled?: boolean;
  readonly limitMegabytes?: number;
  readonly directory?: string;
};

/** How long a statement may take: `500ms`, `3s`, `5min`, `1h`; 0 for as long as it needs. */
export type TimeoutsConfig = { readonly lock?: string | 0; readonly statement?: string | 0 };

/** Owners and tablespaces differ between environments by design; grants and comments mean something to who uses the database. */
export const defaultCompare: Comparison = {
  owners: false,
  grants: true,
  comments: true,
  tablespaces: false,
  columnOrder: false,
};

/** What counts. An order of columns differs between databases more often than anything else, and PostgreSQL cannot change it. */
export type Comparison = Compare & { readonly columnOrder: boolean };

/** Live's name of a role → the migrations' name of it. */
export type Roles = { readonly [live: string]: string };

export type EnvironmentConfig = {
  readonly url?: string;
  readonly passwordCommand?: readonly string[];
  readonly onDrift?: OnDrift;
  readonly protected?: boolean;
  readonly online?: boolean;
  readonly timeouts?: TimeoutsConfig;
  readonly roles?: Roles;
  readonly backup?: BackupConfig;
};

/** A checked configuration with its defaults filled in. URLs still hold their `${NAME}` placeholders. */
export type ParsedConfig = {
  /** For people; null when the project has no name. */
  readonly name: string | null;
  /** Folder of the migrations, as written, relative to the project's root. */
  readonly migrations: string;
  /** URL for when no environment is chosen or the chosen one has none. */
  readonly url: string | null;
  /** A program and its arguments, which prints the password for URLs that have none. */
  readonly passwordCommand: readonly string[] | null;
  /** By name, in the order written. */
  readonly environments: ReadonlyMap<string, ParsedEnvironment>;
  /** Name of one of `environments`. */
  readonly defaultEnvironment: string | null;
  /** A server on which to replay in place of the embedded PostgreSQL. */
  readonly replay: { readonly url: string | null; readonly passwordCommand: readonly string[] | null };
  /** Extensions that the replay's PostgreSQL lacks and that an empty stand-in may take the place of. */
  readonly extensions: { readonly standIn: readonly string[] };
  /** What counts of all that may differ between environments by design. */
  readonly compare: Comparison;
  /** Where no environment is chosen: live's name of a role → the migrations' name of it, no two the same. */
  readonly roles: ReadonlyMap<string, string>;
  /** Generated statements let others work beside them where tables have rows. */
  readonly online: boolean;
  readonly timeouts: Timeouts;
  /** From this size on, with indexes and partitions, a lock or a scan of a table is a hazard. */
  readonly largeTableMegabytes: number;
  /** What is saved before it is destroyed, up to a size; null: nothing. */
  readonly backup: Backups | null;
};

/** Up to which size is saved, and in which folder, relative to the project's root; null: in the database. */
export type Backups = { readonly limitMegabytes: number; readonly directory: string | null };

/** In milliseconds; 0: none. */
export type Timeouts = {
  /** For one lock: a statement that waits for it makes all others on that table wait too. */
  readonly lockMs: number;
  readonly statementMs: number;
};

export type ParsedEnvironment = {
  readonly url: string | null;
  /** Null: the configuration's own. */
  readonly passwordCommand: readonly string[] | null;
  /** Null: not said, which is `fail`. */
  readonly onDrift: OnDrift | null;
  /** A change to it always needs both confirmations, also when no data is lost. */
  readonly protected: boolean;
  /** Null: the configuration's own. */
  readonly online: boolean | null;
  /** With the configuration's own in place of what is not said. */
  readonly timeouts: Timeouts;
  /** With those of the whole configuration. */
  readonly roles: ReadonlyMap<string, string>;
  /** With the configuration's own in place of what is not said; null: nothing is saved. */
  readonly backup: Backups | null;
};

/** Returns its argument: gives `trueup.config.ts` its types. */
export function defineConfig(config: Config): Config {
  return config;
}
