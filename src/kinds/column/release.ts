import { type CatalogObject, statement } from '../../catalog/kind.ts';
import { type ObjectRef, ownName } from '../../catalog/object.ts';
import type { Release, ValueWay } from '../../catalog/release.ts';
import { quoteLiteral, quoteName } from '../../database/sql.ts';
import { type Hazard, hazard } from '../../plan/hazards.ts';
import { collate } from './definition.ts';
import { details, ownDefault } from './details.ts';
import {
  alterTable,
  type Column,
  dotted,
  dropDefault,
  isForeign,
  isSamePath,
  own,
  setDefault,
  tableOf,
} from './properties.ts';
import { retype } from './retype.ts';

/**
 * Frees the column from what is dropped and created again. Where that is its type, its values go from the old one,
 * which has stepped aside, to the new one in the given way. A value that the new type lacks makes the statement fail, and
 * loses nothing.
 */
export function release(
  before: CatalogObject<Column>,
  after: CatalogObject<Column>,
  because: ObjectRef,
  ofType: ValueWay,
): Release | null {
  const { userType, inherited, default: value } = before.properties;
  const { type } = after.properties;
  // What becomes of another type has no conversion to that.
  const isLeft = !isSamePath(userType?.path ?? [], after.properties.userType?.path ?? []);
  const way = isLeft && typeof ofType === 'string' ? 'text' : ofType;
  const leave = value === null ? [] : [dropDefault(before)];
  if (because.kind === 'collation' && before.properties.collation !== null && !inherited) {
    const take = (object: CatalogObject<Column>, collation: string) =>
      statement(
        `${alterTable(object)} ALTER COLUMN ${own(object)} TYPE ${object.properties.type} COLLATE ${collation}`,
        { disturbsDependents: true },
      );
    const { collation } = after.properties;
    // Values stay as they are; only what is sorted by them is made anew.
    return {
      before: [take(before, 'pg_catalog."default"')],
      after: collation === null ? [] : [take(after, collation)],
    };
  }
  // Its domain's collation: it is freed from the domain, which is made anew as well.
  if (because.kind === 'collation' && userType?.kind === 'domain') return { before: [], after: [] };
  const isType =
    because.signature === undefined &&
    because.kind !== 'sequence' &&
    isSamePath(because.path, userType?.path ?? []);
  if (inherited) return { before: leave, after: ownDefault(after) };
  // A default of the new type comes with that.
  const comes = before.properties.type !== type && retype(before, after).length > 0;
  if (!isType && typeof way !== 'object')
    return value === null ? null : { before: leave, after: comes ? [] : setDefault(after) };
  const change = (to: string, using: string, hazards: readonly Hazard[]) =>
    statement(
      `${alterTable(after)} ALTER COLUMN ${own(after)} TYPE ${to}${isForeign(after) ? '' : ` USING ${using}`}`,
      { hazards: isForeign(after) ? [] : hazards, disturbsDependents: true, fillsRows: [] },
    );
  const rewrite = hazard('rewrite', dotted(after), { table: tableOf(after) });
  const goal = `${type}${collate(after.properties)}`;
  const rest = [...setDefault(after), ...details(after)];
  if (typeof way === 'object') {
    return {
      before: [...leave, change(way.waitsAs, `${own(after)}::${way.waitsAs}`, [rewrite])],
      after: [change(goal, `${own(after)}::${type}`, []), ...rest],
    };
  }
  const lost = way === 'converted' ? [] : valuesGone(before, after);
  // A range and a base type have functions that stay in the way under their names: their columns wait as text.
  if (because.kind === 'range' || because.kind === 'base type') {
    // As text, bounds that are rows would have their parts by place.
    if (way !== 'text') return null;
    const wait = change('text', `${own(after)}::text`, [rewrite]);
    return {
      before: [...leave, wait],
      after: [change(goal, `${own(after)}::${type}`, lost), ...rest],
    };
  }
  return {
    before: leave,
    after: [
      change(goal, `${own(after)}${way === 'text' ? '::text' : ''}::${type}`, [rewrite, ...lost]),
      ...rest,
    ],
    overlaps: true,
  };
}

/** What the values that a column's new type lacks do to its rows. */
function valuesGone(before: CatalogObject<Column>, after: CatalogObject<Column>): readonly Hazard[] {
  const names = (object: CatalogObject<Column>) => object.properties.labels?.map(ownName);
  const [had, has] = [names(before), names(after)];
  const { type, userType } = after.properties;
  if (!had || !has) return [hazard('value-gone', dotted(after), { type })];
  const rows = `FROM ${quoteName(after.ref.path.slice(0, -1))} WHERE`;
  return had
    .filter((label) => !has.includes(label))
    .map((label) => {
      const value = quoteLiteral(label);
      const holds = type.endsWith('[]')
        ? `${value} = ANY (${own(after)}::text[])`
        : `${own(after)}::text = ${value}`;
      const column = dotted(after);
      const subject = [...(userType?.path ?? [type]), label].join('.');
      const lost = hazard('drop-enum-value', subject, { column }, `SELECT count(*) ${rows} ${holds}`);
      return { ...lost, takes: { value: label, column } };
    });
}
