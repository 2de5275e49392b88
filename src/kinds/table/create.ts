import { type CatalogObject, type Statement, statement } from '../../catalog/kind.ts';
import { quoteIdentifier, quoteName } from '../../database/sql.ts';
import { writeElements } from '../../database/table-elements.ts';
import { formatOption } from './options.ts';
import { alter, type Table } from './properties.ts';

/** CREATE TABLE with its columns and constraints, and what only ALTER TABLE says. */
export function create(
  { ref, properties }: CatalogObject<Table>,
  children: readonly CatalogObject[],
): readonly Statement[] {
  const isOfItsOwn = properties.partitionOf === null && properties.ofType === null;
  const body = writeElements(children) || (isOfItsOwn ? ' ()' : '');
  const head = `CREATE ${properties.unlogged ? 'UNLOGGED ' : ''}TABLE ${quoteName(ref.path)}`;
  const origin = properties.partitionOf
    ? ` PARTITION OF ${quoteName(properties.partitionOf.parent.path)}`
    : properties.ofType === null
      ? ''
      : ` OF ${quoteName(properties.ofType.type.path)}`;
  const tail = [
    properties.partitionOf ? ` ${properties.partitionOf.bound}` : '',
    properties.inherits.length > 0
      ? `\nINHERITS (${properties.inherits.map(({ path }) => quoteName(path)).join(', ')})`
      : '',
    properties.partitionBy === null ? '' : `\nPARTITION BY ${properties.partitionBy}`,
    properties.accessMethod === null || properties.accessMethod === (properties.parentAccessMethod ?? 'heap')
      ? ''
      : `\nUSING ${quoteIdentifier(properties.accessMethod)}`,
    properties.options.length > 0 ? `\nWITH (${properties.optionsAsSet.map(formatOption).join(', ')})` : '',
  ].join('');
  return [
    statement(
      `${head}${origin}${body}${tail}`,
      properties.partitionOf ? { joins: properties.partitionOf.parent } : {},
    ),
    ...(properties.rowSecurity ? [alter(ref.path, 'ENABLE ROW LEVEL SECURITY')] : []),
    ...(properties.forceRowSecurity ? [alter(ref.path, 'FORCE ROW LEVEL SECURITY')] : []),
    ...(properties.replicaIdentity === 'DEFAULT'
      ? []
      : [alter(ref.path, `REPLICA IDENTITY ${properties.replicaIdentity}`)]),
  ];
}
