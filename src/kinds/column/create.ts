import { type CatalogObject, type OnlineWay, type Statement, statement } from '../../catalog/kind.ts';
import { quoteName } from '../../database/sql.ts';
import { type Hazard, hazard } from '../../plan/hazards.ts';
import { collate, define } from './definition.ts';
import { details } from './details.ts';
import { alterIdentity } from './identity.ts';
import { notNullOnline, setNotNull } from './not-null.ts';
import {
  alter,
  alterTable,
  type Column,
  dotted,
  dropDefault,
  isForeign,
  own,
  tableOf,
} from './properties.ts';

/** ADD COLUMN, and what that cannot say. */
export function addColumn(object: CatalogObject<Column>): readonly Statement[] {
  if (object.properties.identity && object.properties.identityAlone) return addIdentityAlone(object);
  return [
    statement(`${alterTable(object)} ADD COLUMN ${object.properties.definition}`, {
      hazards: [
        ...(mustBeFilled(object)
          ? [hazard('required-column', dotted(object), { table: tableOf(object) })]
          : []),
        ...(object.properties.volatileDefault
          ? [{ ...hazard('rewrite', dotted(object), { table: tableOf(object) }), ...written(object) }]
          : []),
      ],
      online: fillOnline(object),
      ...(fillsRows(object) ? { fillsRows: isOfDomain(object) ? [] : fillLater(object) } : {}),
    }),
    ...details(object),
  ];
}

/** It becomes an identity once children have it too; all rows get their number then, where an UPDATE does nothing else. */
function addIdentityAlone(object: CatalogObject<Column>): readonly Statement[] {
  const { watched } = object.properties;
  const { definition: _, ...rest } = object.properties;
  const properties = { ...rest, identity: null, sequence: null, default: watched ? null : '0' };
  const plain = {
    ...object,
    properties: { ...properties, definition: define(object.ref.path, properties) },
  };
  const table = quoteName(object.ref.path.slice(0, -1));
  return [
    ...addColumn(plain),
    ...(watched ? [] : [dropDefault(object)]),
    ...alterIdentity({ ...plain, properties: { ...plain.properties, default: null } }, object),
    ...(watched ? [] : [statement(`UPDATE ${table} SET ${own(object)} = DEFAULT`)]),
  ];
}

function fillsRows(object: CatalogObject<Column>): boolean {
  const { default: value, identity, generated } = object.properties;
  const isFilled = value !== null || identity !== null || generated?.stored === true;
  return !isForeign(object) && (isFilled || isOfDomain(object));
}

/** PostgreSQL looks whether its checks take a null. */
function isOfDomain({ properties: { userType, type } }: CatalogObject<Column>): boolean {
  return userType?.kind === 'domain' && !type.endsWith('[]');
}

/** In place of a rewrite under a lock: the rows there are get their values while others read. */
function fillOnline(object: CatalogObject<Column>): readonly OnlineWay[] {
  const relation = object.parent;
  if (!object.properties.volatileDefault || !relation || !canFillLater(object)) return [];
  const fill = addEmpty(object);
  if (object.properties.notNull !== true) return [{ relation, statements: fill }];
  return notNullOnline(object).map((way) => ({ ...way, statements: [...fill, ...way.statements] }));
}

/** The same where PostgreSQL lets no ADD COLUMN fill it. */
function fillLater(object: CatalogObject<Column>): readonly Statement[] {
  if (!canFillLater(object)) return [];
  const required = object.properties.notNull === true ? [setNotNull(object)] : [];
  return [...addEmpty(object), ...required.map((one) => ({ ...one, needs: [object.ref] }))];
}

/** The same for a migration that is yet to be changed. */
function written(object: CatalogObject<Column>): Pick<Hazard, 'instead'> {
  const lines = fillLater(object).flatMap(({ sql }) => [
    ...(sql.startsWith('UPDATE') ? ['-- a later migration', '-- trueup: batch'] : []),
    `${sql};`,
  ]);
  return lines.length === 0 ? {} : { instead: lines.join('\n') };
}

/** Only where an UPDATE does the same as ADD COLUMN does. */
function canFillLater(object: CatalogObject<Column>): boolean {
  const { default: value, watched } = object.properties;
  return value !== null && !watched && !isForeign(object);
}

/** It is added empty, then the rows there are get their values. */
function addEmpty(object: CatalogObject<Column>): readonly Statement[] {
  const { type, default: value } = object.properties;
  const name = own(object);
  return [
    statement(`${alterTable(object)} ADD COLUMN ${name} ${type}${collate(object.properties)}`),
    alter(object, `SET DEFAULT ${value}`),
    // What uses the column need not wait for that.
    statement(
      `UPDATE ${quoteName(object.ref.path.slice(0, -1))} SET ${name} = DEFAULT WHERE ${name} IS NULL`,
      {
        transaction: 'apart',
        needs: [object.ref],
      },
    ),
  ];
}

/** DROP COLUMN; `only` for its own table alone. */
export function dropColumn(object: CatalogObject<Column>, only: 'ONLY ' | '' = ''): Statement {
  return statement(
    `ALTER TABLE ${only}${quoteName(object.ref.path.slice(0, -1))} DROP COLUMN ${own(object)}`,
    {
      hazards:
        object.properties.generated === null && !isForeign(object)
          ? [hazard('drop-column', dotted(object))]
          : [],
    },
  );
}

/** Rows that are there already have nothing for it, and it must hold something. */
export function mustBeFilled(object: CatalogObject<Column>): boolean {
  const { properties } = object;
  return (
    !isForeign(object) &&
    properties.notNull === true &&
    properties.default === null &&
    properties.identity === null &&
    properties.generated === null
  );
}
