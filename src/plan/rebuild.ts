import { reverseEdges } from '../catalog/dependencies.ts';
import { type Catalog, type CatalogObject, isCopy, type Registry, type Statement } from '../catalog/kind.ts';
import { formatId, formatKind, formatName, type ObjectId, type ObjectRef } from '../catalog/object.ts';
import type { Conversion } from '../catalog/release.ts';
import type { Change } from '../diff/change.ts';
import { compareProperties } from '../diff/diff.ts';
import type { Diagnostic } from '../errors.ts';
import { addAsides, stepAside } from './asides.ts';
import { findConversions, findWay } from './conversions.ts';
import { findHold, type Hold } from './hold.ts';
import { type Move, takeMoves } from './moves.ts';
import { addRelease, type BoundRelease } from './releases.ts';
import { sayAgain } from './say-again.ts';
import { unique } from './unique.ts';

/** What breaks circles in which statements wait for each other. */
export type Detours = {
  /** What could be altered and is dropped and created again all the same. */
  readonly replaced: ReadonlySet<ObjectId>;
  /** What is dropped late, under another name, so that another can have its own before. */
  readonly aside: ReadonlySet<ObjectId>;
};
export const noDetours: Detours = { replaced: new Set(), aside: new Set() };

/** What happens to each object on the way from one catalog to another. */
export type Work = {
  readonly drops: ReadonlyMap<ObjectId, CatalogObject>;
  readonly creates: ReadonlyMap<ObjectId, CatalogObject>;
  readonly alters: ReadonlyMap<ObjectId, readonly Statement[]>;
  /** What stays and lets go of something that is dropped. */
  readonly releases: ReadonlyMap<ObjectId, BoundRelease>;
  /** What is dropped only once something has moved from it to what takes its name: the name it has meanwhile. */
  readonly asides: ReadonlyMap<ObjectId, ObjectRef>;
  /** Casts from what has stepped aside to what takes its place. */
  readonly conversions: ReadonlyMap<ObjectId, Conversion>;
  /** Columns that wait as values of other types. */
  readonly hold: Hold;
  /** What changes its wholes. */
  readonly moves: ReadonlyMap<ObjectId, Move>;
  /** What is dropped from its own table alone. */
  readonly alone: ReadonlySet<ObjectId>;
  /** What is made as a table's own and taken over by what is made after it: from id to id. */
  readonly takenOver: ReadonlyMap<ObjectId, ObjectId>;
  readonly refused: readonly Diagnostic[];
};

/**
 * Decides what is altered in place, what is dropped and created again, and which dependents must be rebuilt
 * with it: exactly those that PostgreSQL would refuse to keep.
 */
