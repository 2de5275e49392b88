import { defineKind, statement } from '../../catalog/kind.ts';
import { quoteIdentifier, quoteName } from '../../database/sql.ts';
import { hazard } from '../../plan/hazards.ts';
import { addColumn, dropColumn, mustBeFilled } from './create.ts';
import { define } from './definition.ts';
import {
  changeOptions,
  details,
  deviations,
  ownDefault,
  setCompression,
  setForeignOptions,
  setStatistics,
  setStorage,
  undoDeviations,
} from './details.ts';
import { alterIdentity, renameSequence } from './identity.ts';
import {
  changeInheritance,
  changeNotNull,
  dropNotNull,
  hasNamedNotNull,
  renameNotNull,
  settleNotNull,
} from './not-null.ts';
import { alter, type Column, dotted, dropDefault, isForeign, isSamePath, setDefault } from './properties.ts';
import { fromRow, query, type Row } from './query.ts';
import { release } from './release.ts';
import { retype } from './retype.ts';

export const column = defineKind<Row, Column>({
  kind: 'column',
  order: 60,
  query,
  fromRow,
  address: (ref) => `COLUMN ${quoteName(ref.path)}`,
  create: (object) => (object.properties.inherited ? deviations(object) : addColumn(object)),
  completeFolded: (object) =>
    object.properties.inherited === 'child' ? deviations(object) : details(object),
  drop: (object) => (object.inheritedFrom ? undoDeviations(object) : [dropColumn(object)]),
  dropAlone: (object) => [dropColumn(object, 'ONLY ')],
  asOwn: (object) => {
    const { definition: _, ...rest } = object.properties;
    const properties = {
      ...rest,
      inherited: null,
      ownBesides: false,
      parentDefault: null,
      parentNoInherit: false,
      notNullOwn: rest.notNull !== false,
      notNullInherited: false,
    };
    return {
      ...object,
      properties: { ...properties, definition: define(object.ref.path, properties) },
    };
  },
  rename: (before, after) => [
    statement(
      `ALTER TABLE ${quoteName(after.path.slice(0, -1))} RENAME COLUMN ${quoteIdentifier(before.path.at(-1) ?? '')} TO ${quoteIdentifier(after.path.at(-1) ?? '')}`,
    ),
  ],
  change: {
    type: (before, after) => retype(before, after),
    collation: (before, after) => retype(before, after),
    generated: (before, after) =>
      // PostgreSQL drops the expression of what is stored, and keeps the values.
      before.properties.generated?.stored && after.properties.generated === null
        ? [{ ...alter(after, 'DROP EXPRESSION'), yields: true }, ...setDefault(after)]
        : 'replace',
    identity: (before, after) => alterIdentity(before, after),
    default: (_before, after) =>
      after.properties.default === null ? [dropDefault(after)] : setDefault(after),
    notNull: (before, after) => changeNotNull(before, after),
    notNullNoInherit: (before, after) => changeInheritance(before, after),
    notNullName: (before, after) => renameNotNull(before, after),
    notNullSaid: 'derived',
    notNullConstraint: 'derived',
    notNullScattered: 'derived',
    notNullOwn: 'derived',
    notNullInherited: 'derived',
    storage: (_before, after) => [setStorage(after)],
    typeStorage: 'derived',
    compression: (_before, after) => [setCompression(after)],
    statistics: (_before, after) => [setStatistics(after)],
    options: (before, after) => changeOptions(before, after),
    foreignOptions: (before, after) => [setForeignOptions(before.properties.foreignOptions, after)],
    parentDefault: 'derived',
    parentNoInherit: 'derived',
    inherited: 'derived',
    ownBesides: 'derived',
    userType: 'derived',
    labels: 'derived',
    extensionType: 'derived',
    sequence: 'derived',
    volatileDefault: 'derived',
    partitionKey: 'derived',
    identityAlone: 'derived',
    watched: 'derived',
    position: 'derived',
    definition: 'derived',
  },
  references: () => [],
  hazards: (before, after) =>
    before && after && before.ref.path.at(-1) !== after.ref.path.at(-1)
      ? [hazard('renamed', dotted(after), { before: dotted(before) })]
      : [],
  // The sequence of an identity stands among the tables.
  names: ({ ref, properties: { identity } }) =>
    identity ? [ref.path, [ref.path[0] ?? '', identity.name]] : [ref.path],
  renameBesides: (object, name) => renameSequence(object, name),
  isBoundToParent: (object) => object.properties.partitionKey,
  // What is generated can be generated again.
  holdsData: (object) => object.properties.generated === null && !isForeign(object),
  isMadeOf: ({ properties }, type) => isSamePath(properties.userType?.path ?? [], type.path),
  unfilled: (object) => {
    if (!mustBeFilled(object)) return null;
    const { definition: _, ...rest } = object.properties;
    const none = { notNull: false, notNullName: null, notNullNoInherit: false, notNullConstraint: null };
    const properties = { ...rest, ...none };
    return { ...object, properties: { ...properties, definition: define(object.ref.path, properties) } };
  },
  firstVersion: (object, needed) => {
    const { default: value, inherited, userType } = object.properties;
    if (value === null || inherited || isSamePath(userType?.path ?? [], needed.path)) return null;
    const { definition: _, ...rest } = object.properties;
    const properties = { ...rest, default: null, volatileDefault: false };
    return { ...object, properties: { ...properties, definition: define(object.ref.path, properties) } };
  },
  release,
  overrides: (object, before, property) => {
    if (property === 'notNull') return settleNotNull(before, object);
    if (property === 'default') return object.properties.inherited ? ownDefault(object) : [];
    // What a parent no longer passes on stays as the child's own.
    const { parentNoInherit, notNull } = object.properties;
    return parentNoInherit && notNull === false ? [dropNotNull(object)] : [];
  },
  narrow: (object, serverVersion) => {
    if (hasNamedNotNull(serverVersion)) return object;
    const unnamed = { notNullName: null, notNullSaid: null, notNullNoInherit: false };
    const properties = { ...object.properties, ...unnamed };
    return { ...object, properties: { ...properties, definition: define(object.ref.path, properties) } };
  },
  printed: ['default', 'generated'],
});
