import { type CatalogAddress, defineKind, statement, userSchema } from '../catalog/kind.ts';
import { quoteIdentifier, quoteName, renameSql } from '../database/sql.ts';
import { nameHazards } from '../plan/hazards.ts';

type Row = CatalogAddress & MaterializedView & { readonly schema: string; readonly name: string };
type MaterializedView = {
  readonly definition: string;
  /** Storage parameters `name=value`, sorted. */
  readonly options: readonly string[];
  readonly accessMethod: string;
  /** False after WITH NO DATA: data, not schema; it cannot be queried until REFRESH. */
  readonly populated: boolean;
};

export const materializedView = defineKind<Row, MaterializedView>({
  kind: 'materialized view',
  // It runs functions, whose bodies may name what PostgreSQL knows nothing of.
  order: 97,
  foundIn: { catalog: 'pg_class', where: "relkind = 'm'" },
  query: () => `
    SELECT 'pg_class'::regclass::oid AS classid, c.oid AS objid, 0 AS objsubid, n.nspname AS schema, c.relname AS name,
           rtrim(pg_get_viewdef(c.oid), ';') AS definition,
           ARRAY(SELECT o FROM unnest(c.reloptions) o ORDER BY o) AS options,
           am.amname AS "accessMethod", c.relispopulated AS populated
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_am am ON am.oid = c.relam
    WHERE c.relkind = 'm' AND ${userSchema('n')}
    ORDER BY n.nspname, c.relname`,
  fromRow: ({ classid, objid, objsubid, schema, name, ...properties }) => ({
    ref: { kind: 'materialized view', path: [schema, name] },
    parent: { kind: 'schema', path: [schema] },
    address: { classid, objid, objsubid },
    properties,
  }),
  address: (ref) => `MATERIALIZED VIEW ${quoteName(ref.path)}`,
  create: ({ ref, properties }) => [
    statement(
      [
        `CREATE MATERIALIZED VIEW ${quoteName(ref.path)}`,
        properties.accessMethod === 'heap' ? '' : ` USING ${quoteIdentifier(properties.accessMethod)}`,
        properties.options.length > 0 ? ` WITH (${properties.options.join(', ')})` : '',
        ` AS\n${properties.definition}`,
        properties.populated ? '' : '\nWITH NO DATA',
      ].join(''),
    ),
  ],
  drop: ({ ref }) => [statement(`DROP MATERIALIZED VIEW ${quoteName(ref.path)}`)],
  rename: (before, after) =>
    renameSql('MATERIALIZED VIEW', before.path, after.path).map((sql) => statement(sql)),
  change: {
    definition: 'replace',
    options: (before, after) => {
      const kept = new Set(after.properties.options.map(optionName));
      const reset = before.properties.options.map(optionName).filter((name) => !kept.has(name));
      const name = quoteName(after.ref.path);
      return [
        ...(reset.length > 0
          ? [statement(`ALTER MATERIALIZED VIEW ${name} RESET (${reset.join(', ')})`)]
          : []),
        ...(after.properties.options.length > 0
          ? [statement(`ALTER MATERIALIZED VIEW ${name} SET (${after.properties.options.join(', ')})`)]
          : []),
      ];
    },
    accessMethod: (_before, { ref, properties }) => [
      statement(
        `ALTER MATERIALIZED VIEW ${quoteName(ref.path)} SET ACCESS METHOD ${quoteIdentifier(properties.accessMethod)}`,
      ),
    ],
    populated: 'derived',
  },
  hazards: nameHazards,
  references: () => [],
  runsNeeds: true,
  printed: ['definition'],
});

function optionName(option: string): string {
  return option.slice(0, option.indexOf('='));
}
