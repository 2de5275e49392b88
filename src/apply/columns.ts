import type { Session } from '../database/session.ts';

/** The columns of a table, in order, by name; none when there is no such table. */
export async function readColumns(
  session: Session,
  table: string,
): Promise<ReadonlyMap<string, { readonly type: string; readonly generated: boolean }>> {
  const rows = await session.query<{ name: string; type: string; generated: boolean }>(
    `SELECT a.attname::text AS name, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
            a.attgenerated <> '' AS generated
     FROM pg_catalog.pg_attribute a
     WHERE a.attrelid = pg_catalog.to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
     ORDER BY a.attnum`,
    [table],
  );
  return new Map(rows.map(({ name, ...column }) => [name, column]));
}
