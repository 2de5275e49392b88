import type { Catalog, Registry } from '../catalog/kind.ts';
import { formatId } from '../catalog/object.ts';
import { type Hold, isColumn } from './hold.ts';
import type { Node, Nodes } from './order.ts';
import type { Work } from './rebuild.ts';

/** Has all that holds rows freed at once and bound again at once, with what makes and removes the types as which it waits around. */
export function joinHold({ all, byPhase }: Nodes, hold: Hold): void {
  const holders = [...hold.holders.keys()];
  const join = (phase: 'release' | 'bind', ids: typeof holders, [before, after]: Hold['free']) => {
    const nodes = ids.flatMap((id) => byPhase[phase].get(id) ?? []);
    const [first] = nodes;
    if (!first) return;
    const statements = [...before, ...nodes.flatMap((node) => node.statements), ...after];
    const joined: Node = { ...first, statements, after: new Set() };
    for (const node of nodes) all.splice(all.indexOf(node), 1);
    for (const id of ids) byPhase[phase].set(id, joined);
    all.push(joined);
  };
  join('release', holders, hold.free);
  join('bind', holders.toReversed(), hold.bind);
}

/** Lets what changes held rows come between. */
export function connectHold(
  { all, byPhase }: Nodes,
  { asides, hold }: Work,
  from: Catalog,
  to: Catalog,
  registry: Registry,
): void {
  const [holder] = hold.holders.keys();
  const [free, bind] = holder ? [byPhase.release.get(holder), byPhase.bind.get(holder)] : [];
  if (!free || !bind) return;
  for (const node of all) {
    if (node === free || node === bind || node.phase === 'finish' || hold.holders.has(node.object)) continue;
    const object = from.objects.get(node.object) ?? to.objects.get(node.object);
    const isPart = object?.parent && isColumn(object) && hold.rows.has(formatId(object.parent));
    const isType = hold.rows.has(node.object) && registry.get(object?.ref.kind ?? '')?.isRow === true;
    // The types as which they wait are made of what steps aside.
    if (isPart || isType || node.phase === 'aside') node.after.add(free);
    if (isPart || isType) bind.after.add(node);
    if (node.phase === 'drop' && asides.has(node.object)) node.after.add(bind);
  }
}
