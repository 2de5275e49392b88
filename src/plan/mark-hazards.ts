import type { Catalog, CatalogObject, Registry } from '../catalog/kind.ts';
import { formatId, type ObjectId, parseId } from '../catalog/object.ts';
import { diff } from '../diff/diff.ts';
import { type Hazard, hazard } from './hazards.ts';
import { orderChanges } from './order.ts';
import type { PlannedStatement, Step } from './plan.ts';

/**
 * Migrations' steps with the hazards of what they were seen to do: the catalogs before and after them tell which
 * objects were dropped or narrowed. A hazard is shown at the statement that names the object, else at the last.
 */
export function markHazards(
  steps: readonly Step[],
  before: Catalog,
  after: Catalog,
  registry: Registry,
): readonly Step[] {
  const found = new Map<PlannedStatement, readonly Hazard[]>();
  const statements = steps.flatMap((step) => step.statements);
  const add = (statement: PlannedStatement | undefined, hazards: readonly Hazard[]) => {
    if (statement) found.set(statement, [...(found.get(statement) ?? []), ...hazards]);
  };
  const changes = diff(before, after, registry, { sameDatabase: true }).filter(
    ({ action }) => action !== 'create',
  );
  for (const { statement, object } of orderChanges(before, after, registry, changes).statements) {
    if (statement.hazards.length > 0) add(findStatement(statements, object), statement.hazards);
  }
  for (const [id, hazards] of replacedUnderOneName(before, after, registry)) {
    add(findStatement(statements, id), hazards);
  }
  for (const statement of statements) {
    if (/^truncate\b/i.test(statement.sql)) {
      add(statement, [hazard('truncate', 'the truncated tables')]);
    }
  }
  return steps.map((step) => ({
    ...step,
    statements: step.statements.map((statement) => ({
      ...statement,
      hazards: [...statement.hazards, ...(found.get(statement) ?? [])],
    })),
  }));
}

/** Dropped and created again by the same name: no difference to the schema, and the rows are gone all the same. */
function replacedUnderOneName(
  before: Catalog,
  after: Catalog,
  registry: Registry,
): readonly (readonly [ObjectId, readonly Hazard[]])[] {
  const alive = new Set([...after.objects.values()].map(addressOf));
  const isReplaced = (object: CatalogObject | undefined) =>
    object !== undefined && after.objects.has(formatId(object.ref)) && !alive.has(addressOf(object));
  return [...before.objects].flatMap(([id, object]) => {
    const kind = registry.get(object.ref.kind);
    const whole = object.parent && before.objects.get(formatId(object.parent));
    if (!kind?.holdsData?.(object) || !isReplaced(object) || isReplaced(whole)) return [];
    return [[id, kind.drop(object).flatMap(({ hazards }) => hazards)] as const];
  });
}

function addressOf({ ref, address }: CatalogObject): string {
  return `${ref.kind} ${address.classid}.${address.objid}.${address.objsubid}`;
}

function findStatement(
  statements: readonly PlannedStatement[],
  object: ObjectId | null,
): PlannedStatement | undefined {
  const name = object === null ? '' : (parseId(object).path.at(-1) ?? '');
  return (
    statements.findLast(({ sql }) => sql.includes(name) && /\b(drop|alter)\b/i.test(sql)) ?? statements.at(-1)
  );
}
