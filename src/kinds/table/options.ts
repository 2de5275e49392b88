import type { CatalogObject, Statement } from '../../catalog/kind.ts';
import { alter, type Table } from './properties.ts';

/** RESET of the storage parameters that go, SET of those that come or change. */
export function setOptions(before: CatalogObject<Table>, after: CatalogObject<Table>): readonly Statement[] {
  const names = (options: readonly string[]) => options.map((option) => option.slice(0, option.indexOf('=')));
  const kept = new Set(names(after.properties.options));
  const reset = names(before.properties.options).filter((name) => !kept.has(name));
  const had = new Set(before.properties.options);
  const set = after.properties.options.filter((option) => !had.has(option));
  return [
    ...(reset.length > 0 ? [alter(after.ref.path, `RESET (${reset.join(', ')})`)] : []),
    ...(set.length > 0 ? [alter(after.ref.path, `SET (${set.map(formatOption).join(', ')})`)] : []),
  ];
}

/** `fillfactor=70` as `fillfactor='70'`: quoted, because a value may hold anything. */
export function formatOption(option: string): string {
  const equals = option.indexOf('=');
  return `${option.slice(0, equals)}='${option.slice(equals + 1).replaceAll("'", "''")}'`;
}
