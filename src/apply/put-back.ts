import type { Session } from '../database/session.ts';
import { quoteIdentifier, quoteLiteral, quoteName } from '../database/sql.ts';
import type { ColumnNames } from '../plan/plan.ts';
import { readColumns, type TableColumn } from './columns.ts';
import { becameName } from './narrowed.ts';

/** A table that holds what was saved. */
export type Source = {
  /** As SQL writes it. */
  readonly table: string;
  /** Types of the columns that it holds as text. */
  readonly types: ReadonlyMap<string, string>;
};

/** Rows or values that go from a table that holds them to the one they are of. */
export type PutBack = {
  readonly source: Source;
  /** Schema and name. */
  readonly table: readonly string[];
  readonly columns: readonly ColumnNames[];
};

/** Rows into a table; those whose key is there already stay as they are. How many. */
export async function putBackRows(session: Session, { source, table, columns }: PutBack): Promise<number> {
  const target = quoteName(table);
  const there = await readColumns(session, target);
  const taken = columns.filter(([, now]) => there.get(now)?.generated === false);
  const names = taken.map(([, now]) => quoteIdentifier(now)).join(', ');
  const values = taken.map(([from, now]) => savedValue(source, from, there.get(now))).join(', ');
  const { rowCount } = await session.exec(
    `INSERT INTO ${target} (${names}) OVERRIDING SYSTEM VALUE SELECT ${values} FROM ${source.table} AS saved ON CONFLICT DO NOTHING`,
  );
  await advanceSequences(session, table, taken);
  return rowCount ?? 0;
}

/**
 * Values into the rows of their key; how many. `places`: where in what was lost each column stands. What a narrower type has taken
 * comes back only where `unlessWritten` and what it had become is still there.
 */
export async function putBackValues(
  session: Session,
  { source, table, columns }: PutBack,
  key: readonly ColumnNames[],
  places: ReadonlyMap<string, number>,
  unlessWritten: boolean,
): Promise<number> {
  const target = quoteName(table);
  const [saved, there] = [await readColumns(session, source.table), await readColumns(session, target)];
  const set = columns.map(([from, to]) => {
    const became = becameName(places.get(from) ?? 0);
    const column = there.get(to);
    const [value, now] = [savedValue(source, from, column), `now.${quoteIdentifier(to)}`];
    // As the column prints it now; of an enum it may be a label that is gone.
    const printed = column && !column.hasLabels ? `${became}::${column.type}` : became;
    const isUntouched =
      unlessWritten && saved.has(became)
        ? `saved.${printed}::text IS NOT DISTINCT FROM ${now}::text`
        : 'true';
    return { name: quoteIdentifier(to), value, now, isUntouched };
  });
  const assign = set.map(({ name, value, now, isUntouched }) =>
    isUntouched === 'true'
      ? `${name} = ${value}`
      : `${name} = CASE WHEN ${isUntouched} THEN ${value} ELSE ${now} END`,
  );
  const same = key.map(([from, to]) => isSameKey(source, from, `now.${quoteIdentifier(to)}`));
  const isWanted = set.map(({ isUntouched }) => isUntouched).join(' OR ');
  // PostgreSQL refuses to update what is GENERATED ALWAYS AS IDENTITY (428C9).
  const always = columns.filter(([, now]) => there.get(now)?.identity === 'a');
  const generate = async (when: string) => {
    for (const [, now] of always)
      await session.exec(`ALTER TABLE ${target} ALTER COLUMN ${quoteIdentifier(now)} SET GENERATED ${when}`);
  };
  await generate('BY DEFAULT');
  const { rowCount } = await session.exec(
    `UPDATE ${target} AS now SET ${assign.join(', ')} FROM ${source.table} AS saved WHERE ${same.join(' AND ')} AND (${isWanted})`,
  );
  await generate('ALWAYS');
  await advanceSequences(session, table, columns);
  return rowCount ?? 0;
}

/** A condition that tells a row `saved` by a column of its key. */
export function isSameKey({ types }: Source, from: string, now: string, saved = 'saved'): string {
  const text = types.has(from) ? '::text' : '';
  return `${now}${text} = ${saved}.${quoteIdentifier(from)}${text}`;
}

/** What is saved as text is cast to what it goes into. */
function savedValue({ types }: Source, from: string, column: TableColumn | undefined): string {
  const value = `saved.${quoteIdentifier(from)}`;
  return column && types.has(from) && !column.isText ? `${value}::${column.type}` : value;
}

/** Sequences of identities and defaults give no number that came back with them; those that are not ours to move stay. */
async function advanceSequences(
  session: Session,
  table: readonly string[],
  columns: readonly ColumnNames[],
): Promise<void> {
  const target = quoteName(table);
  const owned = await session.query<{ name: string; sequence: string }>(
    `SELECT a.attname::text AS name, pg_catalog.format('%I.%I', n.nspname, c.relname) AS sequence
     FROM pg_catalog.pg_attribute a
     LEFT JOIN pg_catalog.pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
     JOIN pg_catalog.pg_depend d
       ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype = 'i' AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum
       OR d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND d.objid = f.oid
     JOIN pg_catalog.pg_class c
       ON c.relkind = 'S' AND c.oid = CASE d.deptype WHEN 'i' THEN d.objid ELSE d.refobjid END
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid AND s.seqincrement > 0
     WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND a.attrelid = pg_catalog.to_regclass($1)
       AND a.attname::text = ANY ($2::text[]) AND pg_catalog.has_sequence_privilege(c.oid, 'UPDATE')
     ORDER BY 2`,
    [target, columns.map(([, now]) => now)],
  );
  for (const { name, sequence } of owned) {
    await session.exec(
      `SELECT pg_catalog.setval(${quoteLiteral(sequence)}, x.last) FROM ${sequence} AS s,
         (SELECT pg_catalog.max(${quoteIdentifier(name)})::bigint AS last FROM ${target}) AS x,
         pg_catalog.pg_sequence AS p
       WHERE p.seqrelid = ${quoteLiteral(sequence)}::pg_catalog.regclass AND x.last BETWEEN p.seqmin AND p.seqmax
         AND (x.last > s.last_value OR x.last = s.last_value AND NOT s.is_called)`,
    );
  }
}

/** Each under its own name. */
export function asSaved(columns: Iterable<string>): readonly ColumnNames[] {
  return [...columns].map((name) => [name, name]);
}
