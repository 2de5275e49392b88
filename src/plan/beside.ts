import type { Catalog, CatalogObject } from '../catalog/kind.ts';
import { formatId, type ObjectId, ownName } from '../catalog/object.ts';

/** Parts of a table, by id. */
export type Parts = readonly (readonly [ObjectId, CatalogObject])[];

/** What it needs as its origin does: of parts (an index its columns) those of its own table, and what is elsewhere (a foreign key another index). */
export function neededBeside(
  object: CatalogObject,
  catalog: Catalog,
  parts: Parts = [],
): readonly ObjectId[] {
  const origin = originOf(object, catalog);
  const needed = origin === object ? undefined : catalog.dependencies.get(formatId(origin.ref));
  if (!needed || !origin.parent) return [];
  const table = formatId(origin.parent);
  const isPart = (id: ObjectId) => {
    const parent = catalog.objects.get(id)?.parent;
    return id === table || (parent !== undefined && formatId(parent) === table);
  };
  return [
    ...parts.flatMap(([id, part]) => (needed.has(formatId(originOf(part, catalog).ref)) ? [id] : [])),
    ...[...needed].filter((id) => !isPart(id)),
  ];
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
