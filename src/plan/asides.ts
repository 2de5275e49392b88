import type { Catalog, Registry } from '../catalog/kind.ts';
import type { ObjectId, ObjectRef } from '../catalog/object.ts';
import { asideOf } from '../database/sql.ts';
import type { Work } from './rebuild.ts';

/** The name of what is dropped only once something has moved from it to what takes its name. */
export function stepAside(ref: ObjectRef): ObjectRef {
  return { ...ref, path: asideOf(ref.path) };
}

/** Lets `more` step aside too, and what all that does is made of: it still needs that. Changes `asides`. */
export function addAsides(
  asides: Map<ObjectId, ObjectRef>,
  { drops, creates }: Pick<Work, 'drops' | 'creates'>,
  { dependencies }: Catalog,
  registry: Registry,
  more: ReadonlySet<ObjectId>,
): void {
  for (const id of more) {
    const object = drops.get(id);
    if (object) asides.set(id, stepAside(object.ref));
  }
  for (const [id] of asides) {
    for (const needed of dependencies.get(id) ?? []) {
      const gone = drops.get(needed);
      if (!gone || !creates.has(needed) || asides.has(needed) || !registry.get(gone.ref.kind)?.rename)
        continue;
      asides.set(needed, stepAside(gone.ref));
    }
  }
}
