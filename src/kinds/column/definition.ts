import { quoteIdentifier } from '../../database/sql.ts';
import { identityOptions } from './identity.ts';
import { notNullClause } from './not-null.ts';
import type { Column } from './properties.ts';

/**
 * A column as it stands in CREATE TABLE and behind ADD COLUMN; empty when nothing needs to stand there. `asInherited`: it
 * is the parent's in all that it may have of its own.
 */
export function define(
  path: readonly string[],
  column: Omit<Column, 'definition'>,
  asInherited = false,
): string {
  const name = path.at(-1) ?? '';
  const { identity, generated } = column;
  const typed = `${quoteIdentifier(name)} ${column.type}${collate(column)}`;
  // What it has by itself besides stays when its parent's goes.
  if (column.inherited === 'child' && (asInherited || !column.ownBesides))
    return column.ownBesides ? typed : '';
  if (column.inherited && column.inherited !== 'child') {
    const own =
      column.default !== column.parentDefault && generated === null
        ? ` DEFAULT ${column.default ?? 'NULL'}`
        : '';
    const notNull = column.notNull === true ? ` ${notNullClause(column)}` : '';
    return own || notNull ? `${quoteIdentifier(name)}${own}${notNull}` : '';
  }
  return [
    typed,
    generated
      ? ` GENERATED ALWAYS AS (${generated.expression}) ${generated.stored ? 'STORED' : 'VIRTUAL'}`
      : '',
    identity
      ? ` GENERATED ${identity.always ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY (${identityOptions(path, column)})`
      : '',
    column.default === null ? '' : ` DEFAULT ${column.default}`,
    column.notNull === true ? ` ${notNullClause(column)}` : '',
  ].join('');
}

/** ` COLLATE …`, or nothing for the collation of the type. */
export function collate(column: { readonly collation: string | null }): string {
  return column.collation === null ? '' : ` COLLATE ${column.collation}`;
}
