import { type Canonical, canonicalize } from '../../catalog/canonical.ts';
import { type Catalog, type Registry, statement } from '../../catalog/kind.ts';
import { type RoleNames, renameRoles, rolesOf } from '../../catalog/roles.ts';
import type { Session } from '../../database/session.ts';
import { quoteIdentifier } from '../../database/sql.ts';
import type { Change } from '../../diff/change.ts';
import { orderChanges } from '../../plan/order.ts';

/** Takes catalogs between the names of the migrations, which the engine knows, and those of live. */
export type Names = {
  readonly inMigrations: (catalog: Catalog) => Catalog;
  readonly inLive: (catalog: Catalog) => Catalog;
  /** Live, in its own names, with texts as the engine prints them, which holds `reference`. */
  readonly print: (live: Catalog, reference: Catalog) => Promise<Canonical>;
};

/** Without `roles`, every role is called the same in both. */
export function namesOf(engine: Session, registry: Registry, roles: RoleNames | undefined): Names {
  const inMigrations = (catalog: Catalog) =>
    roles ? renameRoles(catalog, roles.toMigrations, registry) : catalog;
  const inLive = (catalog: Catalog) => (roles ? renameRoles(catalog, roles.toLive, registry) : catalog);
  return {
    inMigrations,
    inLive,
    print: async (live, reference) => {
      const catalog = inMigrations(live);
      const generate = generateWithRoles(registry, rolesOf(catalog, registry));
      const printed = await canonicalize(catalog, reference, engine, registry, generate);
      return { ...printed, catalog: inLive(printed.catalog) };
    },
  };
}

/** What speaks of a role that the engine lacks can be printed there all the same: all is undone after. */
function generateWithRoles(registry: Registry, roles: ReadonlySet<string>) {
  return (from: Catalog, to: Catalog, changes: readonly Change[]) => [
    ...[...roles].map((role) => ({
      statement: statement(`CREATE ROLE ${quoteIdentifier(role)}`),
      object: null,
    })),
    ...orderChanges(from, to, registry, changes).statements,
  ];
}
