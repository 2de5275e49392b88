import { carryOver, putBack } from '../catalog/kept.ts';
import {
  type Catalog,
  type CatalogObject,
  isCopy,
  type Registry,
  type Statement,
  statement,
} from '../catalog/kind.ts';
import { formatId, type ObjectId } from '../catalog/object.ts';
import type { Change } from '../diff/change.ts';
import { diff } from '../diff/diff.ts';
import type { Diagnostic } from '../errors.ts';
import { findAlong, findFolded, withParts } from './along.ts';
import { attachHazards } from './change-hazards.ts';
import { connect } from './connect.ts';
import { connectHold, joinHold } from './connect-hold.ts';
import { connectMoves } from './connect-moves.ts';
import { findDetour, unbreakable } from './detour.ts';
import { findHalt, haltAt, joinAtHalt } from './first-version.ts';
import { findGiven, type Given } from './given.ts';
import { findHeldRows } from './held-rows.ts';
import { loosenChildren } from './moves.ts';
import { direct, type Online, replaceOnline, takeOnline } from './online.ts';
import { type Detours, noDetours, type Work } from './rebuild.ts';
import { takeRenames } from './renames.ts';
import { alterByFirstVersion } from './self-needing.ts';
import { settle } from './settle.ts';
import { sortNodes } from './sort.ts';
import { findOvertaken } from './waiting.ts';

/** A generated statement and the object it is for; null for a setting that others need. */
export type OrderedStatement = { readonly statement: Statement; readonly object: ObjectId | null };

type Ordered = {
  readonly statements: readonly OrderedStatement[];
  readonly refused: readonly Diagnostic[];
};

/** Statements of one object that run together; what they wait for is decided by the dependencies of both catalogs. */
export type Node = {
  readonly object: ObjectId;
  readonly phase: 'leave' | 'release' | 'aside' | 'drop' | 'alter' | 'create' | 'finish' | 'bind' | 'join';
  readonly order: number;
  readonly statements: readonly Statement[];
  /** It comes after everything that does not need it. */
  readonly isLast: boolean;
  readonly after: Set<Node>;
};

/**
 * The statements that take a database from one catalog to another, in an order in which each can run: drops
 * against the dependencies of `from`, creates along those of `goal`. What cannot be done without losing rows is
 * refused by name. `online` says for what they take the way that others can work beside. `detours` break circles.
 */
export function orderChanges(
  live: Catalog,
  goal: Catalog,
  registry: Registry,
  changes: readonly Change[] = diff(live, goal, registry),
  online: Online = direct,
  detours: Detours = noDetours,
): Ordered {
  const renamed = takeRenames(putBack(live), goal, changes, registry);
  const carried = carryOver(renamed.from, goal, registry);
  const left = renamed.changes.filter(({ id }) => !renamed.made.has(id));
  const overtaken = findOvertaken(renamed.from, carried, left, registry);
  const broken = new Set([...detours.replaced, ...overtaken]);
  const { loose, rebuilt } = settle(
    loosenChildren(renamed.from, carried, left, broken, registry),
    detours.aside,
    registry,
  );
  const { from, to, alone, takenOver, pointingBack } = loose;
  const whole = withParts({ ...rebuilt, alone, takenOver }, from, to, registry);
  const work = alterByFirstVersion(whole, from, to, registry);
  const along = findAlong(work, from, registry, pointingBack);
  const folded = findFolded(work, registry);
  const isNew = (relation: ObjectId) => work.creates.has(relation) || !from.objects.has(relation);
  const isThere = (id: ObjectId) => {
    const made = work.creates.get(id);
    return made ? !isCopy(made) && !takenOver.has(id) : from.objects.has(id) && !work.drops.has(id);
  };
  /** Whether a partition, or what it is in below `top`, joins its whole later. */
  const joinsLater = (table: ObjectId, top: ObjectId | undefined): boolean => {
    const whole = to.objects.get(table)?.dropsWith;
    if (table === top) return false;
    if (work.moves.get(table)?.joins.length) return true;
    return whole !== undefined && joinsLater(formatId(whole), top);
  };
  const held = findHeldRows(work, from, registry);
  const choose = (all: readonly Statement[], object?: ObjectId) => {
    const isHeld = object !== undefined && held.ids.has(object);
    const wayRound = (one: Statement) => (isHeld && one.fillsRows?.length ? one.fillsRows : [one]);
    const whole = object === undefined ? undefined : to.objects.get(object)?.parent;
    const isLeftOut = ({ makes, serves }: Statement) =>
      (makes !== undefined && isThere(formatId(makes))) ||
      (serves !== undefined && joinsLater(formatId(serves), whole && formatId(whole)));
    return takeOnline(all.flatMap(wayRound), online, isNew, isLeftOut);
  };
  const replaced = replaceOnline(work, along, from, registry, online, isNew);
  const given = findGiven(work, from, to, registry);
  const nodes = makeNodes(work, along, folded, from, to, given, registry, choose, replaced);
  joinHold(nodes, work.hold);
  connect(nodes, work, along, folded, from, to, registry);
  connectHold(nodes, work, from, to, registry);
  connectMoves(nodes, work, from, to, registry, new Set([...broken, ...pointingBack]));
  const { sorted, cycle } = sortNodes(nodes.all);
  const detour = findDetour(cycle, nodes, work, renamed.from, to, registry, detours);
  if (detour) return orderChanges(live, goal, registry, changes, online, detour);
  const halt = findHalt(cycle, live, goal, registry);
  if (halt) {
    const ways = haltAt(halt, live, goal, changes, online, registry).map((way) =>
      orderChanges(way.from, way.to, registry, way.changes, way.online),
    );
    return {
      statements: joinAtHalt(ways[0]?.statements ?? [], ways[1]?.statements ?? [], goal),
      refused: ways.flatMap((way) => way.refused),
    };
  }
  const statements: readonly OrderedStatement[] = [
    ...renamed.statements,
    ...sorted.flatMap((node) => node.statements.map((one) => ({ statement: one, object: node.object }))),
  ];
  const endangered = attachHazards(statements, changes, renamed.changes, to, registry, renamed.asides);
  const settings = [...new Set(statements.flatMap((one) => one.statement.setting ?? []))];
  return {
    statements: [
      ...settings.map((setting) => ({ statement: statement(`SET ${setting}`), object: null })),
      ...endangered,
    ],
    refused: [...work.refused, ...held.refused, ...(cycle.length > 0 ? [unbreakable(cycle)] : [])],
  };
}

