import { reverseEdges } from '../catalog/dependencies.ts';
import { type Catalog, type CatalogObject, isCopy, type Registry } from '../catalog/kind.ts';
import { formatId, type ObjectId, ownName } from '../catalog/object.ts';
import { isOfPart } from './beside.ts';
import { connectTexts, overloads } from './connect-texts.ts';
import type { Node, Nodes } from './order.ts';
import type { Work } from './rebuild.ts';
import { waitsFor } from './sort.ts';

/**
 * Lets each node wait for those that must have run before it: drops against the dependencies of `from`, creates along
 * those of `to`.
 */
export function connect(
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
  /** What a dropped object goes along with, itself when with nothing. */
  const goerOf = (id: ObjectId): ObjectId => {
    const whole = along.get(id);
    return whole === undefined ? id : goerOf(whole);
  };
  /** The node whose statement makes a dropped object go. */
  const dropper = (id: ObjectId): Node | undefined => byPhase.drop.get(goerOf(id));
  /** The node after which a dropped object's name is free. */
  const leaver = (id: ObjectId): Node | undefined => byPhase.aside.get(goerOf(id)) ?? dropper(id);
  /** The node whose statement makes a created object. */
  const creator = (id: ObjectId): Node | undefined => byPhase.create.get(folded.get(id) ?? id);
  /** The same for who uses it: what comes with its origin, or is made by what takes it over, is there after that one. */
  const maker = (id: ObjectId): Node | undefined => {
    const own = creator(id);
    if (own && (folded.has(id) || own.statements.length > 0)) return own;
    const above = to.objects.get(id)?.inheritedFrom;
    const origin = work.takenOver.get(id) ?? (above && formatId(above));
    return (origin === undefined ? undefined : maker(origin)) ?? own;
  };
  /** What must have run before `user` can use an object. */
  const makers = (needed: ObjectId, user: ObjectId): readonly (Node | undefined)[] => {
    const finish = byPhase.finish.get(needed);
    const completes = finish?.statements.some(
      (one) =>
        one.completes &&
        one.needs.every((ref) => formatId(ref) !== user) &&
        (one.bound ?? []).every(({ to }) => formatId(to) !== user),
    );
    return completes ? [maker(needed), finish] : [maker(needed)];
  };
  /** What alters an object; for what is inherited unchanged, what alters its origin. */
  const alterer = (id: ObjectId): Node | undefined => {
    const origin = to.objects.get(id)?.inheritedFrom;
    return byPhase.alter.get(id) ?? (origin && alterer(formatId(origin)));
  };

  /** Whether statements may name an object. */
  const mentions = (node: Node | undefined, id: ObjectId): boolean => {
    const ref = from.objects.get(id)?.ref;
    const name = ref && ownName(ref).replaceAll('"', '""');
    return name !== undefined && node?.statements.some(({ sql }) => sql.includes(name)) === true;
  };

  /** Whether it lets go of a whole by leaving it. */
  const leaves = (id: ObjectId, whole: ObjectId) =>
    byPhase.leave.get(id)?.statements.some((one) => one.leaves && formatId(one.leaves) === whole) === true;
  const isReleased = (id: ObjectId, gone: ObjectId) => work.releases.get(id)?.because.includes(gone) === true;

  /** What goes of what has been inherited from it, by way of whatever. */
  const goneCopies = (id: ObjectId): readonly ObjectId[] =>
    [...(dependents.get(id) ?? [])].flatMap((copy) => {
      const origin = from.objects.get(copy)?.inheritedFrom;
      if (!origin || formatId(origin) !== id) return [];
      return [...(work.drops.has(copy) ? [copy] : []), ...goneCopies(copy)];
    });
  for (const id of work.drops.keys()) {
    const node = dropper(id);
    wait(byPhase.drop.get(id), node);
    for (const dependent of dependents.get(id) ?? []) {
      const gone = work.drops.get(dependent);
      if (gone && isCopy(gone) && gone.inheritedFrom && formatId(gone.inheritedFrom) === id) continue;
      if (gone) {
        wait(node, dropper(dependent));
        // Its DROP may name what steps aside: a function's signature.
        if (dropper(dependent) !== node && mentions(dropper(dependent), id))
          wait(byPhase.aside.get(id), leaver(dependent));
      } else if (!to.dependencies.get(dependent)?.has(id) && !isReleased(dependent, id))
        wait(node, leaves(dependent, id) ? byPhase.leave.get(dependent) : byPhase.alter.get(dependent));
    }
  }
  for (const [id, { because, before, after }] of work.releases) {
    const [release, bind] = [byPhase.release.get(id), byPhase.bind.get(id)];
    for (const needed of because) {
      wait(leaver(needed), release);
      // What stepped aside is let go of by what binds to the one in its place.
      if (work.asides.has(needed)) wait(dropper(needed), bind);
      for (const maker of makers(needed, id)) wait(bind, maker);
    }
    for (const needed of to.dependencies.get(id) ?? [])
      for (const maker of makers(needed, id)) wait(bind, maker);
    const origin = to.objects.get(id)?.inheritedFrom;
    wait(bind, origin && byPhase.bind.get(formatId(origin)));
    const disturbing = [
      before.some((one) => one.disturbsDependents) ? release : undefined,
      after.some((one) => one.disturbsDependents) ? bind : undefined,
    ].filter((node) => node !== undefined);
    for (const dependent of disturbing.length > 0 ? (dependents.get(id) ?? []) : []) {
      if (!work.drops.has(dependent)) continue;
      for (const node of disturbing) wait(node, dropper(dependent));
      if (bind && bind.statements.length > 0) wait(creator(dependent), bind);
    }
    wait(byPhase.alter.get(id), bind);
    // What is said about a part of it is taken back under the name that it yields.
    for (const dependent of dependents.get(id) ?? [])
      if (work.drops.get(dependent)?.ref.on !== undefined) wait(release, dropper(dependent));
  }
  for (const [id, node] of byPhase.alter) {
    for (const ref of node.statements.flatMap((one) => one.takesNameOf ?? []))
      wait(node, byPhase.aside.get(formatId(ref)));
    for (const dependent of dependents.get(id) ?? []) {
      const gone = byPhase.drop.get(dependent);
      if (gone && gone.statements.length > 0) wait(node, gone);
    }
    if (node.statements.some((one) => one.disturbsDependents))
      for (const copy of goneCopies(id)) wait(node, dropper(copy));
    for (const needed of to.dependencies.get(id) ?? []) {
      for (const maker of makers(needed, id)) wait(node, maker);
      wait(node, alterer(needed));
    }
  }
  /** A type that has changed meanwhile is one's own again before. */
  const retyped = (needed: ObjectId, user: Node | undefined) => {
    const bind = byPhase.bind.get(needed);
    if (user && bind?.statements.some((one) => one.disturbsDependents) && !waitsFor(bind, user))
      wait(user, bind);
  };
  for (const [id, node] of byPhase.create) {
    const holder = creator(id);
    wait(node, leaver(id));
    wait(node, holder);
    // What a partition had of its own is in the way of what it gets from its parent.
    const origin = to.objects.get(id)?.inheritedFrom;
    if (origin && work.drops.get(id)?.inheritedFrom === undefined)
      wait(creator(formatId(origin)), leaver(id));
    for (const needed of to.dependencies.get(id) ?? []) {
      if (creator(needed) === holder) continue;
      for (const maker of makers(needed, id)) wait(holder, maker);
      wait(holder, alterer(needed));
      retyped(needed, holder);
      // PostgreSQL takes over only what is valid by then.
      const late = isOfPart(needed, id, to) ? byPhase.finish.get(needed) : undefined;
      if (holder && late && !waitsFor(late, holder)) wait(holder, late);
      const whole = work.creates.get(id);
      if (whole && registry.get(whole.ref.kind)?.needsFinished?.(whole))
        wait(holder, byPhase.finish.get(needed));
    }
  }
  // What reads a whole row by way of something else (a function's result) names all columns of the row, in their order.
  const users = reverseEdges(to);
  for (const column of [...work.creates.keys(), ...work.alters.keys(), ...work.drops.keys()]) {
    const object = to.objects.get(column) ?? from.objects.get(column);
    // What is numbered in its whole is part of the row.
    const whole = typeof object?.properties.position === 'number' ? object.parent : undefined;
    const made = [
      folded.has(column) ? undefined : byPhase.create.get(column),
      byPhase.alter.get(column),
      along.has(column) ? undefined : byPhase.drop.get(column),
    ].filter((node) => node !== undefined);
    if (!whole || work.creates.has(formatId(whole)) || made.length === 0) continue;
    for (const reader of readersOf(formatId(whole), users, byPhase, to)) {
      for (const node of made) wait(reader, node);
    }
  }
  for (const [id, node] of byPhase.finish) {
    wait(node, byPhase.create.get(id));
    wait(node, byPhase.alter.get(id));
  }
  for (const node of all) {
    for (const { to: other, by } of node.statements.flatMap((one) => one.bound ?? [])) {
      if (work.creates.has(formatId(by))) continue;
      for (const phase of ['create', 'alter', 'finish'] as const)
        wait(node, byPhase[phase].get(formatId(other)));
    }
    for (const ref of node.statements.flatMap((one) => one.needs)) {
      const id = formatId(ref);
      wait(node, creator(id));
      wait(node, byPhase.alter.get(id));
      // Of two that are altered late, the one that the other needs is first.
      const late = byPhase.alter.has(id) && node.phase === 'finish' ? byPhase.finish.get(id) : undefined;
      const needsBack = late?.statements.some((one) =>
        one.needs.some((needed) => formatId(needed) === node.object),
      );
      if (!needsBack) wait(node, late);
    }
  }
  // PostgreSQL adds no identity to a table and its children at once: one that is new comes after the columns it inherits.
  for (const { parent, inheritedFrom, properties } of to.objects.values()) {
    if (!parent || !inheritedFrom || typeof properties.position !== 'number') continue;
    const [table, column] = [byPhase.create.get(formatId(parent)), creator(formatId(inheritedFrom))];
    if (table && column && !waitsFor(column, table)) wait(table, column);
  }
  // What is said of an object is said once it is finished: a grant on an identity's sequence, an owner, whom a column's sequence has too.
  for (const finish of byPhase.finish.values()) {
    const needed = finish.statements.flatMap(({ needs }) => needs).map(formatId);
    const wholes = needed.flatMap((id) => to.objects.get(id)?.parent ?? []).map(formatId);
    for (const said of [finish.object, ...needed, ...wholes].flatMap((id) => [...(users.get(id) ?? [])])) {
      if (to.objects.get(said)?.ref.on === undefined) continue;
      for (const node of [byPhase.create.get(said), byPhase.alter.get(said)])
        if (node && !waitsFor(finish, node)) wait(node, finish);
    }
  }
  waitForNames(work, from, to, registry, (taker, giver) =>
    wait(
      byPhase.alter.get(taker) ?? creator(taker),
      leaver(giver) ?? byPhase.release.get(giver) ?? byPhase.alter.get(giver),
    ),
  );
  connectTexts(byPhase, work, from, to, registry, dropper, creator);
  // While a call may mean either, PostgreSQL takes neither (42725): whoever calls the new one waits for the old one to go.
  for (const [gone, made] of overloads(work)) {
    for (const user of users.get(made) ?? []) {
      for (const node of [byPhase.bind.get(user), byPhase.alter.get(user), creator(user)]) {
        const earlier = dropper(gone);
        if (node && earlier && !waitsFor(earlier, node)) wait(node, earlier);
      }
    }
  }
}

