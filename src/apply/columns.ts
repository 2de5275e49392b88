import type { Session } from '../database/session.ts';

/** `identity`: `a` for GENERATED ALWAYS AS IDENTITY, `d` for BY DEFAULT, empty for neither. */
export type TableColumn = { readonly type: string; readonly generated: boolean; readonly identity: string };

/** The columns of a table, in order, by name; none when there is no such table. */
export async function readColumns(
  session: Session,
  table: string,
): Promise<ReadonlyMap<string, TableColumn>> {
  const rows = await session.query<TableColumn & { readonly name: string }>(
    `SELECT a.attname::text AS name, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
            a.attgenerated <> '' AS generated, a.attidentity::text AS identity
     FROM pg_catalog.pg_attribute a
     WHERE a.attrelid = pg_catalog.to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
     ORDER BY a.attnum`,
    [table],
  );
  return new Map(rows.map(({ name, ...column }) => [name, column]));
}
