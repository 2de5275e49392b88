import { identityOf } from '../catalog/address.ts';
import type { Catalog, CatalogObject, Registry } from '../catalog/kind.ts';
import { formatId, type ObjectId, parseId } from '../catalog/object.ts';
import { diff } from '../diff/diff.ts';
import { type Hazard, losesData, nameHazard } from './hazards.ts';
import { orderChanges } from './order.ts';
import type { PlannedStatement, Step } from './plan.ts';

/**
 * Migrations' steps with the hazards of what they were seen to do: the catalogs before and after them tell which
 * objects were dropped or narrowed, and what these were called. A hazard is shown at the statement that names the object, else at the last.
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
    if (!statement) return;
    const known = found.get(statement) ?? [];
    const names = new Set(known.filter(losesData).map(nameHazard));
    found.set(statement, [...known, ...hazards.filter((one) => !names.has(nameHazard(one)))]);
  };
  const changes = diff(before, after, registry, { sameDatabase: true });
  const nameBefore = followBack(after, before, registry);
  for (const { statement, object } of orderChanges(before, after, registry, changes).statements) {
    if (statement.hazards.length === 0) continue;
    const written = findStatement(statements, object);
    const losses = statement.hazards.filter(losesData);
    add(
      written,
      statement.hazards.filter(
        (one) => !losesData(one) && (one.code !== 'required-column' || !isFilledLater(written)),
      ),
    );
    for (const loss of losses) {
      const subject = loss.takes?.column ?? loss.subject;
      const was = nameBefore(subject);
      const own = was.split('.').at(-1) ?? '';
      add(findStatement(statements, object, own), [inMigration(loss, was)]);
    }
  }
  for (const [id, hazards] of replacedUnderOneName(before, after, registry)) {
    add(findStatement(statements, id), hazards);
  }
  return steps.map((step) => ({
    ...step,
    statements: step.statements.map((statement) => ({
      ...statement,
      hazards: [...statement.hazards, ...(found.get(statement) ?? [])],
    })),
  }));
}

/** A loss as a migration says it: nothing steps aside in it, as it does where renames are generated. */
function inMigration(loss: Hazard, was: string): Hazard {
  const { aside, ...rest } = loss;
  return aside === undefined && was !== (loss.takes?.column ?? loss.subject) ? { ...rest, was } : rest;
}

/** What may hold rows or values, `public.orders.note`, was called at another moment of the same database; a part that is gone by its whole. */
export function followBack(now: Catalog, then: Catalog, registry: Registry): (subject: string) => string {
  const known = new Map([...then.objects.values()].map((object) => [identityOf(object), object]));
  const names = new Map(
    [...now.objects.values()].flatMap((object) => {
      const mayHold = registry.get(object.ref.kind)?.holdsData !== undefined;
      const same = mayHold ? known.get(identityOf(object)) : undefined;
      return same ? [[object.ref.path.join('.'), same.ref.path.join('.')] as const] : [];
    }),
  );
  return (subject) => {
    const [holder] = [...names.keys()].filter((name) => subject.startsWith(`${name}.`));
    const whole = holder === undefined ? '' : (names.get(holder) ?? '') + subject.slice(holder.length);
    return names.get(subject) ?? (whole || subject);
  };
}

/** Dropped and created again by the same name: no difference to the schema, and the rows are gone all the same. */
function replacedUnderOneName(
  before: Catalog,
  after: Catalog,
  registry: Registry,
): readonly (readonly [ObjectId, readonly Hazard[]])[] {
  const alive = new Set([...after.objects.values()].map(identityOf));
  const isReplaced = (object: CatalogObject | undefined) =>
    object !== undefined && after.objects.has(formatId(object.ref)) && !alive.has(identityOf(object));
  return [...before.objects].flatMap(([id, object]) => {
    const kind = registry.get(object.ref.kind);
    const whole = object.parent && before.objects.get(formatId(object.parent));
    if (!kind?.holdsData?.(object) || !isReplaced(object) || isReplaced(whole)) return [];
    return [[id, kind.drop(object).flatMap(({ hazards }) => hazards)] as const];
  });
}

/** A column that is NOT NULL in the end may have come without, and been filled in between. */
function isFilledLater(written: PlannedStatement | undefined): boolean {
  return !/\bnot\s+null\b/i.test(written?.sql ?? '') || !/\badd\b/i.test(written?.sql ?? '');
}

/**
 * The last that names the object, else its whole, else the last of all that may be about it. `lost`: what is lost of it under
 * that name, as no RENAME does.
 */
function findStatement(
  statements: readonly PlannedStatement[],
  object: ObjectId | null,
  lost: string | null = null,
): PlannedStatement | undefined {
  const { path, on } = object === null ? { path: [] } : parseId(object);
  // A schema is named everywhere.
  const names = path.slice(path.length > 1 ? 1 : 0).toReversed();
  const changes = statements.filter(({ sql }) =>
    on === undefined
      ? !/^(comment|grant|revoke|select|insert|update)\b/i.test(sql)
      : /^(comment|grant|revoke|do)\b/i.test(sql),
  );
  for (const [level, name] of names.entries()) {
    const naming = changes.filter(
      ({ sql }) => hasWord(sql, name) || (level === 0 && lost !== null && hasWord(sql, lost)),
    );
    const taking = lost === null ? [] : naming.filter(({ sql }) => !/\brename\b/i.test(sql));
    const found =
      taking.findLast(({ sql }) => /\b(drop|alter)\b/i.test(sql)) ??
      naming.findLast(({ sql }) => /\b(drop|alter|rename)\b/i.test(sql)) ??
      naming.at(-1);
    if (found) return found;
  }
  return on === undefined ? statements.at(-1) : (changes.at(-1) ?? statements.at(-1));
}

function hasWord(sql: string, word: string): boolean {
  const isPart = (character: string | undefined) =>
    character !== undefined && /[\p{L}\p{N}_$]/u.test(character);
  for (let at = sql.indexOf(word); at !== -1; at = sql.indexOf(word, at + 1)) {
    if (!isPart(sql[at - 1]) && !isPart(sql[at + word.length])) return true;
  }
  return false;
}