/** What is altered or created and reaches `whole` only by way of what may be called, or of objects that nothing happens to. */
function readersOf(
  whole: ObjectId,
  users: ReadonlyMap<ObjectId, ReadonlySet<ObjectId>>,
  byPhase: Nodes['byPhase'],
  { objects }: Catalog,
): readonly Node[] {
  const found: Node[] = [];
  const changing = (id: ObjectId) =>
    [byPhase.alter.get(id), byPhase.create.get(id)].filter((one) => one !== undefined);
  const isWay = (id: ObjectId) => changing(id).length === 0 || objects.get(id)?.ref.signature !== undefined;
  const readers = (of: ObjectId) =>
    [...(users.get(of) ?? [])].filter((id) => {
      const parent = objects.get(id)?.parent;
      return parent === undefined || ![whole, of].includes(formatId(parent));
    });
  const seen = new Set(readers(whole).filter(isWay));
  for (const at of seen) {
    for (const user of readers(at)) {
      found.push(...changing(user));
      if (isWay(user)) seen.add(user);
    }
  }
  return found;
}

/** A name is free only once what had it is gone, whatever kind either is of. */
function waitForNames(
  work: Work,
  from: Catalog,
  to: Catalog,
  registry: Registry,
  wait: (taker: ObjectId, giver: ObjectId) => void,
): void {
  const namesOf = (object: CatalogObject | undefined) =>
    object === undefined || object.ref.on !== undefined
      ? []
      : (registry.get(object.ref.kind)?.names?.(object) ?? [object.ref.path]).map((path) =>
          JSON.stringify([path, object.ref.signature]),
        );
  const owners = new Map<string, ObjectId[]>();
  const takers = new Map<ObjectId, readonly string[]>();
  const own = (id: ObjectId, names: readonly string[]) => {
    for (const name of names) owners.set(name, [...(owners.get(name) ?? []), id]);
  };
  for (const [id, object] of work.drops) own(id, namesOf(object));
  for (const [id, object] of work.creates) takers.set(id, namesOf(object));
  // What is altered may have names besides its own: an identity its sequence's.
  for (const id of work.alters.keys()) {
    const [before, after] = [namesOf(from.objects.get(id)), namesOf(to.objects.get(id))];
    own(
      id,
      before.filter((name) => !after.includes(name)),
    );
    takers.set(
      id,
      after.filter((name) => !before.includes(name)),
    );
  }
  for (const [id, names] of takers) {
    for (const giver of names.flatMap((name) => owners.get(name) ?? [])) wait(id, giver);
  }
}
