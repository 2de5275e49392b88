import type { Catalog, Registry } from '../../catalog/kind.ts';
import { rolesOf } from '../../catalog/roles.ts';
import type { Shared } from '../../replay/stand-ins.ts';

/** What a catalog names of the whole server: an engine that is to hold it needs that first. */
export function sharedOf(catalog: Catalog, registry: Registry): readonly Shared[] {
  const objects = [...catalog.objects.values(), ...(catalog.kept?.objects.values() ?? [])];
  const tablespaces = objects.flatMap(({ ref, properties }) =>
    ref.kind === 'tablespace' ? [String(properties.tablespace)] : [],
  );
  return [
    ...[...rolesOf(catalog, registry)].map((name) => ({ kind: 'role' as const, name })),
    ...tablespaces.map((name) => ({ kind: 'tablespace' as const, name })),
  ];
}
