import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ObjectKind, Registry } from '../../src/catalog/kind.ts';
import { openEmbedded } from '../../src/database/embedded.ts';
import { openServer } from '../../src/database/server.ts';
import type { Session } from '../../src/database/session.ts';
import { registry } from '../../src/kinds/index.ts';
import { freshDatabase, type Major } from '../support/servers.ts';
import { type CorpusCase, type Expectation, readCases, runCase } from './cases.ts';

const cases = readCases();
/** `kind.property` of every change rule, `kind create`, `kind drop` and `kind rename` that some case has run. */
const exercised = new Set<string>();
const watched = watch(registry);

describe('embedded PostgreSQL', () => {
  let session: Session;
  beforeAll(async () => {
    session = await openEmbedded({ extensions: ['citext', 'file_fdw', 'pg_trgm'] });
  });
  afterAll(async () => session.close());

  test.each(cases.map((one) => [one.name, one] as const))('%s, there and back', async (_, one) => {
    const { changes, hazards } = await runCase(session, one, watched);
    expect({ changes, hazards }).toEqual({ changes: one.expect.changes, hazards: one.expect.hazards ?? [] });
  });

  test('every change rule, creation, drop and rename of every kind is exercised by a case', () => {
    const wanted = [...registry.values()].flatMap((kind) => [
      `${kind.kind} create`,
      `${kind.kind} drop`,
      ...(kind.rename ? [`${kind.kind} rename`] : []),
      ...Object.entries(kind.change).flatMap(([name, rule]) =>
        rule === 'derived' ? [] : [`${kind.kind}.${name}`],
      ),
    ]);
    // A canonical function takes the range type before it exists, which only functions in C can.
    expect(wanted.filter((one) => !exercised.has(one))).toEqual(['range.canonical']);
  });

  test('two equal databases differ in nothing', async () => {
    const unchanged = cases.filter(({ name }) => name.endsWith('--no-op'));
    expect(unchanged.length).toBeGreaterThan(1);
    for (const one of unchanged)
      expect((await runCase(session, one, registry)).changes, one.name).toEqual([]);
  });
});

// Every case runs embedded; a tenth of them shows that servers behave alike.
describe.each([14, 18] as const)('PostgreSQL %i', (major) => {
  test('a tenth of the cases, there and back', async () => {
    await using database = await freshDatabase(major);
    await using session = await openServer(database.url);
    const chosen = cases.filter((one, position) => position % 10 === major % 10 && runsOn(one, major));
    expect(chosen.length).toBeGreaterThan(5);
    for (const one of chosen) {
      const { changes } = await runCase(session, one, registry);
      expect(changes, one.name).toEqual(one.expect.changes satisfies Expectation['changes']);
    }
  });
});

function runsOn({ expect: { minVersion = 14 } }: CorpusCase, major: Major): boolean {
  return minVersion <= major;
}

/** The same kinds, which say when a rule of theirs is used. */
function watch(kinds: Registry): Registry {
  return new Map(
    [...kinds].map(([name, kind]) => {
      const { rename } = kind;
      const rules = Object.entries(kind.change).map(([property, rule]) => [
        property,
        rule === 'derived'
          ? rule
          : (...[before, after]: Parameters<Exclude<typeof rule, string>>) => {
              exercised.add(`${name}.${property}`);
              return typeof rule === 'function' ? rule(before, after) : 'replace';
            },
      ]);
      const spied: ObjectKind = {
        ...kind,
        change: Object.fromEntries(rules),
        create: (object, children) => {
          exercised.add(`${name} create`);
          for (const child of children) exercised.add(`${child.ref.kind} create`);
          return kind.create(object, children);
        },
        drop: (object) => {
          exercised.add(`${name} drop`);
          return kind.drop(object);
        },
        ...(rename
          ? {
              rename: (...refs: Parameters<typeof rename>) => {
                exercised.add(`${name} rename`);
                return rename(...refs);
              },
            }
          : {}),
      };
      return [name, spied];
    }),
  );
}
