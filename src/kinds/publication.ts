import {
  type CatalogAddress,
  type CatalogObject,
  defineKind,
  type Statement,
  statement,
} from '../catalog/kind.ts';
import { quoteIdentifier, quoteLiteral, quoteName } from '../database/sql.ts';
import { type Hazard, hazard } from '../plan/hazards.ts';

type Row = CatalogAddress & Publication & { readonly name: string };
type Member = {
  readonly table: { readonly kind: 'table'; readonly path: readonly string[] };
  /** Names of the published columns, in the table's order; null for all. From PostgreSQL 15. */
  readonly columns: readonly string[] | null;
  /** Row filter. From PostgreSQL 15. */
  readonly where: string | null;
};
type Publication = {
  readonly allTables: boolean;
  readonly tables: readonly Member[];
  /** Schemas all of whose tables are published. From PostgreSQL 15. */
  readonly schemas: readonly { readonly kind: 'schema'; readonly path: readonly string[] }[];
  /** insert, update, delete, truncate, in that order. */
  readonly publish: readonly string[];
  readonly viaRoot: boolean;
  /** publish_generated_columns, from PostgreSQL 18. */
  readonly generatedColumns: 'none' | 'stored';
  /** Those that lists and row filters name. */
  readonly columns: readonly { readonly kind: 'column'; readonly path: readonly string[] }[];
};

export const publication = defineKind<Row, Publication>({
  kind: 'publication',
  order: 180,
  foundIn: { catalog: 'pg_publication' },
  query: (serverVersion) => `
    SELECT 'pg_publication'::regclass::oid AS classid, p.oid AS objid, 0 AS objsubid, p.pubname AS name,
           p.puballtables AS "allTables",
           coalesce((SELECT json_agg(json_build_object(
                       'table', json_build_object('kind', 'table', 'path', json_build_array(n.nspname, c.relname)),
                       ${
                         serverVersion >= 150000
                           ? `'columns', (SELECT json_agg(a.attname ORDER BY a.attnum) FROM pg_attribute a
                                          WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs)),
                              'where', pg_get_expr(r.prqual, r.prrelid)`
                           : `'columns', NULL, 'where', NULL`
                       }) ORDER BY n.nspname, c.relname)
                     FROM pg_publication_rel r JOIN pg_class c ON c.oid = r.prrelid JOIN pg_namespace n ON n.oid = c.relnamespace
                     WHERE r.prpubid = p.oid), '[]'::json) AS tables,
           ${
             serverVersion >= 150000
               ? `coalesce((SELECT json_agg(json_build_object('kind', 'schema', 'path', json_build_array(n.nspname)) ORDER BY n.nspname)
                            FROM pg_publication_namespace s JOIN pg_namespace n ON n.oid = s.pnnspid
                            WHERE s.pnpubid = p.oid), '[]'::json)`
               : `'[]'::json`
           } AS schemas,
           array_remove(ARRAY[CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
                              CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END], NULL) AS publish,
           p.pubviaroot AS "viaRoot",
           ${serverVersion >= 180000 ? `CASE p.pubgencols WHEN 's' THEN 'stored' ELSE 'none' END` : `'none'`} AS "generatedColumns",
           coalesce((SELECT json_agg(DISTINCT jsonb_build_object('kind', 'column', 'path', jsonb_build_array(n.nspname, c.relname, a.attname)))
                     FROM pg_publication_rel r
                     JOIN pg_depend d ON d.classid = 'pg_publication_rel'::regclass AND d.objid = r.oid
                     JOIN pg_attribute a ON d.refclassid = 'pg_class'::regclass AND a.attrelid = d.refobjid AND a.attnum = d.refobjsubid AND a.attnum > 0
                     JOIN pg_class c ON c.oid = a.attrelid
                     JOIN pg_namespace n ON n.oid = c.relnamespace
                     WHERE r.prpubid = p.oid), '[]'::json) AS columns
    FROM pg_publication p
    ORDER BY p.pubname`,
  fromRow: ({ classid, objid, objsubid, name, ...properties }) => ({
    ref: { kind: 'publication', path: [name] },
    address: { classid, objid, objsubid },
    properties,
  }),
  address: (ref) => `PUBLICATION ${quoteName(ref.path)}`,
  create: ({ ref, properties }) => [
    statement(
      `CREATE PUBLICATION ${quoteName(ref.path)}${
        properties.allTables ? ' FOR ALL TABLES' : formatMembers(' FOR ', properties)
      } WITH (${formatOptions(properties)})`,
    ),
  ],
  drop: ({ ref }) => [statement(`DROP PUBLICATION ${quoteName(ref.path)}`)],
  rename: (before, after) => [
    statement(`ALTER PUBLICATION ${quoteName(before.path)} RENAME TO ${quoteName(after.path)}`),
  ],
  change: {
    allTables: 'replace',
    tables: (before, after) => setMembers(before, after),
    schemas: (before, after) => setMembers(before, after),
    publish: (_before, after) => [setOptions(after)],
    viaRoot: (_before, after) => [setOptions(after)],
    generatedColumns: (_before, { ref, properties }) => [
      statement(
        `ALTER PUBLICATION ${quoteName(ref.path)} SET (publish_generated_columns = ${properties.generatedColumns})`,
      ),
    ],
    columns: 'derived',
  },
  hazards: (before, after) => (before ? hazards(before, after) : []),
  // pg_depend has them at the address of each member, which is no object of its own.
  references: ({ properties }) => [
    ...properties.schemas,
    ...properties.tables.map(({ table }) => table),
    ...properties.columns,
  ],
  printed: ['tables'],
});

