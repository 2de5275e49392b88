import {
  type CatalogAddress,
  type CatalogObject,
  type Children,
  defineKind,
  type Statement,
  statement,
  userSchema,
} from '../catalog/kind.ts';
import {
  alterOptions,
  createOptions,
  type ForeignOptions,
  maskedOptions,
  optionsSql,
} from '../database/foreign-options.ts';
import { attach, changeParents, detach, type PartitionOf, type TableRef } from '../database/parents.ts';
import { quoteIdentifier, quoteName, renameSql } from '../database/sql.ts';
import { writeElements } from '../database/table-elements.ts';
import { nameHazards } from '../plan/hazards.ts';

type Row = CatalogAddress & ForeignTable & { readonly schema: string; readonly name: string };
type ForeignTable = {
  readonly server: { readonly kind: 'server'; readonly path: readonly string[] };
  readonly options: ForeignOptions;
  readonly partitionOf: PartitionOf | null;
  /** Parents by INHERITS, in order. */
  readonly inherits: readonly TableRef[];
};

/** Its columns and checks are columns and constraints like a table's: ALTER TABLE takes foreign tables too. */
export const foreignTable = defineKind<Row, ForeignTable>({
  kind: 'foreign table',
  order: 52,
  foundIn: { catalog: 'pg_class', where: "relkind = 'f'" },
  query: () => `
    SELECT 'pg_class'::regclass::oid AS classid, c.oid AS objid, 0 AS objsubid, n.nspname AS schema, c.relname AS name,
           json_build_object('kind', 'server', 'path', json_build_array(s.srvname)) AS server,
           ${optionsSql('f.ftoptions')} AS options,
           CASE WHEN c.relispartition THEN
             (SELECT json_build_object('parent', json_build_object('kind', 'table', 'path', json_build_array(pn.nspname, p.relname)),
                                       'bound', pg_get_expr(c.relpartbound, c.oid))
              FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace
              WHERE i.inhrelid = c.oid) END AS "partitionOf",
           CASE WHEN c.relispartition THEN '[]'::json ELSE
             coalesce((SELECT json_agg(json_build_object('kind', CASE p.relkind WHEN 'f' THEN 'foreign table' ELSE 'table' END,
                                                         'path', json_build_array(pn.nspname, p.relname)) ORDER BY i.inhseqno)
                       FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent
                       JOIN pg_namespace pn ON pn.oid = p.relnamespace
                       WHERE i.inhrelid = c.oid), '[]'::json) END AS inherits
    FROM pg_foreign_table f
    JOIN pg_class c ON c.oid = f.ftrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_foreign_server s ON s.oid = f.ftserver
    WHERE ${userSchema('n')}
    ORDER BY n.nspname, c.relname`,
  fromRow: ({ classid, objid, objsubid, schema, name, ...properties }) => ({
    ref: { kind: 'foreign table', path: [schema, name] },
    parent: { kind: 'schema', path: [schema] },
    ...(properties.partitionOf === null ? {} : { dropsWith: properties.partitionOf.parent }),
    address: { classid, objid, objsubid },
    properties,
  }),
  address: (ref) => `FOREIGN TABLE ${quoteName(ref.path)}`,
  folds: (child) =>
    child.ref.kind === 'column' ||
    (child.ref.kind === 'constraint' && !child.inheritedFrom && child.properties.validated === true),
  create: (object, children) => [create(object, children)],
  drop: ({ ref, properties: { partitionOf } }) => [
    statement(`DROP FOREIGN TABLE ${quoteName(ref.path)}`, partitionOf ? { leaves: partitionOf.parent } : {}),
  ],
  rename: (before, after) => renameSql('FOREIGN TABLE', before.path, after.path).map((sql) => statement(sql)),
  change: {
    server: 'replace',
    options: (before, { ref, properties }) => [
      statement(
        `ALTER FOREIGN TABLE ${quoteName(ref.path)} ${alterOptions(before.properties.options, properties.options)}`,
        { masked: maskedOptions(before.properties.options, properties.options) },
      ),
    ],
    partitionOf: (before, after) => [
      ...(before.properties.partitionOf
        ? [detach(before.ref.path, before.properties.partitionOf.parent)]
        : []),
      ...(after.properties.partitionOf ? [attach(after.ref.path, after.properties.partitionOf)] : []),
    ],
    inherits: (before, after) =>
      changeParents(after.ref.path, before.properties.inherits, after.properties.inherits),
  },
  hazards: nameHazards,
  references: ({ properties }) => [
    ...(properties.partitionOf === null ? [] : [properties.partitionOf.parent]),
    ...properties.inherits,
  ],
});

function create({ ref, properties }: CatalogObject<ForeignTable>, children: Children): Statement {
  const { partitionOf, inherits } = properties;
  const body = writeElements(children) || (partitionOf ? '' : ' ()');
  return statement(
    [
      `CREATE FOREIGN TABLE ${quoteName(ref.path)}`,
      partitionOf ? ` PARTITION OF ${quoteName(partitionOf.parent.path)}` : '',
      body,
      partitionOf ? ` ${partitionOf.bound}` : '',
      inherits.length > 0 ? `\nINHERITS (${inherits.map(({ path }) => quoteName(path)).join(', ')})` : '',
      `\nSERVER ${quoteIdentifier(properties.server.path[0] ?? '')}${createOptions(properties.options)}`,
    ].join(''),
    {
      masked: maskedOptions({}, properties.options),
      ...(partitionOf ? { joins: partitionOf.parent } : {}),
    },
  );
}
