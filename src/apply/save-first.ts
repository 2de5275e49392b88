import type { Segment, StatementIndex } from '../plan/plan.ts';
import { saveLosses, type When } from './backup.ts';
import type { ApplyEvent } from './event.ts';
import type { Before } from './find-lost.ts';
import { actAsConnected, keepBooks } from './journal.ts';
import { lossesIn } from './loss.ts';
import { noteBecame } from './narrowed.ts';
import { planned, type Run } from './run.ts';
import { watchBlockers } from './watch.ts';

/**
 * Saves what statements are about to destroy, and says who holds the locks that it waits
 * for. Returns what was there before, as `saveLosses` does.
 */
export async function* saveFirst(
  run: Run,
  first: StatementIndex,
  statements: readonly StatementIndex[],
  known: Before | null,
  when: When,
): AsyncGenerator<ApplyEvent, Before | null> {
  const { session, backup } = run.input;
  if (!backup) return null;
  const save = () => saveLosses(run, backup, first, statements, known, when);
  return yield* watchBlockers(
    session,
    statements[0] ?? first,
    when === 'apart' ? keepBooks(session, save) : save(),
  );
}

/** Whether anything in a segment destroys what would be saved. */
export async function destroys(run: Run, { statements }: Segment): Promise<boolean> {
  if (!run.input.backup) return false;
  const all = statements.flatMap((index) => planned(run, index) ?? []);
  return (await Promise.all(all.map(lossesIn))).some((losses) => losses.length > 0);
}

/** Whether a statement gives columns a narrower type, or an enum fewer values, which would be saved. */
export async function narrows(run: Run, index: StatementIndex): Promise<boolean> {
  const statement = planned(run, index);
  if (!run.input.backup || !statement) return false;
  return (await lossesIn(statement)).some((loss) => loss.type === 'column' && loss.narrows);
}

/** At the end of the transaction of a migration: what it has narrowed is what it is to be. */
export async function noteNarrowed({ input: { session } }: Run, before: Before | null): Promise<void> {
  const narrowed = before?.narrowed.splice(0) ?? [];
  if (narrowed.length === 0) return;
  await actAsConnected(session);
  await noteBecame(session, narrowed);
}
