import {
  type Catalog,
  type CatalogObject,
  type Property,
  type Registry,
  type Statement,
  statement,
} from '../catalog/kind.ts';
import { formatId, type ObjectId, ownName } from '../catalog/object.ts';
import { makeRowCast, type RowType, removeRowCast } from '../database/row-conversion.ts';
import { asideOf, parseTypeName, quoteIdentifier, quoteName } from '../database/sql.ts';
import { partHazards } from './hazards.ts';
import { findFilling } from './held-rows.ts';
import type { Work } from './rebuild.ts';

/**
 * Columns that hold whole rows of tables whose rows get new values, which PostgreSQL refuses (0A000) as long as they do: meanwhile their
 * values wait as values of types that are like the old rows.
 */
export type Hold = {
  /** The types and tables whose rows are held, and parents of such tables: they change only while those wait. */
  readonly rows: ReadonlySet<ObjectId>;
  /** What holds them, and the type as which it waits. What holds rows of which a part waits too is first. */
  readonly holders: ReadonlyMap<ObjectId, string>;
  /** What holds them and is made again from what it reads: a materialized view. */
  readonly remade: readonly ObjectId[];
  /** Before the holders are freed: makes the types, and casts to them. After: takes the casts away. */
  readonly free: readonly [readonly Statement[], readonly Statement[]];
  /** Before the holders are bound again: makes casts back. After: takes those and the types away. */
  readonly bind: readonly [readonly Statement[], readonly Statement[]];
};

const nothing: Omit<Hold, 'remade'> = { rows: new Set(), holders: new Map(), free: [[], []], bind: [[], []] };

/** What waits while rows get new values in no other way. Nothing does where nothing holds such rows, or it cannot wait. */
export function findHold(
  work: Pick<Work, 'alters' | 'releases' | 'creates' | 'drops'>,
  dependents: ReadonlyMap<ObjectId, ReadonlySet<ObjectId>>,
  from: Catalog,
  to: Catalog,
  registry: Registry,
): Hold {
  const { drops } = work;
  const filling = findFilling(work, from, registry).filter(({ hasWay }) => !hasWay);
  const tables = [...new Set(filling.map(({ whole }) => whole))];
  const changing = new Set(tables.flatMap((table) => [...withChildren(table, dependents, from)]));
  const { rows, columns, remade } = findHolders(changing, dependents, drops, from, registry);
  const shapes = sortRows(rows, from, registry);
  const types = columns.map((id) => waitingType(typeOf(id, from), rows, from));
  const canWait =
    [...rows].every((id) => !drops.has(id) && to.objects.has(id)) &&
    types.every((type) => type !== null) &&
    columns.every((id) => typeOf(id, from) === typeOf(id, to) && !isComputedFrom(id, rows, dependents, from));
  if (columns.length === 0 || !canWait) return { ...nothing, remade };
  const aside = (shape: RowType): RowType => ({ ...shape, path: asideOf(shape.path) });
  const define = (shape: RowType) => {
    const parts = shape.parts.map(
      ({ name, type }) => `${quoteIdentifier(name)} ${waitingType(type, rows, from) ?? type}`,
    );
    return statement(`CREATE TYPE ${quoteName(asideOf(shape.path))} AS (${parts.join(', ')})`);
  };
  const cast = (make: typeof makeRowCast, source: RowType, goal: RowType) =>
    make(source, goal).map((sql) => statement(sql));
  const all = [...shapes];
  const back = all.toReversed();
  const depth = (id: ObjectId) => all.findIndex(([row]) => row === rowIn(typeOf(id, from), rows, from)?.id);
  return {
    remade,
    rows: new Set([
      ...rows,
      ...tables.filter((table) => [...withChildren(table, dependents, from)].some((id) => rows.has(id))),
    ]),
    holders: new Map(
      columns.map((id, at) => [id, types[at] ?? ''] as const).toSorted(([a], [b]) => depth(b) - depth(a)),
    ),
    free: [
      all.flatMap(([, shape]) => [define(shape), ...cast(makeRowCast, shape, aside(shape))]),
      back.flatMap(([, shape]) => cast(removeRowCast, shape, aside(shape))),
    ],
    bind: [
      all.flatMap(([id, shape]) => {
        const goal = shapeOf(id, to, registry) ?? shape;
        const hazards = partHazards(shape, goal);
        return cast(makeRowCast, aside(shape), goal).map((one, at) => (at === 0 ? { ...one, hazards } : one));
      }),
      back.flatMap(([, shape]) => [
        ...cast(removeRowCast, aside(shape), shape),
        statement(`DROP TYPE ${quoteName(asideOf(shape.path))}`),
      ]),
    ],
  };
}

/** Whether a row that is held has a part that is generated from it: the one would have to go before the other waits. */
function isComputedFrom(
  column: ObjectId,
  rows: ReadonlySet<ObjectId>,
  dependents: ReadonlyMap<ObjectId, ReadonlySet<ObjectId>>,
  { objects }: Catalog,
): boolean {
  return [...(dependents.get(column) ?? [])].some((id) => {
    const object = objects.get(id);
    return (
      object?.parent !== undefined &&
      isColumn(object) &&
      !object.inheritedFrom &&
      rows.has(formatId(object.parent))
    );
  });
}

