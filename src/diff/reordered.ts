import type { Catalog } from '../catalog/kind.ts';
import { formatId, type ObjectId, ownName } from '../catalog/object.ts';
import type { Change, PropertyChange } from './change.ts';

/** A whole whose parts stand in another order than before: a table whose columns do. */
export type Reordered = {
  readonly whole: ObjectId;
  /** Names of the parts that both have, in the order they have now. */
  readonly order: readonly string[];
  /** The same names in the order they had. */
  readonly was: readonly string[];
};

/** Where the parts of a whole are numbered (`position`) and come in another order in `after`, by whole. */
export function findReordered(before: Catalog, after: Catalog): readonly Reordered[] {
  const [was, is] = [readOrders(before), readOrders(after)];
  return [...is].flatMap(([whole, now]) => {
    const earlier = was.get(whole) ?? [];
    const order = now.filter((name) => earlier.includes(name));
    const kept = earlier.filter((name) => now.includes(name));
    return order.some((name, position) => name !== kept[position]) ? [{ whole, order, was: kept }] : [];
  });
}

/**
 * `changes` with the orders that differ as changes of the wholes, for who asks for that. No statement makes them: see
 * `isReordered`.
 */
export function withReordered(
  changes: readonly Change[],
  before: Catalog,
  after: Catalog,
): readonly Change[] {
  const orders = new Map(
    findReordered(before, after).map(({ whole, was, order }) => [
      whole,
      { name: property, before: was, after: order } satisfies PropertyChange,
    ]),
  );
  const known = changes.map((change) => {
    const order = change.before && change.after ? orders.get(change.id) : undefined;
    if (order) orders.delete(change.id);
    return order ? { ...change, properties: [...change.properties, order] } : change;
  });
  const more = [...orders].flatMap(([id, order]): readonly Change[] => {
    const [was, is] = [before.objects.get(id), after.objects.get(id)];
    return was && is
      ? [{ id, action: 'alter', before: was, after: is, properties: [order], within: null }]
      : [];
  });
  return [...known, ...more];
}

/** Whether a change is, also, one of order. */
export function isReordered({ properties }: Change): boolean {
  return properties.some(({ name }) => name === property);
}

const property = 'columnOrder';

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
