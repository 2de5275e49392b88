import {
  type CatalogAddress,
  type CatalogObject,
  defineKind,
  type Statement,
  statement,
  userSchema,
} from '../catalog/kind.ts';
import { quoteName, renameSql } from '../database/sql.ts';

type Row = CatalogAddress & Statistics & { readonly schema: string; readonly name: string };
type Statistics = {
  readonly table: { readonly kind: string; readonly path: readonly string[] };
  /** ndistinct, dependencies, mcv, in that order; empty for a single expression, which has none of them. */
  readonly kinds: readonly string[];
  /** Columns by name, then expressions as PostgreSQL prints them: `a, b, (a + b)`. */
  readonly on: string;
  /** -1 for default_statistics_target. */
  readonly target: number;
};

export const statistics = defineKind<Row, Statistics>({
  kind: 'statistics',
  order: 102,
  foundIn: { catalog: 'pg_statistic_ext' },
  // From 17 a target that is not set is null.
  query: () => `
    SELECT 'pg_statistic_ext'::regclass::oid AS classid, s.oid AS objid, 0 AS objsubid, n.nspname AS schema, s.stxname AS name,
           json_build_object('kind', CASE c.relkind WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' ELSE 'table' END,
                             'path', json_build_array(cn.nspname, c.relname)) AS "table",
           ARRAY(SELECT k.name FROM (VALUES (1, 'd', 'ndistinct'), (2, 'f', 'dependencies'), (3, 'm', 'mcv')) k (position, letter, name)
                 WHERE k.letter = ANY (s.stxkind::text[]) ORDER BY k.position) AS kinds,
           -- PostgreSQL prints columns by their position, which differs between databases and says nothing.
           concat_ws(', ', (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attname) FROM pg_attribute a
                            WHERE a.attrelid = s.stxrelid AND a.attnum = ANY (s.stxkeys::int2[])),
                           (SELECT string_agg('(' || e || ')', ', ') FROM unnest(pg_get_statisticsobjdef_expressions(s.oid)) e)) AS on,
           coalesce(s.stxstattarget, -1) AS target
    FROM pg_statistic_ext s
    JOIN pg_namespace n ON n.oid = s.stxnamespace
    JOIN pg_class c ON c.oid = s.stxrelid
    JOIN pg_namespace cn ON cn.oid = c.relnamespace
    WHERE ${userSchema('n')}
    ORDER BY n.nspname, s.stxname`,
  fromRow: ({ classid, objid, objsubid, schema, name, ...properties }) => ({
    ref: { kind: 'statistics', path: [schema, name] },
    // It may stand in another schema than its table and does not move with it.
    parent: { kind: 'schema', path: [schema] },
    dropsWith: properties.table,
    address: { classid, objid, objsubid },
    properties,
  }),
  address: (ref) => `STATISTICS ${quoteName(ref.path)}`,
  create: (object) => [define(object), ...(object.properties.target === -1 ? [] : [setTarget(object)])],
  drop: ({ ref }) => [statement(`DROP STATISTICS ${quoteName(ref.path)}`)],
  rename: (before, after) => renameSql('STATISTICS', before.path, after.path).map((sql) => statement(sql)),
  change: {
    table: 'replace',
    kinds: 'replace',
    on: 'replace',
    target: (_before, after) => [setTarget(after)],
  },
  references: ({ properties }) => [properties.table],
  printed: ['on'],
});

function define({ ref, properties }: CatalogObject<Statistics>): Statement {
  const kinds = properties.kinds.length === 0 ? '' : ` (${properties.kinds.join(', ')})`;
  return statement(
    `CREATE STATISTICS ${quoteName(ref.path)}${kinds} ON ${properties.on} FROM ${quoteName(properties.table.path)}`,
  );
}

function setTarget({ ref, properties }: CatalogObject<Statistics>): Statement {
  return statement(`ALTER STATISTICS ${quoteName(ref.path)} SET STATISTICS ${properties.target}`);
}
