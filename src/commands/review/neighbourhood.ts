import { type Catalog, type CatalogObject, isCopy } from '../../catalog/kind.ts';
import { formatId, type ObjectId } from '../../catalog/object.ts';
import type { Change } from '../../diff/change.ts';
import { compareText } from '../../diff/diff.ts';
import type { Neighbour, Neighbourhood } from '../../review/map.ts';
import type { Assessment } from '../assess/assessment.ts';
import { type Dependents, dependentsOf, once, reverse } from './object-facts.ts';

/** Draws up what surrounds an object, or the whole that it is a part of; null for what is in no catalog. */
export function readNeighbourhoods(assessment: Assessment): (id: ObjectId) => Neighbourhood | null {
  const { live, target, expected, drift, pending } = assessment;
  const catalogs = [live, target, expected].map((catalog) => ({
    catalog,
    reversed: once(() => reverse(catalog)),
  }));
  const changes = once(() => ({ drift: countChanges(drift), pending: countChanges(pending) }));
  return (id) => {
    const found = catalogs.find(({ catalog }) => catalog.objects.has(id));
    const object = found?.catalog.objects.get(id);
    if (!found || !object) return null;
    const center = wholeOf(found.catalog, object);
    const counts = (whole: ObjectId) => ({
      drift: changes().drift.get(whole) ?? 0,
      pending: changes().pending.get(whole) ?? 0,
    });
    return {
      center: { id: formatId(center.ref), ...counts(formatId(center.ref)) },
      parts: countParts(found.catalog, center),
      neighbours: neighboursOf(found.catalog, found.reversed(), center).map((one) => ({
        ...one,
        ...counts(one.id),
      })),
    };
  };
}

type Bare = Omit<Neighbour, 'drift' | 'pending'>;

function neighboursOf(catalog: Catalog, reversed: Dependents, center: CatalogObject): readonly Bare[] {
  const id = formatId(center.ref);
  const found = new Map<string, Bare>();
  const add = (other: CatalogObject, relation: Neighbour['relation'], via: string | null) => {
    const whole = wholeOf(catalog, other);
    const otherId = formatId(whole.ref);
    if (otherId !== id && whole.ref.path.length > 1)
      found.set(`${relation} ${otherId}`, { id: otherId, relation, via });
  };
  const own = [...catalog.objects.values()].filter((object) => {
    return !isCopy(object) && formatId(wholeOf(catalog, object).ref) === id;
  });
  for (const part of own) {
    for (const needed of catalog.dependencies.get(formatId(part.ref)) ?? []) {
      const object = catalog.objects.get(needed);
      if (object)
        add(object, isForeignKey(part) ? 'refers to' : 'uses', isForeignKey(part) ? nameOf(part) : null);
    }
  }
  for (const dependent of dependentsOf(catalog, id, reversed)) {
    const object = catalog.objects.get(dependent);
    if (!object) continue;
    add(
      object,
      isForeignKey(object) ? 'referred to by' : 'used by',
      isForeignKey(object) ? nameOf(object) : null,
    );
  }
  // A foreign key says more than that something is used.
  for (const [key, { id: other, relation }] of found) {
    if (relation === 'uses' && found.has(`refers to ${other}`)) found.delete(key);
    if (relation === 'used by' && found.has(`referred to by ${other}`)) found.delete(key);
  }
  return [...found.values()].sort((a, b) => compareText(a.id, b.id));
}

/** Up through the parents, to what stands in a schema by itself. What is said about an object stands with that object. */
function wholeOf(catalog: Catalog, object: CatalogObject): CatalogObject {
  let at = object;
  for (let depth = 0; depth < 8 && at.parent; depth++) {
    const parent = catalog.objects.get(formatId(at.parent));
    if (!parent || (at.ref.on === undefined && parent.ref.path.length < 2)) break;
    at = parent;
  }
  return at;
}

function countParts(catalog: Catalog, center: CatalogObject): Neighbourhood['parts'] {
  const counts = new Map<string, number>();
  const id = formatId(center.ref);
  for (const { parent, ref } of catalog.objects.values()) {
    if (parent && formatId(parent) === id && ref.on === undefined)
      counts.set(ref.kind, (counts.get(ref.kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, count]) => ({ kind, count }));
}

/** Changes of each object and of its parts, by the object's id. */
function countChanges(changes: readonly Change[]): ReadonlyMap<ObjectId, number> {
  const parents = new Map(
    changes.flatMap(({ id, before, after }) => {
      const parent = (after ?? before)?.parent;
      return parent ? [[id, formatId(parent)] as const] : [];
    }),
  );
  const counts = new Map<ObjectId, number>();
  for (const { id } of changes) {
    let at: ObjectId | undefined = id;
    for (let depth = 0; depth < 4 && at !== undefined; depth++) {
      counts.set(at, (counts.get(at) ?? 0) + 1);
      at = parents.get(at);
    }
  }
  return counts;
}

function isForeignKey({ properties }: CatalogObject): boolean {
  return properties.type === 'foreign key';
}

function nameOf({ ref }: CatalogObject): string {
  return ref.path.at(-1) ?? '';
}
