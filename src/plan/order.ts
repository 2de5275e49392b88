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
import { findAlong, withParts } from './along.ts';
import { attachHazards } from './change-hazards.ts';
import { findGiven, type Given } from './given.ts';
import { direct, type Online, replaceOnline, takeOnline } from './online.ts';
import { rebuild, reverseEdges, type Work } from './rebuild.ts';
import { takeRenames } from './renames.ts';
import { sortNodes } from './sort.ts';

/** A generated statement and the object it is for; null for a setting that others need. */
export type OrderedStatement = { readonly statement: Statement; readonly object: ObjectId | null };

/** Statements of one object that run together; what they wait for is decided by the dependencies of both catalogs. */
export type Node = {
  readonly object: ObjectId;
  readonly phase: 'release' | 'drop' | 'alter' | 'create' | 'finish' | 'bind';
  readonly order: number;
  readonly statements: readonly Statement[];
  readonly after: Set<Node>;
};

/**
 * The statements that take a database from one catalog to another, in an order in which each can run: drops
 * against the dependencies of `from`, creates along those of `to`. What cannot be done without losing rows is
 * refused by name. `online` says for what they take the way that others can work beside.
 */
export function orderChanges(
  from: Catalog,
  to: Catalog,
  registry: Registry,
  changes: readonly Change[] = diff(from, to, registry),
  online: Online = direct,
): { readonly statements: readonly OrderedStatement[]; readonly refused: readonly Diagnostic[] } {
  const renamed = takeRenames(from, changes, registry);
  const work = withParts(rebuild(renamed.from, to, renamed.changes, registry), renamed.from, to, registry);
  const along = findAlong(work, renamed.from, registry);
  const folded = findFolded(work, registry);
  const isNew = (relation: ObjectId) => work.creates.has(relation) || !renamed.from.objects.has(relation);
  const choose = (all: readonly Statement[]) => takeOnline(all, online, isNew);
  const replaced = replaceOnline(work, along, renamed.from, registry, online, isNew);
  const given = findGiven(work, renamed.from, to, registry);
  const nodes = makeNodes(work, along, folded, renamed.from, to, given, registry, choose, replaced);
  connect(nodes, work, along, folded, renamed.from, to, registry);
  const { sorted, cycle } = sortNodes(nodes.all);
  const statements: readonly OrderedStatement[] = [
    ...renamed.statements,
    ...sorted.flatMap((node) => node.statements.map((one) => ({ statement: one, object: node.object }))),
  ];
  const endangered = attachHazards(statements, changes, renamed.changes, to, registry);
  const settings = [...new Set(statements.flatMap((one) => one.statement.setting ?? []))];
  return {
    statements: [
      ...settings.map((setting) => ({ statement: statement(`SET ${setting}`), object: null })),
      ...endangered,
    ],
    refused: [...work.refused, ...(cycle.length > 0 ? [unbreakable(cycle)] : [])],
  };
}

