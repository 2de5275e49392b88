import {
  type Catalog,
  type CatalogObject,
  type Registry,
  type Statement,
  statement,
} from '../catalog/kind.ts';
import { formatId, type ObjectId } from '../catalog/object.ts';
import type { Change } from '../diff/change.ts';
import { diff } from '../diff/diff.ts';
import type { Diagnostic } from '../errors.ts';
import { rebuild, reverseEdges, type Work } from './rebuild.ts';
import { sortNodes } from './sort.ts';

/** A generated statement and the object it is for; null for a setting that others need. */
export type OrderedStatement = { readonly statement: Statement; readonly object: ObjectId | null };

/** Statements of one object that run together; what they wait for is decided by the dependencies of both catalogs. */
export type Node = {
  readonly object: ObjectId;
  readonly phase: 'rename' | 'release' | 'drop' | 'alter' | 'create' | 'finish' | 'bind';
  readonly order: number;
  readonly statements: readonly Statement[];
  readonly after: Set<Node>;
};

/**
 * The statements that take a database from one catalog to another, in an order in which each can run: drops
 * against the dependencies of `from`, creates along those of `to`. What cannot be done without losing rows is
 * refused by name.
 */
export function orderChanges(
  from: Catalog,
  to: Catalog,
  registry: Registry,
  changes: readonly Change[] = diff(from, to, registry),
): { readonly statements: readonly OrderedStatement[]; readonly refused: readonly Diagnostic[] } {
  const work = withParts(rebuild(from, to, changes, registry), from, to, registry);
  const along = findAlong(work, from, registry);
  const folded = findFolded(work, registry);
  const nodes = makeNodes(work, along, folded, registry);
  connect(nodes, work, along, folded, from, to);
  const { sorted, cycle } = sortNodes(nodes.all);
  const statements = sorted.flatMap((node) =>
    node.statements.map((one) => ({ statement: one, object: node.object })),
  );
  const settings = [...new Set(statements.flatMap((one) => one.statement.setting ?? []))];
  return {
    statements: [
      ...settings.map((setting) => ({ statement: statement(`SET ${setting}`), object: null })),
      ...statements,
    ],
    refused: [...work.refused, ...(cycle.length > 0 ? [unbreakable(cycle)] : [])],
  };
}

/** Dropping a whole takes its parts along: those that stay are created again with it. */
function withParts(work: Work, from: Catalog, to: Catalog, registry: Registry): Work {
  const [drops, creates, alters] = [new Map(work.drops), new Map(work.creates), new Map(work.alters)];
  for (let grew = true; grew; ) {
    grew = false;
    for (const [id, object] of from.objects) {
      if (drops.has(id) || takenAlong(object, drops, registry) === undefined) continue;
      drops.set(id, object);
      alters.delete(id);
      const after = to.objects.get(id);
      if (after) creates.set(id, after);
      grew = true;
    }
  }
  return { ...work, drops, creates, alters };
}

/** The dropped object that takes this one along, if any. */
function takenAlong(
  object: CatalogObject,
  drops: ReadonlyMap<ObjectId, CatalogObject>,
  registry: Registry,
): ObjectId | undefined {
  for (const ref of [object.parent, object.dropsWith]) {
    if (!ref || registry.get(ref.kind)?.keepsParts) continue;
    const id = formatId(ref);
    if (drops.has(id)) return id;
  }
  return undefined;
}

/**
 * Which dropped object goes with which other's DROP. What points from one whole to another of its kind (a
 * foreign key) is dropped by itself, since two tables may point at each other.
 */
function findAlong(work: Work, from: Catalog, registry: Registry): ReadonlyMap<ObjectId, ObjectId> {
  const along = new Map<ObjectId, ObjectId>();
  for (const [id, object] of work.drops) {
    const whole = takenAlong(object, work.drops, registry);
    if (whole !== undefined) along.set(id, whole);
  }
  const pointsAway = (id: ObjectId, whole: ObjectId) => {
    const object = work.drops.get(id);
    if (!object || registry.get(object.parent?.kind ?? '')?.folds?.(object)) return false;
    return [...(from.dependencies.get(id) ?? [])].some((needed) => {
      const other = along.get(needed);
      return other !== undefined && other !== whole && kindOf(other, work) === kindOf(whole, work);
    });
  };
  return new Map([...along].filter(([id, whole]) => !pointsAway(id, whole)));
}

