import type { Catalog, CatalogObject, Registry } from '../catalog/kind.ts';
import { formatId, type ObjectId } from '../catalog/object.ts';
import type { Change } from '../diff/change.ts';
import { alter } from './rebuild.ts';

/**
 * What waits on a partitioned table for those of its partitions (an index made `ON ONLY` it) and would get one too many: a table that
 * joins brings one that is valid, or PostgreSQL makes it. Where the table is to have none such, it is made after that.
 */
export function findOvertaken(
  from: Catalog,
  to: Catalog,
  changes: readonly Change[],
  registry: Registry,
): readonly ObjectId[] {
  const waiting = [...to.objects].filter(
    ([id, { properties, parent }]) =>
      properties.valid === false &&
      properties.partitioned === true &&
      parent !== undefined &&
      isOf(from.objects.get(id), formatId(parent)),
  );
  if (waiting.length === 0) return [];
  const pair = (origin: ObjectId, table: ObjectId) => JSON.stringify([origin, table]);
  const brought = new Set(
    [...to.objects.values()].flatMap(({ inheritedFrom, parent, properties }) =>
      inheritedFrom && parent && properties.valid !== false
        ? [pair(formatId(inheritedFrom), formatId(parent))]
        : [],
    ),
  );
  const joining = changes.flatMap(({ id, action, before, after }) => {
    if (action === 'create') return [id];
    const statements = action === 'alter' && before && after ? alter(before, after, registry) : [];
    return statements !== 'replace' && !statements.some(({ joins }) => joins) ? [] : [id];
  });
  return waiting.flatMap(([id, { parent }]) => {
    const isOvertaken = joining.some(
      (table) =>
        parent !== undefined &&
        to.objects.get(table)?.ref.kind === parent.kind &&
        to.dependencies.get(table)?.has(formatId(parent)) === true &&
        !brought.has(pair(id, table)),
    );
    return isOvertaken ? [id] : [];
  });
}

function isOf(object: CatalogObject | undefined, whole: ObjectId): boolean {
  return object?.parent !== undefined && formatId(object.parent) === whole;
}
