import {
  type CatalogAddress,
  type CatalogObject,
  defineKind,
  type OnlineWay,
  type Statement,
  statement,
  userSchema,
} from '../catalog/kind.ts';
import type { ObjectRef } from '../catalog/object.ts';
import {
  attach,
  changeParents,
  detach,
  joinParent,
  leaveParent,
  type PartitionOf,
  type TableRef,
} from '../database/parents.ts';
import { quoteIdentifier, quoteName, renameSql } from '../database/sql.ts';
import { type Hazard, hazard, nameHazards } from '../plan/hazards.ts';

type Row = CatalogAddress & Table & { readonly schema: string; readonly name: string };
type TypeRef = { readonly kind: 'composite type'; readonly path: readonly string[] };
type Table = {
  readonly unlogged: boolean;
  /** PARTITION BY clause as PostgreSQL prints it. */
  readonly partitionBy: string | null;
  readonly partitionOf: PartitionOf | null;
  /** Parents by INHERITS, in order. */
  readonly inherits: readonly TableRef[];
  /** Of a typed table. */
  readonly ofType: {
    readonly type: TypeRef;
    /** Names, types and collations, in order: PostgreSQL holds the table to them. */
    readonly attributes: readonly (readonly string[])[];
  } | null;
  /** Access method, null for a partitioned table without one. */
  readonly accessMethod: string | null;
  /** Storage parameters `name=value`, sorted; those of the TOAST table start with `toast.`. */
  readonly options: readonly string[];
  readonly rowSecurity: boolean;
  readonly forceRowSecurity: boolean;
  /** REPLICA IDENTITY clause: DEFAULT, FULL, NOTHING; that of an index is the index's own property. */
  readonly replicaIdentity: string;
  /** What its place among the partitions says of its rows; null where a check cannot say it for ATTACH. */
  readonly bounds: string | null;
  /** Name of the check that DETACH CONCURRENTLY leaves on it; null where PostgreSQL refuses that. */
  readonly detachedCheck: string | null;
  /** A foreign key points at it. */
  readonly referenced: boolean;
  /** Other tables whose foreign keys point at it, and those that its own point at. */
  readonly referencedBy: readonly TableRef[];
  readonly pointsAt: readonly TableRef[];
};

/** Tables at the other end of foreign keys: all at once, because nothing finds those that point at one. */
const others = (there: string, here: string) => `(
      SELECT k.${here} AS oid,
             json_agg(DISTINCT jsonb_build_object('kind', 'table', 'path', jsonb_build_array(xn.nspname, x.relname))) AS tables
      FROM pg_constraint k JOIN pg_class x ON x.oid = k.${there} JOIN pg_namespace xn ON xn.oid = x.relnamespace
      WHERE k.contype = 'f' AND x.oid <> k.${here} GROUP BY k.${here})`;

