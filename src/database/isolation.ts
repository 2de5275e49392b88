import type { Session } from './session.ts';
import { quoteName, resettingSql } from './sql.ts';

/**
 * Gives the next migration the session that a new connection would have, inside a transaction or outside:
 * role, settings, search path, temporary tables, prepared statements and cursors. Advisory locks stay.
 * Deferred constraints are checked first, so that a violation is blamed on the migration that caused it
 * and no pending event blocks the next one's ALTER TABLE (55006). Throws `DatabaseError` then.
 */
export async function resetSession(session: Session): Promise<void> {
  await checkDeferredConstraints(session);
  await session.exec(resettingSql);
}

/**
 * Checks now what is deferred to the end of the transaction. SET CONSTRAINTS ALL would hold for the rest of the transaction, also for constraints made later: name
 * them instead, and put back the initially deferred ones. Only those of tables that this transaction has
 * written to, since a database may have hundreds.
 */
export async function checkDeferredConstraints(session: Session): Promise<void> {
  // Most databases have none, and planning the question below takes a quarter of a replay's time.
  const deferrable = await session.query(
    `SELECT 1 AS found FROM pg_catalog.pg_constraint WHERE condeferrable LIMIT 1`,
  );
  if (deferrable.length === 0) return;
  const constraints = await session.query<{ schema: string; name: string; deferred: boolean }>(
    `SELECT n.nspname::text AS schema, c.conname::text AS name, pg_catalog.bool_and(c.condeferred) AS deferred
     FROM pg_catalog.pg_constraint c
     JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace
     WHERE c.condeferrable
       AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
       AND (${isWritten('c.conrelid')} OR ${isWritten('c.confrelid')}
            OR pg_catalog.current_setting('track_counts') = 'off')
     GROUP BY n.nspname, c.conname
     ORDER BY n.nspname, c.conname`,
  );
  await setConstraints(session, constraints, 'IMMEDIATE');
  await setConstraints(
    session,
    constraints.filter(({ deferred }) => deferred),
    'DEFERRED',
  );
}

async function setConstraints(
  session: Session,
  constraints: readonly { schema: string; name: string }[],
  mode: 'IMMEDIATE' | 'DEFERRED',
): Promise<void> {
  if (constraints.length === 0) return;
  const names = constraints.map(({ schema, name }) => quoteName([schema, name])).join(', ');
  await session.exec(`SET CONSTRAINTS ${names} ${mode}`);
}

/** Rows of the current transaction. Source: PostgreSQL manual, "The Cumulative Statistics System", pg_stat_xact_all_tables. */
function isWritten(table: string): string {
  const counts = ['inserted', 'updated', 'deleted'].map(
    (event) => `pg_catalog.pg_stat_get_xact_tuples_${event}(${table})`,
  );
  return `(${counts.join(' + ')} > 0)`;
}
