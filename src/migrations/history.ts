import { readingCatalogs } from '../database/reading-catalogs.ts';
import { DatabaseError, type Session } from '../database/session.ts';
import { quoteIdentifier } from '../database/sql.ts';
import { TrueupError } from '../errors.ts';
import type { PlannedMigration } from '../plan/plan.ts';
import { historyTables, recordingSql, undoingSql } from './history-sql.ts';
import type { AppliedMigration } from './migration.ts';

/** What a run adds to a migration's row. */
export type Recording = {
  readonly executionTimeMs: number;
  readonly toolVersion: string;
  /** The run that recorded it; null outside of one. */
  readonly runId: string | null;
  /** False: a part of it is committed and it did not reach its end. Default true. */
  readonly success?: boolean;
};

/** A past run, newest first in `readRuns`. */
export type PastRun = {
  readonly runId: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** The role that ran it. */
  readonly by: string;
  /** `running` for one that is going on, or whose process ended without a word. */
  readonly outcome: string;
  readonly versionBefore: string | null;
  readonly versionAfter: string | null;
  readonly durationMs: number | null;
};

/** Columns that came later than their table. */
const laterColumns: Readonly<Record<string, readonly string[]>> = {
  run: ['decisions jsonb', 'resumes uuid'],
  backup: ['file text', 'sha256 text', 'types jsonb'],
  run_step: ['mode text', 'migration text', 'ordinal integer', 'batch jsonb', 'named jsonb'],
};

/**
 * Makes the schema `trueup` and its tables where they are missing. Throws `TrueupError` naming the GRANT
 * when the role may not. What exists is not asked for again: CREATE SCHEMA IF NOT EXISTS needs the
 * privilege even when there is nothing to create.
 */
export async function ensureHistory(session: Session): Promise<void> {
  const existing = await readTables(session);
  if (existing === null)
    await permitted(session, writingGrants, () => session.exec('CREATE SCHEMA IF NOT EXISTS trueup'));
  for (const [name, sql] of Object.entries(historyTables)) {
    const columns = existing?.get(name);
    if (columns === undefined) await permitted(session, writingGrants, () => session.exec(sql));
    const missing = (laterColumns[name] ?? []).filter(
      (column) => columns?.has(column.split(' ')[0] ?? '') === false,
    );
    for (const column of missing)
      await permitted(session, writingGrants, () =>
        session.exec(`ALTER TABLE trueup.${name} ADD COLUMN ${column}`),
      );
  }
}

/** The migrations that are applied, in the order they were; null when the database has no history. Throws `TrueupError` when the role may not read it. */
export async function readHistory(session: Session): Promise<readonly AppliedMigration[] | null> {
  if (!(await readTables(session))?.has('schema_version')) return null;
  return permitted(session, readingGrants, () =>
    session.query<AppliedMigration>(
      `SELECT version AS key, kind, CASE WHEN kind <> 'repeatable' THEN version END AS version, description,
              script_name AS script, checksum, installed_by AS "installedBy",
              pg_catalog.to_char(installed_on, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "installedOn",
              execution_time AS "executionTimeMs", migration_text AS text
       FROM trueup.schema_version
       WHERE success
       ORDER BY installed_on, version`,
    ),
  );
}

/** Records a migration under its key, replacing what stood there: a repeatable migration is applied again and again. A failure never replaces anything. */
export async function recordMigration(
  session: Session,
  migration: PlannedMigration,
  recording: Recording,
): Promise<void> {
  const { success = true } = recording;
  await session.query(
    recordingSql(
      Array.from({ length: 10 }, (_, position) => `$${position + 1}`),
      success,
    ),
    [
      migration.key,
      migration.description,
      migration.script,
      migration.checksum,
      Math.round(recording.executionTimeMs),
      success,
      migration.kind,
      migration.text,
      recording.runId,
      recording.toolVersion,
    ],
  );
}

/** The key by which the journal knows the undo migration of a version. */
export function undoKey(version: string | null): string {
  return `U${version}`;
}

/** Whether a key of the journal is an undo migration's. */
export function isUndoKey(key: string): boolean {
  return key.startsWith('U');
}

/** Whether the history has any of these migrations as applied. */
export async function areRecorded(
  session: Session,
  migrations: readonly PlannedMigration[],
): Promise<boolean> {
  const [row] = await session.query(
    'SELECT version FROM trueup.schema_version WHERE success AND version = ANY ($1::text[]) LIMIT 1',
    [migrations.map(({ key }) => key)],
  );
  return row !== undefined;
}

