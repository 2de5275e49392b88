import type { Catalog, Registry } from '../catalog/kind.ts';
import type { Change } from '../diff/change.ts';
import { diff } from '../diff/diff.ts';
import { throwIfErrors } from '../errors.ts';
import { refuseMasked } from './masked.ts';
import { orderChanges } from './order.ts';
import { patch, takeNames } from './patch.ts';

/**
 * The drift as SQL that makes the same on a database that has none of it: the text of the migration that
 * writes it down. Null when nothing is adopted. Throws `TrueupError` when it would have to hold a hidden value.
 */
export function adoptionSql(
  expected: Catalog,
  live: Catalog,
  adopted: readonly Change[],
  all: readonly Change[],
  registry: Registry,
  /** The catalog as the migrations name its roles. */
  inMigrations: (catalog: Catalog) => Catalog = (catalog) => catalog,
): string | null {
  if (adopted.length === 0) return null;
  const named = takeNames(expected, live, adopted, all, registry);
  const { catalog } = patch(named.base, live, named.chosen, named.all);
  const [from, to] = [inMigrations(expected), inMigrations(catalog)];
  const changes = diff(from, to, registry, { renames: named.renames });
  const { statements } = orderChanges(from, to, registry, changes);
  throwIfErrors(refuseMasked(statements));
  return `${statements.map(({ statement }) => `${statement.sql};`).join('\n\n')}\n`;
}
