import type { Catalog, Registry } from '../catalog/kind.ts';
import type { Change } from '../diff/change.ts';
import { orderChanges } from './order.ts';
import { patch } from './patch.ts';

/**
 * The drift as SQL that makes the same on a database that has none of it: the text of the migration that
 * writes it down. Null when nothing is adopted.
 */
export function adoptionSql(
  expected: Catalog,
  live: Catalog,
  adopted: readonly Change[],
  all: readonly Change[],
  registry: Registry,
): string | null {
  if (adopted.length === 0) return null;
  const { catalog } = patch(expected, live, adopted, all);
  const { statements } = orderChanges(expected, catalog, registry);
  return `${statements.map(({ statement }) => `${statement.sql};`).join('\n\n')}\n`;
}
