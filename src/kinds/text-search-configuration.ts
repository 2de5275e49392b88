import {
  type CatalogAddress,
  type CatalogObject,
  defineKind,
  type Statement,
  statement,
  userSchema,
} from '../catalog/kind.ts';
import { quoteIdentifier, quoteName, renameSql } from '../database/sql.ts';

type Row = CatalogAddress & Configuration & { readonly schema: string; readonly name: string };
type Configuration = {
  /** Quoted name. */
  readonly parser: string;
  /** Quoted names of dictionaries, in the order in which they are asked, by type of token. */
  readonly mappings: { readonly [token: string]: readonly string[] };
};

export const textSearchConfiguration = defineKind<Row, Configuration>({
  kind: 'text search configuration',
  order: 48,
  foundIn: { catalog: 'pg_ts_config' },
  query: () => `
    SELECT 'pg_ts_config'::regclass::oid AS classid, c.oid AS objid, 0 AS objsubid, n.nspname AS schema, c.cfgname AS name,
           quote_ident(pn.nspname) || '.' || quote_ident(p.prsname) AS parser,
           coalesce((SELECT json_object_agg(m.alias, m.dictionaries ORDER BY m.alias)
                     FROM (SELECT t.alias, json_agg(quote_ident(dn.nspname) || '.' || quote_ident(d.dictname) ORDER BY m.mapseqno) AS dictionaries
                           FROM pg_ts_config_map m
                           JOIN LATERAL ts_token_type(c.cfgparser) t ON t.tokid = m.maptokentype
                           JOIN pg_ts_dict d ON d.oid = m.mapdict
                           JOIN pg_namespace dn ON dn.oid = d.dictnamespace
                           WHERE m.mapcfg = c.oid
                           GROUP BY t.alias) m), '{}'::json) AS mappings
    FROM pg_ts_config c
    JOIN pg_namespace n ON n.oid = c.cfgnamespace
    JOIN pg_ts_parser p ON p.oid = c.cfgparser
    JOIN pg_namespace pn ON pn.oid = p.prsnamespace
    WHERE ${userSchema('n')}
    ORDER BY n.nspname, c.cfgname`,
  fromRow: ({ classid, objid, objsubid, schema, name, ...properties }) => ({
    ref: { kind: 'text search configuration', path: [schema, name] },
    parent: { kind: 'schema', path: [schema] },
    address: { classid, objid, objsubid },
    properties,
  }),
  address: (ref) => `TEXT SEARCH CONFIGURATION ${quoteName(ref.path)}`,
  create: (object) => [
    statement(
      `CREATE TEXT SEARCH CONFIGURATION ${quoteName(object.ref.path)} (PARSER = ${object.properties.parser})`,
    ),
    ...setMappings(object, {}),
  ],
  drop: ({ ref }) => [statement(`DROP TEXT SEARCH CONFIGURATION ${quoteName(ref.path)}`)],
  rename: (before, after) =>
    renameSql('TEXT SEARCH CONFIGURATION', before.path, after.path).map((sql) => statement(sql)),
  change: {
    parser: 'replace',
    mappings: (before, after) => setMappings(after, before.properties.mappings),
  },
  references: () => [],
});

function setMappings(
  object: CatalogObject<Configuration>,
  before: Configuration['mappings'],
): readonly Statement[] {
  const { mappings } = object.properties;
  return [
    ...Object.keys(before)
      .filter((token) => mappings[token] === undefined)
      .map((token) => alter(object, `DROP MAPPING FOR ${quoteIdentifier(token)}`)),
    ...Object.entries(mappings)
      .filter(([token, dictionaries]) => before[token]?.join() !== dictionaries.join())
      .map(([token, dictionaries]) =>
        alter(
          object,
          `${before[token] === undefined ? 'ADD' : 'ALTER'} MAPPING FOR ${quoteIdentifier(token)} WITH ${dictionaries.join(', ')}`,
        ),
      ),
  ];
}

function alter({ ref }: CatalogObject<Configuration>, what: string): Statement {
  return statement(`ALTER TEXT SEARCH CONFIGURATION ${quoteName(ref.path)} ${what}`);
}