export const table = defineKind<Row, Table>({
  kind: 'table',
  order: 50,
  query: () => `
    SELECT 'pg_class'::regclass::oid AS classid, c.oid AS objid, 0 AS objsubid, n.nspname AS schema, c.relname AS name,
           c.relpersistence = 'u' AS unlogged,
           CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS "partitionBy",
           CASE WHEN c.relispartition THEN
             (SELECT json_build_object('parent', json_build_object('kind', 'table', 'path', json_build_array(pn.nspname, p.relname)),
                                       'bound', pg_get_expr(c.relpartbound, c.oid))
              FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace
              WHERE i.inhrelid = c.oid) END AS "partitionOf",
           CASE WHEN c.relispartition THEN '[]'::json ELSE
             coalesce((SELECT json_agg(json_build_object('kind', 'table', 'path', json_build_array(pn.nspname, p.relname)) ORDER BY i.inhseqno)
                       FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent
                       JOIN pg_namespace pn ON pn.oid = p.relnamespace
                       WHERE i.inhrelid = c.oid), '[]'::json) END AS inherits,
           CASE WHEN c.reloftype <> 0 THEN (
             SELECT json_build_object(
               'type', json_build_object('kind', 'composite type', 'path', json_build_array(yn.nspname, y.typname)),
               'attributes', (SELECT json_agg(json_build_array(a.attname, format_type(a.atttypid, a.atttypmod), a.attcollation::regcollation::text)
                                              ORDER BY a.attnum)
                              FROM pg_attribute a WHERE a.attrelid = y.typrelid AND a.attnum > 0 AND NOT a.attisdropped))
             FROM pg_type y JOIN pg_namespace yn ON yn.oid = y.typnamespace WHERE y.oid = c.reloftype) END AS "ofType",
           am.amname AS "accessMethod",
           ARRAY(SELECT o FROM unnest(c.reloptions || ARRAY(SELECT 'toast.' || t FROM unnest(toast.reloptions) t)) o
                 ORDER BY o) AS options,
           c.relrowsecurity AS "rowSecurity", c.relforcerowsecurity AS "forceRowSecurity",
           CASE c.relreplident WHEN 'f' THEN 'FULL' WHEN 'n' THEN 'NOTHING' ELSE 'DEFAULT' END AS "replicaIdentity",
           -- The condition of a hash partition holds an oid.
           CASE WHEN k.partstrat IN ('r', 'l') AND pg_get_expr(c.relpartbound, c.oid) <> 'DEFAULT'
                THEN pg_get_partition_constraintdef(c.oid) END AS bounds,
           CASE WHEN k.partdefid = 0 THEN (
             SELECT q.name FROM (
               SELECT concat_ws('_', c.relname, CASE count(*) WHEN 1 THEN min(a.attname) END, 'check') AS name, count(*) AS columns
               FROM pg_attribute a WHERE a.attrelid = k.partrelid AND a.attnum = ANY (k.partattrs)) q
             WHERE octet_length(q.name) < 64 AND q.columns > 0 AND 0 <> ALL (k.partattrs)
               AND NOT EXISTS (SELECT FROM pg_constraint u WHERE u.conname = q.name AND u.connamespace = c.relnamespace)) END AS "detachedCheck",
           EXISTS (SELECT FROM pg_constraint f WHERE f.confrelid = c.oid AND f.contype = 'f') AS referenced,
           coalesce(back.tables, '[]'::json) AS "referencedBy", coalesce(forth.tables, '[]'::json) AS "pointsAt"
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_am am ON am.oid = c.relam
    LEFT JOIN pg_inherits h ON c.relispartition AND h.inhrelid = c.oid
    LEFT JOIN pg_partitioned_table k ON k.partrelid = h.inhparent
      AND NOT EXISTS (SELECT FROM pg_class pp WHERE pp.oid = h.inhparent AND pp.relispartition)
    LEFT JOIN pg_class toast ON toast.oid = c.reltoastrelid
    LEFT JOIN ${others('conrelid', 'confrelid')} back ON back.oid = c.oid
    LEFT JOIN ${others('confrelid', 'conrelid')} forth ON forth.oid = c.oid
    WHERE c.relkind IN ('r', 'p') AND ${userSchema('n')}
    ORDER BY n.nspname, c.relname`,
  fromRow: ({ classid, objid, objsubid, schema, name, ...properties }) => ({
    ref: { kind: 'table', path: [schema, name] },
    parent: { kind: 'schema', path: [schema] },
    // Dropping a partitioned table drops its partitions.
    ...(properties.partitionOf === null ? {} : { dropsWith: properties.partitionOf.parent }),
    address: { classid, objid, objsubid },
    properties,
  }),
  address: (ref) => `TABLE ${quoteName(ref.path)}`,
  // Foreign keys stand apart, so that tables that point at each other can be created in any order.
  folds: (child) =>
    child.ref.kind === 'column' ||
    (child.ref.kind === 'constraint' &&
      !child.inheritedFrom &&
      child.properties.type !== 'foreign key' &&
      child.properties.validated === true &&
      child.properties.valid !== false),
  create: (object, children) => create(object, children),
  asOwn: ({ dropsWith: _, ...object }) => ({
    ...object,
    properties: { ...object.properties, partitionOf: null },
  }),
  join: ({ ref, properties: { partitionOf } }) => (partitionOf ? [attach(ref.path, partitionOf)] : []),
  drop: ({ ref, properties }) => [
    // While its parent's foreign keys point at it, PostgreSQL drops a partition only once it is detached.
    ...(properties.partitionOf && properties.referenced
      ? [detach(ref.path, properties.partitionOf.parent)]
      : []),
    ...drop(ref, properties),
  ],
  rename: (before, after) => renameSql('TABLE', before.path, after.path).map((sql) => statement(sql)),
  change: {
    unlogged: (_before, { ref, properties }) => {
      // A logged table points at none that is not.
      const needs = properties.unlogged ? properties.referencedBy : properties.pointsAt;
      return [
        statement(`ALTER TABLE ${quoteName(ref.path)} SET ${properties.unlogged ? 'UNLOGGED' : 'LOGGED'}`, {
          hazards: [hazard('rewrite', ref.path.join('.'), { table: ref.path.join('.') })],
          needs,
          completes: needs.length > 0,
        }),
      ];
    },
    partitionBy: 'replace',
    partitionOf: (before, after) => movePartition(before, after),
    inherits: (before, after) =>
      changeParents(after.ref.path, before.properties.inherits, after.properties.inherits),
    ofType: (before, after) => [
      ...(before.properties.ofType === null
        ? []
        : [leaveType(before.ref.path, before.properties.ofType.type)]),
      ...(after.properties.ofType === null ? [] : [joinType(after.ref.path, after.properties.ofType.type)]),
    ],
    accessMethod: (_before, { ref, properties }) => [
      alter(ref.path, `SET ACCESS METHOD ${quoteIdentifier(properties.accessMethod ?? 'heap')}`),
    ],
    options: (before, after) => setOptions(before, after),
    rowSecurity: (_before, { ref, properties }) => [
      alter(ref.path, `${properties.rowSecurity ? 'ENABLE' : 'DISABLE'} ROW LEVEL SECURITY`),
    ],
    forceRowSecurity: (_before, { ref, properties }) => [
      alter(ref.path, `${properties.forceRowSecurity ? 'FORCE' : 'NO FORCE'} ROW LEVEL SECURITY`),
    ],
    replicaIdentity: (_before, { ref, properties }) => [
      alter(ref.path, `REPLICA IDENTITY ${properties.replicaIdentity}`),
    ],
    bounds: 'derived',
    detachedCheck: 'derived',
    referenced: 'derived',
    referencedBy: 'derived',
    pointsAt: 'derived',
  },
  references: ({ properties }) => [
    ...(properties.partitionOf === null ? [] : [properties.partitionOf.parent]),
    ...properties.inherits,
  ],
  hazards: (before, after) => (before && after ? hazards(before, after) : []),
  // The rows of a partitioned table are its partitions'.
  holdsData: ({ properties }) => properties.partitionBy === null,
  // A dropped parent takes its partitions along, and cannot be dropped while it has children.
  release: (before, after, because) => {
    const isParent = (ref: TableRef | TypeRef | undefined) => ref?.path.join('.') === because.path.join('.');
    const { ofType } = before.properties;
    if (because.kind === 'composite type' && ofType && isParent(ofType.type)) {
      const next = after.properties.ofType;
      return {
        before: [leaveType(before.ref.path, ofType.type)],
        after: next ? [joinType(after.ref.path, next.type)] : [],
      };
    }
    if (isParent(before.properties.partitionOf?.parent)) {
      return {
        before: [detach(before.ref.path, { kind: 'table', path: because.path })],
        after:
          after.properties.partitionOf && isParent(after.properties.partitionOf.parent)
            ? [attach(after.ref.path, after.properties.partitionOf)]
            : [],
      };
    }
    if (!before.properties.inherits.some(isParent)) return null;
    const parent: TableRef = { kind: 'table', path: because.path };
    return {
      before: [leaveParent(before.ref.path, parent)],
      after: after.properties.inherits.some(isParent) ? [joinParent(after.ref.path, parent)] : [],
    };
  },
});

