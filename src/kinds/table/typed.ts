import type { CatalogObject, Statement } from '../../catalog/kind.ts';
import { quoteName } from '../../database/sql.ts';
import { alter, type Table, type TypeRef } from './properties.ts';

/** From the type of a typed table to another's, or to and from none. */
export function changeType(
  { properties: before }: CatalogObject<Table>,
  { ref, properties: after }: CatalogObject<Table>,
): readonly Statement[] {
  return [
    ...(before.ofType === null ? [] : [leaveType(ref.path, before.ofType.type)]),
    ...(after.ofType === null ? [] : [joinType(ref.path, after.ofType.type)]),
  ];
}

/** NOT OF. */
export function leaveType(path: readonly string[], type: TypeRef): Statement {
  return { ...alter(path, 'NOT OF'), leaves: type };
}

/** OF the type. */
export function joinType(path: readonly string[], type: TypeRef): Statement {
  return { ...alter(path, `OF ${quoteName(type.path)}`), joins: type };
}
