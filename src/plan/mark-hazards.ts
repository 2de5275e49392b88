import type { Catalog, Registry } from '../catalog/kind.ts';
import { type ObjectId, parseId } from '../catalog/object.ts';
import { diff } from '../diff/diff.ts';
import { dataLoss, type Hazard } from './hazards.ts';
import { orderChanges } from './order.ts';
import type { PlannedStatement, Step } from './plan.ts';

/**
 * A migration's step with the hazards of what it was seen to do: the catalogs before and after it tell which
 * objects it dropped or narrowed. A hazard is shown at the statement that names the object, else at the last.
 */
export function markHazards(step: Step, before: Catalog, after: Catalog, registry: Registry): Step {
  const found = new Map<number, Hazard[]>();
  const add = (position: number, hazards: readonly Hazard[]) =>
    found.set(position, [...(found.get(position) ?? []), ...hazards]);
  const changes = diff(before, after, registry, { sameDatabase: true }).filter(
    ({ action }) => action !== 'create',
  );
  for (const { statement, object } of orderChanges(before, after, registry, changes).statements) {
    if (statement.hazards.length > 0) add(findStatement(step.statements, object), statement.hazards);
  }
  for (const [position, { sql }] of step.statements.entries()) {
    if (/^truncate\b/i.test(sql))
      add(position, [dataLoss(step.title, `All rows of the truncated tables are lost.`)]);
  }
  return {
    ...step,
    statements: step.statements.map((statement, position) => ({
      ...statement,
      hazards: [...statement.hazards, ...(found.get(position) ?? [])],
    })),
  };
}

function findStatement(statements: readonly PlannedStatement[], object: ObjectId | null): number {
  const name = object === null ? '' : (parseId(object).path.at(-1) ?? '');
  const position = statements.findIndex(({ sql }) => sql.includes(name) && /\b(drop|alter)\b/i.test(sql));
  return position === -1 ? statements.length - 1 : position;
}
