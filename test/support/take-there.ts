import { expect } from 'vitest';
import { readEmptyRelations } from '../../src/catalog/empty.ts';
import { introspect } from '../../src/catalog/introspect.ts';
import type { Catalog } from '../../src/catalog/kind.ts';
import type { Session } from '../../src/database/session.ts';
import { diff } from '../../src/diff/diff.ts';
import { registry } from '../../src/kinds/index.ts';
import { orderChanges } from '../../src/plan/order.ts';
import { generatedStep } from '../../src/plan/steps.ts';
import { runSteps } from '../../src/replay/run-steps.ts';
import { describeChange } from '../corpus/prove.ts';
import { type Cells, isAboutRows, type Made } from './cell.ts';
import { changedRows, fillTables, readColumns } from './rows.ts';

/**
 * Takes a database with rows from one schema to another by the statements that Trueup generates: then nothing differs,
 * and rows that stay are what they were. Null when this server cannot run the SQL of either.
 */
export async function takeCellThere(
  cells: Cells,
  from: string,
  to: string,
): Promise<{ readonly live: Made; readonly goal: Made } | null> {
  await cells.clear();
  const goal = await cells.make('goal', to);
  const live = goal && (await cells.make('live', from));
  // What this major cannot hold says nothing about Trueup.
  if (!goal || !live) return null;
  await fillTables(live.session);
  try {
    await takeThere(live.session, live.catalog, goal.catalog);
  } catch (error) {
    // Rows that the goal's constraints and types forbid stop any tool: then the schema alone is held to it.
    if (!isAboutRows(error)) throw error;
    const empty = await cells.make('live', from);
    if (empty) await takeThere(empty.session, empty.catalog, goal.catalog);
  }
  return { live, goal };
}

/** Takes a database from one catalog to another. Returns what it then is. */
export async function takeThere(live: Session, before: Catalog, goal: Catalog): Promise<Catalog> {
  const rows = await readColumns(live);
  const empty = await readEmptyRelations(live, before);
  const online = { choice: 'auto' as const, serverVersion: live.serverVersion, empty };
  const { statements, refused } = orderChanges(before, goal, registry, diff(before, goal, registry), online);
  expect(refused.map(({ summary }) => summary)).toEqual([]);
  await runSteps(live, [generatedStep('repair', 'pair', statements)]);
  const after = await introspect(live, registry);
  expect(diff(after, goal, registry).map(describeChange)).toEqual([]);
  const lost = new Set(
    statements.flatMap(({ statement }) => statement.hazards.map(({ subject }) => subject)),
  );
  expect(changedRows(rows, await readColumns(live), lost, before, after)).toEqual([]);
  return after;
}
