import {
  type CatalogAddress,
  type CatalogObject,
  defineKind,
  type Statement,
  statement,
  userSchema,
} from '../catalog/kind.ts';
import { quoteIdentifier, quoteName } from '../database/sql.ts';

type Row = CatalogAddress &
  Trigger & {
    readonly schema: string;
    readonly table: string;
    readonly name: string;
    readonly tableKind: string;
    /** Schema, table and name of the partitioned table's trigger that this one is a copy of. */
    readonly inheritedFrom: readonly string[] | null;
    /** It fires when that one does. */
    readonly asInherited: boolean;
  };
type Trigger = {
  readonly definition: string;
  /** Firing under session_replication_role: the default fires on origin only. */
  readonly enabled: 'origin' | 'disabled' | 'replica' | 'always';
};

export const trigger = defineKind<Row, Trigger>({
  kind: 'trigger',
  order: 100,
  foundIn: { catalog: 'pg_trigger', where: 'NOT tgisinternal' },
  // Internal triggers carry out constraints. Before 15 a partition's copy of its parent's is marked as internal too.
  query: () => `
    SELECT 'pg_trigger'::regclass::oid AS classid, g.oid AS objid, 0 AS objsubid,
           n.nspname AS schema, t.relname AS "table", g.tgname AS name,
           CASE t.relkind WHEN 'v' THEN 'view' WHEN 'f' THEN 'foreign table' ELSE 'table' END AS "tableKind",
           pg_get_triggerdef(g.oid) AS definition,
           CASE g.tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' ELSE 'origin' END AS enabled,
           (SELECT json_build_array(pn.nspname, pt.relname, p.tgname)
            FROM pg_trigger p JOIN pg_class pt ON pt.oid = p.tgrelid JOIN pg_namespace pn ON pn.oid = pt.relnamespace
            WHERE p.oid = g.tgparentid) AS "inheritedFrom",
           (SELECT p.tgenabled = g.tgenabled FROM pg_trigger p WHERE p.oid = g.tgparentid) AS "asInherited"
    FROM pg_trigger g
    JOIN pg_class t ON t.oid = g.tgrelid
    JOIN pg_namespace n ON n.oid = t.relnamespace
    WHERE (NOT g.tgisinternal OR (g.tgparentid <> 0 AND g.tgconstraint = 0)) AND ${userSchema('n')}
    ORDER BY n.nspname, t.relname, g.tgname`,
  fromRow: ({
    classid,
    objid,
    objsubid,
    schema,
    table,
    name,
    tableKind,
    inheritedFrom,
    asInherited,
    ...properties
  }) => ({
    ref: { kind: 'trigger', path: [schema, table, name] },
    parent: { kind: tableKind, path: [schema, table] },
    ...(inheritedFrom
      ? { inheritedFrom: { kind: 'trigger', path: inheritedFrom }, deviates: !asInherited }
      : {}),
    address: { classid, objid, objsubid },
    properties,
  }),
  neverMerges: true,
  address: (ref) =>
    `TRIGGER ${quoteIdentifier(ref.path.at(-1) ?? '')} ON ${quoteName(ref.path.slice(0, -1))}`,
  // A partition's comes and goes with its parent's, and has only this of its own.
  create: (object) =>
    object.inheritedFrom
      ? [enable(object)]
      : [
          statement(object.properties.definition),
          ...(object.properties.enabled === 'origin' ? [] : [enable(object)]),
        ],
  drop: ({ ref, inheritedFrom }) =>
    inheritedFrom
      ? []
      : [
          statement(
            `DROP TRIGGER ${quoteIdentifier(ref.path.at(-1) ?? '')} ON ${quoteName(ref.path.slice(0, -1))}`,
          ),
        ],
  overrides: (object) => (object.deviates ? [enable(object)] : []),
  rename: (before, after) => [
    statement(
      `ALTER TRIGGER ${quoteIdentifier(before.path.at(-1) ?? '')} ON ${quoteName(after.path.slice(0, -1))} RENAME TO ${quoteIdentifier(after.path.at(-1) ?? '')}`,
    ),
  ],
  change: {
    definition: (_before, { inheritedFrom }) => (inheritedFrom ? [] : 'replace'),
    enabled: (_before, after) => [enable(after)],
  },
  references: () => [],
  printed: ['definition'],
});

function enable({ ref, properties }: CatalogObject<Trigger>): Statement {
  const state = { origin: 'ENABLE', disabled: 'DISABLE', replica: 'ENABLE REPLICA', always: 'ENABLE ALWAYS' };
  return statement(
    `ALTER TABLE ${quoteName(ref.path.slice(0, -1))} ${state[properties.enabled]} TRIGGER ${quoteIdentifier(ref.path.at(-1) ?? '')}`,
    { recurses: 'enabled' },
  );
}
