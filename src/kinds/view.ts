import {
  type CatalogAddress,
  type CatalogObject,
  defineKind,
  type Statement,
  statement,
  userSchema,
} from '../catalog/kind.ts';
import { quoteIdentifier, quoteName, renameSql } from '../database/sql.ts';
import { nameHazards } from '../plan/hazards.ts';

type Row = CatalogAddress & View & { readonly schema: string; readonly name: string };
type View = {
  /** Name and type of each column, with its collation: CREATE OR REPLACE VIEW may only add to their end. */
  readonly columns: readonly (readonly [name: string, type: string])[];
  readonly definition: string;
  /** security_barrier, security_invoker, check_option: `name=value`, sorted. */
  readonly options: readonly string[];
  /** Defaults that INSERT into the view uses. */
  readonly defaults: { readonly [column: string]: string };
};

export const view = defineKind<Row, View>({
  kind: 'view',
  order: 90,
  foundIn: { catalog: 'pg_class', where: "relkind = 'v'" },
  query: () => `
    SELECT 'pg_class'::regclass::oid AS classid, c.oid AS objid, 0 AS objsubid, n.nspname AS schema, c.relname AS name,
           (SELECT json_agg(json_build_array(a.attname, format_type(a.atttypid, a.atttypmod) || CASE
                     WHEN a.attcollation <> t.typcollation THEN ' COLLATE ' || a.attcollation::regcollation::text ELSE '' END)
                     ORDER BY a.attnum)
            FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = c.oid AND a.attnum > 0) AS columns,
           rtrim(pg_get_viewdef(c.oid), ';') AS definition,
           ARRAY(SELECT o FROM unnest(c.reloptions) o ORDER BY o) AS options,
           coalesce((SELECT json_object_agg(a.attname, pg_get_expr(d.adbin, d.adrelid) ORDER BY a.attname)
                     FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
                     WHERE d.adrelid = c.oid), '{}'::json) AS defaults
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'v' AND ${userSchema('n')}
    ORDER BY n.nspname, c.relname`,
  fromRow: ({ classid, objid, objsubid, schema, name, ...properties }) => ({
    ref: { kind: 'view', path: [schema, name] },
    parent: { kind: 'schema', path: [schema] },
    address: { classid, objid, objsubid },
    // A view without columns is allowed, and json_agg of nothing is null.
    properties: { ...properties, columns: properties.columns ?? [] },
  }),
  address: (ref) => `VIEW ${quoteName(ref.path)}`,
  create: (object) => [define('CREATE', object), ...setDefaults(object, {})],
  drop: ({ ref }) => [statement(`DROP VIEW ${quoteName(ref.path)}`)],
  rename: (before, after) => renameSql('VIEW', before.path, after.path).map((sql) => statement(sql)),
  change: {
    columns: (before, after) =>
      before.properties.columns.every(
        ([name, type], position) =>
          after.properties.columns[position]?.[0] === name &&
          after.properties.columns[position]?.[1] === type,
      )
        ? [define('CREATE OR REPLACE', after)]
        : 'replace',
    definition: (_before, after) => [define('CREATE OR REPLACE', after)],
    options: (before, after) => {
      const kept = new Set(after.properties.options.map(optionName));
      const reset = before.properties.options.map(optionName).filter((name) => !kept.has(name));
      return [
        ...(reset.length > 0 ? [alter(after, `RESET (${reset.join(', ')})`)] : []),
        ...(after.properties.options.length > 0
          ? [alter(after, `SET (${after.properties.options.join(', ')})`)]
          : []),
      ];
    },
    defaults: (before, after) => setDefaults(after, before.properties.defaults),
  },
  // Columns of the same names and types, and nothing behind them.
  firstVersion: (object) => {
    const columns = object.properties.columns.map(
      ([name, type]) => `NULL::${type} AS ${quoteIdentifier(name)}`,
    );
    const definition = `SELECT ${columns.join(', ')}`;
    return { ...object, properties: { ...object.properties, definition, options: [], defaults: {} } };
  },
  hazards: nameHazards,
  references: () => [],
  printed: ['definition', 'defaults'],
});

function define(verb: string, { ref, properties }: CatalogObject<View>): Statement {
  const options = properties.options.length > 0 ? ` WITH (${properties.options.join(', ')})` : '';
  return statement(`${verb} VIEW ${quoteName(ref.path)}${options} AS\n${properties.definition}`);
}

function setDefaults(object: CatalogObject<View>, before: View['defaults']): readonly Statement[] {
  const { defaults } = object.properties;
  return [
    ...Object.keys(before)
      .filter((name) => defaults[name] === undefined)
      .map((name) => alter(object, `ALTER COLUMN ${quoteIdentifier(name)} DROP DEFAULT`)),
    ...Object.entries(defaults)
      .filter(([name, value]) => before[name] !== value)
      .map(([name, value]) => alter(object, `ALTER COLUMN ${quoteIdentifier(name)} SET DEFAULT ${value}`)),
  ];
}

function alter({ ref }: CatalogObject<View>, what: string): Statement {
  return statement(`ALTER VIEW ${quoteName(ref.path)} ${what}`);
}

function optionName(option: string): string {
  return option.slice(0, option.indexOf('='));
}
