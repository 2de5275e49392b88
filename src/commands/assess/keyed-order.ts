import type { Diagnostic } from '../../errors.ts';
import type { AppliedMigration, Migration } from '../../migrations/migration.ts';
import { orderMigrations, repeatableKey } from '../../migrations/order.ts';
import type { KeyedMigration } from '../../plan/steps.ts';

/** Applied and pending migrations in order, each with the key that history knows it by. */
export type KeyedOrder = {
  readonly applied: readonly KeyedMigration[];
  readonly pending: readonly KeyedMigration[];
  readonly diagnostics: readonly Diagnostic[];
};

/** `orderMigrations` for a history that may not exist, with keys. */
export async function orderKeyed(
  migrations: readonly Migration[],
  history: readonly AppliedMigration[] | null,
  assume: string | undefined,
): Promise<KeyedOrder> {
  const order = await orderMigrations(migrations, history ?? [], assume ?? null);
  return {
    applied: order.applied.map(({ migration }) => keyed(migration)),
    pending: order.pending.map(keyed),
    diagnostics: order.diagnostics,
  };
}

/** A migration with the key that history knows it by. Undo migrations have none. */
export function keyed(migration: Migration): KeyedMigration {
  const { kind, version, description } = migration;
  if (kind === 'undo') throw new Error(`${migration.script} is an undo migration and is never in the order.`);
  return { ...migration, kind, key: version ?? repeatableKey(description) };
}
