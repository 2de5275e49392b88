import type { Catalog, CatalogObject, Registry } from '../catalog/kind.ts';
import { formatId, type ObjectId } from '../catalog/object.ts';
import { followRenames } from '../catalog/rename.ts';
import type { Change } from '../diff/change.ts';
import { renameTowards } from '../diff/follow-texts.ts';

/** A change that was taken along because another cannot be made without it. */
export type Included = { readonly change: Change; readonly because: ObjectId };

/**
 * `base` after some of the changes that would make it `goal`: what a partial repair leads to. Changes among
 * `all` that the chosen ones cannot do without are taken along and named.
 */
export function patch(
  base: Catalog,
  goal: Catalog,
  chosen: readonly Change[],
  all: readonly Change[],
): { readonly catalog: Catalog; readonly included: readonly Included[] } {
  const objects = new Map(base.objects);
  const dependencies = new Map(base.dependencies);
  const included: Included[] = [];
  const available = new Map<ObjectId, Change>();
  for (const change of all) {
    available.set(change.id, change);
    if (change.before) available.set(formatId(change.before.ref), change);
  }
  const dependents = new Map<ObjectId, ObjectId[]>();
  for (const catalog of [base, goal]) {
    for (const [id, object] of catalog.objects) {
      for (const needed of needsOf(id, object, catalog.dependencies)) {
        const known = dependents.get(needed);
        if (known) known.push(id);
        else dependents.set(needed, [id]);
      }
    }
  }

  const done = new Set<Change>();
  const unsettled: ObjectId[] = [];
  const make = (change: Change) => {
    if (done.has(change)) return;
    done.add(change);
    if (change.before) {
      const id = formatId(change.before.ref);
      objects.delete(id);
      dependencies.delete(id);
      unsettled.push(...(dependents.get(id) ?? []));
    }
    if (change.after) {
      objects.set(change.id, change.after);
      const needs = goal.dependencies.get(change.id);
      if (needs) dependencies.set(change.id, needs);
      unsettled.push(change.id);
    }
  };
  for (const change of chosen) make(change);

  // What an object needs must exist: create what is missing, or let what needs it go too.
  for (let id = unsettled.pop(); id !== undefined; id = unsettled.pop()) {
    const object = objects.get(id);
    if (!object) continue;
    for (const needed of needsOf(id, object, dependencies)) {
      if (objects.has(needed)) continue;
      const change = [available.get(needed), available.get(id)].find((one) => one && !done.has(one));
      if (!change) continue;
      included.push({ change, because: change.id === needed ? id : needed });
      make(change);
    }
  }
  return { catalog: { ...base, objects, dependencies }, included };
}

/**
 * The chosen renames, from id to id, and what else there is to patch once `base` has the new names: parts follow their
 * wholes, so a patch that knows of the renamed object alone would leave them behind.
 */
export function takeNames(
  base: Catalog,
  goal: Catalog,
  chosen: readonly Change[],
  all: readonly Change[],
  registry: Registry,
): {
  readonly base: Catalog;
  readonly chosen: readonly Change[];
  readonly all: readonly Change[];
  readonly renames: ReadonlyMap<ObjectId, ObjectId>;
} {
  const targets = new Map(
    chosen.flatMap(({ action, before, after }) =>
      action === 'rename' && before && after ? [[formatId(before.ref), after.ref] as const] : [],
    ),
  );
  const renames = new Map([...targets].map(([id, ref]) => [id, formatId(ref)]));
  if (targets.size === 0) return { base, chosen, all, renames };
  const rename = followRenames(base, targets);
  const renamed = renameTowards(base, rename, goal, registry);
  const move = (change: Change): Change => {
    if (!change.before) return change;
    const before = renamed.objects.get(formatId(rename(change.before.ref))) ?? change.before;
    return { ...change, before };
  };
  return { base: renamed, chosen: chosen.map(move), all: all.map(move), renames };
}

function needsOf(
  id: ObjectId,
  object: CatalogObject,
  dependencies: ReadonlyMap<ObjectId, ReadonlySet<ObjectId>>,
): readonly ObjectId[] {
  return [...(dependencies.get(id) ?? []), ...(object.parent ? [formatId(object.parent)] : [])];
}