type Nodes = {
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
  choose: (statements: readonly Statement[]) => readonly Statement[],
  replaced: ReadonlyMap<ObjectId, readonly Statement[]>,
): Nodes {
  const byPhase = {
    release: new Map<ObjectId, Node>(),
    drop: new Map<ObjectId, Node>(),
    alter: new Map<ObjectId, Node>(),
    create: new Map<ObjectId, Node>(),
    finish: new Map<ObjectId, Node>(),
    bind: new Map<ObjectId, Node>(),
  };
  const all: Node[] = [];
  const add = (phase: Node['phase'], object: ObjectId, order: number, statements: readonly Statement[]) => {
    const node: Node = { object, phase, order, statements, after: new Set() };
    byPhase[phase].set(object, node);
    all.push(node);
    return node;
  };
  // Columns come in their order, which is that of `SELECT *`.
  const orderOf = ({ ref, properties: { position } }: CatalogObject) =>
    (registry.get(ref.kind)?.order ?? 0) + (typeof position === 'number' ? position / 10_000 : 0);

  for (const [id, release] of work.releases) {
    add('release', id, 0, release.before);
    add('bind', id, 0, release.after);
  }
  for (const [id, object] of work.drops) {
    const goesOtherwise = along.has(id) || isCopy(object) || replaced.has(id);
    const statements = goesOtherwise ? [] : (registry.get(object.ref.kind)?.drop(object) ?? []);
    // Where something that it needs goes too, that takes the lock, and a commit between would show a half.
    const isDragged = [...(from.dependencies.get(id) ?? [])].some((needed) => work.drops.has(needed));
    add('drop', id, -orderOf(object), isDragged ? statements : choose(statements));
  }
  for (const [id, direct] of work.alters) {
    const statements = choose(direct);
    const late = statements.filter((one) => one.needs.length > 0);
    add(
      'alter',
      id,
      0,
      statements.filter((one) => one.needs.length === 0),
    );
    if (late.length > 0) add('finish', id, 0, late);
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
  for (const [id, object] of work.creates) {
    const kind = registry.get(object.ref.kind);
    const own = isCopy(object)
      ? []
      : folded.has(id)
        ? (kind?.completeFolded?.(object) ?? [])
        : (given.instead.get(id) ??
          replaced.get(id) ??
          choose(kind?.create(object, parts.get(id) ?? []) ?? []));
    const all = [...own, ...(given.undone.get(id) ?? [])];
    // Whoever depends on the object waits for the statements up to the first with needs of its own.
    const late = all.findIndex((one) => one.needs.length > 0);
    const core = late === -1 ? all : all.slice(0, late);
    add('create', id, orderOf(object) + lateness(id, object), core);
    if (late !== -1) add('finish', id, orderOf(object), all.slice(late));
  }
  return { all, byPhase };
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

/** Which created object is folded into which other's statement. */
function findFolded(work: Work, registry: Registry): ReadonlyMap<ObjectId, ObjectId> {
  const folded = new Map<ObjectId, ObjectId>();
  for (const [id, object] of work.creates) {
    if (!object.parent) continue;
    const whole = formatId(object.parent);
    if (work.creates.has(whole) && registry.get(object.parent.kind)?.folds?.(object)) folded.set(id, whole);
  }
  return folded;
}

function connect(
  { byPhase, all }: Nodes,
  work: Work,
  along: ReadonlyMap<ObjectId, ObjectId>,
  folded: ReadonlyMap<ObjectId, ObjectId>,
  from: Catalog,
  to: Catalog,
  registry: Registry,
): void {
  const dependents = reverseEdges(from);
  const wait = (later: Node | undefined, earlier: Node | undefined) => {
    if (later && earlier && later !== earlier) later.after.add(earlier);
  };
  /** The node whose statement makes a dropped object go. */
  const dropper = (id: ObjectId): Node | undefined => {
    let at = id;
    for (let whole = along.get(at); whole !== undefined; whole = along.get(at)) at = whole;
    return byPhase.drop.get(at);
  };
  /** The node whose statement makes a created object. */
  const creator = (id: ObjectId): Node | undefined => byPhase.create.get(folded.get(id) ?? id);
  /** What must have run before `user` can use an object. */
  const makers = (needed: ObjectId, user: ObjectId): readonly (Node | undefined)[] => {
    const finish = byPhase.finish.get(needed);
    const completes = finish?.statements.some(
      (one) => one.completes && one.needs.every((ref) => formatId(ref) !== user),
    );
    return completes ? [creator(needed), finish] : [creator(needed)];
  };
  /** What alters an object; for what is inherited unchanged, what alters its origin. */
  const alterer = (id: ObjectId): Node | undefined => {
    const origin = to.objects.get(id)?.inheritedFrom;
    return byPhase.alter.get(id) ?? (origin && alterer(formatId(origin)));
  };

  for (const id of work.drops.keys()) {
    const node = dropper(id);
    wait(byPhase.drop.get(id), node);
    for (const dependent of dependents.get(id) ?? []) {
      const gone = work.drops.get(dependent);
      if (gone && isCopy(gone) && gone.inheritedFrom && formatId(gone.inheritedFrom) === id) continue;
      if (gone) wait(node, dropper(dependent));
      else if (!to.dependencies.get(dependent)?.has(id)) wait(node, byPhase.alter.get(dependent));
    }
  }
  for (const [id, { because, before }] of work.releases) {
    const [release, bind] = [byPhase.release.get(id), byPhase.bind.get(id)];
    for (const needed of because) {
      wait(dropper(needed), release);
      for (const maker of makers(needed, id)) wait(bind, maker);
    }
    for (const needed of to.dependencies.get(id) ?? [])
      for (const maker of makers(needed, id)) wait(bind, maker);
    const disturbs = before.some((one) => one.disturbsDependents);
    for (const dependent of disturbs ? (dependents.get(id) ?? []) : []) {
      if (!work.drops.has(dependent)) continue;
      wait(release, dropper(dependent));
      if (bind && bind.statements.length > 0) wait(creator(dependent), bind);
    }
    wait(byPhase.alter.get(id), bind);
  }
  for (const [id, node] of byPhase.alter) {
    for (const dependent of dependents.get(id) ?? []) {
      const gone = byPhase.drop.get(dependent);
      if (gone && gone.statements.length > 0) wait(node, gone);
    }
    for (const needed of to.dependencies.get(id) ?? []) {
      for (const maker of makers(needed, id)) wait(node, maker);
      wait(node, alterer(needed));
    }
  }
  for (const [id, node] of byPhase.create) {
    const holder = creator(id);
    wait(node, byPhase.drop.get(id));
    wait(node, holder);
    for (const needed of to.dependencies.get(id) ?? []) {
      if (creator(needed) === holder) continue;
      for (const maker of makers(needed, id)) wait(holder, maker);
      wait(holder, alterer(needed));
    }
  }
  for (const [id, node] of byPhase.finish) {
    wait(node, byPhase.create.get(id));
    wait(node, byPhase.alter.get(id));
  }
  for (const node of all) {
    for (const ref of node.statements.flatMap((one) => one.needs)) {
      wait(node, creator(formatId(ref)));
      wait(node, byPhase.alter.get(formatId(ref)));
    }
  }
  waitForNames(work, registry, (created, dropped) => wait(creator(created), dropper(dropped)));
}

/** A name is free only once what had it is gone, whatever kind either is of. */
function waitForNames(
  work: Work,
  registry: Registry,
  wait: (created: ObjectId, dropped: ObjectId) => void,
): void {
  const namesOf = (object: CatalogObject) =>
    (registry.get(object.ref.kind)?.names?.(object) ?? [object.ref.path]).map((path) =>
      JSON.stringify([path, object.ref.signature]),
    );
  const owners = new Map<string, ObjectId[]>();
  for (const [id, object] of work.drops) {
    if (object.ref.on !== undefined) continue;
    for (const name of namesOf(object)) owners.set(name, [...(owners.get(name) ?? []), id]);
  }
  for (const [id, object] of work.creates) {
    if (object.ref.on !== undefined) continue;
    for (const dropped of namesOf(object).flatMap((name) => owners.get(name) ?? [])) wait(id, dropped);
  }
}

function unbreakable(cycle: readonly Node[]): Diagnostic {
  const path = cycle.map((node) => `${node.phase} ${node.object}`).join(' → ');
  return {
    code: 'dependency-cycle',
    severity: 'error',
    summary: `No order of statements was found: ${path}.`,
    help: 'This is a defect of Trueup. Please report it with the definitions of these objects.',
  };
}
