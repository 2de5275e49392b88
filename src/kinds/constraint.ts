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
import { isGeneratedIndex } from '../database/generated-names.ts';
import { attachIndex } from '../database/parents.ts';
import { quoteIdentifier, quoteName } from '../database/sql.ts';
import { duplicatesQuery, type Hazard, hazard } from '../plan/hazards.ts';

type Row = CatalogAddress &
  Constraint & {
    readonly schema: string;
    readonly table: string;
    readonly name: string;
    readonly tableKind: string;
    /** Schema, table and name of the parent table's constraint that this one is a copy of. */
    readonly inheritedFrom: readonly string[] | null;
    /** That one holds for new rows alone, and this one for all. */
    readonly validatedAlone: boolean;
    /** Schema and name of the partitioned table's index that its index is attached to, and that is no constraint's. */
    readonly attachedTo: readonly string[] | null;
    /** The names that its index has for its columns. */
    readonly columns: readonly string[];
  };
type Constraint = {
  readonly type: 'primary key' | 'unique' | 'foreign key' | 'check' | 'exclusion';
  /** As PostgreSQL prints it, NOT VALID left to `validated`. */
  readonly definition: string;
  readonly validated: boolean;
  /** The table's CLUSTER mark stands on its index. */
  readonly clustered: boolean;
  /** Its index is the table's REPLICA IDENTITY. */
  readonly replicaIdentity: boolean;
  /** Columns that a primary key or unique constraint makes unique, quoted where they must be. */
  readonly keys: readonly string[];
  /** From USING to the end, its index where ADD CONSTRAINT can take over one that was built before. */
  readonly index: string | null;
  /** DEFERRABLE and INITIALLY DEFERRED, empty for neither. */
  readonly deferral: string;
  /** The oldest server on which it can be added first and validated later, as `server_version_num`; null: none. */
  readonly validatesLater: number | null;
  /** The table that a foreign key points at. */
  readonly refersTo: ObjectRef | null;
  /** Its table is partitioned. */
  readonly partitioned: boolean;
  /** A partition may lose it when it is detached: on PostgreSQL 14 a foreign key to a partitioned table. */
  readonly lostWithWhole: boolean;
  /** False for one that stands on the partitioned table alone and waits for those of the partitions. */
  readonly valid: boolean;
};