export function rebuild(
  from: Catalog,
  to: Catalog,
  changes: readonly Change[],
  registry: Registry,
  detours: Detours = noDetours,
): Work {
  const drops = new Map<ObjectId, CatalogObject>();
  const creates = new Map<ObjectId, CatalogObject>();
  const alters = new Map<ObjectId, readonly Statement[]>();
  const releases = new Map<ObjectId, BoundRelease>();
  const asides = new Map<ObjectId, ObjectRef>();
  const refused: Diagnostic[] = [];
  const dependents = reverseEdges(from);
  const free = (before: CatalogObject, after: CatalogObject, gone: ObjectRef) =>
    registry
      .get(before.ref.kind)
      ?.release?.(before, after, gone, findWay(formatId(gone), from, to, registry)) ?? null;

  const replace = (id: ObjectId, after: CatalogObject) => {
    const before = from.objects.get(id);
    if (!before || drops.has(id)) return;
    alters.delete(id);
    releases.delete(id);
    drops.set(id, before);
    creates.set(id, after);
    rebuildDependents(id, 'dropped');
  };
  // PostgreSQL takes some dependents along when a column changes its type; a dropped object's never.
  const rebuildDependents = (id: ObjectId, cause: 'dropped' | 'retyped') => {
    for (const dependent of dependents.get(id) ?? []) {
      const [before, after] = [from.objects.get(dependent), to.objects.get(dependent)];
      if (!before || drops.has(dependent)) continue;
      const inherits = before.inheritedFrom !== undefined && formatId(before.inheritedFrom) === id;
      // A partition that places its rows by it is made anew.
      if (inherits && !(cause === 'retyped' && replaceWhole(before))) rebuildDependents(dependent, cause);
      if (!after || isCopy(before)) continue;
      const kind = registry.get(before.ref.kind);
      const isPart = before.parent !== undefined && formatId(before.parent) === id;
      if (cause === 'retyped' && (inherits || isPart || kind?.followsColumnType?.(before))) continue;
      const goes = inherits || (before.parent !== undefined && drops.has(formatId(before.parent)));
      if (goes || !kind?.holdsData?.(before)) replace(dependent, after);
      // Its own alteration lets go of what it no longer needs.
      else if (!isPart && to.dependencies.get(dependent)?.has(id)) release(id, before, after);
    }
  };
  /** Drops and creates the whole of what cannot change without it. */
  const replaceWhole = ({ ref, parent }: CatalogObject): boolean => {
    const whole = parent && to.objects.get(formatId(parent));
    const bound = registry.get(ref.kind)?.isBoundToParent;
    const id = formatId(ref);
    const states = [from.objects.get(id), to.objects.get(id)].filter((state) => state !== undefined);
    if (!parent || !whole || !states.some((state) => bound?.(state))) return false;
    replace(formatId(parent), whole);
    return true;
  };
  /** Drops and creates what something on a table that stays goes with, and only with. */
  const replaceOrigin = ({ ref, parent, inheritedFrom }: CatalogObject) => {
    const origin = inheritedFrom && to.objects.get(formatId(inheritedFrom));
    if (!origin || !registry.get(ref.kind)?.isBoundToOrigin || (parent && drops.has(formatId(parent))))
      return;
    replace(formatId(origin.ref), origin);
  };
  const release = (because: ObjectId, before: CatalogObject, after: CatalogObject) => {
    const id = formatId(before.ref);
    const needed = from.objects.get(because);
    if (!needed || replaceWhole(before)) return;
    const freed = free(before, after, needed.ref);
    if (freed === null) {
      refused.push(cannotRebuild(before, because));
      return;
    }
    addRelease(releases, id, because, freed);
    if (freed.overlaps) asides.set(because, stepAside(needed.ref));
    if (freed.before.some((one) => one.disturbsDependents)) rebuildDependents(id, 'dropped');
    else if (freed.after.some((one) => one.disturbsDependents)) rebuildDependents(id, 'retyped');
  };

  /** Whether it stays, and its own alteration does not let go of what is dropped. */
  const holdsOnto = (before: CatalogObject, after: CatalogObject, gone: ObjectRef) => {
    const kind = registry.get(before.ref.kind);
    const isPart = before.parent !== undefined && formatId(before.parent) === formatId(gone);
    return !isPart && !isCopy(before) && kind?.holdsData?.(before) && free(before, after, gone)?.overlaps;
  };
  // A default that calls what is dropped, and would call another by the same text.
  const rebind = (because: ObjectId, before: CatalogObject, after: CatalogObject) => {
    const needed = from.objects.get(because);
    if (!needed || (before.parent && formatId(before.parent) === because)) return;
    const freed = free(before, after, needed.ref);
    if (!freed) return;
    const id = formatId(before.ref);
    addRelease(releases, id, because, freed);
    const said = new Set([...freed.before, ...freed.after].map(({ sql }) => sql));
    if (alters.get(id)?.every(({ sql }) => said.has(sql))) alters.delete(id);
  };

  for (const change of changes) {
    if (change.action === 'create' && change.after) creates.set(change.id, change.after);
    if (change.action === 'drop' && change.before) drops.set(change.id, change.before);
  }
  for (const { action, id, before, after } of changes) {
    if (action !== 'alter' || !before || !after) continue;
    const statements = detours.replaced.has(id) ? 'replace' : alter(before, after, registry);
    const isStrong = statements === 'replace' || statements.some((one) => one.disturbsDependents);
    if (isStrong && replaceWhole(before)) continue;
    if (statements === 'replace') {
      replace(id, after);
      replaceOrigin(before);
    } else if (!drops.has(id)) {
      alters.set(
        id,
        statements.filter((one) => !one.yields),
      );
      const yielded = statements.filter((one) => one.yields);
      if (yielded.length > 0) addRelease(releases, id, null, { before: yielded, after: [] });
      if (statements.some((one) => one.disturbsDependents)) rebuildDependents(id, 'retyped');
      for (const ref of statements.flatMap((one) => one.takesNameOf ?? []))
        asides.set(formatId(ref), stepAside(ref));
    }
  }

  for (const { action, before, after } of changes) {
    if (action === 'create' && after) replaceWhole(after);
    if (action === 'drop' && before) replaceOrigin(before);
  }
  // What does not differ itself, and stands in the way of what does.
  for (const id of detours.replaced) {
    const after = to.objects.get(id);
    if (after && from.objects.has(id)) replace(id, after);
  }

  const dependentsOf = { drop: () => dependents, create: () => reverseEdges(to) };
  for (const { action, id, before, after } of changes) {
    const kind = registry.get((after ?? before)?.ref.kind ?? '');
    if ((action !== 'create' && action !== 'drop') || !kind?.unsettlesDependents) continue;
    for (const dependent of dependentsOf[action]().get(id) ?? []) {
      const next = to.objects.get(dependent);
      if (next) replace(dependent, next);
    }
  }

  // What reads the same may mean another: a call without its last arguments, of a function that was replaced; a type
  // under the name of one of another kind.
  const named = ({ path }: ObjectRef) => JSON.stringify(path);
  const taken = new Set(
    [...creates.values()].filter(({ ref }) => ref.on === undefined).map(({ ref }) => named(ref)),
  );
  for (const { action, before: gone, within } of changes) {
    if (action !== 'drop' || !gone) continue;
    for (const dependent of dependents.get(formatId(gone.ref)) ?? []) {
      const [before, after] = [from.objects.get(dependent), to.objects.get(dependent)];
      const isTaken =
        gone.ref.signature === undefined && gone.ref.on === undefined && taken.has(named(gone.ref));
      // What has joined it goes with its own whole, and leaves it as it is.
      if (before && within !== null && registry.get(before.ref.kind)?.join) continue;
      if (before && after && isTaken && !drops.has(dependent) && holdsOnto(before, after, gone.ref)) {
        release(formatId(gone.ref), before, after);
        continue;
      }
      // A call that is altered may mean either, while both are there.
      const isOverloaded = gone.ref.signature !== undefined && taken.has(named(gone.ref));
      if (!before || !after || isCopy(before) || drops.has(dependent)) continue;
      if (alters.has(dependent) && !isOverloaded) continue;
      if (!registry.get(before.ref.kind)?.holdsData?.(before)) replace(dependent, after);
      else rebind(formatId(gone.ref), before, after);
    }
  }

  addAsides(asides, { drops, creates }, from, registry, detours.aside);
  const hold = findHold({ alters, releases, creates, drops }, dependents, from, to, registry);
  for (const id of hold.remade) {
    const after = to.objects.get(id);
    if (after) replace(id, after);
  }
  for (const [id, waitsAs] of hold.holders) {
    const [before, after] = [from.objects.get(id), to.objects.get(id)];
    if (!before || !after) continue;
    const freed = registry.get(before.ref.kind)?.release?.(before, after, before.ref, { waitsAs });
    if (freed) addRelease(releases, id, null, freed);
    rebuildDependents(id, 'dropped');
  }

  const putBack = (id: ObjectId, property: string) => {
    for (const dependent of dependents.get(id) ?? []) {
      const [before, after] = [from.objects.get(dependent), to.objects.get(dependent)];
      if (!before || !after?.inheritedFrom || formatId(after.inheritedFrom) !== id || drops.has(dependent))
        continue;
      const own = registry.get(after.ref.kind)?.overrides?.(after, before, property) ?? [];
      if (own.length > 0) alters.set(dependent, unique([...(alters.get(dependent) ?? []), ...own]));
      putBack(dependent, property);
    }
  };
  for (const [id, statements] of [...alters])
    for (const property of new Set(statements.flatMap(({ recurses }) => recurses ?? [])))
      putBack(id, property);
  sayAgain(alters, creates, to, registry);
  const moves = takeMoves(alters, releases);
  const conversions = findConversions({ asides, creates, releases, hold }, from, registry);
  const none = { alone: new Set<ObjectId>(), takenOver: new Map<ObjectId, ObjectId>() };
  return { drops, creates, alters, releases, asides, conversions, hold, moves, refused, ...none };
}

/** The statements of all changed properties' rules, equal ones once; `replace` when one of them says so. */
export function alter(
  before: CatalogObject,
  after: CatalogObject,
  registry: Registry,
): readonly Statement[] | 'replace' {
  const rules = registry.get(after.ref.kind)?.change ?? {};
  const changed = new Set(compareProperties(before, after, registry).map(({ name }) => name));
  const statements: Statement[] = [];
  for (const [name, rule] of Object.entries(rules)) {
    if (!changed.has(name)) continue;
    const result = typeof rule === 'function' ? rule(before, after) : 'replace';
    if (result === 'replace') return 'replace';
    statements.push(...result);
  }
  return unique(statements);
}

function cannotRebuild(object: CatalogObject, because: ObjectId): Diagnostic {
  return {
    code: 'cannot-keep-data',
    severity: 'error',
    subject: formatId(object.ref),
    summary: `${formatKind(object.ref)} ${formatName(object.ref)} holds data and depends on ${because}, which PostgreSQL can only drop and create again.`,
    help: 'Write a migration that moves the data, or decide to leave or adopt this drift.',
  };
}
