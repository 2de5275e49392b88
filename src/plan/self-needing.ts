import type { Catalog, Registry, Statement } from '../catalog/kind.ts';
import type { ObjectId } from '../catalog/object.ts';
import { compareProperties } from '../diff/diff.ts';
import { alter, type Work } from './rebuild.ts';

/**
 * What is altered and needs itself by way of others (a view that calls a function of its own rows) is altered by way of a
 * first version: what it is to be may speak of what only that adds to it, as a column of the row.
 */
export function alterByFirstVersion(work: Work, from: Catalog, to: Catalog, registry: Registry): Work {
  const alters = new Map(work.alters);
  for (const id of work.alters.keys()) {
    const [before, after] = [from.objects.get(id), to.objects.get(id)];
    const firstVersion = registry.get(after?.ref.kind ?? '')?.firstVersion;
    if (!before || !after || !firstVersion || !needsItself(id, to)) continue;
    const first = firstVersion(after, after.ref);
    if (first === null || first === 'absent') continue;
    const stillDiffers = new Set(compareProperties(first, after, registry).map(({ name }) => name));
    const isAdded = compareProperties(before, after, registry).some(({ name }) => !stillDiffers.has(name));
    const ways = [alter(before, first, registry), alter(first, after, registry)];
    if (isAdded && ways.every(isInPlace)) alters.set(id, ways.flat());
  }
  return { ...work, alters };
}

function isInPlace(way: readonly Statement[] | 'replace'): way is readonly Statement[] {
  return way !== 'replace';
}

function needsItself(id: ObjectId, { dependencies }: Catalog): boolean {
  const seen = new Set(dependencies.get(id));
  for (const at of seen) for (const needed of dependencies.get(at) ?? []) seen.add(needed);
  return seen.has(id);
}
