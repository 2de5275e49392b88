import { type CatalogObject, type OnlineWay, type Statement, statement } from '../../catalog/kind.ts';
import { generateNotNull } from '../../database/generated-names.ts';
import { quoteIdentifier, quoteName } from '../../database/sql.ts';
import { type Hazard, hazard } from '../../plan/hazards.ts';
import { alter, alterTable, type Column, dotted, isForeign, own, tableOf } from './properties.ts';

/** From 18 a NOT NULL is a constraint, with a name. */
export function hasNamedNotNull(serverVersion: number): boolean {
  return serverVersion >= 180000;
}

// PostgreSQL renames a NOT NULL for a whole family by one name, or not at all.
export const notNullDetails = `nn.conname AS "notNullConstraint", coalesce(nn.connoinherit, false) AS "notNullNoInherit",
           coalesce(nn.coninhcount > 0, false) AS "notNullInherited", coalesce(nn.conislocal, false) AS "notNullOwn",
           c.relhassubclass AND EXISTS (
             SELECT FROM pg_inherits h JOIN pg_attribute ha ON ha.attrelid = h.inhrelid AND ha.attname = a.attname
             JOIN pg_constraint hn ON hn.contype = 'n' AND hn.conrelid = h.inhrelid AND hn.conkey[1] = ha.attnum
             WHERE h.inhparent = a.attrelid AND hn.coninhcount > 0 AND hn.conname <> nn.conname) AS "notNullScattered"`;

/** The same columns before 18, which keeps little of it. */
export const noNotNullDetails = `NULL AS "notNullConstraint", false AS "notNullNoInherit", a.attnotnull AND coalesce(p.attnotnull, false) AS "notNullInherited",
           a.attnotnull AND NOT coalesce(p.attnotnull, false) AS "notNullOwn", false AS "notNullScattered"`;

/** As it stands behind a column; the table form has the column's name in it. */
export function notNullClause(
  { notNullSaid, notNullNoInherit }: Pick<Column, 'notNullSaid' | 'notNullNoInherit'>,
  column = '',
): string {
  const name = notNullSaid === null ? '' : `CONSTRAINT ${quoteIdentifier(notNullSaid)} `;
  return `${name}NOT NULL${column && ` ${column}`}${notNullNoInherit ? ' NO INHERIT' : ''}`;
}

/** From having, not having, or having it for new rows alone, to another of these. */
export function changeNotNull(
  before: CatalogObject<Column>,
  after: CatalogObject<Column>,
): readonly Statement[] {
  const [was, will] = [before.properties.notNull, after.properties.notNull];
  if (will === false) return [dropNotNull(after)];
  if (will === 'not valid') return [...(was ? [dropNotNull(after)] : []), addNotNull(after)];
  if (was === 'not valid') return [validate(after, before.properties.notNullConstraint ?? '')];
  return [setNotNull(after)];
}

/** DROP NOT NULL. */
export function dropNotNull(object: CatalogObject<Column>): Statement {
  return { ...alter(object, 'DROP NOT NULL'), recurses: 'notNull' };
}

/**
 * After the NOT NULL of the parent table has gone, what a partition or child table has: one that was only the parent's is made again
 * where it is to stay, one that was its own besides is dropped where it is not.
 */
export function settleNotNull(
  before: CatalogObject<Column>,
  after: CatalogObject<Column>,
): readonly Statement[] {
  const [was, is] = [before.properties, after.properties];
  if (was.notNullInherited && was.notNullOwn && is.notNull === false) return [dropNotNull(after)];
  if (!was.notNullInherited || was.notNullOwn || !is.notNullOwn || is.notNullInherited) return [];
  return is.notNull === 'not valid' ? [addNotNull(after)] : [setNotNull(after)];
}

/** Whether there is a NOT NULL on both sides, and `changeNotNull` does not make another. */
function keepsNotNull(
  { properties: before }: CatalogObject<Column>,
  { properties: after }: CatalogObject<Column>,
) {
  const isMadeAnew = before.notNull === true && after.notNull === 'not valid';
  return before.notNullConstraint !== null && after.notNullConstraint !== null && !isMadeAnew;
}

function alterNotNull(
  before: CatalogObject<Column>,
  after: CatalogObject<Column>,
  verb: string,
  what: string,
) {
  const name = quoteIdentifier(before.properties.notNullConstraint ?? '');
  return statement(`${alterTable(after)} ${verb} ${name} ${what}`);
}

