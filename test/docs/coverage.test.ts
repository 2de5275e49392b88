import { expect, test } from 'vitest';
import { candidatesQuery } from '../../src/catalog/not-compared.ts';
import { registry } from '../../src/kinds/index.ts';
import { coveragePage, kindsIn } from './coverage.ts';
import { dumpTypes } from './dump-types.ts';

const catalogsOf = (kinds: Parameters<typeof kindsIn>[1]) =>
  dumpTypes.flatMap((row) => ('catalog' in row && kindsIn(row, kinds).length === 0 ? [row.catalog] : []));

test('what no kind covers is looked for in the catalog that holds it', () => {
  const isAsked = (catalog: string) => candidatesQuery.includes(`'${catalog}'::regclass::oid::bigint`);
  expect(catalogsOf([...registry.values()]).filter((catalog) => !isAsked(catalog))).toEqual([]);
  // What only a kind can name.
  expect([...new Set(catalogsOf([]))].filter((catalog) => !isAsked(catalog)).sort()).toEqual([
    'pg_constraint',
    'pg_extension',
    'pg_namespace',
    'pg_trigger',
  ]);
});

test('the page names every kind beside what pg_dump knows', () => {
  const [, beside = ''] = coveragePage(registry).split("## Beside pg_dump's list");
  const kinds = [...registry.keys()];
  expect(kinds.filter((kind) => !new RegExp(`\\| (.*, )?${kind}(, .*)? \\|`).test(beside))).toEqual([]);
});