export const constraint = defineKind<Row, Constraint>({
  kind: 'constraint',
  // After functions and views, since adding a check to rows runs functions, whose bodies may name both.
  order: 96,
  // NOT NULL is a property of its column.
  query: (serverVersion) => `
    SELECT 'pg_constraint'::regclass::oid AS classid, c.oid AS objid, 0 AS objsubid,
           n.nspname AS schema, t.relname AS "table", c.conname AS name,
           CASE t.relkind WHEN 'f' THEN 'foreign table' ELSE 'table' END AS "tableKind",
           CASE c.contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique' WHEN 'f' THEN 'foreign key'
                          WHEN 'c' THEN 'check' ELSE 'exclusion' END AS type,
           -- The one thing that follows a definition is NOT VALID, and only where convalidated is false.
           CASE WHEN c.convalidated THEN pg_get_constraintdef(c.oid)
                ELSE regexp_replace(pg_get_constraintdef(c.oid), ' NOT VALID$', '') END AS definition,
           -- What is not enforced is never validated either.
           c.convalidated OR NOT ${serverVersion >= 180000 ? 'c.conenforced' : 'true'} AS validated,
           CASE WHEN c.contype IN ('p', 'u') AND t.relkind = 'r' AND am.amname = 'btree'
                THEN substr(pg_get_indexdef(c.conindid), length('CREATE UNIQUE INDEX ' || quote_ident(ic.relname) || ' ON '
                  || quote_ident(n.nspname) || '.' || quote_ident(t.relname) || ' ') + 1) END AS index,
           concat(CASE WHEN c.condeferrable THEN ' DEFERRABLE' END, CASE WHEN c.condeferred THEN ' INITIALLY DEFERRED' END) AS deferral,
           CASE WHEN c.contype = 'c' AND t.relkind <> 'f' ${serverVersion >= 180000 ? 'AND c.conenforced' : ''} THEN 0
                -- A partitioned table takes a foreign key that is not validated from PostgreSQL 18.
                WHEN c.contype = 'f' ${serverVersion >= 180000 ? 'AND c.conenforced' : ''} THEN CASE t.relkind WHEN 'p' THEN 180000 ELSE 0 END END AS "validatesLater",
           ${serverVersion < 150000 ? "c.conparentid <> 0 AND EXISTS (SELECT FROM pg_class r WHERE r.oid = c.confrelid AND r.relkind = 'p')" : 'false'} AS "lostWithWhole",
           t.relkind = 'p' AS partitioned, coalesce(i.indisvalid, true) AS valid,
           ARRAY(SELECT a.attname FROM pg_attribute a WHERE a.attrelid = i.indexrelid ORDER BY a.attnum) AS columns,
           (SELECT json_build_object('kind', 'table', 'path', json_build_array(rn.nspname, r.relname))
            FROM pg_class r JOIN pg_namespace rn ON rn.oid = r.relnamespace WHERE r.oid = c.confrelid) AS "refersTo",
           coalesce(i.indisclustered, false) AS clustered, coalesce(i.indisreplident, false) AS "replicaIdentity",
           CASE WHEN c.contype IN ('p', 'u') THEN
                  ARRAY(SELECT quote_ident(a.attname) FROM unnest(c.conkey) WITH ORDINALITY k (attnum, position)
                        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum ORDER BY k.position)
                ELSE '{}' END AS keys,
           CASE WHEN c.conparentid <> 0 THEN
                  (SELECT json_build_array(pn.nspname, pt.relname, p.conname)
                   FROM pg_constraint p JOIN pg_class pt ON pt.oid = p.conrelid JOIN pg_namespace pn ON pn.oid = pt.relnamespace
                   WHERE p.oid = c.conparentid)
                WHEN c.contype = 'c' AND c.coninhcount > 0 AND NOT c.conislocal THEN
                  (SELECT json_build_array(pn.nspname, pt.relname, p.conname)
                   FROM pg_inherits h
                   JOIN pg_constraint p ON p.conrelid = h.inhparent AND p.conname = c.conname AND p.contype = 'c'
                   JOIN pg_class pt ON pt.oid = p.conrelid JOIN pg_namespace pn ON pn.oid = pt.relnamespace
                   WHERE h.inhrelid = c.conrelid ORDER BY h.inhseqno LIMIT 1) END AS "inheritedFrom",
           c.contype = 'c' AND c.convalidated AND c.coninhcount > 0 AND NOT c.conislocal AND EXISTS (
             SELECT FROM pg_inherits h JOIN pg_constraint p ON p.conrelid = h.inhparent AND p.conname = c.conname AND p.contype = 'c'
             WHERE h.inhrelid = c.conrelid AND NOT p.convalidated) AS "validatedAlone",
           CASE WHEN c.conparentid = 0 AND ic.relispartition THEN
                  (SELECT json_build_array(xn.nspname, x.relname)
                   FROM pg_inherits h JOIN pg_class x ON x.oid = h.inhparent JOIN pg_namespace xn ON xn.oid = x.relnamespace
                   WHERE h.inhrelid = ic.oid) END AS "attachedTo"
    FROM pg_constraint c
    JOIN pg_class t ON t.oid = c.conrelid
    JOIN pg_namespace n ON n.oid = t.relnamespace
    LEFT JOIN pg_index i ON c.contype IN ('p', 'u', 'x') AND i.indexrelid = c.conindid
    LEFT JOIN pg_class ic ON ic.oid = i.indexrelid
    LEFT JOIN pg_am am ON am.oid = ic.relam
    WHERE c.contype IN ('p', 'u', 'f', 'c', 'x') AND t.relkind IN ('r', 'p', 'f') AND ${userSchema('n')}
    ORDER BY n.nspname, t.relname, CASE c.contype WHEN 'p' THEN 0 WHEN 'u' THEN 1 ELSE 2 END, c.conname`,
  fromRow: ({
    classid,
    objid,
    objsubid,
    schema,
    table,
    name,
    tableKind,
    inheritedFrom,
    validatedAlone,
    attachedTo,
    columns,
    ...properties
  }) => ({
    ref: { kind: 'constraint', path: [schema, table, name] },
    parent: { kind: tableKind, path: [schema, table] },
    ...(inheritedFrom
      ? {
          inheritedFrom: { kind: 'constraint', path: inheritedFrom },
          deviates: validatedAlone,
          nameIsChosen: isChosen(name, table, columns, properties.type),
        }
      : {}),
    ...(attachedTo ? { dropsWith: { kind: 'index', path: attachedTo } } : {}),
    address: { classid, objid, objsubid },
    properties,
  }),
  address: (ref) =>
    `CONSTRAINT ${quoteIdentifier(ref.path.at(-1) ?? '')} ON ${quoteName(ref.path.slice(0, -1))}`,
  create: (object) =>
    object.inheritedFrom
      ? [validateAlone(object)]
      : [
          statement(add(object), { online: object.properties.validated ? online(object) : [] }),
          ...marks(object),
        ],
  completeFolded: (object) => marks(object),
  drop: (object) =>
    object.inheritedFrom
      ? []
      : [
          statement(
            `${alterTable(object)} DROP CONSTRAINT ${object.properties.lostWithWhole ? 'IF EXISTS ' : ''}${own(object)}`,
          ),
        ],
  asOwn: (object) => object,
  comesWithWhole: ({ properties }) => properties.type === 'foreign key',
  join: ({ ref, inheritedFrom, properties }) =>
    inheritedFrom && properties.type in indexSuffix ? [attachIndex(ref, inheritedFrom)] : [],
  dropAlone: (object) =>
    object.properties.type === 'check' && !object.properties.partitioned
      ? [
          statement(
            `ALTER TABLE ONLY ${quoteName(object.ref.path.slice(0, -1))} DROP CONSTRAINT ${own(object)}`,
          ),
        ]
      : null,
  rename: (before, after) => [
    statement(
      `ALTER TABLE ${quoteName(after.path.slice(0, -1))} RENAME CONSTRAINT ${quoteIdentifier(before.path.at(-1) ?? '')} TO ${quoteIdentifier(after.path.at(-1) ?? '')}`,
    ),
  ],
  change: {
    type: 'replace',
    definition: 'replace',
    validated: (_before, after) => (after.properties.validated ? [validateAlone(after)] : 'replace'),
    clustered: (_before, after) =>
      after.properties.clustered ? marks(after) : [unmark(after, 'SET WITHOUT CLUSTER')],
    replicaIdentity: (_before, after) =>
      after.properties.replicaIdentity ? marks(after) : [unmark(after, 'REPLICA IDENTITY DEFAULT')],
    keys: 'derived',
    index: 'derived',
    deferral: 'derived',
    validatesLater: 'derived',
    refersTo: 'derived',
    partitioned: 'derived',
    lostWithWhole: 'derived',
    // Those of the partitions make it valid, and PostgreSQL detaches none.
    valid: (_before, after) => (after.properties.valid ? [] : 'replace'),
  },
  // PostgreSQL does not read a foreign table to see whether its rows pass.
  hazards: (before, after) =>
    !before && after && after.parent?.kind !== 'foreign table' ? hazards(after) : [],
  // pg_depend has only its columns, and only a table that is no longer unlogged takes a key of one that is not.
  // What is inherited comes and goes with its origin.
  references: ({ properties, inheritedFrom }) =>
    properties.refersTo && !inheritedFrom ? [properties.refersTo] : [],
  // The other side of a foreign key would no longer compare with the new type.
  followsColumnType: ({ properties }) => properties.type !== 'foreign key',
  // Its index has the same name and stands among the tables.
  names: ({ ref, properties }) =>
    properties.type in indexSuffix ? [ref.path, [ref.path[0] ?? '', ref.path[2] ?? '']] : [ref.path],
  needsFinished: ({ properties }) => properties.type === 'primary key' || properties.replicaIdentity,
  printed: ['definition'],
});

