import { doBlock, quoteLiteral } from '../database/sql.ts';
import type { PlannedMigration } from '../plan/plan.ts';

/** `trueup` in ASCII: the advisory lock of runs, the same key in every database, which each have their own. */
export const runLockKey = '128034944677232';

/** The tables of history by name, in the order in which they are made. */
export const historyTables = {
  schema_version: `CREATE TABLE IF NOT EXISTS trueup.schema_version (
    version varchar(20) PRIMARY KEY,
    description text NOT NULL,
    script_name varchar(255) NOT NULL,
    checksum varchar(32) NOT NULL,
    installed_by varchar(100) NOT NULL,
    installed_on timestamp DEFAULT current_timestamp,
    execution_time integer NOT NULL,
    success boolean NOT NULL,
    kind text NOT NULL CHECK (kind IN ('versioned', 'repeatable', 'baseline')),
    migration_text text,
    run_id uuid,
    tool_version text NOT NULL
  )`,
  run: `CREATE TABLE IF NOT EXISTS trueup.run (
    run_id uuid PRIMARY KEY,
    outcome text NOT NULL CHECK (outcome IN ('running', 'success', 'failed', 'interrupted')),
    started_by text NOT NULL DEFAULT session_user,
    started_at timestamptz NOT NULL,
    duration_ms integer,
    tool_version text NOT NULL,
    git_commit text,
    plan_fingerprint text NOT NULL,
    live_fingerprint text NOT NULL,
    target_fingerprint text NOT NULL,
    version_before text,
    version_after text,
    difference_count integer,
    error jsonb,
    decisions jsonb,
    resumes uuid
  )`,
  run_step: `CREATE TABLE IF NOT EXISTS trueup.run_step (
    run_id uuid NOT NULL REFERENCES trueup.run,
    step integer NOT NULL,
    statement integer NOT NULL,
    title text NOT NULL,
    sql text NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('not run', 'running', 'applied', 'rolled back', 'failed')),
    duration_ms integer,
    row_count bigint,
    error jsonb,
    mode text,
    migration text,
    ordinal integer,
    batch jsonb,
    named jsonb,
    PRIMARY KEY (run_id, step, statement)
  )`,
  backup: `CREATE TABLE IF NOT EXISTS trueup.backup (
    name text PRIMARY KEY,
    run_id uuid NOT NULL,
    saved_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    title text NOT NULL,
    table_schema text NOT NULL,
    table_name text NOT NULL,
    key_columns text[] NOT NULL,
    lost_columns text[],
    row_count bigint,
    file text,
    sha256 text,
    types jsonb
  )`,
  undone: `CREATE TABLE IF NOT EXISTS trueup.undone (
    version varchar(20) NOT NULL,
    description text NOT NULL,
    script_name varchar(255) NOT NULL,
    checksum varchar(32) NOT NULL,
    installed_by varchar(100) NOT NULL,
    installed_on timestamp,
    execution_time integer NOT NULL,
    kind text NOT NULL,
    migration_text text,
    run_id uuid,
    tool_version text NOT NULL,
    undone_by varchar(100) NOT NULL,
    undone_on timestamp NOT NULL,
    undo_script varchar(255),
    undo_run_id uuid
  )`,
} as const satisfies Readonly<Record<string, string>>;

/**
 * Moves a migration's row from what is applied to what was undone, where it stays for good. `values` are SQL: key,
 * checksum, undo_script, undo_run_id.
 */
export function undoingSql(values: readonly string[]): string {
  const [key, checksum, script, runId] = values;
  const columns = `version, description, script_name, checksum, installed_by, installed_on, execution_time, kind,
    migration_text, run_id, tool_version`;
  return `WITH gone AS (DELETE FROM trueup.schema_version WHERE version = ${key} AND checksum = ${checksum} AND success RETURNING *)
  INSERT INTO trueup.undone (${columns}, undone_by, undone_on, undo_script, undo_run_id)
  SELECT ${columns}, pg_catalog.left(session_user, 100), pg_catalog.timezone('UTC', pg_catalog.clock_timestamp()), ${script}, ${runId}
  FROM gone`;
}

