import type { Statement } from '../catalog/kind.ts';
import type { ObjectId } from '../catalog/object.ts';
import type { Release } from '../catalog/release.ts';
import { unique } from './unique.ts';

/** What frees an object from those in `because`, which are dropped, and binds it again. */
export type BoundRelease = Omit<Release, 'overlaps'> & { readonly because: readonly ObjectId[] };

/** Adds to what frees an object: several things that it needs may be dropped at once. */
export function addRelease(
  releases: Map<ObjectId, BoundRelease>,
  id: ObjectId,
  because: ObjectId | null,
  freed: Release,
): void {
  const known = releases.get(id);
  releases.set(id, {
    before: unique([...(known?.before ?? []), ...freed.before]),
    // What changes a type comes before what needs the new one.
    after: unique([...(known?.after ?? []), ...freed.after]).toSorted((a, b) => urgency(a) - urgency(b)),
    because: [...(known?.because ?? []), ...(because === null ? [] : [because])],
  });
}

function urgency({ disturbsDependents }: Statement): number {
  return disturbsDependents ? 0 : 1;
}
