import { quoteIdentifier, quoteLiteral, quoteName } from './sql.ts';
import { hasCast } from './type-conversion.ts';

/** A type whose values are rows: its name, and its parts in their order. */
export type RowType = {
  readonly path: readonly string[];
  readonly parts: readonly { readonly name: string; readonly type: string }[];
};

/**
 * SQL that makes a cast from one type of rows to another: each part goes to the one of its name, a new one is empty. A null stays one, and
 * a row of nulls a row. What PostgreSQL has a cast for, those made before included, needs none here; all else goes as text.
 */
export function makeRowCast(from: RowType, to: RowType): readonly string[] {
  const [source, target] = [quoteName(from.path), quoteName(to.path)];
  const parts = to.parts.map(({ name, type }) => {
    const known = from.parts.find((part) => part.name === name);
    if (!known) return 'NULL';
    const value = `($1).${quoteIdentifier(name)}`;
    return hasCast(known.type, type) ? value : `${value}::text`;
  });
  // As a string it binds to no column, so that the row may change while it is there.
  const body = `SELECT CASE WHEN $1 IS DISTINCT FROM NULL THEN ROW(${parts.join(', ')})::${target} END`;
  return [
    `CREATE FUNCTION ${source}(${source}) RETURNS ${target} LANGUAGE sql AS ${quoteLiteral(body)}`,
    `CREATE CAST (${source} AS ${target}) WITH FUNCTION ${source}(${source})`,
  ];
}

/** SQL that takes it away. */
export function removeRowCast(from: RowType, to: RowType): readonly string[] {
  const [source, target] = [quoteName(from.path), quoteName(to.path)];
  return [`DROP CAST (${source} AS ${target})`, `DROP FUNCTION ${source}(${source})`];
}
