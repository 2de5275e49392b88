import {
  type CatalogAddress,
  type CatalogObject,
  defineKind,
  type Statement,
  statement,
  userSchema,
} from '../catalog/kind.ts';
import { quoteLiteral, quoteName, renameSql } from '../database/sql.ts';

type Row = CatalogAddress & Collation & { readonly schema: string; readonly name: string };
type Collation = {
  readonly provider: 'libc' | 'icu' | 'builtin';
  /** The locale of ICU and the builtin provider, LC_COLLATE of libc. */
  readonly locale: string;
  /** LC_CTYPE of libc, else null. */
  readonly characterType: string | null;
  readonly deterministic: boolean;
  /** ICU's additional rules, from PostgreSQL 16. */
  readonly rules: string | null;
};

export const collation = defineKind<Row, Collation>({
  kind: 'collation',
  order: 20,
  foundIn: { catalog: 'pg_collation' },
  // collversion tells which library made the indexes, not what the collation is. 14 keeps ICU's locale in
  // collcollate, 15 and 16 in colliculocale, 17 in colllocale.
  query: (serverVersion) => `
    SELECT 'pg_collation'::regclass::oid AS classid, c.oid AS objid, 0 AS objsubid, n.nspname AS schema, c.collname AS name,
           CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END AS provider,
           CASE WHEN c.collprovider = 'c' THEN c.collcollate ELSE ${
             serverVersion >= 170000
               ? 'c.colllocale'
               : serverVersion >= 150000
                 ? 'c.colliculocale'
                 : 'c.collcollate'
           } END AS locale,
           CASE WHEN c.collprovider = 'c' THEN c.collctype END AS "characterType",
           c.collisdeterministic AS deterministic, ${serverVersion >= 160000 ? 'c.collicurules' : 'NULL'} AS rules
    FROM pg_collation c
    JOIN pg_namespace n ON n.oid = c.collnamespace
    WHERE ${userSchema('n')}
    ORDER BY n.nspname, c.collname`,
  fromRow: ({ classid, objid, objsubid, schema, name, ...properties }) => ({
    ref: { kind: 'collation', path: [schema, name] },
    parent: { kind: 'schema', path: [schema] },
    address: { classid, objid, objsubid },
    properties,
  }),
  address: (ref) => `COLLATION ${quoteName(ref.path)}`,
  create: (object) => [define(object)],
  drop: ({ ref }) => [statement(`DROP COLLATION ${quoteName(ref.path)}`)],
  rename: (before, after) => renameSql('COLLATION', before.path, after.path).map((sql) => statement(sql)),
  // PostgreSQL alters no collation.
  change: {
    provider: 'replace',
    locale: 'replace',
    characterType: 'replace',
    deterministic: 'replace',
    rules: 'replace',
  },
  references: () => [],
  // From 16 ICU locales are kept as language tags: `de@collation=phonebook` became `de-u-co-phonebk`.
  printed: ['locale'],
});

function define({ ref, properties }: CatalogObject<Collation>): Statement {
  const { provider, locale, characterType, deterministic, rules } = properties;
  const options = [
    `PROVIDER = ${provider}`,
    ...(characterType === null || characterType === locale
      ? [`LOCALE = ${quoteLiteral(locale)}`]
      : [`LC_COLLATE = ${quoteLiteral(locale)}`, `LC_CTYPE = ${quoteLiteral(characterType)}`]),
    ...(deterministic ? [] : ['DETERMINISTIC = false']),
    ...(rules === null ? [] : [`RULES = ${quoteLiteral(rules)}`]),
  ];
  return statement(`CREATE COLLATION ${quoteName(ref.path)} (${options.join(', ')})`);
}
