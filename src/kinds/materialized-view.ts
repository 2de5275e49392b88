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

type Row = CatalogAddress & MaterializedView & { readonly schema: string; readonly name: string };
type MaterializedView = {
  readonly definition: string;
  /** Storage parameters `name=value`, sorted; those of the TOAST table start with `toast.`. */
  readonly options: readonly string[];
  /** Columns that were altered, by name. */
  readonly columns: { readonly [name: string]: ColumnSettings };
  readonly accessMethod: string;
  /** Schema and name of types that someone made, and of tables whose rows they are, which its columns hold, as arrays too. */
  readonly types?: readonly (readonly string[])[];
  /** False after WITH NO DATA: data, not schema; it cannot be queried until REFRESH. */
  readonly populated: boolean;
};

/** What ALTER COLUMN may say of a column: all that it has of its own. */
type ColumnSettings = {
  /** Statistics target, null for the default. */
  readonly statistics: number | null;
  readonly storage: string;
  /** Storage of the type, which only servers from 16 on know as DEFAULT. */
  readonly typeStorage: string;
  readonly compression: string | null;
  readonly options: readonly string[];
};

const storageName = (code: string) =>
  `CASE ${code} WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END`;

export const materializedView = defineKind<Row, MaterializedView>({
  kind: 'materialized view',
  // It runs functions, whose bodies may name what PostgreSQL knows nothing of.
  order: 97,
  foundIn: { catalog: 'pg_class', where: "relkind = 'm'" },
  query: (serverVersion) => `
    SELECT 'pg_class'::regclass::oid AS classid, c.oid AS objid, 0 AS objsubid, n.nspname AS schema, c.relname AS name,
           rtrim(pg_get_viewdef(c.oid), ';') AS definition,
           ARRAY(SELECT o FROM unnest(c.reloptions || ARRAY(SELECT 'toast.' || t FROM unnest(toast.reloptions) t)) o
                 ORDER BY o) AS options,
           coalesce((SELECT json_object_agg(a.attname, json_build_object(
                       'statistics', ${serverVersion >= 170000 ? 'a.attstattarget' : 'nullif(a.attstattarget, -1)'},
                       'storage', ${storageName('a.attstorage')}, 'typeStorage', ${storageName('t.typstorage')},
                       'compression', CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END,
                       'options', ARRAY(SELECT o FROM unnest(a.attoptions) o ORDER BY o)) ORDER BY a.attname)
                     FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
                     WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                       AND (${serverVersion >= 170000 ? 'a.attstattarget IS NOT NULL' : 'a.attstattarget <> -1'}
                            OR a.attstorage <> t.typstorage OR a.attcompression <> '' OR a.attoptions IS NOT NULL)), '{}') AS columns,
           coalesce((SELECT json_agg(DISTINCT jsonb_build_array(tn.nspname, t.typname))
                     FROM pg_attribute a JOIN pg_type o ON o.oid = a.atttypid
                     JOIN pg_type t ON t.oid = CASE WHEN o.typcategory = 'A' THEN o.typelem ELSE o.oid END
                     JOIN pg_namespace tn ON tn.oid = t.typnamespace
                     WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND ${userSchema('tn')}), '[]') AS types,
           am.amname AS "accessMethod", c.relispopulated AS populated
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_am am ON am.oid = c.relam
    LEFT JOIN pg_class toast ON toast.oid = c.reltoastrelid
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
    ...alterColumns(ref.path, {}, properties.columns),
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
    columns: (before, { ref, properties }) =>
      alterColumns(ref.path, before.properties.columns, properties.columns),
    accessMethod: (_before, { ref, properties }) => [
      statement(
        `ALTER MATERIALIZED VIEW ${quoteName(ref.path)} SET ACCESS METHOD ${quoteIdentifier(properties.accessMethod)}`,
      ),
    ],
    types: 'derived',
    populated: 'derived',
  },
  isMadeOf: ({ properties }, { path }) =>
    properties.types?.some((type) => JSON.stringify(type) === JSON.stringify(path)) === true,
  hazards: nameHazards,
  references: () => [],
  runsNeeds: true,
  printed: ['definition'],
});

type Columns = CatalogObject<MaterializedView>['properties']['columns'];

function alterColumns(path: readonly string[], before: Columns, after: Columns): readonly Statement[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) =>
    alterColumn(before[name], after[name]).map((what) =>
      statement(`ALTER MATERIALIZED VIEW ${quoteName(path)} ALTER COLUMN ${quoteIdentifier(name)} ${what}`),
    ),
  );
}

/** What one has not is as PostgreSQL has it at first. */
function alterColumn(was: ColumnSettings | undefined, is: ColumnSettings | undefined): readonly string[] {
  const storage = is?.storage ?? was?.typeStorage ?? '';
  const [had, has] = [was?.options ?? [], is?.options ?? []];
  const gone = had.filter((option) => !has.includes(option)).map(optionName);
  return [
    ...((was?.statistics ?? null) === (is?.statistics ?? null)
      ? []
      : [`SET STATISTICS ${is?.statistics ?? -1}`]),
    ...((was?.storage ?? is?.typeStorage) === storage ? [] : [`SET STORAGE ${storage}`]),
    ...((was?.compression ?? null) === (is?.compression ?? null)
      ? []
      : [`SET COMPRESSION ${is?.compression ?? 'default'}`]),
    ...(gone.length > 0 ? [`RESET (${gone.join(', ')})`] : []),
    ...(has.some((option) => !had.includes(option)) ? [`SET (${has.join(', ')})`] : []),
  ];
}

function optionName(option: string): string {
  return option.slice(0, option.indexOf('='));
}
