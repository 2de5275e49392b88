import { reverseEdges } from '../catalog/dependencies.ts';
import type { Catalog, CatalogObject, Registry } from '../catalog/kind.ts';
import { formatId, type ObjectId } from '../catalog/object.ts';
import type { Node, Nodes } from './order.ts';
import type { Work } from './rebuild.ts';
import { waitsFor } from './sort.ts';

/**
 * Lets what stands in the text of others without their needing it (a cast, whose function they need) be there while they
 * are made, and go after them, where nothing speaks against it.
 */
export function connectTexts(
  byPhase: Nodes['byPhase'],
  work: Work,
  from: Catalog,
  to: Catalog,
  registry: Registry,
  dropper: (id: ObjectId) => Node | undefined,
  creator: (id: ObjectId) => Node | undefined,
): void {
  const wait = (later: Node | undefined, earlier: Node | undefined) => {
    if (later && earlier && later !== earlier && !waitsFor(earlier, later)) later.after.add(earlier);
  };
  const after = reverseEdges(to);
  // A row that is written out in a default names no column of its type, and needs them all.
  for (const [id, { parent, properties }] of work.creates) {
    if (!parent || typeof properties.position !== 'number' || work.creates.has(formatId(parent))) continue;
    for (const user of after.get(formatId(parent)) ?? []) {
      const holder = work.creates.get(user);
      if (holder && registry.get(holder.ref.kind)?.isMadeOf?.(holder, parent))
        wait(creator(user), byPhase.create.get(id));
    }
  }
  const standing = (objects: ReadonlyMap<ObjectId, CatalogObject>) =>
    [...objects].filter(([, { ref }]) => registry.get(ref.kind)?.standsInTexts).map(([id]) => id);
  const [gone, made] = [standing(work.drops), standing(work.creates)];
  if (gone.length + made.length === 0) return;
  const before = reverseEdges(from);
  const usersOf = (id: ObjectId, { dependencies }: Catalog, users: typeof before) =>
    [...(dependencies.get(id) ?? [])].flatMap((needed) => [...(users.get(needed) ?? [])]);
  for (const id of gone)
    for (const user of usersOf(id, from, before))
      for (const node of [dropper(user), byPhase.release.get(user), byPhase.alter.get(user)])
        wait(dropper(id), node);
  for (const id of made)
    for (const user of usersOf(id, to, after))
      for (const node of [creator(user), byPhase.bind.get(user), byPhase.alter.get(user)])
        wait(node, creator(id));
}

/** What is dropped, with each that is created under its name for other arguments. */
export function overloads({ drops, creates }: Work): readonly (readonly [gone: ObjectId, made: ObjectId])[] {
  const called = (work: Work['drops']) => [...work].filter(([, { ref }]) => ref.signature !== undefined);
  const made = called(creates);
  return called(drops).flatMap(([gone, { ref }]) =>
    made
      .filter(([id, other]) => id !== gone && JSON.stringify(other.ref.path) === JSON.stringify(ref.path))
      .map(([id]) => [gone, id] as const),
  );
}