function kindOf(id: ObjectId, work: Work): string | undefined {
  return work.drops.get(id)?.ref.kind;
}

type Nodes = {
  readonly all: Node[];
  readonly byPhase: Readonly<Record<Node['phase'], Map<ObjectId, Node>>>;
};

function makeNodes(
  work: Work,
  along: ReadonlyMap<ObjectId, ObjectId>,
  folded: ReadonlyMap<ObjectId, ObjectId>,
  registry: Registry,
): Nodes {
  const byPhase = {
    rename: new Map<ObjectId, Node>(),
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
  const orderOf = (object: CatalogObject) => registry.get(object.ref.kind)?.order ?? 0;

  for (const [id, statements] of work.renames) add('rename', id, 0, statements);
  for (const [id, release] of work.releases) {
    add('release', id, 0, release.before);
    add('bind', id, 0, release.after);
  }
  for (const [id, object] of work.drops) {
    const statements = !along.has(id) ? (registry.get(object.ref.kind)?.drop(object) ?? []) : [];
    add('drop', id, -orderOf(object), statements);
  }
  for (const [id, statements] of work.alters) {
    add('alter', id, 0, statements);
  }
  const parts = new Map<ObjectId, CatalogObject[]>();
  for (const [part, whole] of folded) {
    const object = work.creates.get(part);
    if (object) parts.set(whole, [...(parts.get(whole) ?? []), object]);
  }
  for (const [id, object] of work.creates) {
    const whole = folded.get(id);
    const statements = registry.get(object.ref.kind)?.create(object, parts.get(id) ?? []) ?? [];
    // Whoever depends on the object waits for the statements up to the first with needs of its own.
    const own = whole === undefined ? statements : statements.slice(1);
    const late = own.findIndex((one) => one.needs.length > 0);
    const core = late === -1 ? own : own.slice(0, late);
    add('create', id, orderOf(object), core);
    if (late !== -1) add('finish', id, orderOf(object), own.slice(late));
  }
  return { all, byPhase };
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

  for (const id of work.drops.keys()) {
    const node = dropper(id);
    wait(byPhase.drop.get(id), node);
    for (const dependent of dependents.get(id) ?? []) {
      if (work.drops.has(dependent)) wait(node, dropper(dependent));
      else if (!to.dependencies.get(dependent)?.has(id)) wait(node, byPhase.alter.get(dependent));
      wait(node, byPhase.release.get(dependent));
    }
  }
  for (const [id, node] of byPhase.alter) {
    for (const dependent of dependents.get(id) ?? []) {
      const gone = byPhase.drop.get(dependent);
      if (gone && gone.statements.length > 0) wait(node, gone);
    }
    for (const needed of to.dependencies.get(id) ?? []) {
      wait(node, byPhase.create.get(folded.get(needed) ?? needed));
      wait(node, byPhase.alter.get(needed));
    }
  }
  for (const [id, node] of byPhase.create) {
    const whole = folded.get(id);
    wait(node, byPhase.drop.get(id));
    const holder = whole === undefined ? node : byPhase.create.get(whole);
    if (whole !== undefined) wait(node, holder);
    for (const needed of to.dependencies.get(id) ?? []) {
      const provider = folded.get(needed) ?? needed;
      if (provider === (whole ?? id)) continue;
      wait(holder, byPhase.create.get(provider));
      wait(holder, byPhase.alter.get(needed));
    }
  }
  for (const [id, node] of byPhase.finish) {
    wait(node, byPhase.create.get(id));
    for (const ref of node.statements.flatMap((one) => one.needs)) {
      const needed = formatId(ref);
      wait(node, byPhase.create.get(folded.get(needed) ?? needed));
      wait(node, byPhase.alter.get(needed));
    }
  }
  for (const [id, node] of byPhase.bind) {
    wait(node, byPhase.alter.get(id));
    for (const needed of to.dependencies.get(id) ?? []) wait(node, byPhase.create.get(needed));
  }
  for (const rename of byPhase.rename.values())
    for (const node of all) if (node.phase !== 'rename') wait(node, rename);
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