/** Records that a migration is undone: it is pending again, and what its row said is kept. */
export async function recordUndone(
  session: Session,
  { key, checksum }: PlannedMigration,
  { script, runId }: { readonly script: string | null; readonly runId: string },
): Promise<void> {
  await session.query(undoingSql(['$1', '$2', '$3', '$4::uuid']), [key, checksum, script, runId]);
}

/** The latest runs, newest first; none when the database has no history. */
export async function readRuns(session: Session, limit = 100): Promise<readonly PastRun[]> {
  if (!(await readTables(session))?.has('run')) return [];
  return permitted(session, readingGrants, () =>
    session.query<PastRun>(
      `SELECT run_id::text AS "runId",
              pg_catalog.to_char(pg_catalog.timezone('UTC', started_at), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "startedAt",
              started_by AS by, outcome, version_before AS "versionBefore", version_after AS "versionAfter",
              duration_ms AS "durationMs"
       FROM trueup.run
       ORDER BY started_at DESC, run_id
       LIMIT $1`,
      [limit],
    ),
  );
}

/** One statement of a past run. */
export type RunStatement = {
  readonly title: string;
  readonly sql: string;
  readonly outcome: string;
  readonly durationMs: number | null;
  readonly rowCount: number | null;
  /** The error's summary. */
  readonly error: string | null;
};

/** The statements of a run, in order; none when it is not known. */
export async function readRunStatements(session: Session, runId: string): Promise<readonly RunStatement[]> {
  if (!(await readTables(session))?.has('run_step')) return [];
  return permitted(session, readingGrants, () =>
    session.query<RunStatement>(
      `SELECT title, sql, outcome, duration_ms AS "durationMs", row_count::float8 AS "rowCount",
              error ->> 'summary' AS error
       FROM trueup.run_step
       WHERE run_id = $1::uuid
       ORDER BY step, statement`,
      [runId],
    ),
  );
}

/** Tables of the schema `trueup` with their columns; null when there is no such schema. Needs no privilege on it. */
export async function readTables(session: Session): Promise<ReadonlyMap<string, ReadonlySet<string>> | null> {
  const rows = await readingCatalogs(session, () =>
    session.query<{ name: string | null; columns: readonly string[] }>(
      `SELECT c.relname::text AS name,
            ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
                  WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns
     FROM pg_catalog.pg_namespace n
     LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p')
     WHERE n.nspname = 'trueup'`,
    ),
  );
  if (rows.length === 0) return null;
  return new Map(
    rows.flatMap(({ name, columns }) => (name === null ? [] : [[name, new Set(columns)] as const])),
  );
}

/** What a role needs on the schema `trueup`: the privileges on the schema, and those on its tables. */
type Grants = { readonly schema: string; readonly tables: string };

/** For a role that only looks. */
export const readingGrants: Grants = { schema: 'USAGE', tables: 'SELECT' };

/** For a role that records runs. */
export const writingGrants: Grants = { schema: 'USAGE, CREATE', tables: 'SELECT, INSERT, UPDATE' };

/** Runs work on the schema `trueup`, and turns a missing privilege (42501) into the GRANT that would give it. */
export async function permitted<T>(session: Session, grants: Grants, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== '42501') throw error;
    throw await explainDenied(session, grants, error);
  }
}

async function explainDenied(session: Session, grants: Grants, cause: DatabaseError): Promise<TrueupError> {
  const [row] = await session.query<{ role: string; database: string; schemaExists: boolean }>(
    `SELECT current_user::text AS role, pg_catalog.current_database()::text AS database,
            EXISTS (SELECT FROM pg_catalog.pg_namespace n WHERE n.nspname = 'trueup') AS "schemaExists"`,
  );
  const { role = '', database = '', schemaExists = false } = row ?? {};
  const grantee = quoteIdentifier(role);
  const grant = schemaExists
    ? `GRANT ${grants.schema} ON SCHEMA trueup TO ${grantee}; GRANT ${grants.tables} ON ALL TABLES IN SCHEMA trueup TO ${grantee};`
    : `GRANT CREATE ON DATABASE ${quoteIdentifier(database)} TO ${grantee};`;
  return new TrueupError(
    [
      {
        code: cause.code,
        severity: 'error',
        subject: session.label,
        summary: schemaExists
          ? `The role ${role} may not use the schema trueup, where history is kept.`
          : `The role ${role} may not create the schema trueup, where history is kept.`,
        detail: `${cause.message} (${cause.code})`,
        help: `As its owner or a superuser: ${grant}`,
      },
    ],
    { cause },
  );
}
