import { type CatalogObject, type Statement, statement } from '../../catalog/kind.ts';
import { cast, isSmaller, narrows, widensInPlace } from '../../database/type-conversion.ts';
import { type Hazard, hazard } from '../../plan/hazards.ts';
import { collate } from './definition.ts';
import { setCompression, setStorage } from './details.ts';
import { expandAndContract } from './expand.ts';
import { alterIdentity } from './identity.ts';
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

/** ALTER COLUMN TYPE, with what PostgreSQL resets by it. */
export function retype(before: CatalogObject<Column>, after: CatalogObject<Column>): readonly Statement[] {
  const { type, generated, identity, storage, compression, inherited } = after.properties;
  // PostgreSQL changes it together with the parent's.
  if (inherited || hasOnlyNewName(before, after)) return [];
  const using =
    generated || isForeign(after) ? '' : ` USING ${cast(own(after), before.properties.type, type)}`;
  const bounds = before.properties.identity && identity && isSmaller(before.properties.type, type);
  return [
    // A default of the old type may not cast to the new one, so it steps aside.
    ...(before.properties.default === null ? [] : [dropDefault(after)]),
    ...(bounds ? alterIdentity(before, after) : []),
    statement(
      `${alterTable(after)} ALTER COLUMN ${own(after)} TYPE ${type}${collate(after.properties)}${using}`,
      {
        hazards: retypeHazards(before, after),
        disturbsDependents: true,
        fillsRows: [],
      },
    ),
    ...(before.properties.default === null ? [] : setDefault(after)),
    ...(storage === null ? [] : [setStorage(after)]),
    ...(compression === null ? [] : [setCompression(after)]),
  ];
}

/** Its type was renamed or moved with its extension, and PostgreSQL keeps the column's values as they are. */
function hasOnlyNewName(
  { properties: before }: CatalogObject<Column>,
  { properties: after }: CatalogObject<Column>,
): boolean {
  const [from, to] = [before.extensionType, after.extensionType];
  if (from && to && from.extension === to.extension && before.collation === after.collation) {
    return withoutSchema(before.type, from.schema) === withoutSchema(after.type, to.schema);
  }
  return (
    before.collation === after.collation &&
    before.userType !== null &&
    after.userType !== null &&
    isSamePath(before.userType.path, after.userType.path) &&
    before.type.endsWith('[]') === after.type.endsWith('[]') &&
    // A multirange goes by its range, whose name it has not.
    after.type.replace('[]', '').replaceAll('"', '') === after.userType.path.join('.').replaceAll('"', '')
  );
}

function withoutSchema(type: string, schema: string): string {
  return type.startsWith(`${schema}.`) ? type.slice(schema.length + 1) : type;
}

function retypeHazards(before: CatalogObject<Column>, after: CatalogObject<Column>): readonly Hazard[] {
  const [from, to] = [before.properties.type, after.properties.type];
  if (isForeign(after)) return [];
  return [
    ...(narrows(from, to) ? [hazard('narrow-type', dotted(after), { from, to })] : []),
    ...(widensInPlace(from, to)
      ? []
      : [
          {
            ...hazard('rewrite', dotted(after), { table: tableOf(after) }),
            ...expandAndContract(before, after),
          },
        ]),
  ];
}
