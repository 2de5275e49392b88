import type { RelationSize } from '../plan/plan.ts';
import { DatabaseError, inTransaction, type Session } from './session.ts';

/**
 * Sizes of relations by name (`public.orders`), with partitions, indexes and TOAST. Asking for a size takes a lock: where
 * someone holds the relation for longer than a moment nothing is returned, rather than wait.
 */
export async function readRelationSizes(
  session: Session,
  relations: readonly string[],
): Promise<ReadonlyMap<string, RelationSize>> {
  if (relations.length === 0) return new Map();
  try {
    const rows = await inTransaction(session, "BEGIN READ ONLY; SET LOCAL lock_timeout = '1s'", () =>
      session.query<{ name: string; bytes: string; rows: string | null }>(
        `SELECT n.nspname || '.' || c.relname AS name, pg_catalog.sum(pg_catalog.pg_total_relation_size(p.oid))::text AS bytes,
                -- -1: never analyzed.
                CASE WHEN pg_catalog.min(p.reltuples) >= 0 THEN pg_catalog.sum(p.reltuples)::bigint::text END AS rows
         FROM pg_catalog.pg_class c
         JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         JOIN pg_catalog.pg_class p
           ON p.oid = c.oid AND c.relkind <> 'p'
           OR c.relkind = 'p' AND p.relkind <> 'p' AND p.oid IN (SELECT t.relid FROM pg_catalog.pg_partition_tree(c.oid) t)
         WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname || '.' || c.relname = ANY ($1::text[])
         GROUP BY 1`,
        [relations],
      ),
    );
    return new Map(
      rows.map(({ name, bytes, rows: count }) => [
        name,
        { bytes: round(Number(bytes)), rows: count === null ? null : round(Number(count)) },
      ]),
    );
  } catch (error) {
    // lock_not_available, or a table that was dropped meanwhile.
    if (error instanceof DatabaseError && ['55P03', '42P01', 'XX000'].includes(error.code)) return new Map();
    throw error;
  }
}

/** Two digits: a plan made again a moment later is the same. */
function round(amount: number): number {
  return Number(amount.toPrecision(2));
}
