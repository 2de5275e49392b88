import { type CatalogObject, type Statement, statement } from '../../catalog/kind.ts';
import { alterOptions, type ForeignOptions, maskedOptions } from '../../database/foreign-options.ts';
import { alterIdentity, setLogged } from './identity.ts';
import { addNotNull, setOwnNotNull } from './not-null.ts';
import { alter, alterOnly, type Column, dropDefault, setDefault } from './properties.ts';

/** What CREATE TABLE and ADD COLUMN cannot say. */
export function details(object: CatalogObject<Column>): readonly Statement[] {
  const { storage, compression, statistics, options, foreignOptions, notNull } = object.properties;
  const { identity, sequence, inherited } = object.properties;
  return [
    ...(notNull === 'not valid' ? [addNotNull(object)] : []),
    ...(identity && !inherited ? setLogged(sequence ?? [], {}, identity) : []),
    ...(storage === null ? [] : [setStorage(object)]),
    ...(compression === null ? [] : [setCompression(object)]),
    ...(statistics === null ? [] : [setStatistics(object)]),
    ...(options.length === 0 ? [] : [setOptions(object)]),
    ...(Object.keys(foreignOptions).length === 0 ? [] : [setForeignOptions({}, object)]),
  ];
}

/** What an inherited column has of its own, once its table and its parent's column are there. */
export function deviations(object: CatalogObject<Column>): readonly Statement[] {
  const { default: value, parentDefault, notNull, generated, identity, ownBesides } = object.properties;
  const given = { identity: null, default: parentDefault, sequence: null };
  const own = [
    ...(value === parentDefault || generated || identity
      ? []
      : value === null
        ? [dropDefault(object)]
        : setDefault(object)),
    ...(identity === null ? [] : alterIdentity(withProperties(object, given), object)),
    ...(notNull === true ? [setOwnNotNull(object)] : []),
  ];
  // CREATE TABLE says all but that it has not the parent's default.
  const unsaid =
    value === null && parentDefault !== null && !generated && !identity ? [dropDefault(object)] : [];
  return [...(ownBesides ? unsaid : own), ...details(object)];
}

function withProperties(object: CatalogObject<Column>, given: Partial<Column>): CatalogObject<Column> {
  return { ...object, properties: { ...object.properties, ...given } };
}

/** An inherited column goes with its parent's; only what it has of its own could stand in the way of that. */
export function undoDeviations(object: CatalogObject<Column>): readonly Statement[] {
  return object.properties.default === null ? [] : [dropDefault(object)];
}

/** Puts back the default that an inherited column has of its own, once its parent's has come down over it. */
export function ownDefault(object: CatalogObject<Column>): readonly Statement[] {
  const { default: value, parentDefault } = object.properties;
  if (value === parentDefault) return [];
  return [value === null ? dropDefault(object) : alter(object, `SET DEFAULT ${value}`)];
}

// These hold for one table alone: a partition or child has its own, whatever its parent has.

/** SET STORAGE. */
export function setStorage(object: CatalogObject<Column>): Statement {
  return alterOnly(object, `SET STORAGE ${object.properties.storage ?? object.properties.typeStorage}`);
}

/** SET COMPRESSION. */
export function setCompression(object: CatalogObject<Column>): Statement {
  return alterOnly(object, `SET COMPRESSION ${object.properties.compression ?? 'default'}`);
}

/** SET STATISTICS. */
export function setStatistics(object: CatalogObject<Column>): Statement {
  return alterOnly(object, `SET STATISTICS ${object.properties.statistics ?? -1}`);
}

/** RESET of what it had, SET of what it has. */
export function changeOptions(
  { properties: before }: CatalogObject<Column>,
  after: CatalogObject<Column>,
): readonly Statement[] {
  return [
    ...(before.options.length > 0
      ? [alterOnly(after, `RESET (${before.options.map(optionName).join(', ')})`)]
      : []),
    ...(after.properties.options.length > 0 ? [setOptions(after)] : []),
  ];
}

function setOptions(object: CatalogObject<Column>): Statement {
  return alterOnly(object, `SET (${object.properties.options.join(', ')})`);
}

/** OPTIONS of a foreign table’s column, from those to its own. */
export function setForeignOptions(before: ForeignOptions, object: CatalogObject<Column>): Statement {
  const { foreignOptions } = object.properties;
  return statement(alter(object, alterOptions(before, foreignOptions)).sql, {
    masked: maskedOptions(before, foreignOptions),
  });
}

function optionName(option: string): string {
  return option.slice(0, option.indexOf('='));
}
