import { type Catalog, type CatalogObject, isCopy, type Registry } from '../catalog/kind.ts';
import { formatId, type ObjectId } from '../catalog/object.ts';
import type { Work } from './rebuild.ts';
import { addRelease } from './releases.ts';

/** Dropping a whole takes its parts along: those that stay are freed from it before, or created again with it. */
export function withParts(work: Work, from: Catalog, to: Catalog, registry: Registry): Work {
  const [drops, creates, alters] = [new Map(work.drops), new Map(work.creates), new Map(work.alters)];
  const grown = { ...work, drops, creates, alters, releases: new Map(work.releases) };
  const parts = findParts(from, registry);
  for (const [id, object] of from.objects) {
    const after = to.objects.get(id);
    if (!registry.get(object.ref.kind)?.neverMerges || drops.has(id) || !becomesCopy(object, after)) continue;
    drops.set(id, object);
    if (after) creates.set(id, after);
  }
  const visit = (whole: ObjectId) => {
    for (const object of parts.get(whole) ?? []) {
      const id = formatId(object.ref);
      const after = to.objects.get(id);
      if (drops.has(id) || (after && isFreed(object, after, whole, grown, to, registry))) continue;
      drops.set(id, object);
      alters.delete(id);
      if (after) creates.set(id, after);
      visit(id);
    }
  };
  for (const id of [...work.drops.keys()]) visit(id);
  // What goes with its whole has nothing to be freed from.
  for (const [id, { parent }] of drops) if (parent && drops.has(formatId(parent))) grown.releases.delete(id);
  return grown;
}

function becomesCopy(before: CatalogObject, after: CatalogObject | undefined): boolean {
  return before.inheritedFrom === undefined && after?.inheritedFrom !== undefined;
}

/**
 * Which dropped object goes with which other's DROP. What points from one whole to another of its kind (a
 * foreign key) is dropped by itself, since two tables may point at each other; so is what needs something that
 * needs its whole (a policy that reads a view of its own table).
 */
export function findAlong(
  work: Work,
  from: Catalog,
  registry: Registry,
  pointingBack: ReadonlySet<ObjectId>,
): ReadonlyMap<ObjectId, ObjectId> {
  const along = new Map<ObjectId, ObjectId>();
  for (const [id, object] of work.drops) {
    const whole = wholesOf(object, registry).find((one) => work.drops.has(one));
    if (whole !== undefined) along.set(id, whole);
  }
  const kindOf = (id: ObjectId) => work.drops.get(id)?.ref.kind;
  // What points at a whole is gone before a part can leave that.
  const left = new Set(
    [...work.moves.values()].flatMap(({ leaves }) =>
      leaves.flatMap((one) => (one.leaves ? formatId(one.leaves) : [])),
    ),
  );
  const pointsAway = (id: ObjectId, whole: ObjectId) => {
    const object = work.drops.get(id);
    if (!object || object.inheritedFrom || object.ref.kind === kindOf(whole)) return false;
    if (registry.get(object.parent?.kind ?? '')?.folds?.(object)) return false;
    return [...(from.dependencies.get(id) ?? [])].some((needed) => {
      const other = along.get(needed) ?? needed;
      if (other !== whole && left.has(other)) return true;
      if (other === whole || !work.drops.has(other)) return false;
      return kindOf(other) === kindOf(whole) || reaches(other, whole, work, from);
    });
  };
  return new Map([...along].filter(([id, whole]) => !pointsAway(id, whole) && !pointingBack.has(id)));
}

/** Whether a dropped object needs another, directly or by way of others that are dropped. */
function reaches(id: ObjectId, goal: ObjectId, work: Work, from: Catalog): boolean {
  const seen = new Set<ObjectId>();
  const waiting = [id];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (at === goal) return true;
    if (seen.has(at)) continue;
    seen.add(at);
    for (const needed of from.dependencies.get(at) ?? []) if (work.drops.has(needed)) waiting.push(needed);
  }
  return false;
}

/** The objects whose drop takes this one along, the nearest first. */
function wholesOf(object: CatalogObject, registry: Registry): readonly ObjectId[] {
  return [object.parent, object.inheritedFrom, object.dropsWith].flatMap((ref) =>
    ref && !registry.get(ref.kind)?.keepsParts ? [formatId(ref)] : [],
  );
}

function findParts(catalog: Catalog, registry: Registry): ReadonlyMap<ObjectId, readonly CatalogObject[]> {
  const parts = new Map<ObjectId, CatalogObject[]>();
  for (const object of catalog.objects.values()) {
    for (const whole of wholesOf(object, registry)) {
      const known = parts.get(whole);
      if (known) known.push(object);
      else parts.set(whole, [object]);
    }
  }
  return parts;
}

/** Whether an object that stays outlives the drop of `whole`: its own alteration or a release frees it before. */
function isFreed(
  object: CatalogObject,
  after: CatalogObject,
  whole: ObjectId,
  work: Work & {
    readonly releases: Map<ObjectId, Work['releases'] extends ReadonlyMap<ObjectId, infer R> ? R : never>;
  },
  to: Catalog,
  registry: Registry,
): boolean {
  const { parent, inheritedFrom, dropsWith } = object;
  const isWhole = (ref: CatalogObject['parent']) => ref !== undefined && formatId(ref) === whole;
  if (isWhole(parent)) return false;
  if (isWhole(inheritedFrom)) {
    if (registry.get(object.ref.kind)?.neverMerges) return false;
    // What a partition has from its parent stays with it when it is detached.
    const table = parent && formatId(parent);
    if (table === undefined || work.drops.has(table)) return false;
    const origin = work.drops.get(whole)?.parent;
    const letsGo = work.alters.has(table) && origin && !to.dependencies.get(table)?.has(formatId(origin));
    return work.releases.has(table) || letsGo === true;
  }
  if (!isWhole(dropsWith) || !dropsWith) return false;
  const id = formatId(object.ref);
  if (work.releases.has(id)) return true;
  const isBound = to.dependencies.get(id)?.has(whole) === true;
  if (!isBound && work.alters.has(id) && !isCopy(after) && object.ref.kind === dropsWith.kind) return true;
  const freed = registry.get(object.ref.kind)?.release?.(object, after, dropsWith, 'text') ?? null;
  if (freed === null) return false;
  addRelease(work.releases, id, whole, freed);
  return true;
}

/** Which created object is folded into which other's statement. */
export function findFolded(work: Work, registry: Registry): ReadonlyMap<ObjectId, ObjectId> {
  const folded = new Map<ObjectId, ObjectId>();
  for (const [id, object] of work.creates) {
    if (!object.parent) continue;
    const whole = formatId(object.parent);
    if (work.creates.has(whole) && registry.get(object.parent.kind)?.folds?.(object)) folded.set(id, whole);
  }
  return folded;
}
