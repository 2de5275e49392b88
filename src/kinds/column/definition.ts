import { quoteIdentifier } from '../../database/sql.ts';
import { identityOptions } from './identity.ts';
import { notNullClause } from './not-null.ts';
import type { Column } from './properties.ts';

/** A column as it stands in CREATE TABLE and behind ADD COLUMN; empty when nothing needs to stand there. */
export function define(path: readonly string[], column: Omit<Column, 'definition'>): string {
  const name = path.at(-1) ?? '';
  const { identity, generated } = column;
  if (column.inherited === 'child') return '';
  if (column.inherited) {
    const own =
      column.default !== column.parentDefault && generated === null
        ? ` DEFAULT ${column.default ?? 'NULL'}`
        : '';
    const notNull = column.notNull === true ? ` ${notNullClause(column)}` : '';
    return own || notNull ? `${quoteIdentifier(name)}${own}${notNull}` : '';
  }
  return [
    `${quoteIdentifier(name)} ${column.type}${collate(column)}`,
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
