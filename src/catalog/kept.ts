import type { Catalog, CatalogObject, Registry } from './kind.ts';
import { formatId, type ObjectId } from './object.ts';

/**
 * A catalog without the objects that the configuration leaves out of every comparison. They stand aside in `kept`,
 * because what is created again must get them back.
 */
export function setAside(catalog: Catalog, registry: Registry): Catalog {
  const isKept = ({ ref }: CatalogObject) => registry.get(ref.kind)?.kept === true;
  const aside = [...catalog.objects].filter(([, object]) => isKept(object));
  if (aside.length === 0) return catalog;
  const ids = new Set(aside.map(([id]) => id));
  const objects = new Map([...catalog.objects].filter(([id]) => !ids.has(id)));
  const edges = [...catalog.dependencies];
  const speaks = ([id, needs]: (typeof edges)[number]) =>
    ids.has(id) || [...needs].some((needed) => ids.has(needed));
  const dependencies = new Map(
    edges.flatMap(([id, needs]) =>
      ids.has(id) ? [] : [[id, new Set([...needs].filter((needed) => !ids.has(needed)))] as const],
    ),
  );
  return {
    ...catalog,
    objects,
    dependencies,
    kept: { objects: new Map(aside), dependencies: new Map(edges.filter(speaks)) },
  };
}

/** A catalog with what `setAside` took from it. */
export function putBack(catalog: Catalog): Catalog {
  const { kept, ...compared } = catalog;
  return kept ? join(compared, kept) : catalog;
}

/** `to` with what `from` keeps, for the objects that both have: no comparison of the two finds a difference in it. */
export function carryOver(from: Catalog, to: Catalog, registry: Registry): Catalog {
  const isCarried = ({ ref, parent }: CatalogObject) =>
    registry.get(ref.kind)?.kept === true && (!parent || to.objects.has(formatId(parent)));
  const carried = new Map([...from.objects].filter(([, object]) => isCarried(object)));
  if (carried.size === 0) return to;
  const has = (id: ObjectId) => carried.has(id) || to.objects.has(id);
  const dependencies = [...from.dependencies].flatMap(([id, needs]) => {
    const own = [...needs].filter((needed) => (carried.has(id) || carried.has(needed)) && has(needed));
    return has(id) && own.length > 0 ? [[id, new Set(own)] as const] : [];
  });
  return join(to, { objects: carried, dependencies: new Map(dependencies) });
}

function join(catalog: Catalog, more: Pick<Catalog, 'objects' | 'dependencies'>): Catalog {
  const dependencies = new Map(catalog.dependencies);
  for (const [id, needs] of more.dependencies)
    dependencies.set(id, new Set([...(dependencies.get(id) ?? []), ...needs]));
  return { ...catalog, objects: new Map([...catalog.objects, ...more.objects]), dependencies };
}
