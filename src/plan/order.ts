import type { Catalog, CatalogObject, Registry, Statement } from '../catalog/kind.ts';
import { formatId, type ObjectId } from '../catalog/object.ts';
import type { Change } from '../diff/change.ts';
import { diff } from '../diff/diff.ts';
import type { Diagnostic } from '../errors.ts';
import { rebuild, reverseEdges, type Work } from './rebuild.ts';
import { sortNodes } from './sort.ts';

/** A generated statement and the object it is for. */
export type OrderedStatement = { readonly statement: Statement; readonly object: ObjectId };

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
  const nodes = makeNodes(work, registry);
  connect(nodes, work, from, to, registry);
  const { sorted, cycle } = sortNodes(nodes.all);
  return {
    statements: sorted.flatMap((node) => node.statements.map((statement) => ({ statement, object: node.object }))),
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

type Nodes = {
  readonly all: Node[];
  readonly byPhase: Readonly<Record<Node['phase'], Map<ObjectId, Node>>>;
};

function makeNodes(work: Work, registry: Registry): Nodes {
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
    const whole = takenAlong(object, work.drops, registry);
    const statements = whole === undefined ? (registry.get(object.ref.kind)?.drop(object) ?? []) : [];
    add('drop', id, -orderOf(object), statements);
  }
  for (const [id, statements] of work.alters) {
    add('alter', id, 0, statements);
  }
  const folded = findFolded(work, registry);
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
    const late = own.findIndex((statement) => statement.needs.length > 0);
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

function connect({ byPhase, all }: Nodes, work: Work, from: Catalog, to: Catalog, registry: Registry): void {
  const folded = findFolded(work, registry);
  const dependents = reverseEdges(from);
  const wait = (later: Node | undefined, earlier: Node | undefined) => {
    if (later && earlier && later !== earlier) later.after.add(earlier);
  };

  for (const [id, node] of byPhase.drop) {
    const object = work.drops.get(id);
    const whole = object && takenAlong(object, work.drops, registry);
    // What goes with its whole is gone when that is.
    if (whole !== undefined) wait(node, byPhase.drop.get(whole));
    for (const dependent of dependents.get(id) ?? []) {
      const gone = byPhase.drop.get(dependent);
      const object = work.drops.get(dependent);
      const goesAlong = object && takenAlong(object, work.drops, registry) === id;
      if (gone && !goesAlong) {
        // Taken along by a third: that one must go first.
        wait(node, explicitDrop(dependent, id, byPhase.drop, work, registry));
      }
      if (!gone && !to.dependencies.get(dependent)?.has(id)) wait(node, byPhase.alter.get(dependent));
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
    for (const ref of node.statements.flatMap((statement) => statement.needs)) {
      const needed = formatId(ref);
      wait(node, byPhase.create.get(folded.get(needed) ?? needed));
      wait(node, byPhase.alter.get(needed));
    }
  }
  for (const [id, node] of byPhase.bind) {
    wait(node, byPhase.alter.get(id));
    for (const needed of to.dependencies.get(id) ?? []) wait(node, byPhase.create.get(needed));
  }
  for (const rename of byPhase.rename.values()) for (const node of all) if (node.phase !== 'rename') wait(node, rename);
}

/** The drop that makes `id` go, or undefined when that is the drop of `except` itself. */
function explicitDrop(
  id: ObjectId,
  except: ObjectId,
  drops: ReadonlyMap<ObjectId, Node>,
  work: Work,
  registry: Registry,
): Node | undefined {
  let at = id;
  for (;;) {
    const object = work.drops.get(at);
    const whole = object && takenAlong(object, work.drops, registry);
    if (whole === except) return undefined;
    if (whole === undefined) return drops.get(at);
    at = whole;
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
