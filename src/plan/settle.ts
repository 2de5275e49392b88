import type { Registry } from '../catalog/kind.ts';
import type { ObjectId } from '../catalog/object.ts';
import { loosenCopies } from './copies.ts';
import { type Loosened, loosen } from './moves.ts';
import { rebuild, type Work } from './rebuild.ts';

/** Decides what happens to each object, once the parts of all that moves are its own. */
export function settle(
  loose: Loosened,
  aside: ReadonlySet<ObjectId>,
  registry: Registry,
  isLast = false,
): { readonly loose: Loosened; readonly rebuilt: Work } {
  const rebuilt = rebuild(loose.from, loose.to, loose.changes, registry, {
    replaced: loose.broken,
    aside,
  });
  const next = loosen(loose, rebuilt, registry);
  if (next) return settle(next, aside, registry, isLast);
  const named = isLast ? null : loosenCopies(loose, rebuilt, registry);
  if (named) return settle(named, aside, registry, true);
  const moves = new Map(rebuilt.moves);
  for (const [id, joins] of loose.joining) moves.set(id, { leaves: [], joins, created: true });
  return { loose, rebuilt: { ...rebuilt, moves } };
}
