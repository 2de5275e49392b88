import type { Catalog, CatalogObject } from '../catalog/kind.ts';
import { formatId, type ObjectId, type ObjectRef } from '../catalog/object.ts';

/** A copy of a catalog in which objects stand otherwise. */
export function edit(catalog: Catalog) {
  const objects = new Map(catalog.objects);
  const dependencies = new Map(catalog.dependencies);
  const without = (id: ObjectId, needed: ObjectRef | undefined) => {
    if (needed === undefined) return;
    dependencies.set(
      id,
      new Set([...(dependencies.get(id) ?? [])].filter((one) => one !== formatId(needed))),
    );
  };
  return {
    catalog: { ...catalog, objects, dependencies },
    put: (id: ObjectId, object: CatalogObject) => {
      without(id, objects.get(id)?.inheritedFrom);
      objects.set(id, object);
    },
    remove: (id: ObjectId) => objects.delete(id),
    need: (id: ObjectId, needed: ObjectId) =>
      dependencies.set(id, new Set([...(dependencies.get(id) ?? []), needed])),
  };
}
