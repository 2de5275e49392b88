import type { Catalog, CatalogObject, Properties } from '../../src/catalog/kind.ts';
import { formatId, type ObjectId, type ObjectRef } from '../../src/catalog/object.ts';

/** An object made by hand, for stages that take catalogs as data. */
export function object(
  kind: string,
  path: readonly string[],
  rest: Partial<CatalogObject> & { readonly objid?: number; readonly objsubid?: number } = {},
): CatalogObject {
  const { objid = 0, objsubid = 0, ...fields } = rest;
  const properties: Properties = fields.properties ?? {};
  return { ref: { kind, path }, address: { classid: 1, objid, objsubid }, ...fields, properties };
}

/** A catalog of these objects, each of which needs its parent and what `needs` says. */
export function catalogOf(...objects: readonly CatalogObject[]): Catalog {
  return withNeeds(objects, {});
}

/** The same with further dependencies, by id. */
export function withNeeds(
  objects: readonly CatalogObject[],
  needs: Readonly<Record<ObjectId, readonly (ObjectId | ObjectRef)[]>>,
): Catalog {
  const dependencies = new Map<ObjectId, Set<ObjectId>>();
  for (const { ref, parent, inheritedFrom } of objects) {
    const id = formatId(ref);
    const all = [parent, inheritedFrom, ...(needs[id] ?? [])].flatMap((one) =>
      one === undefined ? [] : [typeof one === 'string' ? one : formatId(one)],
    );
    dependencies.set(id, new Set(all));
  }
  return {
    serverVersion: 180000,
    objects: new Map(objects.map((one) => [formatId(one.ref), one])),
    dependencies,
    notCompared: [],
  };
}
