import type { Catalog } from '../catalog/kind.ts';
import { formatId, type ObjectId, ownName } from '../catalog/object.ts';

/** A whole whose parts stand in another order than before: a table whose columns do. */
export type Reordered = {
  readonly whole: ObjectId;
  /** Names of the parts that both have, in the order they have now. */
  readonly order: readonly string[];
};

/** Where the parts of a whole are numbered (`position`) and come in another order in `after`, by whole. */
export function findReordered(before: Catalog, after: Catalog): readonly Reordered[] {
  const [was, is] = [readOrders(before), readOrders(after)];
  return [...is].flatMap(([whole, now]) => {
    const earlier = was.get(whole) ?? [];
    const order = now.filter((name) => earlier.includes(name));
    const kept = earlier.filter((name) => now.includes(name));
    return order.some((name, position) => name !== kept[position]) ? [{ whole, order }] : [];
  });
}

function readOrders({ objects }: Catalog): ReadonlyMap<ObjectId, readonly string[]> {
  const numbered = new Map<ObjectId, { readonly name: string; readonly position: number }[]>();
  for (const { ref, parent, properties } of objects.values()) {
    const { position } = properties;
    if (!parent || typeof position !== 'number') continue;
    const whole = formatId(parent);
    const parts = numbered.get(whole) ?? [];
    parts.push({ name: ownName(ref), position });
    numbered.set(whole, parts);
  }
  return new Map(
    [...numbered].map(([whole, parts]) => [
      whole,
      parts.toSorted((a, b) => a.position - b.position).map(({ name }) => name),
    ]),
  );
}
