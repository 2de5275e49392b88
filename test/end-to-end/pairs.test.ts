import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
import { type Cells, isAboutRows, openCells } from '../support/cell.ts';
import { dumpMajor, dumpSchema } from '../support/dump.ts';
import { isWhole, readPairs } from '../support/pairs.ts';
import { type Major, type PostgresServer, startPostgres } from '../support/postgres.ts';
import { changedRows, fillTables, readColumns } from '../support/rows.ts';

const pairs = readPairs(10);
/** The newest, and the newest that the installed pg_dump reads. */
const majors: readonly Major[] = isWhole ? [18, 15] : [18];

/**
 * Held to the oracle of ../shared/pairs/README.md: the plan is applied to a database with rows; then it is what the
 * other side made directly is, by catalog and by pg_dump, planning again finds nothing, and rows are still there.
 */
describe.skipIf(pairs.length === 0)('pairs of other tools (skipped where ../shared/pairs is absent)', () => {
  describe.each(majors)('on PostgreSQL %i', (major) => {
    let server: PostgresServer;
    let cells: Cells;
    beforeAll(async () => {
      server = await startPostgres(major);
      cells = await openCells(server.url);
    });
    afterAll(async () => {
      await cells[Symbol.asyncDispose]();
      await server.stop();
    });

    const directions = pairs.flatMap(({ name, a, b }) => [
      { name: `${name}, there`, from: a, to: b },
      { name: `${name}, back`, from: b, to: a },
    ]);
    test.each(directions)('$name', async ({ from, to }) => {
      await cells.clear();
      const goal = await cells.make('goal', to);
      const live = goal && (await cells.make('live', from));
      // What this major cannot hold says nothing about Trueup.
      if (!goal || !live) return;
      await fillTables(live.session);
      try {
        await takeThere(live.session, goal.catalog);
      } catch (error) {
        // Rows that the goal's constraints and types forbid stop any tool: then the schema alone is held to it.
        if (!isAboutRows(error)) throw error;
        const empty = await cells.make('live', from);
        if (empty) await takeThere(empty.session, goal.catalog);
      }
      if (dumpMajor !== null && major <= dumpMajor) {
        expect(await dumpSchema(live.url)).toEqual(await dumpSchema(goal.url));
      }
    });
  });
});

async function takeThere(live: Session, goal: Catalog): Promise<void> {
  const before = await introspect(live, registry);
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
}
