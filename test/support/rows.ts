import type { Catalog } from '../../src/catalog/kind.ts';
import type { Session } from '../../src/database/session.ts';
import { quoteIdentifier, quoteName } from '../../src/database/sql.ts';

type Column = {
  readonly schema: string;
  readonly table: string;
  readonly column: string;
  /** The base type of a domain. */
  readonly type: string;
  readonly category: string;
  /** Its first value, for an enum. */
  readonly label: string | null;
  readonly hasDefault: boolean;
  /** `"schema"."table"` and the column that it refers to. */
  readonly refersTo: readonly [string, string] | null;
};

/**
 * Puts two rows into every table that takes them: whatever its columns want, referring to rows that are there. A
 * table whose checks or triggers want something cleverer stays empty.
 */
export async function fillTables(session: Session): Promise<void> {
  const columns = await session.query<Column>(columnsQuery);
  const tables = new Map<string, Column[]>();
  for (const column of columns) {
    const table = quoteName([column.schema, column.table]);
    tables.set(table, [...(tables.get(table) ?? []), column]);
  }
  const empty = new Set(tables.keys());
  // A table is filled after those it refers to: as many rounds as there are links in the longest chain.
  for (let round = 0; round < 4 && empty.size > 0; round += 1) {
    for (const table of [...empty]) {
      const inserted = await insert(session, table, tables.get(table) ?? []);
      if (inserted) empty.delete(table);
    }
  }
}

async function insert(session: Session, table: string, columns: readonly Column[]): Promise<boolean> {
  const given = columns.filter(({ hasDefault }) => !hasDefault);
  try {
    for (const position of [1, 2]) {
      const names = given.map(({ column }) => quoteIdentifier(column)).join(', ');
      const values = given.map((column) => valueFor(column, position)).join(', ');
      await session.exec(
        given.length === 0
          ? `INSERT INTO ${table} DEFAULT VALUES`
          : `INSERT INTO ${table} (${names}) VALUES (${values})`,
      );
    }
    return true;
  } catch {
    return false;
  }
}

function valueFor({ type, category, label, refersTo }: Column, position: number): string {
  if (refersTo) {
    const [table, column] = refersTo;
    return `(SELECT ${quoteIdentifier(column)} FROM ${table} ORDER BY 1 LIMIT 1 OFFSET ${position - 1})`;
  }
  if (label !== null) return `'${label.replaceAll("'", "''")}'`;
  if (type === 'uuid') return `'00000000-0000-0000-0000-00000000000${position}'`;
  if (type === 'bytea') return `'\\x0${position}'`;
  if (/^jsonb?$/.test(type)) return `'{"n": ${position}}'`;
  if (category === 'N') return String(position);
  if (category === 'S') return `'${position}'`;
  if (category === 'B') return position === 1 ? 'true' : 'false';
  if (category === 'D') return /^time(?!stamp)/.test(type) ? `'0${position}:00'` : `'2030-01-0${position}'`;
  if (category === 'T') return `'${position} days'`;
  if (category === 'A') return `'{}'`;
  if (category === 'R') return `'empty'`;
  return 'NULL';
}

const columnsQuery = `
  SELECT n.nspname AS schema, c.relname AS "table", a.attname AS "column", format_type(b.oid, NULL) AS type,
         b.typcategory::text AS category,
         (SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = b.oid ORDER BY e.enumsortorder LIMIT 1) AS label,
         a.atthasdef OR a.attidentity <> '' AS "hasDefault",
         (SELECT json_build_array(format('%I.%I', rn.nspname, r.relname), ra.attname)
          FROM pg_constraint k JOIN pg_class r ON r.oid = k.confrelid JOIN pg_namespace rn ON rn.oid = r.relnamespace
          JOIN pg_attribute ra ON ra.attrelid = r.oid AND ra.attnum = k.confkey[array_position(k.conkey, a.attnum)]
          WHERE k.conrelid = c.oid AND k.contype = 'f' AND a.attnum = ANY (k.conkey) ORDER BY k.oid LIMIT 1) AS "refersTo"
  FROM pg_attribute a
  JOIN pg_class c ON c.oid = a.attrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_type t ON t.oid = a.atttypid
  JOIN pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped
    AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  ORDER BY c.oid, a.attnum`;

/** A table's rows as text, column by column, in the order of their text. */
export type Rows = ReadonlyMap<string, readonly string[]>;

/**
 * Every column of every table that holds rows itself, by `schema.table.column`, generated ones aside. What is in a
 * partition or child table is that one's, whoever its parent is.
 */
export async function readColumns(session: Session): Promise<Rows> {
  const columns = await session.query<{ schema: string; table: string; column: string }>(`
    SELECT n.nspname AS schema, c.relname AS "table", a.attname AS "column"
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
      AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    ORDER BY 1, 2, a.attnum`);
  const queries = columns.map(
    ({ schema, table, column }) =>
      `SELECT coalesce(json_agg(v ORDER BY v), '[]')::text AS rows
       FROM (SELECT ${quoteIdentifier(column)}::text AS v FROM ONLY ${quoteName([schema, table])}) AS q`,
  );
  const results = await session.queryAll<{ rows: string }>(queries);
  return new Map(
    columns.map(({ schema, table, column }, position) => [
      [schema, table, column].join('.'),
      JSON.parse(results[position]?.[0]?.rows ?? '[]') as readonly string[],
    ]),
  );
}

/** Columns of the same type on both sides whose values are not what they were, and that no hazard named. */
export function changedRows(
  before: Rows,
  after: Rows,
  lost: ReadonlySet<string>,
  from: Catalog,
  to: Catalog,
): readonly string[] {
  return [...before].flatMap(([column, values]) => {
    const table = column.split('.').slice(0, 2).join('.');
    const names = [column, table, `column:${column}`, `table:${table}`];
    const now = after.get(column);
    const type = (catalog: Catalog) => catalog.objects.get(`column:${column}`)?.properties.type;
    if (!now || names.some((name) => lost.has(name)) || type(from) !== type(to)) return [];
    return JSON.stringify(now) === JSON.stringify(values)
      ? []
      : [`${column}: ${JSON.stringify(values)} → ${JSON.stringify(now)}`];
  });
}
