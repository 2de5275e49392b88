import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ObjectKind, Registry } from '../../src/catalog/kind.ts';
import { openEmbedded } from '../../src/database/embedded.ts';
import { openServer } from '../../src/database/server.ts';
import type { Session } from '../../src/database/session.ts';
import { registry } from '../../src/kinds/index.ts';
import { createStandIns } from '../../src/replay/stand-ins.ts';
import { rulesOf } from '../docs/coverage.ts';
import { canMakeProvider, makeProvider, withProvider } from '../support/label-provider.ts';
import { prepared } from '../support/prepared.ts';
import { freshDatabase, type Major } from '../support/servers.ts';
import {
  type CorpusCase,
  type Expectation,
  isServersOnly,
  readCases,
  runCase,
  tablespaces,
} from './cases.ts';
import { clear } from './clear.ts';

const cases = readCases();
/** `kind.property` of every change rule and `kind create` of every member that some case has run. */
const exercised = new Set<string>();
const watched = watch(registry);
/** What no embedded engine can hold. */
const onServers = cases.filter((one) => isServersOnly(one, registry));

describe('embedded PostgreSQL', () => {
  let session: Session;
  beforeAll(async () => {
    session = prepared(await openEmbedded({ extensions: ['citext', 'file_fdw', 'pg_trgm'] }));
    await createStandIns(session, tablespaces);
  });
  afterAll(async () => session.close());

  const held = cases.filter((one) => !onServers.includes(one));
  test.each(held.map((one) => [one.name, one] as const))('%s, there and back', async (_, one) => {
    const { changes, hazards } = await runCase(session, one, watched);
    expect({ changes, hazards }).toEqual({ changes: one.expect.changes, hazards: one.expect.hazards ?? [] });
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
    await using server = await openServer(database.url);
    const session = prepared(server);
    if (major >= 15) await createStandIns(session, tablespaces);
    const chosen = cases.filter(
      (one, position) => position % 10 === major % 10 && runsOn(one, major) && !onServers.includes(one),
    );
    expect(chosen.length).toBeGreaterThan(5);
    for (const one of chosen) {
      const { changes } = await runCase(session, one, registry);
      expect(changes, one.name).toEqual(one.expect.changes satisfies Expectation['changes']);
    }
  });

  const held = onServers.filter((one) => runsOn(one, major));
  for (const one of held) {
    const why = canMakeProvider ? '' : ' (skipped: no C compiler makes a provider)';
    const takesProvider = one.name.startsWith('security-label--');
    test.skipIf(takesProvider && !canMakeProvider)(
      `${one.name}, there and back${takesProvider ? why : ''}`,
      async () => {
        await using provider = takesProvider ? await makeProvider(major) : null;
        await using database = await freshDatabase(major);
        await using session = await openServer(
          provider ? withProvider(database.url, provider.file) : database.url,
        );
        try {
          const { changes, hazards } = await runCase(session, one, watched);
          expect({ changes, hazards }).toEqual({
            changes: one.expect.changes,
            hazards: one.expect.hazards ?? [],
          });
        } finally {
          await clear(session);
        }
      },
    );
  }
});

test('every change rule, creation, drop and rename of every kind is exercised by a case', () => {
  // Labels take a provider, which no package of PostgreSQL ships.
  const ran = [...registry.values()].filter(({ kind }) => canMakeProvider || kind !== 'security label');
  const wanted = ran.flatMap(rulesOf);
  expect(wanted.filter((one) => !exercised.has(one))).toEqual([]);
});

function runsOn({ expect: { minVersion = 14 } }: CorpusCase, major: Major): boolean {
  return minVersion <= major;
}

/** The same kinds, which say when a rule or another function of theirs is used. */
function watch(kinds: Registry): Registry {
  return new Map([...kinds].map(([name, kind]) => [name, watchKind(kind)]));
}

function watchKind(kind: ObjectKind): ObjectKind {
  const change = Object.entries(kind.change).map(([property, rule]) => {
    if (rule === 'derived') return [property, rule] as const;
    const watchedRule: typeof rule = (before, after) => {
      exercised.add(`${kind.kind}.${property}`);
      return typeof rule === 'function' ? rule(before, after) : 'replace';
    };
    return [property, watchedRule] as const;
  });
  const members = Object.entries(kind).map(([member, value]: [string, unknown]) => {
    if (typeof value !== 'function') return [member, value] as const;
    const watchedMember = (...given: readonly unknown[]) => {
      const result: unknown = value(...given);
      // What answers with nothing to do has not been put to work.
      if (result !== null && !(Array.isArray(result) && result.length === 0 && member !== 'create'))
        exercised.add(`${kind.kind} ${member}`);
      return result;
    };
    return [member, watchedMember] as const;
  });
  return {
    ...kind,
    ...Object.fromEntries(members),
    create: (object, children) => {
      exercised.add(`${kind.kind} create`);
      for (const child of children) exercised.add(`${child.ref.kind} create`);
      return kind.create(object, children);
    },
    change: Object.fromEntries(change),
  };
}
