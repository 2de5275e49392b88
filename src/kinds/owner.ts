import {
  type CatalogAddress,
  type CatalogObject,
  defineKind,
  type Statement,
  statement,
} from '../catalog/kind.ts';
import { formatId } from '../catalog/object.ts';
import { runner } from '../database/acl-query.ts';
import { quoteIdentifier, quoteName } from '../database/sql.ts';

type Row = CatalogAddress & { readonly owner: string };
type Owner = {
  readonly owner: string;
  /** What stands after ALTER. */
  readonly target: string;
};

/** Whom an object belongs to, where that is not the role that runs the migrations. */
export const owner = defineKind<Row, Owner>({
  kind: 'owner',
  order: 205,
  facet: 'owners',
  // What the new owner was granted before becomes its own, so privileges are taken back and given again around it.
  unsettlesDependents: true,
  // An index, a column's sequence and a table's row type belong to whom their table does. initdb gives the public schema away.
  query: () => `
    SELECT o.classid, o.objid, 0 AS objsubid, pg_get_userbyid(o.owner) AS owner
    FROM (
      SELECT 'pg_class'::regclass::oid AS classid, c.oid AS objid, c.relowner AS owner FROM pg_class c
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                          AND c.relkind = 'S' AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0)
      ${(
        [
          ['pg_proc', 'pro'],
          ['pg_type', 'typ'],
          ['pg_namespace', 'nsp'],
          ['pg_operator', 'opr'],
          ['pg_opclass', 'opc'],
          ['pg_opfamily', 'opf'],
          ['pg_collation', 'coll'],
          ['pg_conversion', 'con'],
          ['pg_statistic_ext', 'stx'],
          ['pg_ts_config', 'cfg'],
          ['pg_ts_dict', 'dict'],
          ['pg_event_trigger', 'evt'],
          ['pg_publication', 'pub'],
          ['pg_subscription', 'sub'],
          ['pg_language', 'lan'],
          ['pg_foreign_data_wrapper', 'fdw'],
          ['pg_foreign_server', 'srv'],
        ] as const
      )
        .map(
          ([catalog, prefix]) =>
            `UNION ALL SELECT '${catalog}'::regclass::oid, o.oid, o.${prefix}owner FROM ${catalog} o`,
        )
        .join('\n      ')}
    ) AS o
    WHERE (o.objid >= 16384 OR o.classid = 'pg_namespace'::regclass) AND o.owner <> ${runner}
      AND NOT EXISTS (SELECT 1 FROM pg_namespace n WHERE o.classid = 'pg_namespace'::regclass AND n.oid = o.objid AND n.nspname = 'public'
                        AND (o.owner = 10 OR pg_get_userbyid(o.owner) = 'pg_database_owner'))
    ORDER BY 1, 2`,
  fromRow: ({ classid, objid, objsubid, owner }, resolve) => {
    const address = { classid, objid, objsubid };
    const found = resolve(address);
    if (!found) return null;
    const { ref } = found.object;
    return {
      ref: { ...ref, kind: 'owner', on: ref.kind },
      parent: ref,
      address,
      properties: { owner, target: found.name },
    };
  },
  address: (ref) => `OWNER OF ${ref.on ?? ''}`,
  create: (object) => [give(object, quoteIdentifier(object.properties.owner))],
  drop: (object) => [give(object, 'CURRENT_USER')],
  change: {
    owner: (_before, after) => [
      { ...give(after, quoteIdentifier(after.properties.owner)), disturbsDependents: true },
    ],
    target: 'derived',
  },
  references: () => [],
  // PostgreSQL lets no sequence be a column's whose table is somebody else's (55000).
  beforeJoined: ({ ref, movesWith }, find) => {
    if (ref.kind !== 'sequence' || !movesWith) return [];
    const ownerOf = (path: readonly string[], on: string) =>
      find(formatId({ kind: 'owner', path, on }))?.properties.owner;
    const [own, other] = [ownerOf(ref.path, ref.kind), ownerOf(movesWith.path.slice(0, -1), 'table')];
    return typeof other !== 'string' || other === own
      ? []
      : [statement(`ALTER SEQUENCE ${quoteName(ref.path)} OWNER TO ${quoteIdentifier(other)}`)];
  },
  renamed: (object, name) => ({ ...object, properties: { ...object.properties, target: name } }),
  renameRoles: (object, rename) => ({
    ...object,
    properties: { ...object.properties, owner: rename(object.properties.owner) },
  }),
});

function give({ properties }: CatalogObject<Owner>, to: string): Statement {
  return statement(`ALTER ${properties.target} OWNER TO ${to}`);
}
