import { setAside } from './kept.ts';
import type { Catalog, CatalogObject, NotCompared, ObjectKind, Registry } from './kind.ts';

/** What is said about other objects and may differ between environments. */
export const facets = ['owners', 'grants', 'comments', 'tablespaces'] as const;
export type Facet = (typeof facets)[number];

/** Which of what is said about objects counts. */
export type Compare = { readonly [facet in Facet]: boolean };

/**
 * The kinds as a server of that version can hold them: the registry for a comparison in which the oldest database is of
 * that version. Those that do not count are only kept.
 */
export function comparedKinds(registry: Registry, compare: Compare, serverVersion: number): Registry {
  return new Map(
    [...registry].map(([name, kind]) => {
      const counted = narrowed(kind, serverVersion);
      return [name, kind.facet !== undefined && !compare[kind.facet] ? { ...counted, kept: true } : counted];
    }),
  );
}

/** What counts of a catalog that was read with more kinds, or with those of a newer server. */
export function comparedCatalog(catalog: Catalog, kinds: Registry): Catalog {
  const objects = new Map(
    [...catalog.objects].flatMap(([id, object]) => {
      const kind = kinds.get(object.ref.kind);
      const counted = kind?.narrow ? kind.narrow(object, catalog.serverVersion) : object;
      return kind && counted ? [[id, counted]] : [];
    }),
  );
  const dependencies = new Map(
    [...catalog.dependencies].flatMap(([id, needs]) =>
      objects.has(id) ? [[id, new Set([...needs].filter((needed) => objects.has(needed)))]] : [],
    ),
  );
  return setAside({ ...catalog, objects, dependencies }, kinds);
}

/** The kinds that a replay can hold. What only servers hold is then named as not compared. */
export function replayedKinds(registry: Registry): Registry {
  return new Map([...registry].filter(([, { serversOnly }]) => !serversOnly));
}

/** A catalog without what only servers hold, and without what is said about that. */
export function withoutServersOnly(catalog: Catalog, registry: Registry): Catalog {
  const objects = [...catalog.objects].filter(([, object]) => !isServersOnly(object, registry));
  return { ...catalog, objects: new Map(objects) };
}

/** `printed` with what only servers hold, as it is in `catalog`. */
export function withServersOnly(printed: Catalog, catalog: Catalog, registry: Registry): Catalog {
  const put = [...catalog.objects].filter(([, object]) => isServersOnly(object, registry));
  const ids = new Set(put.map(([id]) => id));
  const needs = [...catalog.dependencies].filter(([id]) => ids.has(id));
  return {
    ...printed,
    objects: new Map([...printed.objects, ...put]),
    dependencies: new Map([...printed.dependencies, ...needs]),
  };
}

function isServersOnly({ ref, parent }: CatalogObject, registry: Registry): boolean {
  return [ref, parent].some((one) => one !== undefined && registry.get(one.kind)?.serversOnly === true);
}

/** What `comparedKinds` leaves out, to be said in every report. */
export function leftOutFacets(compare: Compare): readonly NotCompared[] {
  return facets
    .filter((facet) => !compare[facet])
    .map((facet) => ({ kind: facet, name: `compare.${facet}`, configured: true }));
}

function narrowed(kind: ObjectKind, serverVersion: number): ObjectKind {
  const { narrow, atCreation } = kind;
  if (!narrow) return kind;
  const counted = (object: CatalogObject | null) => object && narrow(object, serverVersion);
  return {
    ...kind,
    query: (own) => kind.query(own, Math.min(own, serverVersion)),
    narrow: (object) => narrow(object, serverVersion),
    fromRow: (row, resolve) => counted(kind.fromRow(row, resolve)),
    ...(atCreation
      ? { atCreation: (...given: Parameters<typeof atCreation>) => counted(atCreation(...given)) }
      : {}),
  };
}
