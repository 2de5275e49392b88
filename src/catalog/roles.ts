import type { Catalog, CatalogObject, Registry } from './kind.ts';
import { formatId, type ObjectId } from './object.ts';

/** What a role is called elsewhere. */
export type RenameRole = (role: string) => string;

/** How roles of live are called in the migrations, and back. */
export type RoleNames = { readonly toMigrations: RenameRole; readonly toLive: RenameRole };

/**
 * Both directions of a mapping from live's names to those of the migrations, no two of which are the same. A role of
 * live that happens to be called as another one's counterpart takes a name that is free, so that nothing is confused.
 */
export function roleNames(mapping: ReadonlyMap<string, string>): RoleNames {
  const back = new Map([...mapping].map(([live, own]) => [own, live]));
  for (const [live, own] of mapping) {
    if (mapping.has(own)) continue;
    let free = live;
    for (let next = back.get(free); next !== undefined; next = back.get(free)) free = next;
    back.set(free, own);
  }
  const forth = new Map([...back].map(([own, live]) => [live, own]));
  return {
    toMigrations: (role) => forth.get(role) ?? role,
    toLive: (role) => back.get(role) ?? role,
  };
}

/** The same catalog where roles have other names. */
export function renameRoles(catalog: Catalog, rename: RenameRole, registry: Registry): Catalog {
  const newIds = new Map<ObjectId, ObjectId>();
  const objects = new Map<ObjectId, CatalogObject>();
  for (const [id, object] of catalog.objects) {
    const renamed = registry.get(object.ref.kind)?.renameRoles?.(object, rename) ?? object;
    newIds.set(id, formatId(renamed.ref));
    objects.set(formatId(renamed.ref), renamed);
  }
  const newId = (id: ObjectId) => newIds.get(id) ?? id;
  return {
    ...catalog,
    objects,
    dependencies: new Map(
      [...catalog.dependencies].map(([id, needs]) => [newId(id), new Set([...needs].map(newId))]),
    ),
  };
}

/** Names of all roles that a catalog speaks of, in what it keeps too. */
export function rolesOf(catalog: Catalog, registry: Registry): ReadonlySet<string> {
  const roles = new Set<string>();
  const note = (role: string) => {
    roles.add(role);
    return role;
  };
  for (const object of [...catalog.objects.values(), ...(catalog.kept?.objects.values() ?? [])])
    registry.get(object.ref.kind)?.renameRoles?.(object, note);
  return roles;
}
