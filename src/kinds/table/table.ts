import { type CatalogObject, defineKind, statement } from '../../catalog/kind.ts';
import {
  attach,
  changeParents,
  detach,
  joinParent,
  leaveParent,
  type TableRef,
} from '../../database/parents.ts';
import { quoteIdentifier, quoteName, renameSql } from '../../database/sql.ts';
import { type Hazard, hazard, nameHazards } from '../../plan/hazards.ts';
import { create } from './create.ts';
import { setOptions } from './options.ts';
import { dropTable, movePartition } from './partition.ts';
import { alter, type Table, type TypeRef } from './properties.ts';
import { fromRow, query, type Row } from './query.ts';
import { changeType, joinType, leaveType } from './typed.ts';

export const table = defineKind<Row, Table>({
  kind: 'table',
  order: 50,
  query: () => query,
  fromRow,
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
    properties: { ...object.properties, partitionOf: null, parentAccessMethod: null },
  }),
  join: ({ ref, properties: { partitionOf } }) => (partitionOf ? [attach(ref.path, partitionOf)] : []),
  drop: (object) => dropTable(object),
  rename: (before, after) => renameSql('TABLE', before.path, after.path).map((sql) => statement(sql)),
  change: {
    unlogged: (_before, { ref, properties }) => {
      // A logged table points at none that is not.
      const bound = properties.unlogged ? properties.referencedBy : properties.pointsAt;
      return [
        statement(`ALTER TABLE ${quoteName(ref.path)} SET ${properties.unlogged ? 'UNLOGGED' : 'LOGGED'}`, {
          hazards: [hazard('rewrite', ref.path.join('.'), { table: ref.path.join('.') })],
          bound,
          completes: bound.length > 0,
        }),
      ];
    },
    partitionBy: 'replace',
    partitionOf: (before, after) => movePartition(before, after),
    inherits: (before, after) =>
      changeParents(after.ref.path, before.properties.inherits, after.properties.inherits),
    ofType: (before, after) => changeType(before, after),
    accessMethod: (_before, { ref, properties: { accessMethod, partitionBy } }) => {
      // A partitioned table may leave it to its partitions.
      const none = partitionBy === null ? 'heap' : 'DEFAULT';
      return [
        alter(ref.path, `SET ACCESS METHOD ${accessMethod === null ? none : quoteIdentifier(accessMethod)}`),
      ];
    },
    parentAccessMethod: 'derived',
    options: (before, after) => setOptions(before, after),
    optionsAsSet: 'derived',
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
  printed: ['partitionOf'],
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