const indexSuffix: Readonly<Partial<Record<Constraint['type'], 'pkey' | 'key' | 'excl'>>> = {
  'primary key': 'pkey',
  unique: 'key',
  exclusion: 'excl',
};

function isChosen(
  name: string,
  table: string,
  columns: readonly string[],
  type: Constraint['type'],
): boolean {
  const suffix = indexSuffix[type];
  return suffix !== undefined && !isGeneratedIndex(name, table, columns, suffix);
}

/** What rows that are there already may do to a constraint that is new. */
function hazards({ ref, properties }: CatalogObject<Constraint>): readonly Hazard[] {
  if (!properties.validated) return [];
  const values = { table: ref.path.slice(0, -1).join('.') };
  const query = duplicatesQuery(quoteName(ref.path.slice(0, -1)), properties.keys);
  return properties.keys.length > 0
    ? [hazard('duplicates', ref.path.join('.'), values, query)]
    : [hazard('rows-break-rule', ref.path.join('.'), values)];
}

function add(object: CatalogObject<Constraint>): string {
  const { definition, validated, valid } = object.properties;
  const only = valid === false ? 'ONLY ' : '';
  return `ALTER TABLE ${only}${quoteName(object.ref.path.slice(0, -1))} ADD CONSTRAINT ${own(object)} ${definition}${validated ? '' : ' NOT VALID'}`;
}