/** ALTER CONSTRAINT … INHERIT or NO INHERIT, where the NOT NULL stays. */
export function changeInheritance(
  before: CatalogObject<Column>,
  after: CatalogObject<Column>,
): readonly Statement[] {
  if (!keepsNotNull(before, after)) return [];
  const what = after.properties.notNullNoInherit ? 'NO INHERIT' : 'INHERIT';
  return [{ ...alterNotNull(before, after, 'ALTER CONSTRAINT', what), recurses: 'notNullNoInherit' }];
}

/** RENAME CONSTRAINT, where the NOT NULL stays. */
export function renameNotNull(
  before: CatalogObject<Column>,
  after: CatalogObject<Column>,
): readonly Statement[] {
  const name = after.properties.notNullConstraint;
  // A name that PostgreSQL chose for what table and column were called before is taken along by their renames.
  if (!keepsNotNull(before, after) || name === null || name === before.properties.notNullConstraint)
    return [];
  return before.properties.notNullScattered
    ? [
        dropNotNull(after),
        statement(`${alterTable(after)} ADD ${notNullClause(named(after), own(after))}`, {
          hazards: [hazard('full-scan', tableOf(after), { waiting: 'reads and writes' })],
        }),
      ]
    : [alterNotNull(before, after, 'RENAME CONSTRAINT', `TO ${quoteIdentifier(name)}`)];
}

/** A NOT NULL for new rows, from PostgreSQL 18. */
export function addNotNull(object: CatalogObject<Column>): Statement {
  return statement(`${alterTable(object)} ADD ${notNullClause(named(object), own(object))} NOT VALID`);
}

/** With the name that its NOT NULL has, whoever chose it. */
function named({ ref, properties }: CatalogObject<Column>): Pick<Column, 'notNullSaid' | 'notNullNoInherit'> {
  const [table = '', column = ''] = ref.path.slice(1);
  const { notNullSaid, notNullNoInherit } = properties;
  return { notNullSaid: notNullSaid ?? generateNotNull(table, column), notNullNoInherit };
}

function validate(object: CatalogObject<Column>, constraint: string): Statement {
  const sql = `${alterTable(object)} VALIDATE CONSTRAINT ${quoteIdentifier(constraint)}`;
  const relation = object.parent ?? object.ref;
  const hazards = [nullsInColumn(object)];
  const apart = statement(sql, { transaction: 'apart', hazards });
  return statement(sql, { hazards, online: [{ relation, statements: [apart] }] });
}

/** From 18 a NOT NULL can be added first and validated later; before, a check that was validated proves it. */
export function notNullOnline(object: CatalogObject<Column>): readonly OnlineWay[] {
  const relation = object.parent ?? object.ref;
  const name = quoteIdentifier(named(object).notNullSaid ?? '');
  // What uses the column need not wait for its rows to be looked at: a view would be missing as long.
  const needs = [object.ref];
  const apart = statement(`${alterTable(object)} VALIDATE CONSTRAINT ${name}`, {
    transaction: 'apart',
    needs,
    hazards: [nullsInColumn(object)],
  });
  const add = `${alterTable(object)} ADD CONSTRAINT ${name}`;
  return [
    {
      relation,
      minVersion: 180000,
      statements: [addNotNull(object), apart],
    },
    {
      relation,
      statements: [
        statement(`${add} CHECK (${own(object)} IS NOT NULL) NOT VALID`),
        apart,
        { ...alter(object, 'SET NOT NULL'), needs },
        statement(`${alterTable(object)} DROP CONSTRAINT ${name}`, { needs }),
      ],
    },
  ];
}

/** The plain form where it says all there is to say. */
export function setOwnNotNull(object: CatalogObject<Column>): Statement {
  const { notNullSaid, notNullNoInherit } = object.properties;
  return notNullSaid === null && !notNullNoInherit
    ? alter(object, 'SET NOT NULL')
    : statement(`${alterTable(object)} ADD ${notNullClause(object.properties, own(object))}`);
}

/** SET NOT NULL, with its online way. */
export function setNotNull(object: CatalogObject<Column>): Statement {
  if (isForeign(object)) return setOwnNotNull(object);
  return statement(setOwnNotNull(object).sql, {
    online: notNullOnline(object),
    hazards: [hazard('full-scan', tableOf(object), { waiting: 'reads and writes' }), nullsInColumn(object)],
  });
}

function nullsInColumn(object: CatalogObject<Column>): Hazard {
  const query = `SELECT count(*) FROM ${quoteName(object.ref.path.slice(0, -1))} WHERE ${own(object)} IS NULL`;
  return hazard('nulls-in-column', dotted(object), {}, query);
}
