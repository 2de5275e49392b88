import { type Catalog, type CatalogObject, isCopy } from '../../catalog/kind.ts';
import { formatId, type ObjectId } from '../../catalog/object.ts';
import type { Change } from '../../diff/change.ts';
import { compareText } from '../../diff/diff.ts';
import { formatPosition } from '../../errors.ts';
import { indexObjects, indexStatements } from '../../migrations/object-statements.ts';
import type { PlannedStatement } from '../../plan/plan.ts';
import type { ObjectFacts } from '../../review/port.ts';
import type { Assessment } from '../assess/assessment.ts';

/** Tells of each change what depends on its object and which statements made it. Indexes are made on the first call. */
export function readFacts(assessment: Assessment): (change: Change) => ObjectFacts {
  const { applied, pendingMigrations, expected, live, target } = assessment;
  const find = once(() => indexStatements([...applied, ...pendingMigrations]));
  const isApplied = new Set(applied);
  const dependents = new Map(
    [expected, live, target].map((catalog) => [catalog, once(() => reverse(catalog))]),
  );
  return (change) => {
    const object = change.after ?? change.before;
    if (!object) return { dependents: [], statements: [] };
    const catalogs = [live, target, expected].filter((catalog) => catalog.objects.has(change.id));
    const ids = catalogs.flatMap((catalog) => {
      return dependentsOf(catalog, change.id, dependents.get(catalog)?.() ?? new Map());
    });
    return {
      dependents: [...new Set(ids)].sort(compareText),
      statements: find()(object.ref, object.parent).map(({ migration, statement }) => ({
        script: migration.script,
        position: statement.position,
        sql: statement.sql,
        applied: isApplied.has(migration),
      })),
    };
  };
}

/** Tells of a statement of the plan which objects it is about. Indexes are made on the first call. */
export function readSubjects({
  applied,
  pendingMigrations,
  drift,
  pending,
}: Assessment): (statement: PlannedStatement) => readonly ObjectId[] {
  const find = once(() => {
    const objects = [...drift, ...pending].flatMap(({ before, after }) => [before ?? [], after ?? []].flat());
    return indexObjects(objects);
  });
  const statements = once(() => {
    const all = [...applied, ...pendingMigrations].flatMap((migration) => migration.statements);
    return new Map(
      all.map((one) => [
        formatPosition(one.position),
        once(() => find()(one).map(({ ref }) => formatId(ref))),
      ]),
    );
  });
  return ({ object, position }) => {
    if (object !== null) return [object];
    return (position && statements().get(formatPosition(position))?.()) ?? [];
  };
}

/** Who needs an object, by the object's id. */
export type Dependents = ReadonlyMap<ObjectId, ReadonlySet<ObjectId>>;

/** The dependencies of a catalog, the other way round. */
export function reverse(catalog: Catalog): Dependents {
  const reversed = new Map<ObjectId, Set<ObjectId>>();
  for (const [id, needs] of catalog.dependencies) {
    for (const needed of needs) {
      const known = reversed.get(needed);
      if (known) known.add(id);
      else reversed.set(needed, new Set([id]));
    }
  }
  return reversed;
}

/** What stands on an object or one of its parts, these left out. A column's comment is a part of it too. */
export function dependentsOf(catalog: Catalog, id: ObjectId, reversed: Dependents): readonly ObjectId[] {
  const own = new Set([id]);
  const found = new Set<ObjectId>();
  for (const member of own) {
    for (const dependent of reversed.get(member) ?? []) {
      const object = catalog.objects.get(dependent);
      if (!object) continue;
      if (isPartOf(object, own)) own.add(dependent);
      else if (!isCopy(object)) found.add(dependent);
    }
  }
  return [...found].filter((one) => !own.has(one));
}

function isPartOf({ parent, ref }: CatalogObject, wholes: ReadonlySet<ObjectId>): boolean {
  return ref.on !== undefined || (parent !== undefined && wholes.has(formatId(parent)));
}

/** Makes a value when it is first asked for. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
