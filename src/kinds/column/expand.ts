import type { CatalogObject } from '../../catalog/kind.ts';
import { lengthenName, quoteCode, quoteIdentifier, quoteName } from '../../database/sql.ts';
import { cast } from '../../database/type-conversion.ts';
import type { Hazard } from '../../plan/hazards.ts';
import { collate } from './definition.ts';
import { alterTable, type Column, own } from './properties.ts';

/**
 * Another type without a rewrite under a lock: a second column that a trigger fills from the first, then takes its name.
 * Nothing for a column that nobody writes, or whose table takes no column of its own.
 */
export function expandAndContract(
  before: CatalogObject<Column>,
  after: CatalogObject<Column>,
): Pick<Hazard, 'instead'> {
  const { type, generated, identity, inherited, notNull, partitionKey, sequence } = after.properties;
  const value = after.properties.default;
  if (generated || identity || inherited || partitionKey) return {};
  const path = after.ref.path.slice(0, -1);
  const table = quoteName(path);
  const alter = alterTable(after);
  const [old, spare] = [own(after), quoteIdentifier(lengthenName(after.ref.path.at(-1) ?? '', '_new'))];
  const trigger = lengthenName(`${path.at(-1)}_${after.ref.path.at(-1)}`, '_new');
  const filler = quoteName([...path.slice(0, -1), trigger]);
  const convert = (column: string) => cast(column, before.properties.type, type);
  const check = quoteIdentifier(lengthenName(trigger, '_set'));
  const code = `BEGIN NEW.${spare} := ${convert(`NEW.${old}`)}; RETURN NEW; END`;
  const required = [
    `${alter} ADD CONSTRAINT ${check} CHECK (${spare} IS NOT NULL) NOT VALID;`,
    `${alter} VALIDATE CONSTRAINT ${check};`,
    `${alter} ALTER COLUMN ${spare} SET NOT NULL;`,
    `${alter} DROP CONSTRAINT ${check};`,
  ];
  return {
    instead: [
      '-- 1. expand: every write fills the new column too',
      `${alter} ADD COLUMN ${spare} ${type}${collate(after.properties)};`,
      `CREATE FUNCTION ${filler}() RETURNS trigger LANGUAGE plpgsql AS ${quoteCode(code)};`,
      `CREATE TRIGGER ${quoteIdentifier(trigger)} BEFORE INSERT OR UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION ${filler}();`,
      '-- 2. a later migration: fill the old rows, others read and write meanwhile',
      '-- trueup: batch',
      `UPDATE ${table} SET ${spare} = ${convert(old)} WHERE ${spare} IS NULL AND ${old} IS NOT NULL;`,
      ...(notNull === false ? [] : required),
      '-- make for the new column the indexes, constraints and views that the old one has',
      '-- 3. when no running version minds: contract',
      `DROP TRIGGER ${quoteIdentifier(trigger)} ON ${table};`,
      `DROP FUNCTION ${filler}();`,
      ...(value === null ? [] : [`${alter} ALTER COLUMN ${spare} SET DEFAULT ${value};`]),
      // It would go with the column.
      ...(sequence === null ? [] : [`ALTER SEQUENCE ${quoteName(sequence)} OWNED BY ${table}.${spare};`]),
      `${alter} DROP COLUMN ${old};`,
      `${alter} RENAME COLUMN ${spare} TO ${old};`,
    ].join('\n'),
  };
}
