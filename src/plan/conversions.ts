import type { Catalog, CatalogObject, Registry } from '../catalog/kind.ts';
import { formatId, type ObjectId } from '../catalog/object.ts';
import type { Conversion, ValueWay } from '../catalog/release.ts';
import { compareProperties } from '../diff/diff.ts';
import type { Work } from './rebuild.ts';

/** How the values that are made of `type`, or are of it, go from the old one to the new one. */
export function findWay(type: ObjectId, from: Catalog, to: Catalog, registry: Registry): ValueWay {
  const isIn = (id: ObjectId, needed: ObjectId) => to.dependencies.get(id)?.has(needed) === true;
  const types = typesIn(type, from, registry, isIn);
  if (!types.some(({ ref }) => registry.get(ref.kind)?.isRow)) return 'text';
  const others = types.flatMap(({ ref }) => (registry.get(ref.kind)?.isRow ? [] : [formatId(ref)]));
  const differs = (id: ObjectId) => {
    const [before, after] = [from.objects.get(id), to.objects.get(id)];
    return !before || !after || compareProperties(before, after, registry).length > 0;
  };
  // A check is a part of its domain.
  const parts = (others.length > 0 ? [from, to] : []).flatMap(({ objects }) =>
    [...objects].filter(([, { parent }]) => parent && others.includes(formatId(parent))).map(([id]) => id),
  );
  return [...others, ...parts].some(differs) ? 'converted and checked' : 'converted';
}

/** What makes the casts that released values go by, of all types that have stepped aside. */
export function findConversions(
  { asides, creates, releases, hold }: Pick<Work, 'asides' | 'creates' | 'releases' | 'hold'>,
  from: Catalog,
  registry: Registry,
): ReadonlyMap<ObjectId, Conversion> {
  const conversions = new Map<ObjectId, Conversion>();
  const add = (before: CatalogObject) => {
    const id = formatId(before.ref);
    const [aside, after] = [asides.get(id), creates.get(id)];
    const conversion = registry.get(before.ref.kind)?.conversion;
    if (aside && after && conversion) conversions.set(id, conversion({ ...before, ref: aside }, after));
  };
  for (const [id, { because }] of releases) {
    const whole = from.objects.get(id)?.parent;
    const isInRow = whole !== undefined && hold.rows.has(formatId(whole));
    for (const row of because.flatMap((type) => typesIn(type, from, registry))) {
      if (!isInRow && !registry.get(row.ref.kind)?.isRow) continue;
      for (const part of typesIn(formatId(row.ref), from, registry)) add(part);
    }
  }
  return conversions;
}

/** A type and those that it is made of, down to the last. */
function typesIn(
  type: ObjectId,
  { objects, dependencies }: Catalog,
  registry: Registry,
  isWanted: (id: ObjectId, needed: ObjectId) => boolean = () => true,
): readonly CatalogObject[] {
  const seen = new Set([type]);
  for (const at of seen) {
    const object = objects.get(at);
    const isMadeOf = object && registry.get(object.ref.kind)?.isMadeOf;
    if (!isMadeOf) continue;
    for (const needed of dependencies.get(at) ?? []) {
      const ref = objects.get(needed)?.ref;
      if (!ref || registry.get(ref.kind)?.keepsParts || !isWanted(at, needed)) continue;
      if (isMadeOf(object, ref)) seen.add(needed);
    }
  }
  return [...seen].flatMap((id) => objects.get(id) ?? []);
}