/** What subscribers had and no longer get. */
function hazards(
  { ref, properties: was }: CatalogObject<Publication>,
  after: CatalogObject<Publication> | null,
): readonly Hazard[] {
  const is = after?.properties;
  const names = (members: readonly { readonly path: readonly string[] }[] = []) =>
    members.map(({ path }) => path.join('.'));
  const kept = new Set([...names(is?.tables.map(({ table }) => table)), ...names(is?.schemas)]);
  const missing = is?.allTables
    ? []
    : [
        ...(was.allTables ? ['all tables'] : []),
        ...names([...was.tables.map(({ table }) => table), ...was.schemas]).filter((name) => !kept.has(name)),
        ...was.publish.filter((event) => !is?.publish.includes(event)),
      ];
  const name = ref.path.join('.');
  return missing.length === 0 ? [] : [hazard('unpublished', name, { missing: missing.join(', ') })];
}

function setMembers(
  before: CatalogObject<Publication>,
  { ref, properties }: CatalogObject<Publication>,
): readonly Statement[] {
  const members = formatMembers('', properties);
  const alter = `ALTER PUBLICATION ${quoteName(ref.path)}`;
  const stays = new Set(properties.tables.map(({ table }) => quoteName(table.path)));
  const left = before.properties.tables.filter(({ table }) => !stays.has(quoteName(table.path)));
  const leaving = members === '' ? before.properties : { ...before.properties, tables: left, schemas: [] };
  const gone = formatMembers('', leaving, true);
  return [
    // A published table cannot become unlogged (55000).
    ...(gone === '' ? [] : [statement(`${alter} DROP ${gone}`, { yields: true })]),
    // SET takes at least one member.
    ...(members === '' ? [] : [statement(`${alter} SET ${members}`)]),
  ];
}

/** One TABLE before all tables, since 14 reads no second one. */
function formatMembers(before: string, { tables, schemas }: Publication, isDrop = false): string {
  const members = tables.map(({ table, columns, where }) =>
    [
      `ONLY ${quoteName(table.path)}`,
      columns === null || isDrop ? '' : ` (${columns.map(quoteIdentifier).join(', ')})`,
      where === null || isDrop ? '' : ` WHERE (${where})`,
    ].join(''),
  );
  const parts = [
    ...(members.length === 0 ? [] : [`TABLE ${members.join(', ')}`]),
    ...(schemas.length === 0
      ? []
      : [`TABLES IN SCHEMA ${schemas.map(({ path }) => quoteName(path)).join(', ')}`]),
  ];
  return parts.length === 0 ? '' : before + parts.join(', ');
}

function setOptions({ ref, properties }: CatalogObject<Publication>): Statement {
  return statement(`ALTER PUBLICATION ${quoteName(ref.path)} SET (${formatOptions(properties)})`);
}

/** The option that only 18 knows is left out where it says what every version does. */
function formatOptions({ publish, viaRoot, generatedColumns }: Publication): string {
  return [
    `publish = ${quoteLiteral(publish.join(', '))}`,
    `publish_via_partition_root = ${viaRoot}`,
    ...(generatedColumns === 'none' ? [] : [`publish_generated_columns = ${generatedColumns}`]),
  ].join(', ');
}
