import {
  type CatalogAddress,
  type CatalogObject,
  defineKind,
  type Statement,
  statement,
  userSchema,
} from '../catalog/kind.ts';
import { quoteName, renameSql } from '../database/sql.ts';

type Row = CatalogAddress & Dictionary & { readonly schema: string; readonly name: string };
type Dictionary = {
  /** Quoted name. */
  readonly template: string;
  /** As PostgreSQL writes them: `language = 'english', stopwords = 'english'`; null for none. */
  readonly options: string | null;
};

export const textSearchDictionary = defineKind<Row, Dictionary>({
  kind: 'text search dictionary',
  order: 47,
  foundIn: { catalog: 'pg_ts_dict' },
  query: () => `
    SELECT 'pg_ts_dict'::regclass::oid AS classid, d.oid AS objid, 0 AS objsubid, n.nspname AS schema, d.dictname AS name,
           quote_ident(tn.nspname) || '.' || quote_ident(t.tmplname) AS template, d.dictinitoption AS options
    FROM pg_ts_dict d
    JOIN pg_namespace n ON n.oid = d.dictnamespace
    JOIN pg_ts_template t ON t.oid = d.dicttemplate
    JOIN pg_namespace tn ON tn.oid = t.tmplnamespace
    WHERE ${userSchema('n')}
    ORDER BY n.nspname, d.dictname`,
  fromRow: ({ classid, objid, objsubid, schema, name, ...properties }) => ({
    ref: { kind: 'text search dictionary', path: [schema, name] },
    parent: { kind: 'schema', path: [schema] },
    address: { classid, objid, objsubid },
    properties,
  }),
  address: (ref) => `TEXT SEARCH DICTIONARY ${quoteName(ref.path)}`,
  create: ({ ref, properties }) => [
    statement(
      `CREATE TEXT SEARCH DICTIONARY ${quoteName(ref.path)} (TEMPLATE = ${properties.template}${
        properties.options === null ? '' : `, ${properties.options}`
      })`,
    ),
  ],
  drop: ({ ref }) => [statement(`DROP TEXT SEARCH DICTIONARY ${quoteName(ref.path)}`)],
  rename: (before, after) =>
    renameSql('TEXT SEARCH DICTIONARY', before.path, after.path).map((sql) => statement(sql)),
  change: {
    template: 'replace',
    options: (before, after) => setOptions(before, after),
  },
  references: () => [],
});

/** ALTER sets the options that it names and takes away those that it names without a value. */
function setOptions(
  before: CatalogObject<Dictionary>,
  { ref, properties }: CatalogObject<Dictionary>,
): readonly Statement[] {
  const kept = new Set(optionNames(properties.options));
  const parts = [
    ...optionNames(before.properties.options).filter((name) => !kept.has(name)),
    ...(properties.options === null ? [] : [properties.options]),
  ];
  return [statement(`ALTER TEXT SEARCH DICTIONARY ${quoteName(ref.path)} (${parts.join(', ')})`)];
}

/** Names as written, quoted where PostgreSQL quotes them. Source: serialize_deflist in tsearchcmds.c. */
function optionNames(options: string | null): readonly string[] {
  const option = /("(?:[^"]|"")+"|[^\s",=]+) = (?:E?'(?:[^']|'')*'|[^,]*)(?:, |$)/gy;
  return [...(options ?? '').matchAll(option)].map(([, name = '']) => name);
}
