import type { ObjectId } from '../catalog/object.ts';
import type { OrderedStatement } from '../plan/order.ts';
import type { PlannedStatement, Restored } from '../plan/plan.ts';
import type { Saved } from './saved.ts';

type Placed = {
  readonly statements: readonly OrderedStatement[];
  readonly restores: readonly Restored[];
};

/**
 * Generated statements, and what is put back behind which of them: as soon as there is room for it, because what comes later may
 * need it (a foreign key). `rest` is what waits for it, and is said of what it fills.
 */
export function placeInGenerated(
  statements: readonly OrderedStatement[],
  saved: readonly Saved[],
  rest: readonly OrderedStatement[],
): Placed {
  const firstOf = (id: ObjectId) => statements.findIndex(({ object }) => object === id);
  const lastOf = (id: ObjectId) => statements.findLastIndex(({ object }) => object === id);
  const placed = saved.map((one) => ({
    one,
    at: Math.max(...one.made.map(firstOf), ...one.widened.map(lastOf)),
  }));
  // All of a table is back before anything of it is said to be whole.
  const waitsAt = new Map<number, OrderedStatement[]>();
  for (const statement of rest) {
    const behind = placed.filter(({ one }) => isOf(statement.object, one)).map(({ at }) => at);
    const at = Math.max(...behind, -1);
    waitsAt.set(at, [...(waitsAt.get(at) ?? []), statement]);
  }
  const all: OrderedStatement[] = [];
  const moved = new Map<number, number>();
  for (const [at, statement] of statements.entries()) {
    all.push(statement);
    moved.set(at, all.length - 1);
    all.push(...(waitsAt.get(at) ?? []));
  }
  all.push(...(waitsAt.get(-1) ?? []));
  return { statements: all, restores: placed.map(({ one, at }) => restored(one, moved.get(at) ?? null)) };
}

/**
 * What is put back behind which statement of an undo migration, as it is written: the one that names what it makes. Null, at the end,
 * where there is none, or it runs in no transaction of ours.
 */
export function placeInWritten(
  statements: readonly PlannedStatement[],
  saved: readonly Saved[],
): readonly Restored[] {
  return saved.map((one) => {
    const names = one.isRows ? one.table.slice(-1) : one.columns.map(([, now]) => now);
    const places = names.map((name) =>
      statements.findIndex(({ sql }) => /\b(?:create\s+table|add|type)\b/i.test(sql) && sql.includes(name)),
    );
    const last = Math.max(...places);
    const { transaction } = statements[last] ?? {};
    const isOurs = transaction !== undefined && !['own', 'outside', 'batch'].includes(transaction);
    return restored(one, isOurs && !places.includes(-1) ? last : null);
  });
}

function isOf(object: ObjectId | null, { isRows, ids }: Saved): boolean {
  return !isRows && object !== null && ids.includes(object);
}

function restored({ backup, subjects, rows, table, columns, key }: Saved, after: number | null): Restored {
  return { backup, subjects, rows, after, table, columns, key };
}
