import type { Session } from '../database/session.ts';
import { quoteName } from '../database/sql.ts';
import type { Loss } from './loss.ts';
import type { Narrowed } from './narrowed.ts';

/** A table of which something is lost. */
export type Lost = {
  readonly schema: string;
  readonly table: string;
  readonly columns: readonly string[];
  /** Columns of the primary key; none when there is none. */
  readonly key: readonly string[];
  /** The columns that are lost; null: whole rows. */
  readonly lost: readonly string[] | null;
  /** Those of them that only get a narrower type, or an enum without some values. */
  readonly narrowed: readonly string[];
  /** Nothing else is lost than these values of columns; null: rows with any value lose something. */
  readonly values: readonly { readonly column: string; readonly value: string }[] | null;
  readonly bytes: number;
  readonly oid: string;
  /** Numbers of the columns, in their order. */
  readonly numbers: readonly number[];
};

/** What was there before a segment, and what it has saved of columns that it narrows. */
export type Before = {
  /** Tables by oid, and the number of the last column each ever had: what a segment adds to them holds nothing to save. */
  readonly tables: ReadonlyMap<string, number>;
  readonly narrowed: Narrowed[];
  /** What it has saved of which table, by numbers of columns; null: whole rows. */
  readonly saved: { readonly oid: string; readonly numbers: readonly number[] | null }[];
};

type Found = Omit<Lost, 'lost' | 'narrowed' | 'values'> & {
  readonly loss: number;
  readonly column: string | null;
};

/** What is there now. */
export async function readBefore(session: Session): Promise<Before> {
  const rows = await session.query<{ oid: string; last: number }>(
    `SELECT oid::text, relnatts::integer AS last FROM pg_catalog.pg_class WHERE relkind IN ('r', 'p')`,
  );
  return { tables: new Map(rows.map(({ oid, last }) => [oid, last])), narrowed: [], saved: [] };
}

/** The tables that losses speak of, each once with all that is lost of it that was there before. */
export async function findLost(
  session: Session,
  losses: readonly Loss[],
  before: Before,
): Promise<readonly Lost[]> {
  if (losses.length === 0) return [];
  const asked = losses.flatMap((loss, index) => {
    const names =
      loss.type === 'column' ? [loss.column, ...(loss.was === null ? [] : [loss.was])] : [loss.table];
    const cascades = loss.type === 'rows' && loss.cascades;
    return names.map((name) => ({ loss: index, name, column: loss.type === 'column', cascades }));
  });
  const found = await session.query<Found>(foundQuery, [JSON.stringify(asked)]);
  const tables = new Map<string, Lost>();
  for (const { loss, column, ...one } of found) {
    const last = before.tables.get(one.oid);
    const of = losses[loss];
    if (last === undefined || of === undefined) continue;
    const columns = one.columns.filter((_, at) => (one.numbers[at] ?? 0) <= last);
    const named = of.type === 'values' ? of.columns : [column ?? ''];
    const lost = of.type === 'rows' ? null : named.filter((name) => columns.includes(name));
    if (lost?.length === 0) continue;
    const id = quoteName([one.schema, one.table]);
    const known = tables.get(id);
    const all =
      known?.lost === null || lost === null ? null : [...new Set([...(known?.lost ?? []), ...lost])];
    const isNarrowed = of.type === 'column' && of.narrows;
    const narrowed = [...new Set([...(known?.narrowed ?? []), ...(isNarrowed ? (lost ?? []) : [])])];
    const value =
      of.type === 'column' && of.value !== null ? { column: column ?? '', value: of.value } : null;
    const others = known ? known.values : [];
    const values = value && others ? [...others, value] : null;
    tables.set(id, { ...one, lost: all, narrowed, values });
  }
  return [...tables.values()];
}

const foundQuery = `WITH RECURSIVE asked AS (
    SELECT * FROM pg_catalog.jsonb_to_recordset($1::jsonb)
      AS a (loss integer, name text, "column" boolean, cascades boolean)
  ), named AS (
    SELECT DISTINCT ON (a.loss, a.name) a.loss, a.cascades, c.oid, t.attname::text AS "column"
    FROM asked a
    JOIN pg_catalog.pg_class c ON c.relkind IN ('r', 'p')
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_attribute t
      ON a."column" AND t.attrelid = c.oid AND t.attnum > 0 AND NOT t.attisdropped
      AND a.name = n.nspname || '.' || c.relname || '.' || t.attname
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'trueup', 'trueup_backup')
      AND CASE WHEN a."column" THEN t.attname IS NOT NULL
               ELSE a.name IN (n.nspname || '.' || c.relname, c.relname) END
    ORDER BY a.loss, a.name, a.name = n.nspname || '.' || c.relname DESC, pg_catalog.pg_table_is_visible(c.oid) DESC, c.oid
  ), reached AS (
    SELECT loss, cascades, oid, "column" FROM named
    UNION
    SELECT r.loss, true, f.conrelid, NULL
    FROM reached r JOIN pg_catalog.pg_constraint f ON f.contype = 'f' AND f.confrelid = r.oid
    WHERE r.cascades
  )
  SELECT r.loss, r."column", c.oid::text, n.nspname::text AS schema, c.relname::text AS "table",
         ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
               WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum) AS columns,
         ARRAY(SELECT a.attnum::integer FROM pg_catalog.pg_attribute a
               WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum) AS numbers,
         ARRAY(SELECT a.attname::text
               FROM pg_catalog.pg_index i
               CROSS JOIN pg_catalog.unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (attnum, place)
               JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
               WHERE i.indrelid = c.oid AND i.indisprimary AND k.place <= i.indnkeyatts ORDER BY k.place) AS key,
         (SELECT pg_catalog.sum(pg_catalog.pg_table_size(p.oid))
          FROM pg_catalog.pg_class p
          WHERE p.oid = c.oid OR p.oid IN (SELECT relid FROM pg_catalog.pg_partition_tree(c.oid)))::float8 AS bytes
  FROM reached r
  JOIN pg_catalog.pg_class c ON c.oid = r.oid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  ORDER BY r.loss, 3, 4`;
