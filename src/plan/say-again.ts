import type { Catalog, CatalogObject, Registry, Statement } from '../catalog/kind.ts';
import { formatId, type ObjectId } from '../catalog/object.ts';

/** Has what is lost with a statement that redefines its object made again whole. Changes both maps. */
export function sayAgain(
  alters: Map<ObjectId, readonly Statement[]>,
  creates: Map<ObjectId, CatalogObject>,
  to: Catalog,
  registry: Registry,
): void {
  const redefined = new Set(
    [...alters].flatMap(([id, statements]) => (statements.some((one) => one.redefines) ? [id] : [])),
  );
  if (redefined.size === 0) return;
  for (const [id, object] of to.objects) {
    if (!object.parent || !redefined.has(formatId(object.parent))) continue;
    if (!registry.get(object.ref.kind)?.lostWhenRedefined) continue;
    alters.delete(id);
    creates.set(id, object);
  }
}
