import { DatabaseError } from '../../database/session.ts';
import { compareText } from '../../diff/diff.ts';
import { TrueupError } from '../../errors.ts';
import type { AppliedMigration } from '../../migrations/migration.ts';
import type { KeyedMigration } from '../../plan/steps.ts';
import type { KeyedOrder } from './keyed-order.ts';

/**
 * Replays what live has. Nobody knows which repeatable migrations an assumed version had: one that cannot run
 * there yet was not applied there either, so it is pending.
 */
export async function replayApplied(
  order: KeyedOrder,
  history: readonly AppliedMigration[] | null,
  run: (migrations: readonly KeyedMigration[], done: number) => Promise<void>,
): Promise<Pick<KeyedOrder, 'applied' | 'pending'>> {
  const { applied, pending } = order;
  const isGuess = isGuessed(order, history);
  const sure = applied.filter(({ kind }) => !isGuess || kind !== 'repeatable');
  await run(sure, 0);
  const [ran, deferred]: [KeyedMigration[], KeyedMigration[]] = [[], []];
  for (const migration of applied.slice(sure.length)) {
    try {
      await run([migration], sure.length + ran.length);
      ran.push(migration);
    } catch (error) {
      if (!(error instanceof TrueupError) || !(error.cause instanceof DatabaseError)) throw error;
      deferred.push(migration);
    }
  }
  const versioned = pending.filter(({ kind }) => kind !== 'repeatable');
  const repeatable = [...pending.filter(({ kind }) => kind === 'repeatable'), ...deferred];
  repeatable.sort((a, b) => compareText(a.description, b.description));
  return { applied: [...sure, ...ran], pending: [...versioned, ...repeatable] };
}

/** Whether only a replay can tell which repeatable migrations are applied. */
export function isGuessed(
  { applied, pending }: KeyedOrder,
  history: readonly AppliedMigration[] | null,
): boolean {
  const isRepeatable = ({ kind }: KeyedMigration) => kind === 'repeatable';
  return isWithoutHistory(history) && applied.some(isRepeatable) && !pending.every(isRepeatable);
}

export function isWithoutHistory(history: readonly AppliedMigration[] | null): boolean {
  return history === null || history.length === 0;
}
