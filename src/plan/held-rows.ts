import { reverseEdges } from '../catalog/dependencies.ts';
import type { Catalog, Registry, Statement } from '../catalog/kind.ts';
import { formatId, formatKind, formatName, type ObjectId, type ObjectRef } from '../catalog/object.ts';
import type { Diagnostic } from '../errors.ts';
import type { Work } from './rebuild.ts';

/** What must go another way because rows of its table are held elsewhere. */
type HeldRows = {
  readonly ids: ReadonlySet<ObjectId>;
  /** What there is no other way for. */
  readonly refused: readonly Diagnostic[];
};

/**
 * What PostgreSQL refuses (0A000): new values for the rows of a table while a column of another holds whole rows of it, in
 * arrays or whatever other types too.
 */
export function findHeldRows(work: Work, from: Catalog, registry: Registry): HeldRows {
  const filling = findFilling(work, from, registry);
  if (filling.length === 0) return { ids: new Set(), refused: [] };
  const dependents = reverseEdges(from);
  const wholes = new Set(filling.map(({ whole }) => whole));
  const holders = new Map(
    [...wholes].map((whole) => [whole, findHolder(whole, dependents, work, from, registry)]),
  );
  const held = filling.filter(({ whole }) => holders.get(whole));
  return {
    ids: new Set(held.map(({ id }) => id)),
    refused: held.flatMap(({ id, whole, hasWay }) => {
      const [holder, ref] = [holders.get(whole), from.objects.get(whole)?.ref];
      const waits = work.hold.rows.has(whole);
      return holder && ref && !hasWay && !waits ? [refuse(id, holder, formatName(ref))] : [];
    }),
  };
}

/** What gives rows of a table that stays new values, that table, and whether there is a way round PostgreSQL's. */
export function findFilling(
  work: Pick<Work, 'alters' | 'releases' | 'creates'>,
  from: Catalog,
  registry: Registry,
): readonly { readonly id: ObjectId; readonly whole: ObjectId; readonly hasWay: boolean }[] {
  const filling: { readonly id: ObjectId; readonly whole: ObjectId; readonly hasWay: boolean }[] = [];
  const note = (id: ObjectId, statements: readonly Statement[]) => {
    const parent = (from.objects.get(id) ?? work.creates.get(id))?.parent;
    const whole = parent && formatId(parent);
    const ways = statements.flatMap(({ fillsRows }) => (fillsRows ? [fillsRows] : []));
    if (whole === undefined || work.creates.has(whole) || ways.length === 0) return;
    filling.push({ id, whole, hasWay: ways.every((way) => way.length > 0) });
  };
  for (const [id, statements] of work.alters) note(id, statements);
  for (const [id, { before, after }] of work.releases) note(id, [...before, ...after]);
  for (const [id, object] of work.creates) note(id, registry.get(object.ref.kind)?.create(object, []) ?? []);
  return filling;
}

function refuse(id: ObjectId, holder: ObjectRef, table: string): Diagnostic {
  const column = formatName(holder);
  return {
    code: 'rows-held-elsewhere',
    severity: 'error',
    subject: id,
    summary: `${formatKind(holder)} ${column} holds whole rows of ${table}, so PostgreSQL gives ${id} no new values (0A000).`,
    help: `Write a migration that makes ${column} text, changes ${table}, and gives ${column} its type back; or decide to leave or adopt this drift.`,
  };
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
