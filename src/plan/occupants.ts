import type { Catalog, CatalogObject, Properties, Registry, Renamed } from '../catalog/kind.ts';
import { formatId, type ObjectId, type ObjectRef } from '../catalog/object.ts';
import { followRenames, renameObject } from '../catalog/rename.ts';

type Path = readonly string[];

/** What objects of `from` are called by now. */
export type Names = {
  readonly from: Catalog;
  /** Those that have another name. */
  readonly done: ReadonlyMap<ObjectId, ObjectRef>;
  /** Those that have another one in place of that which they take besides their own. */
  readonly besides: ReadonlyMap<ObjectId, Path>;
};

/** An object as it is called now. */
export function calledNow(
  { from, done, besides }: Names,
  id: ObjectId,
  registry: Registry,
): CatalogObject | undefined {
  const object = from.objects.get(id);
  const renamed = object && renameObject(object, followRenames(from, done), registry);
  const name = besides.get(id);
  return renamed && name ? renameBesides(renamed, name, registry).object : renamed;
}

/** Gives the name that an object takes besides its own another. */
export function renameBesides(object: CatalogObject, name: Path, registry: Registry): Renamed<Properties> {
  return registry.get(object.ref.kind)?.renameBesides?.(object, name) ?? { object, statements: [] };
}

/** The name that an object takes besides its own and can be given another for; null: it has none. */
export function nameBesides(object: CatalogObject | null | undefined, registry: Registry): Path | null {
  const kind = registry.get(object?.ref.kind ?? '');
  if (!object || !kind?.renameBesides) return null;
  return kind.names?.(object).find((path) => !isSame(path, object.ref.path)) ?? null;
}

/** Who is in the way of a name, and the name that it takes besides its own where that is the one; null: its own is. */
export type Occupant = { readonly id: ObjectId; readonly besides: Path | null };

/** Which of `others` is in the way when an object gets a new name, null: nothing. */
export function findOccupant(
  names: Names,
  id: ObjectId,
  target: ObjectRef,
  others: Iterable<ObjectId>,
  registry: Registry,
): Occupant | null {
  const then = calledNow({ ...names, done: new Map([...names.done, [id, target]]) }, id, registry);
  const kept = sharedNames(calledNow(names, id, registry), registry);
  const taken = sharedNames(then, registry).filter((name) => !kept.some((one) => isSame(one, name)));
  const here = followRenames(names.from, names.done);
  for (const other of others) {
    const object = names.from.objects.get(other);
    if (other === id || !object) continue;
    const ref = here(object.ref);
    if (ref.kind === target.kind && formatId(ref) === formatId(target)) return { id: other, besides: null };
    const held = ref.signature === target.signature && findHeld(names, other, taken, registry);
    if (!held) continue;
    const besides = nameBesides(calledNow(names, other, registry), registry);
    return { id: other, besides: besides && isSame(held, besides) ? held : null };
  }
  return null;
}

/** Which of some names of a schema an object has. */
export function findHeld(
  names: Names,
  id: ObjectId,
  taken: readonly Path[],
  registry: Registry,
): Path | undefined {
  if (taken.length === 0 || sharedNames(names.from.objects.get(id), registry).length === 0) return undefined;
  return sharedNames(calledNow(names, id, registry), registry).find((name) =>
    taken.some((one) => isSame(one, name)),
  );
}

/** The names that kinds share in a schema: a table, a view, a sequence and an index have different ones. Names within something are not. */
function sharedNames(object: CatalogObject | undefined, registry: Registry): readonly Path[] {
  if (!object || object.ref.on !== undefined) return [];
  const names = registry.get(object.ref.kind)?.names?.(object) ?? [object.ref.path];
  return names.filter((path) => path.length === 2);
}

function isSame(a: Path, b: Path): boolean {
  return a.length === b.length && a.every((part, position) => part === b[position]);
}
