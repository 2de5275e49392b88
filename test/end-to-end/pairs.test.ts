import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cells, openCells } from '../support/cell.ts';
import { differingStatements, dumpMajor, dumpSchema } from '../support/dump.ts';
import { crossPairs, isWhole, readPairs } from '../support/pairs.ts';
import { type Major, type PostgresServer, startPostgres } from '../support/postgres.ts';
import { takeCellThere } from '../support/take-there.ts';

const pairs = readPairs(10);
/** Nobody thought of these: TRUEUP_SEED draws others. */
const seed = Number(process.env.TRUEUP_SEED ?? 1);
const crossings = crossPairs(isWhole ? 500 : 12, seed);
/** The newest, and the newest that the installed pg_dump reads. */
const majors: readonly Major[] = isWhole ? [18, 15] : [18];

/** What PostgreSQL lets nobody reach but by building an index again, or not at all: see docs/coverage.md. */
const otherDumps: Readonly<Record<string, string>> = {
  'partitioned_table/Can handle scenario where partition is not attached, there':
    'of two equal indexes of a partition ATTACH PARTITION takes the older one',
};

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
      [`${name}, there`, { from: a, to: b }] as const,
      [`${name}, back`, { from: b, to: a }] as const,
    ]);
    const crossed = crossings.map((one) => [`${one.name} (seed ${seed})`, one] as const);
    test.each([...directions, ...crossed])('%s', async (name, { from, to }) => {
      const cell = await takeCellThere(cells, from, to);
      if (!cell) return;
      const { live, goal } = cell;
      if (dumpMajor !== null && major <= dumpMajor && !(name in otherDumps)) {
        const dumps = [await dumpSchema(live.url), await dumpSchema(goal.url)] as const;
        expect(differingStatements(...dumps)).toEqual({ extra: [], missing: [] });
      }
    });
  });
});