function create(
  { ref, properties }: CatalogObject<Table>,
  children: readonly CatalogObject[],
): readonly Statement[] {
  const elements = children
    .map((child) =>
      child.ref.kind === 'column'
        ? String(child.properties.definition)
        : `CONSTRAINT ${quoteName(child.ref.path.slice(-1))} ${String(child.properties.definition)}`,
    )
    .filter((element) => element !== '');
  const body =
    elements.length === 0
      ? properties.partitionOf === null && properties.ofType === null
        ? ' ()'
        : ''
      : ` (\n  ${elements.join(',\n  ')}\n)`;
  const head = `CREATE ${properties.unlogged ? 'UNLOGGED ' : ''}TABLE ${quoteName(ref.path)}`;
  const origin = properties.partitionOf
    ? ` PARTITION OF ${quoteName(properties.partitionOf.parent.path)}`
    : properties.ofType === null
      ? ''
      : ` OF ${quoteName(properties.ofType.type.path)}`;
  const tail = [
    properties.partitionOf ? ` ${properties.partitionOf.bound}` : '',
    properties.inherits.length > 0
      ? `\nINHERITS (${properties.inherits.map(({ path }) => quoteName(path)).join(', ')})`
      : '',
    properties.partitionBy === null ? '' : `\nPARTITION BY ${properties.partitionBy}`,
    properties.accessMethod === null || properties.accessMethod === 'heap'
      ? ''
      : `\nUSING ${quoteIdentifier(properties.accessMethod)}`,
    properties.options.length > 0 ? `\nWITH (${properties.options.map(formatOption).join(', ')})` : '',
  ].join('');
  return [
    statement(
      `${head}${origin}${body}${tail}`,
      properties.partitionOf ? { joins: properties.partitionOf.parent } : {},
    ),
    ...(properties.rowSecurity ? [alter(ref.path, 'ENABLE ROW LEVEL SECURITY')] : []),
    ...(properties.forceRowSecurity ? [alter(ref.path, 'FORCE ROW LEVEL SECURITY')] : []),
    ...(properties.replicaIdentity === 'DEFAULT'
      ? []
      : [alter(ref.path, `REPLICA IDENTITY ${properties.replicaIdentity}`)]),
  ];
}

