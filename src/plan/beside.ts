import type { Catalog, CatalogObject } from '../catalog/kind.ts';
import { formatId, type ObjectId, ownName } from '../catalog/object.ts';

/** Parts of a table, by id. */
export type Parts = readonly (readonly [ObjectId, CatalogObject])[];

/** Parts of the same table that it needs: those that come from what its origin needs (the columns of an index). */
export function neededBeside(
  object: CatalogObject,
  catalog: Catalog,
  parts: Parts = [],
): readonly ObjectId[] {
  const origin = originOf(object, catalog);
  const needed = origin === object ? undefined : catalog.dependencies.get(formatId(origin.ref));
  if (!needed) return [];
  return parts.flatMap(([id, part]) => (needed.has(formatId(originOf(part, catalog).ref)) ? [id] : []));
}

/** What it is inherited from in the first place; itself where that is nothing. */
export function originOf(object: CatalogObject, catalog: Catalog): CatalogObject {
  const above = object.inheritedFrom && catalog.objects.get(formatId(object.inheritedFrom));
  return above ? originOf(above, catalog) : object;
}

/** The same parts of parent tables, while their table has it by itself besides: PostgreSQL drops theirs first. */
export function aboveOf(
  { ref, parent, inheritedFrom, properties }: CatalogObject,
  { objects, dependencies }: Catalog,
): readonly ObjectId[] {
  if (properties.ownBesides !== true || inheritedFrom || !parent) return [];
  return [...(dependencies.get(formatId(parent)) ?? [])].flatMap((table) => {
    const path = objects.get(table)?.ref.path;
    const above = path && formatId({ ...ref, path: [...path, ownName(ref)] });
    return above !== undefined && objects.has(above) ? [above] : [];
  });
}

/** Whether it is for a table what `id` is for a whole of that. */
export function isOfPart(part: ObjectId, id: ObjectId, { objects, dependencies }: Catalog): boolean {
  const [own, other] = [objects.get(part), objects.get(id)];
  if (!own?.parent || !other?.parent || own.ref.kind !== other.ref.kind) return false;
  return dependencies.get(formatId(own.parent))?.has(formatId(other.parent)) === true;
}