/** `undoingSql` for a script that no run stands behind. */
export function undoingStatement({ key, checksum }: PlannedMigration, script: string | null): string {
  return undoingSql([
    quoteLiteral(key),
    quoteLiteral(checksum),
    script === null ? 'NULL' : quoteLiteral(script),
    'NULL',
  ]);
}

/**
 * Records a migration. `values` are SQL: version, description, script_name, checksum, execution_time, success, kind,
 * migration_text, run_id, tool_version. A failure never replaces a row.
 */
export function recordingSql(values: readonly string[], success: boolean): string {
  const [version, description, script, checksum, ...rest] = values;
  const update = `DO UPDATE SET
    description = excluded.description, script_name = excluded.script_name, checksum = excluded.checksum,
    installed_by = excluded.installed_by, installed_on = excluded.installed_on,
    execution_time = excluded.execution_time, success = excluded.success, kind = excluded.kind,
    migration_text = excluded.migration_text, run_id = excluded.run_id, tool_version = excluded.tool_version`;
  // The column has no time zone: UTC, and not each session's own. Several rows of one transaction keep their order.
  return `INSERT INTO trueup.schema_version (version, description, script_name, checksum, installed_by, installed_on,
    execution_time, success, kind, migration_text, run_id, tool_version)
  VALUES (${version}, ${description}, ${script}, ${checksum}, pg_catalog.left(session_user, 100),
    pg_catalog.timezone('UTC', pg_catalog.clock_timestamp()), ${rest.join(', ')})
  ON CONFLICT (version) ${success ? update : 'DO NOTHING'}`;
}

/** `recordingSql` for a script that no run stands behind. */
export function recordingStatement(migration: PlannedMigration, toolVersion: string): string {
  const { key, description, script, checksum, kind, text } = migration;
  const values = [key, description, script, checksum].map(quoteLiteral);
  const rest = [quoteLiteral(kind), quoteLiteral(text), 'NULL', quoteLiteral(toolVersion)];
  return recordingSql([...values, '0', 'true', ...rest], true);
}

/** Statements before a script: one run at a time, the history's tables, none of `migrations` is applied yet and all of `undone` are. */
export function guardStatements(
  migrations: readonly PlannedMigration[],
  undone: readonly PlannedMigration[] = [],
): readonly string[] {
  const rowOf = ({ key, checksum }: PlannedMigration) => `(${quoteLiteral(key)}, ${quoteLiteral(checksum)})`;
  const rows = migrations.filter(({ key }) => !undone.some((one) => one.key === key)).map(rowOf);
  return [
    // As a block it prints no rows.
    doBlock(`BEGIN PERFORM pg_catalog.pg_advisory_lock(${runLockKey}); END`),
    // It would say that the tables are there.
    'SET client_min_messages = warning',
    doBlock(`BEGIN
  IF pg_catalog.to_regnamespace('trueup') IS NULL THEN CREATE SCHEMA trueup; END IF;
END`),
    historyTables.schema_version,
    ...(undone.length === 0
      ? []
      : [
          historyTables.undone,
          doBlock(`BEGIN
  IF (SELECT pg_catalog.count(*) FROM trueup.schema_version WHERE success AND (version, checksum) IN (${undone.map(rowOf).join(', ')})) < ${undone.length} THEN
    RAISE EXCEPTION 'The plan does not fit any more: some of what it undoes is not applied. Nothing was run.';
  END IF;
END`),
        ]),
    'RESET client_min_messages',
    ...(rows.length === 0
      ? []
      : [
          doBlock(`BEGIN
  IF EXISTS (SELECT FROM trueup.schema_version WHERE success AND (version, checksum) IN (${rows.join(', ')})) THEN
    RAISE EXCEPTION 'The plan does not fit any more: some of its migrations are applied. Nothing was run.';
  END IF;
END`),
        ]),
  ];
}
