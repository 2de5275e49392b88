import type { CatalogObject } from '../catalog/kind.ts';
import { quoteName } from './sql.ts';

/** Columns and constraints as CREATE TABLE and CREATE FOREIGN TABLE list them: ` (…)`, and nothing where there are none. */
export function writeElements(children: readonly CatalogObject[]): string {
  const elements = children
    .map(({ ref, properties }) =>
      ref.kind === 'column'
        ? String(properties.definition)
        : `CONSTRAINT ${quoteName(ref.path.slice(-1))} ${String(properties.definition)}`,
    )
    .filter((element) => element !== '');
  return elements.length === 0 ? '' : ` (\n  ${elements.join(',\n  ')}\n)`;
}
