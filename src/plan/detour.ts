import { type Catalog, type CatalogObject, isCopy, type Registry } from '../catalog/kind.ts';
import { formatId } from '../catalog/object.ts';
import { compareText } from '../diff/diff.ts';
import type { Diagnostic } from '../errors.ts';
import { findPointers, isAttached } from './connect-moves.ts';
import type { Node, Nodes } from './order.ts';
import type { Detours, Work } from './rebuild.ts';

/** A way around a circle, in addition to those that are taken already; null: there is none. */
export function findDetour(
  cycle: readonly Node[],
  { byPhase }: Nodes,
  work: Work,
  from: Catalog,
  to: Catalog,
  registry: Registry,
  { replaced, aside }: Detours,
): Detours | null {
  // A view that is to read a new table, which waits for a name of the old one that the view still reads.
  const breakable = cycle.flatMap(({ object, phase }) =>
    phase === 'alter' && isRebuildable(to.objects.get(object), registry) ? [object] : [],
  );
  if (breakable.length > 0) return { replaced: new Set([...replaced, ...breakable]), aside };
  // Two tables that point at each other and are both to be unlogged: one of the foreign keys is made anew.
  const [bond] = cycle
    .flatMap(({ statements }) => statements.flatMap(({ bound = [] }) => bound))
    .filter(({ to: other, by }) => {
      const key = to.objects.get(formatId(by));
      const isAlong = cycle.some(({ object }) => object === formatId(other));
      return isAlong && key !== undefined && !isCopy(key) && !work.creates.has(formatId(by));
    })
    .map(({ by }) => formatId(by))
    .sort(compareText);
  if (bond !== undefined) return { replaced: new Set([...replaced, bond]), aside };
  // Partitions that leave or join tables which point at each other: one of the foreign keys is dropped before, and made anew.
  const wholes = (nodes: readonly Node[], which: 'leaves' | 'joins') =>
    new Set(nodes.flatMap((node) => node.statements.flatMap((one) => one[which] ?? [])).map(formatId));
  const left = findPointers(wholes(cycle, 'leaves'), from, registry);
  const joined = findPointers(wholes(cycle.filter(isAttached), 'joins'), to, registry);
  const [key] = [...left, ...joined]
    .map((pointer) => pointer.key)
    .filter((one) => !replaced.has(one))
    .sort(compareText);
  if (key !== undefined) return { replaced: new Set([...replaced, key]), aside };
  // A new type that waits for the name of the old one, which is needed until something has the new one.
  const movable = cycle.flatMap((node) => {
    const { object, phase } = node;
    const kind = registry.get(work.drops.get(object)?.ref.kind ?? '');
    const successor = byPhase.create.get(object);
    const isInWay = phase === 'drop' && successor !== undefined && cycle.includes(successor);
    return isInWay && kind?.rename && !work.asides.has(object) ? [object] : [];
  });
  return movable.length > 0 ? { replaced, aside: new Set([...aside, ...movable]) } : null;
}

/** A circle without a way around it: a defect. */
export function unbreakable(cycle: readonly Node[]): Diagnostic {
  const path = cycle.map((node) => `${node.phase} ${node.object}`).join(' → ');
  return {
    code: 'dependency-cycle',
    severity: 'error',
    summary: `No order of statements was found: ${path}.`,
    help: 'This is a defect of Trueup. Please report it with the definitions of these objects.',
  };
}

function isRebuildable(object: CatalogObject | undefined, registry: Registry): boolean {
  return object !== undefined && !registry.get(object.ref.kind)?.holdsData?.(object);
}
