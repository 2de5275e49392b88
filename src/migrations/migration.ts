import type { SourcePosition } from '../errors.ts';
import type { Batch } from './batch.ts';
import type { Expect } from './expect.ts';

/** One committed SQL file. */
export type Migration = {
  readonly kind: 'versioned' | 'repeatable' | 'undo' | 'baseline';
  /** Normalised version (`1.10`, `20260131120000`); null for a repeatable migration. */
  readonly version: string | null;
  /** From the file name, underscores as spaces. */
  readonly description: string;
  /** The file's own name: `V7__add_email.sql`. What history and messages call it. */
  readonly script: string;
  /** Path for messages: relative to the working directory, forward slashes. */
  readonly file: string;
  /** The whole text, byte order mark removed, line ends as in the file. */
  readonly text: string;
  /** MD5 in hex over the text with line ends normalised to \n. */
  readonly checksum: string;
  readonly directives: Directives;
  readonly statements: readonly MigrationStatement[];
};

/** What `-- trueup: …` comment lines at the head of a migration ask for. */
export type Directives = {
  /** `-- trueup: no-transaction`: each statement runs on its own. */
  readonly noTransaction: boolean;
};

export type MigrationStatement = {
  /** The statement as written, without the terminating semicolon and without leading comments. */
  readonly sql: string;
  /** Of its first character in the file. */
  readonly position: Required<SourcePosition>;
  /** Where `sql` starts in the migration's text, in UTF-16 code units. */
  readonly offset: number;
  readonly traits: StatementTraits;
  /** For `-- trueup: expect`: `sql` is the query that must return true, or no rows. */
  readonly expect?: Expect;
  /** For `-- trueup: batch` before it. */
  readonly batch?: Batch;
};

/** What a statement's parse tree tells about how it must be run. */
export type StatementTraits = {
  /**
   * `outside`: refused inside a transaction block. `commit after`: what it adds is usable only after commit
   * (ALTER TYPE … ADD VALUE). `control`: BEGIN, COMMIT and the like: the file brings its own transactions.
   */
  readonly transaction: 'inside' | 'outside' | 'commit after' | 'control';
  /** The parse tree's node: `CreateStmt`, `IndexStmt`. */
  readonly node: string;
  /** INSERT, UPDATE, DELETE, MERGE, TRUNCATE, COPY, or code that may do so (DO, CALL). */
  readonly changesData: boolean;
  /** Tables that it empties and tables that it deletes rows from, as written: `orders`, `shop.orders`. */
  readonly truncates: readonly string[];
  readonly deletesFrom: readonly string[];
  /** The value that ALTER TYPE … ADD VALUE adds. */
  readonly enumValue: string | null;
  /** Extensions that it creates, also from inside a DO block. */
  readonly extensions: readonly string[];
  /** The version that CREATE EXTENSION … VERSION or ALTER EXTENSION … UPDATE TO asks for. */
  readonly extensionVersion: { readonly name: string; readonly version: string } | null;
  /** Roles that it names and does not create. */
  readonly roles: readonly string[];
  /** Roles that it creates. */
  readonly createdRoles: readonly string[];
  /** Tablespaces that it names and does not create. */
  readonly tablespaces: readonly string[];
  readonly createdTablespaces: readonly string[];
  /** For a statement that commits piece by piece: what to look at when it was cut short. */
  readonly concurrent: ConcurrentWork | null;
  /** CREATE, ALTER or DROP SUBSCRIPTION: breaks an embedded PostgreSQL. */
  readonly subscription: boolean;
};

/** Names are as written: a schema first where the statement has one. */
export type ConcurrentWork =
  /** `name` is null where PostgreSQL chooses it. */
  | { readonly work: 'create index'; readonly table: readonly string[]; readonly name: string | null }
  | { readonly work: 'drop index'; readonly indexes: readonly (readonly string[])[] }
  /** `relation` is null for a whole schema or database. */
  | { readonly work: 'reindex'; readonly relation: readonly string[] | null }
  | {
      readonly work: 'detach partition';
      readonly table: readonly string[];
      readonly partition: readonly string[];
    }
  /** It may simply run again. */
  | { readonly work: 'repeatable' };

/** A row of `trueup.schema_version`, as far as the other stages care. */
export type AppliedMigration = {
  /** The primary key: a version, or `R:<description>` for a repeatable migration. */
  readonly key: string;
  readonly kind: 'versioned' | 'repeatable' | 'baseline';
  readonly version: string | null;
  readonly description: string;
  readonly script: string;
  readonly checksum: string;
  readonly installedBy: string;
  /** ISO 8601. */
  readonly installedOn: string;
  readonly executionTimeMs: number;
  /** The text that ran, so that an earlier form of a repeatable migration can be replayed; null when not kept. */
  readonly text: string | null;
};
