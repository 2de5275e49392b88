import type { Catalog, CatalogObject, Registry } from '../catalog/kind.ts';
import { formatId, type ObjectId, type ObjectRef } from '../catalog/object.ts';
import { originOf } from './beside.ts';
import type { Node, Nodes } from './order.ts';
import type { Work } from './rebuild.ts';
import { waitsFor } from './sort.ts';

/**
 * Lets what leaves a whole come before all that changes in either, and what joins one after: once the columns and checks
 * of both are what they are to be, and what is to make room has gone.
 */
export function connectMoves(
  { byPhase, all }: Nodes,
  work: Work,
  from: Catalog,
  to: Catalog,
  registry: Registry,
  /** What is dropped from a whole, and made again, so that something can leave it. */
  broken: ReadonlySet<ObjectId>,
): void {
  const wait = (later: Node | undefined, earlier: Node | undefined) => {
    if (later && earlier && later !== earlier) later.after.add(earlier);
  };
  const [leaving, joining] = [byWhole(all, 'leaves'), byWhole(all, 'joins')];
  if (leaving.size + joining.size === 0) return;
  const joiners = all.filter(isAttached);
  // What leaves makes room for what joins.
  for (const [whole, nodes] of joining) {
    for (const node of nodes) for (const leaver of leaving.get(whole) ?? []) wait(node, leaver);
  }
  // What has rows that point at others leaves before those, and joins after them.
  for (const { key, own, others } of findPointers(new Set(leaving.keys()), from, registry)) {
    const [pointing, pointedAt] = [
      leaving.get(own) ?? [],
      others.flatMap((other) => leaving.get(other) ?? []),
    ];
    const dropped = broken.has(key) ? byPhase.drop.get(key) : undefined;
    for (const node of dropped ? [...pointing, ...pointedAt] : []) wait(node, dropped);
    for (const node of dropped ? [] : pointedAt) for (const earlier of pointing) wait(node, earlier);
  }
  const attached = byWhole(joiners, 'joins');
  for (const { key, own, others } of findPointers(new Set(attached.keys()), to, registry)) {
    const [pointing, pointedAt] = [
      attached.get(own) ?? [],
      others.flatMap((other) => attached.get(other) ?? []),
    ];
    const made = byPhase.create.get(key);
    for (const node of made ? [...pointing, ...pointedAt] : []) wait(made, node);
    for (const node of made ? [] : pointing) for (const earlier of pointedAt) wait(node, earlier);
  }
  const partNodes = new Map<ObjectId, Node[]>();
  for (const node of all) {
    const object = from.objects.get(node.object) ?? to.objects.get(node.object);
    if (!object?.parent || object.ref.on !== undefined) continue;
    const whole = formatId(object.parent);
    partNodes.set(whole, [...(partNodes.get(whole) ?? []), node]);
  }
  const folds = (whole: ObjectRef, node: Node) => {
    const object = to.objects.get(node.object) ?? from.objects.get(node.object);
    return object !== undefined && registry.get(whole.kind)?.folds?.(object) === true;
  };
  const isCopyOf = (node: Node, whole: ObjectId) => {
    const origin = to.objects.get(node.object)?.inheritedFrom;
    const above = origin && to.objects.get(formatId(origin))?.parent;
    return above !== undefined && formatId(above) === whole;
  };
  const isBelow = ({ parent, inheritedFrom, dropsWith }: CatalogObject, whole: ObjectId) => {
    const above = parent && from.objects.get(formatId(parent))?.dropsWith;
    return inheritedFrom !== undefined || [above, dropsWith].some((ref) => ref && formatId(ref) === whole);
  };
  const isPart = (node: Node, whole: ObjectId) => {
    const parent = from.objects.get(node.object)?.parent;
    return parent !== undefined && formatId(parent) === whole;
  };
  const refs = (statements: Node['statements'], which: 'leaves' | 'joins') =>
    statements.flatMap((one) => one[which] ?? []);

  /** Dropped objects of others that point at a whole or its parts: a foreign key holds the rows where they are. */
  const pointing = (whole: ObjectId) =>
    [...work.drops.values()].flatMap((gone) => {
      const [own, id] = [gone.parent && formatId(gone.parent), formatId(gone.ref)];
      if (gone.ref.on !== undefined) return [];
      const isSuch = gone.ref.kind === from.objects.get(whole)?.ref.kind;
      // Of two tables that point at each other and are both left, neither can be first.
      const isLeft = own !== undefined && leaving.has(own) && !broken.has(id);
      if (own === undefined || own === whole || isSuch || isLeft || isBelow(gone, whole)) return [];
      const points = [...(from.dependencies.get(id) ?? [])].some((needed) => {
        const above = from.objects.get(needed)?.parent;
        return needed === whole || (above !== undefined && formatId(above) === whole);
      });
      return points ? [byPhase.drop.get(id)] : [];
    });
  for (const [id, { leaves }] of work.moves) {
    const node = byPhase.leave.get(id);
    for (const whole of refs(leaves, 'leaves').map(formatId)) {
      for (const part of [...(partNodes.get(id) ?? []), ...(partNodes.get(whole) ?? [])]) {
        if (part.phase === 'drop' && broken.has(part.object)) wait(node, part);
        else wait(part, node);
      }
      for (const phase of ['aside', 'drop', 'alter'] as const) wait(byPhase[phase].get(whole), node);
      for (const pointer of pointing(whole)) if (pointer && !isPart(pointer, id)) wait(node, pointer);
    }
  }
  for (const [id, { joins }] of work.moves) {
    const node = byPhase.join.get(id);
    if (!node) continue;
    for (const phase of ['leave', 'release', 'bind', 'alter', 'create'] as const)
      wait(node, byPhase[phase].get(id));
    // What a table has joins what the whole has once the table is part of that.
    const table = to.objects.get(id)?.parent;
    wait(node, table && byPhase.join.get(formatId(table)));
    for (const whole of refs(joins, 'joins')) {
      const wholeId = formatId(whole);
      for (const phase of ['create', 'bind', 'alter'] as const) wait(node, byPhase[phase].get(wholeId));
      for (const part of partNodes.get(wholeId) ?? []) {
        const made = part.phase === 'create' ? work.creates.get(part.object) : undefined;
        // What joins gets one of its own of all that is there, of what waits for those of others too.
        const kind = made && registry.get(made.ref.kind);
        if (made?.properties.valid === false) wait(part, node);
        else if (folds(whole, part) || (made && kind?.join && !kind.comesWithWhole?.(made))) wait(node, part);
      }
      // So does what it gets by way of that one from further above.
      for (const origin of originsOf(wholeId, to, registry)) wait(node, byPhase.create.get(origin));
      for (const part of partNodes.get(id) ?? []) {
        if (isCopyOf(part, wholeId) && part.phase !== 'drop') wait(part, node);
        else if (work.moves.get(part.object) === undefined) wait(node, part);
      }
    }
  }
  // What points at rows is made once they are all there.
  for (const [id, node] of byPhase.create) {
    const key = work.creates.get(id);
    if (!key || !registry.get(key.ref.kind)?.comesWithWhole?.(key)) continue;
    const needed = to.dependencies.get(id) ?? new Set();
    for (const joiner of joiners) {
      const isIn = wholesAbove(joiner.object, to).some((whole) => needed.has(whole));
      if (isIn && !waitsFor(joiner, node)) wait(node, joiner);
    }
  }
}

