import { reverseEdges } from '../catalog/dependencies.ts';
import type { Catalog, CatalogObject, Registry } from '../catalog/kind.ts';
import { formatId, type ObjectId } from '../catalog/object.ts';
import type { Change } from '../diff/change.ts';
import { diff } from '../diff/diff.ts';
import { again } from './moves.ts';
import type { Online } from './online.ts';
import type { Node, OrderedStatement } from './order.ts';

/** A catalog between two, in which one object of a circle of needs is not yet, or no more, all that it is. */
export type Halt = {
  readonly side: 'from' | 'to';
  readonly catalog: Catalog;
  /** What is seen otherwise in it. */
  readonly touched: ReadonlySet<ObjectId>;
};

type Way = {
  readonly from: Catalog;
  readonly to: Catalog;
  readonly changes: readonly Change[];
  readonly online: Online;
};

/**
 * Where objects of one database need each other, one of them was made in a first version that needs less, and made what it is
 * once the others were there: so it is made again, and so it is taken apart. Null: no object of the circle can be.
 */
export function findHalt(
  cycle: readonly Node[],
  live: Catalog,
  goal: Catalog,
  registry: Registry,
): Halt | null {
  const members = new Set(cycle.map(({ object }) => object));
  const halts = cycle.flatMap((node, position) => {
    const earlier = cycle[position + 1];
    if (!earlier) return [];
    const isGoing = node.phase === 'drop' || node.phase === 'aside';
    const [catalog, needer, needed] = isGoing
      ? [live, earlier.object, node.object]
      : [goal, node.object, earlier.object];
    return [...membersOf(needer, catalog)].flatMap((id) => {
      const object = catalog.objects.get(id);
      const other = catalog.objects.get(needed);
      const kind = registry.get(object?.ref.kind ?? '');
      if (!object || !other || !kind?.firstVersion || !catalog.dependencies.get(id)?.has(needed)) return [];
      const first = kind.firstVersion(object, other.ref);
      return first === null ? [] : [{ isGoing, catalog, id, first, order: kind.order }];
    });
  });
  for (const { isGoing, catalog, id, first } of halts.sort((a, b) => b.order - a.order)) {
    if (isGoing) return { side: 'from', ...standIn(catalog, id, first, members, new Set()) };
    const users = usersOf(id, catalog, members);
    if (![...users].some((user) => live.objects.has(user) && looksAtRows(user, catalog, registry))) {
      const needed = neededBy(
        [...users].filter((user) => live.objects.has(user)),
        catalog,
      );
      const left = new Set([...users].filter((user) => !live.objects.has(user) && !needed.has(user)));
      return { side: 'to', ...standIn(catalog, id, first, members, left) };
    }
  }
  return null;
}

/** The way from one catalog to the one between, and the one from there on. */
export function haltAt(
  { side, catalog, touched }: Halt,
  live: Catalog,
  goal: Catalog,
  changes: readonly Change[],
  online: Online,
  registry: Registry,
): readonly [Way, Way] {
  const seen = (from: Catalog, to: Catalog) => again(changes, touched, new Set(), from, to, registry);
  const isFirst = side === 'from';
  // Nobody uses yet what the first part makes.
  const made = [...catalog.objects.keys()].filter((id) => !live.objects.has(id));
  return [
    {
      from: live,
      to: catalog,
      changes: isFirst ? diff(live, catalog, registry) : seen(live, catalog),
      online,
    },
    {
      from: catalog,
      to: goal,
      changes: isFirst ? seen(catalog, goal) : diff(catalog, goal, registry),
      online: { ...online, empty: new Set([...online.empty, ...made]) },
    },
  ];
}

/**
 * What leads to the catalog between and what leads on from there. Nobody is to see the first version: what ends the transaction
 * comes after both, unless the second part needs it.
 */
export function joinAtHalt(
  first: readonly OrderedStatement[],
  second: readonly OrderedStatement[],
  goal: Catalog,
): readonly OrderedStatement[] {
  const isSplit = ({ statement: { transaction } }: OrderedStatement) => transaction !== 'inside';
  const ending = first.find(isSplit)?.object;
  const at = ending === undefined ? -1 : first.findIndex((one) => isSplit(one) || one.object === ending);
  const tail = at === -1 ? [] : first.slice(at);
  const needed = new Set(second.flatMap(({ object }) => object ?? []));
  for (const id of needed) for (const one of goal.dependencies.get(id) ?? []) needed.add(one);
  const isNeeded = tail.some(({ object }) => object === null || needed.has(object));
  if (tail.length === 0 || isNeeded || second.some(isSplit)) return [...first, ...second];
  return [...first.slice(0, at), ...second, ...tail];
}

/** An object and its parts, which its own statement may make. */
function membersOf(id: ObjectId, { objects }: Catalog): ReadonlySet<ObjectId> {
  const found = new Set([id]);
  for (const [part, { parent, ref }] of objects)
    if (ref.on === undefined && parent && formatId(parent) === id) found.add(part);
  return found;
}

/** Who needs an object, by way of whatever, outside the circle: nobody is to use it before it is what it is. */
function usersOf(id: ObjectId, catalog: Catalog, members: ReadonlySet<ObjectId>): ReadonlySet<ObjectId> {
  const dependents = reverseEdges(catalog);
  const seen = new Set([id]);
  for (const at of seen) for (const user of dependents.get(at) ?? []) seen.add(user);
  const isMember = (one: ObjectId) => {
    const parent = catalog.objects.get(one)?.parent;
    return one === id || members.has(one) || (parent !== undefined && members.has(formatId(parent)));
  };
  return new Set([...seen].filter((one) => !isMember(one)));
}

/** What objects that are there all the time need, by way of whatever. */
function neededBy(ids: readonly ObjectId[], { dependencies }: Catalog): ReadonlySet<ObjectId> {
  const seen = new Set(ids);
  for (const at of seen) for (const needed of dependencies.get(at) ?? []) seen.add(needed);
  return seen;
}

/** Whether rows would be made or judged by what it is meanwhile. */
function looksAtRows(id: ObjectId, { objects }: Catalog, registry: Registry): boolean {
  const object = objects.get(id);
  const kind = registry.get(object?.ref.kind ?? '');
  return (
    object !== undefined &&
    (kind?.runsNeeds === true || kind?.holdsData !== undefined || kind?.followsColumnType?.(object) === true)
  );
}

/** The catalog with the first version in place, `left` left out. */
function standIn(
  catalog: Catalog,
  id: ObjectId,
  first: CatalogObject | 'absent',
  members: ReadonlySet<ObjectId>,
  left: ReadonlySet<ObjectId>,
): Pick<Halt, 'catalog' | 'touched'> {
  const [objects, dependencies] = [new Map(catalog.objects), new Map(catalog.dependencies)];
  const parent = catalog.objects.get(id)?.parent;
  const whole = parent && formatId(parent);
  const needs = [...(dependencies.get(id) ?? [])].filter((one) => one === whole || !members.has(one));
  dependencies.set(id, new Set(needs));
  if (first === 'absent') objects.delete(id);
  else objects.set(id, first);
  for (const one of left) objects.delete(one);
  return { catalog: { ...catalog, objects, dependencies }, touched: new Set([id, ...left]) };
}
