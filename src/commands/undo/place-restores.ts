import { statement } from '../../catalog/kind.ts';
import { formatId, type ObjectId, parseId } from '../../catalog/object.ts';
import { quoteName } from '../../database/sql.ts';
import type { OrderedStatement } from '../../plan/order.ts';
import type { PlannedStatement, Restored } from '../../plan/plan.ts';
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
  generated: readonly OrderedStatement[],
  saved: readonly Saved[],
  rest: readonly OrderedStatement[],
): Placed {
  const statements = saved.length === 0 ? generated : withValuesFirst(generated);
  const placed = saved.map((one) => ({
    one,
    at: Math.max(
      ...one.made.map(firstIn(statements)),
      ...[...one.widened, ...one.valued].map(lastIn(statements)),
      // As far behind: what was before it are renames.
      ...one.valued.map(lastIn(generated)),
    ),
  }));
  // All of a table is back before anything of it is said to be whole.
  const waitsAt = new Map<number, OrderedStatement[]>();
  for (const waiting of rest) {
    const behind = placed.filter(({ one }) => isOf(waiting.object, one)).map(({ at }) => at);
    const at = Math.max(...behind, -1);
    waitsAt.set(at, [...(waitsAt.get(at) ?? []), waiting]);
  }
  const all: OrderedStatement[] = [];
  const moved = new Map<number, number>();
  for (const [at, ordered] of statements.entries()) {
    all.push(ordered);
    const here = placed.filter((one) => one.at === at).map(({ one }) => one);
    if (addsValue(ordered) && here.length > 0)
      all.push({ statement: statement(lockAll(here)), object: null });
    moved.set(at, all.length - 1);
    all.push(...(waitsAt.get(at) ?? []));
  }
  all.push(...(waitsAt.get(-1) ?? []));
  return { statements: all, restores: placed.map(({ one, at }) => restored(one, moved.get(at) ?? null)) };
}

/**
 * Values of enums, which are committed before they can be used, come first: all else, and what is put back, is one transaction, and a
 * run that is cut short between leaves nothing made and not filled. Not before what gives the enum its name.
 */
function withValuesFirst(statements: readonly OrderedStatement[]): readonly OrderedStatement[] {
  const values = statements.filter(addsValue);
  const names = values.flatMap(({ object }) => {
    const schema = object === null ? [] : parseId(object).path.slice(0, 1);
    return [object, formatId({ kind: 'schema', path: schema })];
  });
  const before = statements.slice(0, statements.findLastIndex(addsValue));
  if (before.some((one) => !addsValue(one) && names.includes(one.object))) return statements;
  return [...values, ...statements.filter((one) => !addsValue(one))];
}

function addsValue({ statement: { transaction } }: OrderedStatement): boolean {
  return transaction === 'commit after';
}

function firstIn(statements: readonly OrderedStatement[]): (id: ObjectId) => number {
  return (id) => statements.findIndex(({ object }) => object === id);
}

function lastIn(statements: readonly OrderedStatement[]): (id: ObjectId) => number {
  return (id) => statements.findLastIndex(({ object }) => object === id);
}

/**
 * An undo migration's statements, as they are written, and what is put back behind which: the one that names what it makes. Null, at the
 * end, where there is none, or it runs in no transaction of ours.
 */
export function placeInWritten(
  statements: readonly PlannedStatement[],
  saved: readonly Saved[],
): { readonly statements: readonly PlannedStatement[]; readonly restores: readonly Restored[] } {
  const restores = saved.map((one) => {
    const names = one.isRows ? one.table.slice(-1) : one.columns.map(([, now]) => now);
    const places = names.map((name) =>
      statements.findIndex(({ sql }) => /\b(?:create\s+table|add|type)\b/i.test(sql) && sql.includes(name)),
    );
    const last = Math.max(...places);
    const { transaction } = statements[last] ?? {};
    const isOurs = transaction !== undefined && !['own', 'outside', 'batch'].includes(transaction);
    return restored(one, isOurs && !places.includes(-1) ? last : null);
  });
  const atEnd = saved.filter((_, index) => restores[index]?.after === null);
  const isApart = atEnd.length > 0 && statements.some(({ transaction }) => transaction === 'commit after');
  const lock: PlannedStatement = {
    ...{ sql: lockAll(atEnd), hazards: [], transaction: 'inside' },
    ...{ object: null, position: null },
  };
  return { statements: isApart ? [...statements, lock] : statements, restores };
}

/** What begins the transaction in which they are put back: no value of an enum can be used in the one that adds it (55P04). */
function lockAll(saved: readonly Saved[]): string {
  const tables = new Set(saved.map(({ table }) => quoteName(table)));
  return `LOCK TABLE ${[...tables].join(', ')} IN SHARE ROW EXCLUSIVE MODE`;
}

function isOf(object: ObjectId | null, { isRows, ids }: Saved): boolean {
  return !isRows && object !== null && ids.includes(object);
}

function restored({ backup, subjects, rows, table, columns, key }: Saved, after: number | null): Restored {
  return { backup, subjects, rows, after, table, columns, key };
}
