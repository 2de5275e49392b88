import type { Catalog, Registry } from '../catalog/kind.ts';
import { type ObjectId, parseId } from '../catalog/object.ts';
import { diff } from '../diff/diff.ts';
import { dataLoss, type Hazard } from './hazards.ts';
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
  for (const statement of statements) {
    if (/^truncate\b/i.test(statement.sql)) {
      add(statement, [dataLoss('truncate', 'All rows of the truncated tables are lost.')]);
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

function findStatement(
  statements: readonly PlannedStatement[],
  object: ObjectId | null,
): PlannedStatement | undefined {
  const name = object === null ? '' : (parseId(object).path.at(-1) ?? '');
  return (
    statements.findLast(({ sql }) => sql.includes(name) && /\b(drop|alter)\b/i.test(sql)) ?? statements.at(-1)
  );
}
