import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openServer } from '../../src/database/server.ts';
import { DatabaseError } from '../../src/database/session.ts';
import { registry } from '../../src/kinds/index.ts';
import { createStandIns } from '../../src/replay/stand-ins.ts';
import { clear } from '../corpus/clear.ts';
import { freshDatabase } from '../support/servers.ts';
import { mix, schemas, toSql } from './schemas.ts';
import { takeThereAndBack } from './there-and-back.ts';

/** `npm run test:soak` asks for many, from a seed that it prints. */
const soak = Number(process.env.TRUEUP_SOAK ?? 0);
const pairs = soak > 0 ? soak : 200;
const seed = soak > 0 ? Number(process.env.TRUEUP_SEED ?? Date.now() % 2 ** 31) : 4;

/** Kinds that no plain server can hold. */
const notGenerated: Readonly<Record<string, string>> = {
  'security label': 'no package ships a provider of labels; test/corpus has cases',
};

test(
  `${pairs} pairs of random schemas (seed ${seed}) come out both ways, and rows that stay are intact`,
  async () => {
    await using database = await freshDatabase(18);
    await using session = await openServer(database.url);
    await createStandIns(session, [
      { kind: 'role', name: 'property_keeper' },
      { kind: 'tablespace', name: 'property_fast' },
    ]);
    const seen = new Set<string>();
    const kept = fc.array(fc.boolean(), { minLength: 43, maxLength: 43 });
    try {
      await fc.assert(
        fc.asyncProperty(schemas, schemas, kept, async (one, other, chosen) => {
          const [a, b] = [toSql(one), toSql(mix(one, other, chosen))];
          try {
            await takeThereAndBack(session, a, b, seen);
          } catch (error) {
            throw new Error(`${tellError(error)}\n-- a\n${a}\n-- b\n${b}`, { cause: error });
          }
        }),
        { seed, numRuns: pairs, endOnFailure: soak === 0 },
      );
    } finally {
      await clear(session);
    }
    const missing = [...registry.keys()].filter((kind) => !seen.has(kind));
    expect(missing).toEqual(Object.keys(notGenerated));
  },
  soak > 0 ? soak * 20_000 : 600_000,
);

function tellError(error: unknown): string {
  const detail = error instanceof DatabaseError ? ` (${error.code}) ${error.context ?? ''}` : '';
  return `${error instanceof Error ? error.message : String(error)}${detail}`;
}
