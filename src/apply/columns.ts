import { firstUserOid } from '../catalog/kind.ts';
import type { Session } from '../database/session.ts';
import { quoteIdentifier } from '../database/sql.ts';

/** `identity`: `a` for GENERATED ALWAYS AS IDENTITY, `d` for BY DEFAULT, empty for neither. */
export type TableColumn = {
  readonly type: string;
  readonly generated: boolean;
  readonly identity: string;
  /** Someone made its type, or the one that it is made of: a table that has it stands in the way of DROP TYPE. */
  readonly isMade: boolean;
  /** The same of its collation. */
  readonly hasMadeCollation: boolean;
  /** Its values are labels of an enum, or arrays of them. */
  readonly hasLabels: boolean;
  /** Text of any sort: what is too long is refused without a cast, and cut by one. */
  readonly isText: boolean;
};

/** The columns of a table, in order, by name; none when there is no such table. */
export async function readColumns(
  session: Session,
  table: string,
): Promise<ReadonlyMap<string, TableColumn>> {
  const rows = await session.query<TableColumn & { readonly name: string }>(
    `SELECT a.attname::text AS name, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
            a.attgenerated <> '' AS generated, a.attidentity::text AS identity,
            a.atttypid >= ${firstUserOid} AS "isMade", a.attcollation >= ${firstUserOid} AS "hasMadeCollation",
            'E' IN (t.typcategory, e.typcategory) AS "hasLabels", t.typcategory = 'S' AS "isText"
     FROM pg_catalog.pg_attribute a
     JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
     LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem
     WHERE a.attrelid = pg_catalog.to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
     ORDER BY a.attnum`,
    [table],
  );
  return new Map(rows.map(({ name, ...column }) => [name, column]));
}

/** A column as what outlives types and collations may hold it: under its name, as text where someone made its type. */
export function selectPortable(name: string, { isMade, hasMadeCollation }: TableColumn): string {
  const column = quoteIdentifier(name);
  if (!isMade && !hasMadeCollation) return column;
  return `${column}${isMade ? '::text' : ''}${hasMadeCollation ? ' COLLATE pg_catalog."default"' : ''} AS ${column}`;
}
