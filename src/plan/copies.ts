import type { CatalogObject, Registry, Statement } from '../catalog/kind.ts';
import { formatId, type ObjectId } from '../catalog/object.ts';
import { edit } from './edit.ts';
import { again, type Loosened, own, staysCopy } from './moves.ts';
import type { Work } from './rebuild.ts';

/**
 * What PostgreSQL makes on a partition by itself has a name of PostgreSQL's choice, and comes only together with its origin or
 * its table. What is to have another name, or comes later, is made as the partition's own: PostgreSQL takes it over
 * when the origin is made, or it is attached. Null: there is none.
 */
export function loosenCopies(known: Loosened, work: Work, registry: Registry): Loosened | null {
  const [from, to] = [edit(known.from), edit(known.to)];
  const touched = new Set<ObjectId>();
  const joining = new Map<ObjectId, readonly Statement[]>();
  const takenOver = new Map<ObjectId, ObjectId>();
  const stays = (id: ObjectId) => known.from.objects.has(id) && !work.drops.has(id);
  const join = (object: CatalogObject) => registry.get(object.ref.kind)?.join?.(object) ?? [];
  /** Whether it is made on its table alone: then it takes nothing over by itself. */
  const waits = (origin: ObjectId) => work.creates.get(origin)?.properties.valid === false;
  const make = (id: ObjectId, object: CatalogObject) => {
    touched.add(id);
    to.put(id, own(object, registry));
  };
  // A table that is created with such parts is created by itself and joins its whole with them.
  for (const table of work.creates.values()) {
    const id = formatId(table.ref);
    // One that was to move, and is made anew on the way: its parts are its own already.
    if (known.moved.has(id) && work.drops.has(id) && join(table).length > 0) {
      make(id, table);
      joining.set(id, join(table));
      continue;
    }
    if (stays(id) || work.drops.has(id) || join(table).length === 0) continue;
    const parts = [...known.to.objects].filter(([, { parent }]) => parent && formatId(parent) === id);
    if (!parts.some(([, object]) => needsItsTable(object))) continue;
    make(id, table);
    joining.set(id, join(table));
    for (const [part, object] of parts) {
      if (!object.inheritedFrom || staysCopy(object, registry)) continue;
      make(part, object);
      if (waits(formatId(object.inheritedFrom))) joining.set(part, join(object));
    }
  }
  for (const [id, object] of known.to.objects) {
    const { inheritedFrom, parent } = object;
    if (!inheritedFrom || !parent || touched.has(id) || join(object).length === 0) continue;
    const [origin, table] = [formatId(inheritedFrom), formatId(parent)];
    if (waits(origin)) {
      make(id, object);
      joining.set(id, join(object));
    } else if (work.creates.has(origin)) {
      // What is altered (an index that was not valid) is taken over as it is then.
      if (object.nameIsChosen !== true && !work.alters.has(id)) continue;
      make(id, object);
      takenOver.set(id, origin);
      to.need(origin, id);
    } else if (stays(origin) && stays(table) && !hasCopy(known, origin, table)) {
      make(id, object);
      joining.set(id, join(object));
    }
  }
  // What is to stay the partition's own comes after all that might take it over.
  const tables = new Map<ObjectId, ObjectId[]>();
  for (const [id, { parent, ref }] of work.creates) {
    if (!parent || !registry.get(ref.kind)?.asOwn || !registry.get(ref.kind)?.join) continue;
    const table = formatId(parent);
    tables.set(table, [...(tables.get(table) ?? []), id]);
  }
  let isOrdered = false;
  for (const [table, parts] of tables) {
    // What moves has all its parts before it joins.
    if (known.moved.has(table)) continue;
    const above = [...(known.to.dependencies.get(table) ?? [])].flatMap((whole) => tables.get(whole) ?? []);
    for (const id of parts) {
      const object = known.to.objects.get(id);
      if (object?.inheritedFrom || object?.dropsWith) continue;
      for (const origin of above) {
        if (work.creates.get(origin)?.ref.kind !== object?.ref.kind) continue;
        // What is made before, to be taken over, is seen as the partition's own until then.
        if (known.to.dependencies.get(origin)?.has(id)) continue;
        to.need(id, origin);
        isOrdered = true;
      }
    }
  }
  if (touched.size === 0 && !isOrdered) return null;
  return {
    ...known,
    from: from.catalog,
    to: to.catalog,
    changes: again(known.changes, touched, known.broken, from.catalog, to.catalog, registry),
    joining,
    takenOver,
  };

  /** Whether its origin is there before the table could have it under that name. */
  function needsItsTable({ inheritedFrom, nameIsChosen, dropsWith, ref }: CatalogObject): boolean {
    // A constraint whose index is attached to one that is no constraint's.
    const isAttached = inheritedFrom === undefined && dropsWith !== undefined && dropsWith.kind !== ref.kind;
    const origin = nameIsChosen ? inheritedFrom : isAttached ? dropsWith : undefined;
    if (origin === undefined || !known.to.objects.get(formatId(origin))?.parent) return false;
    const made = work.creates.get(formatId(origin));
    const isFolded = made?.parent !== undefined && registry.get(made.parent.kind)?.folds?.(made) === true;
    return made === undefined || isFolded;
  }
}

function hasCopy({ from }: Loosened, origin: ObjectId, table: ObjectId): boolean {
  return [...from.objects.values()].some(
    ({ inheritedFrom, parent }) =>
      inheritedFrom !== undefined &&
      parent !== undefined &&
      formatId(inheritedFrom) === origin &&
      formatId(parent) === table,
  );
}
