import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openCells } from '../support/cell.ts';
import { startPostgres } from '../support/postgres.ts';
import { takeCellThere } from '../support/take-there.ts';
import { type Schema, schemas, toSql } from './schemas.ts';

/** `npm run test:soak` asks for many, from a seed that it prints. */
const soak = Number(process.env.TRUEUP_SOAK ?? 0);
const pairs = soak > 0 ? soak : 25;
const seed = soak > 0 ? Number(process.env.TRUEUP_SEED ?? Date.now() % 2 ** 31) : 4;

test(
  `${pairs} pairs of random schemas (seed ${seed}) come out both ways, and rows that stay are intact`,
  async () => {
    await using server = await startServer();
    await using cells = await openCells(server.url);
    let done = 0;
    const edited = fc.tuple(schemas, schemas, fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }));
    await fc.assert(
      fc.asyncProperty(edited, async ([before, other, kept]) => {
        const [a, b] = [toSql(before), toSql(edit(before, other, kept))];
        for (const [from, to] of [
          [a, b],
          [b, a],
        ] as const) {
          try {
            if (await takeCellThere(cells, from, to)) done += 1;
          } catch (error) {
            throw new Error(
              `${error instanceof Error ? error.message : error}\n-- from\n${from}\n-- to\n${to}`,
              {
                cause: error,
              },
            );
          }
        }
      }),
      { seed, numRuns: pairs, endOnFailure: soak === 0 },
    );
    // What the server refuses proves nothing.
    expect(done).toBeGreaterThan(pairs);
  },
  soak > 0 ? soak * 20_000 : 300_000,
);

/** Some of one schema and the rest of another. */
function edit(before: Schema, other: Schema, kept: readonly boolean[]): Schema {
  const entries = Object.keys(before).map((key, position) => {
    const name = key as keyof Schema;
    return [name, kept[position] ? before[name] : other[name]];
  });
  return Object.fromEntries(entries) as Schema;
}

async function startServer() {
  const server = await startPostgres(18);
  return { url: server.url, [Symbol.asyncDispose]: () => server.stop() };
}
