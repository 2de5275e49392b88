import type { Catalog, Registry, Statement } from '../catalog/kind.ts';
import { formatId, type ObjectId, type ObjectRef } from '../catalog/object.ts';
import { followRenames, type Rename } from '../catalog/rename.ts';
import { asideOf } from '../database/sql.ts';
import type { Change } from '../diff/change.ts';
import { compareText } from '../diff/diff.ts';
import { renameTowards } from '../diff/follow-texts.ts';
import {
  calledNow,
  findHeld,
  findOccupant,
  type Names,
  nameBesides,
  type Occupant,
  renameBesides,
} from './occupants.ts';

/** What is left to do once the renames are done, which come first so that all else speaks of the new names. */
export type Renamed = {
  readonly from: Catalog;
  readonly changes: readonly Change[];
  readonly statements: readonly { readonly statement: Statement; readonly object: ObjectId }[];
  /** What had to be created before: nothing of it is left to do. */
  readonly made: ReadonlySet<ObjectId>;
  /** What has stepped aside by the name it has then, and its name before: `public.users`. */
  readonly asides: ReadonlyMap<string, string>;
};

/** Does the renames among `changes`: what stands in the way of a new name steps aside first. */
export function takeRenames(
  from: Catalog,
  goal: Catalog,
  changes: readonly Change[],
  registry: Registry,
): Renamed {
  const targets = new Map<ObjectId, ObjectRef>();
  for (const { action, before, after } of changes) {
    if (action === 'rename' && before && after) targets.set(formatId(before.ref), after.ref);
  }
  if (targets.size === 0) return { from, changes, statements: [], made: new Set(), asides: new Map() };

  const statements: { statement: Statement; object: ObjectId }[] = [];
  const run = (before: ObjectRef, after: ObjectRef) => {
    for (const statement of registry.get(after.kind)?.rename?.(before, after) ?? [])
      statements.push({ statement, object: formatId(after) });
  };
  // Wholes come before their parts, whose old names then stand under the new whole.
  const done = new Map<ObjectId, ObjectRef>();
  const besides = new Map<ObjectId, readonly string[]>();
  const names: Names = { from, done, besides };
  const leaving = [
    ...changes.flatMap(({ before, after }) => (before && !after ? [formatId(before.ref)] : [])),
    // No change tells that it goes: its whole's definition does.
    ...[...from.objects].flatMap(([id, { ref }]) =>
      registry.get(ref.kind)?.inDefinition && !targets.has(id) ? [id] : [],
    ),
  ];
  const others = new Set([
    ...targets.keys(),
    ...leaving,
    ...changes.flatMap(({ before }) =>
      nameBesides(before, registry) && before ? [formatId(before.ref)] : [],
    ),
  ]);
  const runBesides = (id: ObjectId, name: readonly string[]) => {
    const object = calledNow(names, id, registry);
    if (!object) return;
    for (const statement of renameBesides(object, name, registry).statements)
      statements.push({ statement, object: formatId(object.ref) });
    besides.set(id, name);
  };
  const stepAside = ({ id, besides: name }: Occupant) => {
    const ref = calledNow(names, id, registry)?.ref;
    if (name) return runBesides(id, asideOf(name, '_before_rename'));
    if (!ref) return;
    const aside = { ...ref, path: asideOf(ref.path, '_before_rename') };
    run(ref, aside);
    done.set(id, aside);
  };
  const isTakenAlong = (id: ObjectId) => Number(from.objects.get(id)?.movesWith !== undefined);
  // A signature names types: as they are called before any has another name.
  const isNamedByTypes = (id: ObjectId) => Number(from.objects.get(id)?.ref.signature === undefined);
  const byDepth = [...targets].sort(
    ([a, left], [b, right]) =>
      left.path.length - right.path.length ||
      isNamedByTypes(a) - isNamedByTypes(b) ||
      isTakenAlong(a) - isTakenAlong(b) ||
      compareText(a, b),
  );
  const homes = findHomes([...targets.values()], changes, registry);
  let isHome = homes.length === 0;
  for (const [id, target] of byDepth) {
    if (!isHome && target.path.length > 1) {
      for (const { id: home, after } of homes) {
        for (const one of (after && registry.get(after.ref.kind)?.create(after, [])) ?? [])
          statements.push({ statement: one, object: home });
      }
      isHome = true;
    }
    const source = from.objects.get(id)?.ref;
    if (!source) continue;
    const find = () => findOccupant(names, id, target, others, registry);
    for (let next = find(); next; next = find()) stepAside(next);
    const current = followRenames(from, done)(source);
    if (formatId(current) !== formatId(target)) run(current, target);
    done.set(id, target);
  }

  const rename = followRenames(from, done);
  for (const id of besides.keys()) {
    const ref = from.objects.get(id)?.ref;
    const name = ref && nameBesides(goal.objects.get(formatId(rename(ref))), registry);
    const isFree = name && ![...others].some((other) => findHeld(names, other, [name], registry));
    if (isFree) runBesides(id, name);
  }
  const renamed = withHomes(
    withBesides(renameTowards(from, rename, goal, registry), rename, names, registry),
    homes,
  );
  const before = (change: Change) =>
    change.before && (renamed.objects.get(formatId(rename(change.before.ref))) ?? change.before);
  return {
    from: renamed,
    changes: changes.map((change) => {
      const earlier = before(change);
      if (change.action === 'rename') return { ...change, action: 'alter', before: earlier };
      return change.action === 'drop' && earlier
        ? { ...change, id: formatId(earlier.ref), before: earlier }
        : { ...change, before: earlier };
    }),
    statements,
    made: new Set(homes.map(({ id }) => id)),
    asides: new Map(
      [...done].flatMap(([id, { path }]) => {
        const was = targets.has(id) ? undefined : from.objects.get(id)?.ref.path;
        return was ? [[path.join('.'), was.join('.')] as const] : [];
      }),
    ),
  };
}

/** What is created and something that keeps its rows moves into: it is there before. */
function findHomes(
  targets: readonly ObjectRef[],
  changes: readonly Change[],
  registry: Registry,
): readonly Change[] {
  return changes.filter(
    ({ action, after }) =>
      action === 'create' &&
      after !== null &&
      registry.get(after.ref.kind)?.keepsParts === true &&
      targets.some(({ path }) => path.length > after.ref.path.length && path[0] === after.ref.path[0]),
  );
}

function withHomes(catalog: Catalog, homes: readonly Change[]): Catalog {
  if (homes.length === 0) return catalog;
  const made = homes.flatMap(({ id, after }) => (after ? [[id, after] as const] : []));
  return { ...catalog, objects: new Map([...catalog.objects, ...made]) };
}

function withBesides(
  catalog: Catalog,
  rename: Rename,
  { from, besides }: Names,
  registry: Registry,
): Catalog {
  if (besides.size === 0) return catalog;
  const objects = new Map(catalog.objects);
  for (const [id, name] of besides) {
    const ref = from.objects.get(id)?.ref;
    const object = ref && objects.get(formatId(rename(ref)));
    if (object) objects.set(formatId(object.ref), renameBesides(object, name, registry).object);
  }
  return { ...catalog, objects };
}