/** What is changed along with a table: its partitions and child tables. */
function withChildren(
  table: ObjectId,
  dependents: ReadonlyMap<ObjectId, ReadonlySet<ObjectId>>,
  { objects }: Catalog,
): ReadonlySet<ObjectId> {
  const reached = new Set([table]);
  for (const at of reached) {
    for (const user of dependents.get(at) ?? [])
      if (objects.get(user)?.ref.kind === objects.get(at)?.ref.kind) reached.add(user);
  }
  return reached;
}

/** The rows that are held, those of `tables` and whatever they are parts of, and the columns that hold them. */
function findHolders(
  tables: ReadonlySet<ObjectId>,
  dependents: ReadonlyMap<ObjectId, ReadonlySet<ObjectId>>,
  drops: ReadonlyMap<ObjectId, CatalogObject>,
  { objects }: Catalog,
  registry: Registry,
): Pick<Hold, 'rows' | 'remade'> & { readonly columns: readonly ObjectId[] } {
  const [reached, rows] = [new Set(tables), new Set<ObjectId>()];
  const [columns, remade]: [ObjectId[], ObjectId[]] = [[], []];
  for (const at of reached) {
    const made = objects.get(at)?.ref;
    for (const user of dependents.get(at) ?? []) {
      const object = objects.get(user);
      const kind = object && registry.get(object.ref.kind);
      if (!made || !object || drops.has(user) || !kind?.isMadeOf?.(object, made)) continue;
      if (kind.runsNeeds) remade.push(user);
      else if (!isColumn(object)) {
        rows.add(at);
        reached.add(user);
      } else if (object.parent && formatId(object.parent) !== at && kind.holdsData?.(object)) {
        rows.add(at);
        reached.add(formatId(object.parent));
        if (!object.inheritedFrom) columns.push(user);
      }
    }
  }
  return { rows, columns, remade };
}

/** Rows with their parts, each after those that it has inside. */
function sortRows(
  rows: ReadonlySet<ObjectId>,
  catalog: Catalog,
  registry: Registry,
): ReadonlyMap<ObjectId, RowType> {
  const sorted = new Map<ObjectId, RowType>();
  const visit = (id: ObjectId) => {
    const shape = sorted.has(id) ? null : shapeOf(id, catalog, registry);
    if (!shape) return;
    for (const { type } of shape.parts) {
      const inside = rowIn(type, rows, catalog);
      if (inside) visit(inside.id);
    }
    sorted.set(id, shape);
  };
  for (const id of rows) visit(id);
  return sorted;
}

/** Null for what is no row itself: a domain. */
function shapeOf(id: ObjectId, { objects }: Catalog, registry: Registry): RowType | null {
  const object = objects.get(id);
  const kind = object && registry.get(object.ref.kind);
  if (!object || !kind) return null;
  const path = object.ref.path;
  if (kind.isRow) {
    const parts = kind.partsInDefinition?.(object) ?? [];
    return {
      path,
      parts: parts.map(({ ref, definition }) => ({ name: ownName(ref), type: typeIn(definition) })),
    };
  }
  const columns = [...objects.values()].filter(
    (one) => isColumn(one) && one.parent !== undefined && formatId(one.parent) === id,
  );
  if (columns.length === 0) return null;
  const place = ({ properties }: CatalogObject) => Number(properties.position);
  const parts = columns.toSorted((a, b) => place(a) - place(b));
  return {
    path,
    parts: parts.map(({ ref, properties }) => ({ name: ownName(ref), type: typeIn(properties) })),
  };
}

/** The row that a type is, or holds as an array or a domain. */
function rowIn(
  type: string,
  rows: ReadonlySet<ObjectId>,
  catalog: Catalog,
): { readonly id: ObjectId; readonly path: readonly string[]; readonly array: string } | null {
  const { path, array } = parseTypeName(type);
  const id = [...rows].find(
    (row) => JSON.stringify(catalog.objects.get(row)?.ref.path) === JSON.stringify(path),
  );
  if (id === undefined) return null;
  const base = catalog.objects.get(id)?.properties.type;
  if (typeof base !== 'string') return { id, path, array };
  const inside = rowIn(base, rows, catalog);
  // An array of a domain over an array is no array of two dimensions.
  return inside && (array === '' || inside.array === '') ? { ...inside, array: array + inside.array } : null;
}

/** Null where no row waits in it. */
function waitingType(type: string, rows: ReadonlySet<ObjectId>, catalog: Catalog): string | null {
  const row = rowIn(type, rows, catalog);
  return row && `${quoteName(asideOf(row.path))}${row.array}`;
}

function typeOf(id: ObjectId, { objects }: Catalog): string {
  return typeIn(objects.get(id)?.properties ?? null);
}

function typeIn(properties: Property): string {
  return properties !== null && typeof properties === 'object' && 'type' in properties
    ? String(properties.type)
    : '';
}

/** What is numbered in its whole is part of the row. */
export function isColumn({ properties }: CatalogObject): boolean {
  return typeof properties.position === 'number';
}