/** What a table is in, directly or by way of others. */
function wholesAbove(table: ObjectId, catalog: Catalog): readonly ObjectId[] {
  const whole = catalog.objects.get(table)?.dropsWith;
  return whole === undefined ? [] : [formatId(whole), ...wholesAbove(formatId(whole), catalog)];
}

/** What those parts of a whole come from that each of its own wholes' parts gets one of as well. */
function originsOf(whole: ObjectId, catalog: Catalog, registry: Registry): readonly ObjectId[] {
  return [...catalog.objects.values()].flatMap((part) => {
    const kind = registry.get(part.ref.kind);
    if (!part.inheritedFrom || !part.parent || formatId(part.parent) !== whole) return [];
    if (!kind?.join || kind.comesWithWhole?.(part)) return [];
    const origin = originOf(part, catalog);
    return origin.properties.valid === false ? [] : [formatId(origin.ref)];
  });
}

/** Whether it takes something into a whole that is there with its rows. */
export function isAttached({ phase }: Node): boolean {
  return phase === 'join';
}

/** Foreign keys from one of `wholes` to others of them. */
export function findPointers(
  wholes: ReadonlySet<ObjectId>,
  { objects, dependencies }: Catalog,
  registry: Registry,
): readonly { readonly key: ObjectId; readonly own: ObjectId; readonly others: readonly ObjectId[] }[] {
  return [...objects].flatMap(([key, object]) => {
    const own = object.parent && formatId(object.parent);
    if (own === undefined || !wholes.has(own) || object.inheritedFrom) return [];
    if (!registry.get(object.ref.kind)?.comesWithWhole?.(object)) return [];
    const others = [...(dependencies.get(key) ?? [])].filter((other) => other !== own && wholes.has(other));
    return others.length > 0 ? [{ key, own, others }] : [];
  });
}

function byWhole(all: readonly Node[], which: 'leaves' | 'joins'): ReadonlyMap<ObjectId, readonly Node[]> {
  const found = new Map<ObjectId, Node[]>();
  for (const node of all) {
    for (const ref of node.statements.flatMap((one) => one[which] ?? [])) {
      const whole = formatId(ref);
      found.set(whole, [...(found.get(whole) ?? []), node]);
    }
  }
  return found;
}
