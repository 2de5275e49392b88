import type { Session } from '../database/session.ts';
import { permitted, readingGrants, readTables } from './history.ts';

/** A past run: when it started, exactly as the database keeps it, and the highest version that it left. */
export type EarlierRun = { readonly startedAt: string; readonly versionAfter: string | null };

/** The run with this id, or whose id alone starts with this; null when there is none, or more than one. */
export async function readRun(session: Session, id: string): Promise<EarlierRun | null> {
  if (!(await readTables(session))?.has('run')) return null;
  const rows = await permitted(session, readingGrants, () =>
    session.query<EarlierRun>(
      `SELECT started_at::text AS "startedAt", version_after AS "versionAfter"
       FROM trueup.run WHERE pg_catalog.starts_with(run_id::text, $1) AND outcome <> 'running'`,
      [id],
    ),
  );
  return rows.length === 1 ? (rows[0] ?? null) : null;
}

/** When the run started that recorded a migration; null when none did. */
export async function readRunStart(session: Session, key: string): Promise<string | null> {
  if (!(await readTables(session))?.has('run')) return null;
  const [row] = await session.query<{ startedAt: string }>(
    `SELECT r.started_at::text AS "startedAt" FROM trueup.run r JOIN trueup.schema_version v USING (run_id)
     WHERE v.version = $1 AND v.success`,
    [key],
  );
  return row?.startedAt ?? null;
}

/** The runs that applied these migrations; none for what no run applied. */
export async function readRunsOf(session: Session, keys: readonly string[]): Promise<readonly string[]> {
  const rows = await session.query<{ runId: string }>(
    `SELECT DISTINCT v.run_id::text AS "runId" FROM trueup.schema_version v
     WHERE v.success AND v.run_id IS NOT NULL AND v.version = ANY ($1::text[])`,
    [keys],
  );
  return rows.map(({ runId }) => runId);
}

/** Keys of the migrations that were recorded after the run that started then. */
export async function readVersionsAfter(session: Session, startedAt: string): Promise<readonly string[]> {
  const rows = await session.query<{ key: string }>(
    `SELECT v.version AS key
     FROM trueup.schema_version v LEFT JOIN trueup.run r USING (run_id)
     WHERE v.success
       AND COALESCE(r.started_at, v.installed_on AT TIME ZONE 'UTC') > $1::timestamptz
     ORDER BY v.installed_on`,
    [startedAt],
  );
  return rows.map(({ key }) => key);
}

/**
 * What repeatable migrations ran as, by key, in the runs before the one that started then (`inclusive`: that one too).
 * The journal keeps their statements; comments of the file are not among them.
 */
export async function readEarlierRepeatables(
  session: Session,
  startedAt: string,
  inclusive: boolean,
): Promise<ReadonlyMap<string, string>> {
  if (!(await readTables(session))?.get('run_step')?.has('migration')) return new Map();
  const rows = await session.query<{ key: string; text: string }>(
    `SELECT s.migration AS key, pg_catalog.string_agg(s.sql, E'\\n;\\n' ORDER BY s.statement) || E'\\n;\\n' AS text
     FROM trueup.run_step s JOIN trueup.run r USING (run_id)
     WHERE s.migration LIKE 'R:%' AND (r.started_at < $1::timestamptz OR ($2 AND r.started_at = $1::timestamptz))
     GROUP BY s.migration, s.run_id, r.started_at
     HAVING pg_catalog.bool_and(s.outcome = 'applied')
     ORDER BY r.started_at`,
    [startedAt, inclusive],
  );
  return new Map(rows.map(({ key, text }) => [key, text]));
}