function hazards(before: CatalogObject<Table>, after: CatalogObject<Table>): readonly Hazard[] {
  const [was, is] = [before.properties, after.properties];
  const name = after.ref.path.join('.');
  const effects: Readonly<Record<string, string>> = {
    NOTHING: 'UPDATE and DELETE on it fail while it is published.',
    FULL: 'every UPDATE and DELETE writes the whole old row to the log.',
  };
  return [
    ...nameHazards(before, after),
    ...((was.rowSecurity && !is.rowSecurity) || (was.forceRowSecurity && !is.forceRowSecurity)
      ? [hazard('row-security-off', name)]
      : []),
    ...(was.partitionBy === is.partitionBy ? [] : [hazard('partition-key', name)]),
    ...(was.replicaIdentity === is.replicaIdentity
      ? []
      : [
          hazard('replica-identity', name, {
            identity: is.replicaIdentity,
            effect: effects[is.replicaIdentity] ?? 'subscribers find changed rows by the primary key.',
          }),
        ]),
  ];
}

/** Moved from one place to another it never commits without a place: its rows would be gone for that time. */
function movePartition(
  { properties: before }: CatalogObject<Table>,
  { ref, properties: after }: CatalogObject<Table>,
): readonly Statement[] {
  return [
    ...(before.partitionOf === null
      ? []
      : [
          {
            ...detach(ref.path, before.partitionOf.parent),
            online: after.partitionOf === null ? detachOnline(ref.path, before) : [],
          },
        ]),
    ...(after.partitionOf === null
      ? []
      : [
          {
            ...attach(ref.path, after.partitionOf),
            online: before.partitionOf === null ? attachOnline(ref, after) : [],
          },
        ]),
  ];
}

