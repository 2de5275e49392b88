import { TrueupError } from '../errors.ts';
import { type BatchShape, readBatchShape } from '../migrations/batch-shape.ts';
import type { LocatedStatement } from './diagnose.ts';
import type { Session } from './session.ts';
import { quoteIdentifier, quoteLiteral, quoteName } from './sql.ts';

/** The way along a table's rows by its primary key. A key is its columns' values as text. */
export type BatchKey = {
  /** The table's estimated rows; null when it was never analyzed. */
  readonly rowEstimate: number | null;
  /** The last key that there is now; null for an empty table. */
  readonly readLast: () => Promise<Key | null>;
  /** The key of the last of the next `size` rows up to `until`; null when no more than that are left. */
  readonly readNext: (after: Key | null, until: Key, size: number) => Promise<Key | null>;
  /** The statement for the rows behind `after`, up to and with `upTo`. */
  readonly sqlFor: (after: Key | null, upTo: Key) => string;
};
export type Key = readonly string[];

type Facts = {
  readonly columns: readonly string[] | null;
  readonly types: readonly string[];
  /** Negative or null when it was never analyzed. */
  readonly rows: number | null;
  readonly inherited: boolean;
  readonly aggregates: readonly string[];
};

/** Looks up the primary key that a statement's batches go along. Throws `TrueupError` naming its place when there is none. */
export async function readBatchKey(session: Session, statement: LocatedStatement): Promise<BatchKey> {
  const shape = await readBatchShape(statement.sql);
  if ('refused' in shape) throw cannot(statement, shape.refused);
  const [facts] = await session.query<Facts>(factsQuery, [quoteName(shape.table), shape.functions]);
  const table = shape.table.join('.');
  if (!facts?.columns) throw cannot(statement, `${table} has no primary key to go along`);
  const { columns, types } = facts;
  const changed = columns.find((column) => shape.sets.includes(column));
  if (changed !== undefined)
    throw cannot(statement, `it sets ${changed}, which is of the primary key of ${table}`);
  if (facts.inherited && !shape.only)
    throw cannot(
      statement,
      `other tables inherit from ${table}, and have rows that its primary key says nothing of`,
    );
  if (facts.aggregates[0] !== undefined)
    throw cannot(statement, `${facts.aggregates[0]}() would be over the rows of a batch`);
  return keyOf(session, shape, columns, types, facts.rows);
}

function keyOf(
  session: Session,
  { table, only, name, narrow }: BatchShape,
  columns: readonly string[],
  types: readonly string[],
  rows: number | null,
): BatchKey {
  const named = columns.map((column) => `${quoteIdentifier(name)}.${quoteIdentifier(column)}`);
  const isAbove = (operator: string, key: Key) => {
    const values = key.map((value, index) => `${quoteLiteral(value)}::${types[index]}`);
    return columns.length === 1
      ? `${named[0]} ${operator} ${values[0]}`
      : `(${named.join(', ')}) ${operator} (${values.join(', ')})`;
  };
  const range = (after: Key | null, upTo: Key) =>
    [...(after ? [isAbove('>', after)] : []), isAbove('<=', upTo)].join(' AND ');
  const from = `FROM ${only ? 'ONLY ' : ''}${quoteName(table)} AS ${quoteIdentifier(name)}`;
  const read = async (where: string, order: 'ASC' | 'DESC', offset: number): Promise<Key | null> => {
    const sorted = named.map((column) => `${column} ${order}`).join(', ');
    const [row] = await session.query<{ key: Key }>(
      `SELECT ARRAY[${named.map((column) => `${column}::text`).join(', ')}] AS key ${from} ${where} ORDER BY ${sorted} OFFSET ${offset} LIMIT 1`,
    );
    return row?.key ?? null;
  };
  return {
    rowEstimate: rows === null || rows < 0 ? null : rows,
    readLast: () => read('', 'DESC', 0),
    readNext: (after, until, size) => read(`WHERE ${range(after, until)}`, 'ASC', size - 1),
    sqlFor: (after, upTo) => narrow(range(after, upTo)),
  };
}

const factsQuery = `SELECT
    (SELECT pg_catalog.array_agg(a.attname::text ORDER BY k.place)
     FROM pg_catalog.unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (attnum, place)
     JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
     WHERE k.place <= i.indnkeyatts) AS columns,
    (SELECT pg_catalog.array_agg(pg_catalog.format_type(a.atttypid, a.atttypmod) ORDER BY k.place)
     FROM pg_catalog.unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (attnum, place)
     JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
     WHERE k.place <= i.indnkeyatts) AS types,
    CASE WHEN c.relkind = 'p'
         THEN (SELECT CASE WHEN pg_catalog.min(r.reltuples) >= 0 THEN pg_catalog.sum(r.reltuples) ELSE -1 END
               FROM pg_catalog.pg_partition_tree(c.oid) t
               JOIN pg_catalog.pg_class r ON r.oid = t.relid
               WHERE t.isleaf)
         ELSE c.reltuples END::float8 AS rows,
    c.relkind = 'r' AND EXISTS (SELECT FROM pg_catalog.pg_inherits h WHERE h.inhparent = c.oid) AS inherited,
    ARRAY(SELECT DISTINCT p.proname::text FROM pg_catalog.pg_proc p
          WHERE p.prokind IN ('a', 'w') AND p.proname = ANY ($2::text[]) ORDER BY 1) AS aggregates
  FROM pg_catalog.pg_class c
  LEFT JOIN pg_catalog.pg_index i ON i.indrelid = c.oid AND i.indisprimary
  WHERE c.oid = pg_catalog.to_regclass($1)`;

function cannot({ position }: LocatedStatement, reason: string): TrueupError {
  return new TrueupError([
    {
      code: 'batch',
      severity: 'error',
      ...(position ? { position } : {}),
      summary: `The statement cannot run in batches: ${reason}.`,
      help: 'Write it as one that can, or remove `-- trueup: batch`: it then runs as a whole.',
    },
  ]);
}
