import type { Catalog, CatalogObject, Properties, Property, Registry } from './kind.ts';
import { formatId, type ObjectId, type ObjectRef, ownName } from './object.ts';

/** Where a reference goes under a set of renames: the new one, or the same. */
export type Rename = (ref: ObjectRef) => ObjectRef;

/**
 * What the names in a catalog become when the objects of `renamed` get theirs: a table's columns follow the
 * table, a schema's objects the schema, what partitions inherit its origin.
 */
export function followRenames(catalog: Catalog, renamed: ReadonlyMap<ObjectId, ObjectRef>): Rename {
  const known = new Map<ObjectId, ObjectRef>();
  const rename = (ref: ObjectRef): ObjectRef => {
    const id = formatId(ref);
    const found = known.get(id);
    if (found) return found;
    known.set(id, ref);
    const object = catalog.objects.get(id);
    const result = renamed.get(id) ?? (object ? moveAlong(object, rename) : ref);
    known.set(id, result);
    return result;
  };
  return rename;
}

/**
 * Those of some renames, from id to id, that a catalog has not seen yet. The catalog that they start from tells whether a new name
 * is there because something else has it. Where names change hands only `renamed` tells: what a journal says has another name by now.
 */
export function findRenamesLeft(
  { objects }: Catalog,
  renames: ReadonlyMap<ObjectId, ObjectId>,
  start: Catalog,
  renamed: ReadonlySet<ObjectId> = new Set(),
): ReadonlyMap<ObjectId, ObjectId> {
  return new Map(
    [...renames].filter(
      ([before, after]) =>
        objects.has(before) && !renamed.has(before) && (!objects.has(after) || start.objects.has(after)),
    ),
  );
}

/** The same catalog after renames that keep the objects. Texts that mention old names stay as they are. */
export function renameCatalog(catalog: Catalog, rename: Rename, registry: Registry): Catalog {
  const renameId = new Map<ObjectId, ObjectId>();
  const objects = new Map<ObjectId, CatalogObject>();
  for (const [id, object] of catalog.objects) {
    const after = renameObject(object, rename, registry);
    renameId.set(id, formatId(after.ref));
    objects.set(formatId(after.ref), after);
  }
  const newId = (id: ObjectId) => renameId.get(id) ?? id;
  const dependencies = new Map<ObjectId, ReadonlySet<ObjectId>>();
  for (const [id, needs] of catalog.dependencies) dependencies.set(newId(id), new Set([...needs].map(newId)));
  return { ...catalog, objects, dependencies };
}

/** One object under renames: its own name, its whole's, and those in its properties. */
export function renameObject(object: CatalogObject, rename: Rename, registry: Registry): CatalogObject {
  const after: CatalogObject = {
    ...object,
    ref: rename(object.ref),
    ...(object.parent ? { parent: rename(object.parent) } : {}),
    ...(object.dropsWith ? { dropsWith: rename(object.dropsWith) } : {}),
    ...(object.movesWith ? { movesWith: rename(object.movesWith) } : {}),
    ...(object.inheritedFrom ? { inheritedFrom: rename(object.inheritedFrom) } : {}),
    ...(object.givenBy ? { givenBy: rename(object.givenBy) } : {}),
    properties: {
      ...(renameIn(object.properties, rename) as Properties),
      ...(registry.get(object.ref.kind)?.renameParts?.(object, rename) as Properties | undefined),
    },
  };
  const { parent } = after;
  if (after.ref.on === undefined || !parent || after.ref === object.ref) return after;
  const name = registry.get(parent.kind)?.address(parent);
  const isItsName = JSON.stringify(parent.path) === JSON.stringify(after.ref.path);
  return (isItsName && name && registry.get(after.ref.kind)?.renamed?.(after, name)) || after;
}

function renameIn(value: Property, rename: Rename): Property {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item: Property) => renameIn(item, rename));
  if (isRef(value)) return rename(value) as unknown as Property;
  return Object.fromEntries(
    Object.entries(value as Properties).map(([key, item]) => [key, renameIn(item, rename)]),
  );
}

function isRef(value: object): value is ObjectRef {
  return 'kind' in value && 'path' in value && Array.isArray(value.path);
}

/** The new name of an object that is not renamed itself. */
function moveAlong(
  { ref, parent, movesWith, inheritedFrom, givenBy }: CatalogObject,
  rename: Rename,
): ObjectRef {
  const mover = movesWith && rename(movesWith);
  if (mover && mover !== movesWith) return { ...ref, path: [mover.path[0] ?? '', ...ref.path.slice(1)] };
  const source = inheritedFrom ?? givenBy;
  const origin = source && rename(source);
  const own = source && origin && ownName(source) === ownName(ref) ? ownName(origin) : ownName(ref);
  const path = own === ownName(ref) ? ref.path : [...ref.path.slice(0, -1), own];
  const whole = parent && rename(parent);
  if (!parent || !whole || whole === parent) return path === ref.path ? ref : { ...ref, path };
  const isBelow = parent.path.every((part, position) => path[position] === part);
  return {
    ...ref,
    // An index stands beside its table, not below it, and moves to another schema with it.
    path: isBelow
      ? [...whole.path, ...path.slice(parent.path.length)]
      : [whole.path[0] ?? '', ...path.slice(1)],
  };
}
