import type { Session } from '../database/session.ts';
import type { ServerProgress } from './event.ts';

/**
 * How far PostgreSQL says that another session's statement is; null for one that it does not report on. Source:
 * PostgreSQL manual, "Progress Reporting".
 */
export async function readServerProgress(watcher: Session, pid: number): Promise<ServerProgress | null> {
  const [work] = await watcher.query<{ phase: string; done: number; total: number }>(
    `SELECT phase, CASE WHEN blocks_total > 0 THEN blocks_done ELSE tuples_done END::float8 AS done,
            CASE WHEN blocks_total > 0 THEN blocks_total ELSE tuples_total END::float8 AS total
     FROM pg_catalog.pg_stat_progress_create_index WHERE pid = $1::integer
     UNION ALL
     SELECT phase, heap_blks_scanned::float8, heap_blks_total::float8
     FROM pg_catalog.pg_stat_progress_cluster WHERE pid = $1::integer
     UNION ALL
     SELECT phase, heap_blks_scanned::float8, heap_blks_total::float8
     FROM pg_catalog.pg_stat_progress_vacuum WHERE pid = $1::integer
     UNION ALL
     SELECT 'copying', bytes_processed::float8, bytes_total::float8
     FROM pg_catalog.pg_stat_progress_copy WHERE pid = $1::integer`,
    [pid],
  );
  return work ? { phase: work.phase, done: work.total > 0 ? work.done / work.total : null } : null;
}