function validate(object: CatalogObject<Constraint>): string {
  return `${alterTable(object)} VALIDATE CONSTRAINT ${own(object)}`;
}

/** VALIDATE CONSTRAINT where it was added before. */
function validateAlone(object: CatalogObject<Constraint>): Statement {
  const apart = statement(validate(object), { transaction: 'apart' });
  return statement(validate(object), {
    online: [{ relation: object.parent ?? object.ref, statements: [apart] }],
  });
}

/** Its index built, or its rows checked, while others write: only then is a lock needed, for a moment. */
function online(object: CatalogObject<Constraint>): readonly OnlineWay[] {
  const { type, index, deferral, validatesLater } = object.properties;
  const relation = object.parent ?? object.ref;
  if (index !== null) {
    const build = `CREATE UNIQUE INDEX CONCURRENTLY ${own(object)} ON ${quoteName(relation.path)} ${index}`;
    const take = `${alterTable(object)} ADD CONSTRAINT ${own(object)} ${type.toUpperCase()} USING INDEX ${own(object)}${deferral}`;
    return [{ relation, statements: [statement(build, { transaction: 'outside' }), statement(take)] }];
  }
  if (validatesLater === null) return [];
  return [
    {
      relation,
      minVersion: validatesLater,
      statements: [
        statement(`${add(object)} NOT VALID`),
        // Whatever waits for the constraint need not wait for the rows to be checked.
        statement(validate(object), { transaction: 'apart', needs: [object.ref] }),
      ],
    },
  ];
}

function marks(object: CatalogObject<Constraint>): readonly Statement[] {
  const { clustered, replicaIdentity } = object.properties;
  return [
    ...(clustered ? [statement(`${alterTable(object)} CLUSTER ON ${own(object)}`)] : []),
    ...(replicaIdentity
      ? [statement(`${alterTable(object)} REPLICA IDENTITY USING INDEX ${own(object)}`)]
      : []),
  ];
}

function unmark(object: CatalogObject<Constraint>, what: string): Statement {
  return statement(`${alterTable(object)} ${what}`, { yields: true });
}

function alterTable({ ref }: CatalogObject<Constraint>): string {
  return `ALTER TABLE ${quoteName(ref.path.slice(0, -1))}`;
}

function own({ ref }: CatalogObject<Constraint>): string {
  return quoteIdentifier(ref.path.at(-1) ?? '');
}
