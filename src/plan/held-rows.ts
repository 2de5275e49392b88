import { reverseEdges } from '../catalog/dependencies.ts';
import type { Catalog, Registry, Statement } from '../catalog/kind.ts';
import { formatId, formatKind, formatName, type ObjectId } from '../catalog/object.ts';
import type { Diagnostic } from '../errors.ts';
import type { Work } from './rebuild.ts';

/**
 * What PostgreSQL refuses (0A000): new values for the rows of a table while a column of another holds whole rows of it, in
 * arrays or whatever other types too.
 */
export function findHeldRows(work: Work, from: Catalog, registry: Registry): readonly Diagnostic[] {
  const filling = new Map<ObjectId, ObjectId>();
  const note = (id: ObjectId, statements: readonly Statement[]) => {
    const parent = (from.objects.get(id) ?? work.creates.get(id))?.parent;
    const whole = parent && formatId(parent);
    if (whole === undefined || work.creates.has(whole) || !statements.some((one) => one.fillsRows)) return;
    filling.set(whole, id);
  };
  for (const [id, statements] of work.alters) note(id, statements);
  for (const [id, { before, after }] of work.releases) note(id, [...before, ...after]);
  for (const [id, object] of work.creates) note(id, registry.get(object.ref.kind)?.create(object, []) ?? []);
  if (filling.size === 0) return [];
  const dependents = reverseEdges(from);
  return [...filling].flatMap(([whole, id]) => {
    const holder = findHolder(whole, dependents, work, from, registry);
    const ref = from.objects.get(whole)?.ref;
    if (!holder || !ref) return [];
    const [table, column] = [formatName(ref), formatName(holder)];
    return [
      {
        code: 'rows-held-elsewhere',
        severity: 'error',
        subject: id,
        summary: `${formatKind(holder)} ${column} holds whole rows of ${table}, so PostgreSQL gives ${id} no new values (0A000).`,
        help: `Write a migration that makes ${column} text, changes ${table}, and gives ${column} its type back; or decide to leave or adopt this drift.`,
      },
    ];
  });
}

/** What holds rows of a table, itself or by way of types. */
function findHolder(
  whole: ObjectId,
  dependents: ReadonlyMap<ObjectId, ReadonlySet<ObjectId>>,
  work: Work,
  { objects }: Catalog,
  registry: Registry,
) {
  const seen = new Set([whole]);
  for (const at of seen) {
    const made = objects.get(at)?.ref;
    for (const user of dependents.get(at) ?? []) {
      const object = objects.get(user);
      if (!object || !made || work.drops.has(user)) continue;
      const kind = registry.get(object.ref.kind);
      if (object.parent && formatId(object.parent) === whole) continue;
      if (kind?.isMadeOf?.(object, made) !== true) continue;
      if (kind.holdsData?.(object)) return object.ref;
      seen.add(user);
    }
  }
  return null;
}