function drop({ path }: ObjectRef, properties: Table): readonly Statement[] {
  const { partitionOf, referenced } = properties;
  const gone = statement(`DROP TABLE ${quoteName(path)}`, {
    hazards: [hazard('drop-table', path.join('.'))],
    ...(partitionOf ? { leaves: partitionOf.parent } : {}),
  });
  const [way] = referenced ? [] : detachOnline(path, properties);
  const [apart] = way?.statements ?? [];
  return way && apart ? [{ ...gone, online: [{ ...way, statements: [apart, gone] }] }] : [gone];
}

/** Others go on with the other partitions. A check of the bounds is left, which the table need not keep. */
function detachOnline(path: readonly string[], { partitionOf, detachedCheck }: Table): readonly OnlineWay[] {
  if (partitionOf === null || detachedCheck === null) return [];
  const plain = detach(path, partitionOf.parent);
  return [
    {
      relation: partitionOf.parent,
      statements: [
        { ...plain, sql: `${plain.sql} CONCURRENTLY`, transaction: 'outside' },
        alter(path, `DROP CONSTRAINT IF EXISTS ${quoteIdentifier(detachedCheck)}`),
      ],
    },
  ];
}

/** A check that was validated before spares ATTACH the reading of all rows under its lock. */
function attachOnline({ kind, path }: ObjectRef, { partitionOf, bounds }: Table): readonly OnlineWay[] {
  if (partitionOf === null || bounds === null) return [];
  const check = quoteIdentifier(`${path[1]}_bounds`);
  return [
    {
      relation: { kind, path },
      statements: [
        alter(path, `ADD CONSTRAINT ${check} CHECK (${bounds}) NOT VALID`),
        statement(`ALTER TABLE ${quoteName(path)} VALIDATE CONSTRAINT ${check}`, { transaction: 'apart' }),
        attach(path, partitionOf),
        alter(path, `DROP CONSTRAINT ${check}`),
      ],
    },
  ];
}

function leaveType(path: readonly string[], type: TypeRef): Statement {
  return { ...alter(path, 'NOT OF'), leaves: type };
}

function joinType(path: readonly string[], type: TypeRef): Statement {
  return { ...alter(path, `OF ${quoteName(type.path)}`), joins: type };
}

function setOptions(before: CatalogObject<Table>, after: CatalogObject<Table>): readonly Statement[] {
  const names = (options: readonly string[]) => options.map((option) => option.slice(0, option.indexOf('=')));
  const kept = new Set(names(after.properties.options));
  const reset = names(before.properties.options).filter((name) => !kept.has(name));
  const had = new Set(before.properties.options);
  const set = after.properties.options.filter((option) => !had.has(option));
  return [
    ...(reset.length > 0 ? [alter(after.ref.path, `RESET (${reset.join(', ')})`)] : []),
    ...(set.length > 0 ? [alter(after.ref.path, `SET (${set.map(formatOption).join(', ')})`)] : []),
  ];
}

/** `fillfactor=70` as `fillfactor='70'`: quoted, because a value may hold anything. */
function formatOption(option: string): string {
  const equals = option.indexOf('=');
  return `${option.slice(0, equals)}='${option.slice(equals + 1).replaceAll("'", "''")}'`;
}

function alter(path: readonly string[], what: string): Statement {
  return statement(`ALTER TABLE ${quoteName(path)} ${what}`);
}