/** Everything that runs, by phase and object. */
export type Nodes = {
  readonly all: Node[];
  readonly byPhase: Readonly<Record<Node['phase'], Map<ObjectId, Node>>>;
};

function makeNodes(
  work: Work,
  along: ReadonlyMap<ObjectId, ObjectId>,
  folded: ReadonlyMap<ObjectId, ObjectId>,
  from: Catalog,
  to: Catalog,
  given: Given,
  registry: Registry,
  choose: (statements: readonly Statement[], object?: ObjectId) => readonly Statement[],
  replaced: ReadonlyMap<ObjectId, readonly Statement[]>,
): Nodes {
  const byPhase = {
    leave: new Map<ObjectId, Node>(),
    release: new Map<ObjectId, Node>(),
    aside: new Map<ObjectId, Node>(),
    drop: new Map<ObjectId, Node>(),
    alter: new Map<ObjectId, Node>(),
    create: new Map<ObjectId, Node>(),
    finish: new Map<ObjectId, Node>(),
    bind: new Map<ObjectId, Node>(),
    join: new Map<ObjectId, Node>(),
  };
  const all: Node[] = [];
  const appliesToNew = (object: CatalogObject | undefined) =>
    registry.get(object?.ref.kind ?? '')?.appliesToNew === true;
  const add = (phase: Node['phase'], object: ObjectId, order: number, statements: readonly Statement[]) => {
    // What applies to all that is new must not be there before.
    const isLast = phase === 'create' && appliesToNew(work.creates.get(object));
    const node: Node = { object, phase, order, statements, isLast, after: new Set() };
    byPhase[phase].set(object, node);
    all.push(node);
    return node;
  };
  const finish = (id: ObjectId, order: number, late: readonly Statement[]) =>
    add('finish', id, order, [...(given.joined.get(id) ?? []), ...late]);
  // Columns come in their order, which is that of `SELECT *`.
  const orderOf = ({ ref, properties: { position } }: CatalogObject) =>
    (registry.get(ref.kind)?.order ?? 0) + (typeof position === 'number' ? position / 10_000 : 0);

  for (const [id, { leaves, joins, created }] of work.moves) {
    if (work.drops.has(id) && !created) continue;
    if (leaves.length > 0) add('leave', id, 0, choose(leaves));
    if (joins.length > 0) add('join', id, 0, choose(joins));
  }
  for (const [id, release] of work.releases) {
    add('release', id, 0, release.before);
    add('bind', id, 0, release.after);
  }
  const kept = new Set(
    [...work.alters.values()].flatMap((all) => all.flatMap(({ keeps }) => (keeps ? formatId(keeps) : []))),
  );
  for (const [id, object] of work.drops) {
    const goesOtherwise = along.has(id) || isCopy(object) || replaced.has(id);
    const kind = registry.get(object.ref.kind);
    const aside = work.asides.get(id);
    if (aside) add('aside', id, 0, kind?.rename?.(object.ref, aside) ?? []);
    const gone = aside ? { ...object, ref: aside } : object;
    const alone = work.alone.has(id) ? kind?.dropAlone?.(gone) : undefined;
    const direct = goesOtherwise ? [] : (alone ?? kind?.drop(gone) ?? []);
    const hazards = kept.has(id) || isOutlived(id, object, work, from, registry) ? [] : null;
    // Whatever its name is meanwhile, it is lost under the one that people know.
    const known = aside ? (kind?.drop(object) ?? []) : direct;
    const statements = direct.map((one, position) => ({
      ...one,
      hazards: hazards ?? known[position]?.hazards ?? one.hazards,
    }));
    // Where something that it needs goes too, that takes the lock, and a commit between would show a half; so it would
    // where a whole without rows of its own comes again.
    const isDragged =
      (work.creates.has(id) && kind?.holdsData?.(object) === false) ||
      [...(from.dependencies.get(id) ?? [])].some((needed) => work.drops.has(needed));
    const unconvert = work.conversions.get(id)?.remove ?? [];
    add('drop', id, -orderOf(object), [...unconvert, ...(isDragged ? statements : choose(statements))]);
  }
  for (const [id, direct] of work.alters) {
    const statements = [...choose(direct), ...(given.undone.get(id) ?? [])];
    // It only leaves and joins, which has an order of its own.
    if (statements.length === 0 && work.moves.has(id)) continue;
    const late = statements.filter(isLate);
    add(
      'alter',
      id,
      0,
      statements.filter((one) => !isLate(one)),
    );
    if (late.length > 0) finish(id, 0, late);
  }
  const parts = new Map<ObjectId, CatalogObject[]>();
  for (const [part, whole] of folded) {
    const object = work.creates.get(part);
    if (object) parts.set(whole, [...(parts.get(whole) ?? []), object]);
  }
  for (const siblings of parts.values()) siblings.sort((a, b) => orderOf(a) - orderOf(b));
  // What is created in a statement that runs it comes after what may be named in there.
  const lateness = (id: ObjectId, object: CatalogObject) =>
    registry.get(object.ref.kind)?.runsNeeds && reachesHidden(id, to, registry) ? 0.5 : 0;
  /** One that others work beside makes those of the partitions itself, by their names. */
  const makesThem = (origin: ObjectId | undefined) => {
    const object = origin === undefined ? undefined : work.creates.get(origin);
    const direct = object ? (registry.get(object.ref.kind)?.create(object, []) ?? []) : [];
    return choose(direct, origin).some((one) => !direct.includes(one));
  };
  for (const [id, object] of work.creates) {
    const kind = registry.get(object.ref.kind);
    const own =
      isCopy(object) || makesThem(work.takenOver.get(id))
        ? []
        : folded.has(id)
          ? (kind?.completeFolded?.(object) ?? [])
          : (given.instead.get(id) ??
            replaced.get(id) ??
            choose(kind?.create(object, parts.get(id) ?? []) ?? [], id));
    const convert = work.conversions.get(id)?.make ?? [];
    const all = [...own, ...(given.undone.get(id) ?? []), ...convert];
    // Whoever depends on the object waits for the statements up to the first with needs of its own.
    const late = all.findIndex(isLate);
    const core = late === -1 ? all : all.slice(0, late);
    add('create', id, orderOf(object) + lateness(id, object), core);
    if (late !== -1) finish(id, orderOf(object), all.slice(late));
  }
  return { all, byPhase };
}

/** Whether others must be there, or altered, before. */
function isLate({ needs, bound = [] }: Statement): boolean {
  return needs.length + bound.length > 0;
}

/** Whether it is created again, and all that would go with it stays: then nothing that holds rows is lost. */
function isOutlived(
  id: ObjectId,
  object: CatalogObject,
  work: Work,
  from: Catalog,
  registry: Registry,
): boolean {
  if (!work.creates.has(id) || registry.get(object.ref.kind)?.holdsData?.(object) !== false) return false;
  return [...from.objects].every(
    ([member, below]) =>
      below.dropsWith === undefined ||
      below.ref.kind !== object.ref.kind ||
      formatId(below.dropsWith) !== id ||
      work.moves.has(member) ||
      isOutlived(member, below, work, from, registry),
  );
}

/** Whether an object needs, by way of whatever, one whose own needs are not all known. */
function reachesHidden(id: ObjectId, catalog: Catalog, registry: Registry): boolean {
  const seen = new Set([id]);
  for (const at of seen) {
    if (registry.get(catalog.objects.get(at)?.ref.kind ?? '')?.hidesNeeds) return true;
    for (const needed of catalog.dependencies.get(at) ?? []) seen.add(needed);
  }
  return false;
}
