import { type CatalogObject, defineKind, type Statement, statement } from '../../catalog/kind.ts';
import { isGeneratedIndex } from '../../database/generated-names.ts';
import { changeIndexOptions, withIndexOptions } from '../../database/index-definition.ts';
import { attachIndex } from '../../database/parents.ts';
import { quoteIdentifier, quoteName } from '../../database/sql.ts';
import { duplicatesQuery, type Hazard, hazard } from '../../plan/hazards.ts';
import { add, alterTable, own, validateAlone } from './add.ts';
import { type Constraint, query, type Row } from './query.ts';
import { setTriggers } from './triggers.ts';

export const constraint = defineKind<Row, Constraint>({
  kind: 'constraint',
  // After functions and views, since adding a check to rows runs functions, whose bodies may name both.
  order: 96,
  query,
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
    firesAlone,
    indexAbove,
    columns,
    ...properties
  }) => ({
    ref: { kind: 'constraint', path: [schema, table, name] },
    parent: { kind: tableKind, path: [schema, table] },
    ...(inheritedFrom
      ? {
          inheritedFrom: { kind: 'constraint', path: inheritedFrom },
          // A key that waits makes none: each is made by itself.
          deviates:
            validatedAlone ||
            firesAlone ||
            properties.attachedTo !== null ||
            properties.clustered ||
            properties.replicaIdentity,
          nameIsChosen: properties.attachedTo !== null || isChosen(name, table, columns, properties.type),
        }
      : {}),
    ...(indexAbove ? { dropsWith: { kind: 'index', path: indexAbove } } : {}),
    address: { classid, objid, objsubid },
    properties: {
      ...properties,
      definition: withIndexOptions(properties.bare, properties.options, properties.deferral),
    },
  }),
  address: (ref) =>
    `CONSTRAINT ${quoteIdentifier(ref.path.at(-1) ?? '')} ON ${quoteName(ref.path.slice(0, -1))}`,
  create: (object) => (object.inheritedFrom ? deviate(object) : [add(object), ...completeFolded(object)]),
  completeFolded,
  drop: (object) =>
    object.inheritedFrom
      ? []
      : [
          statement(
            `${alterTable(object)} DROP CONSTRAINT ${object.properties.lostWithWhole ? 'IF EXISTS ' : ''}${own(object)}`,
          ),
        ],
  asOwn: (object) => ({ ...object, properties: { ...object.properties, attachedTo: null } }),
  isBoundToOrigin: true,
  comesWithWhole: ({ properties }) => properties.type === 'foreign key',
  join: ({ ref, inheritedFrom, properties }) =>
    inheritedFrom && properties.type in indexSuffix ? [attachIndex(ref, inheritedFrom)] : [],
  overrides: (object, _before, property) =>
    property === 'triggers' && object.deviates ? [setTriggers(object)] : [],
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
    definition: ({ properties: before }, { ref, properties: after }) => {
      const changes =
        before.bare === after.bare && !after.partitioned
          ? changeIndexOptions(before.options, after.options)
          : null;
      const index = quoteName([ref.path[0] ?? '', ref.path[2] ?? '']);
      return changes?.map((what) => statement(`ALTER INDEX ${index} ${what}`)) ?? 'replace';
    },
    bare: 'derived',
    options: 'derived',
    validated: (_before, after) => (after.properties.validated ? [validateAlone(after)] : 'replace'),
    clustered: (_before, after) =>
      after.properties.clustered ? marks(after) : [unmark(after, 'SET WITHOUT CLUSTER')],
    replicaIdentity: (_before, after) =>
      after.properties.replicaIdentity ? marks(after) : [unmark(after, 'REPLICA IDENTITY DEFAULT')],
    keys: 'derived',
    index: 'derived',
    partitions: 'derived',
    deferral: 'derived',
    validatesLater: 'derived',
    refersTo: 'derived',
    refersToKey: 'derived',
    partitioned: 'derived',
    lostWithWhole: 'derived',
    ownBesides: 'derived',
    // Those of the partitions make it valid, and PostgreSQL detaches none.
    valid: (_before, after) => (after.properties.valid ? [] : 'replace'),
    attachedTo: ({ properties: { attachedTo } }, after) => (attachedTo ? 'replace' : attachToIndex(after)),
    triggers: (_before, after) => [setTriggers(after)],
  },
  // PostgreSQL does not read a foreign table to see whether its rows pass.
  hazards: (before, after) => [
    ...(after && !before?.properties.validated && after.parent?.kind !== 'foreign table'
      ? hazards(after)
      : []),
    ...(after && before?.properties.triggers?.some((one) => !after.properties.triggers?.includes(one))
      ? [hazard('rule-holds-again', after.ref.path.join('.'))]
      : []),
  ],
  // pg_depend has only its columns, and only a table that is no longer unlogged takes a key of one that is not.
  // What is inherited comes and goes with its origin.
  references: ({ properties, inheritedFrom }) =>
    inheritedFrom ? [] : [properties.refersTo, properties.refersToKey].filter((ref) => ref !== null),
  // The other side of a foreign key would no longer compare with the new type.
  followsColumnType: ({ properties }) => properties.type !== 'foreign key',
  firstVersion: ({ properties, inheritedFrom }) =>
    properties.type === 'check' && !inheritedFrom ? 'absent' : null,
  // Its index has the same name and stands among the tables.
  names: ({ ref, properties }) =>
    properties.type in indexSuffix ? [ref.path, [ref.path[0] ?? '', ref.path[2] ?? '']] : [ref.path],
  needsFinished: ({ properties }) => properties.type === 'primary key' || properties.replicaIdentity,
  printed: ['definition'],
});

function completeFolded(object: CatalogObject<Constraint>): readonly Statement[] {
  return [
    ...marks(object),
    ...attachToIndex(object),
    ...(object.properties.triggers ? [setTriggers(object)] : []),
  ];
}

/** What one that is inherited has of its own. */
function deviate(object: CatalogObject<Constraint>): readonly Statement[] {
  if (object.properties.type === 'check') return [validateAlone(object)];
  const marked = marks(object);
  return marked.length > 0 && object.properties.triggers === null ? marked : [setTriggers(object), ...marked];
}

/** To one that is no constraint's and waits: what a constraint is inherited from, the plan attaches it to. */
function attachToIndex({ ref, inheritedFrom, properties }: CatalogObject<Constraint>): readonly Statement[] {
  if (inheritedFrom || !properties.attachedTo) return [];
  const above = { kind: 'index', path: properties.attachedTo };
  return [{ ...attachIndex(ref, above), needs: [above] }];
}

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

/** What rows that are there already may do to a constraint that was not held to them. */
function hazards({ ref, properties }: CatalogObject<Constraint>): readonly Hazard[] {
  if (!properties.validated) return [];
  const values = { table: ref.path.slice(0, -1).join('.') };
  const query = duplicatesQuery(quoteName(ref.path.slice(0, -1)), properties.keys);
  return properties.keys.length > 0
    ? [hazard('duplicates', ref.path.join('.'), values, query)]
    : [hazard('rows-break-rule', ref.path.join('.'), values)];
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
