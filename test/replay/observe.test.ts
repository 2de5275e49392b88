import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openEmbedded } from '../../src/database/embedded.ts';
import type { Session } from '../../src/database/session.ts';
import type { PlannedStatement, RelationEffect } from '../../src/plan/plan.ts';
import { openObserver } from '../../src/replay/observe.ts';
import { runSteps } from '../../src/replay/run-steps.ts';

let session: Session;
beforeAll(async () => {
  session = await openEmbedded({ extensions: [] });
});
afterAll(() => session.close());
beforeEach(async () => {
  await session.exec(`
    DROP SCHEMA public CASCADE; CREATE SCHEMA public;
    CREATE TABLE p (id int PRIMARY KEY);
    CREATE TABLE t (id int PRIMARY KEY, p int, note text, n int);
    CREATE INDEX t_p ON t (p);
    CREATE TABLE parted (id int) PARTITION BY RANGE (id);
    CREATE TABLE part (id int);`);
});

type Planned = string | readonly [sql: string, transaction: PlannedStatement['transaction']];

/** What each statement of one migration was seen to do; null: nothing is known. */
async function effectsOf(...statements: readonly Planned[]) {
  const [step] = await runSteps(
    session,
    [
      {
        kind: 'migration',
        title: 'V2__it.sql',
        migration: null,
        statements: statements.map((one) => ({
          sql: typeof one === 'string' ? one : one[0],
          transaction: typeof one === 'string' ? 'inside' : one[1],
          hazards: [],
          object: null,
          position: null,
        })),
      },
    ],
    { observer: openObserver(session) },
  );
  return step?.statements.map(({ effects }) =>
    effects === undefined ? null : `${effects.source}: ${effects.relations.map(describeEffect).join('; ')}`,
  );
}

function describeEffect({ relation, lock, rewrites, scans, buildsIndex }: RelationEffect): string {
  const did = [rewrites && 'rewrites', scans && 'scans', buildsIndex && 'builds an index'].filter(Boolean);
  return [relation, lock ?? 'no new lock', ...did].join(' ');
}

describe('what a statement was seen to do', () => {
  test.each([
    ['ALTER TABLE t ADD COLUMN added int DEFAULT 1', 'public.t AccessExclusiveLock'],
    ['ALTER TABLE t ADD COLUMN added float DEFAULT random()', 'public.t AccessExclusiveLock rewrites scans'],
    ['ALTER TABLE t ALTER n TYPE bigint', 'public.t AccessExclusiveLock rewrites scans'],
    ['ALTER TABLE t ALTER note TYPE varchar', 'public.t AccessExclusiveLock'],
    ['ALTER TABLE t ALTER n SET NOT NULL', 'public.t AccessExclusiveLock scans'],
    ['ALTER TABLE t ADD CHECK (n > 0)', 'public.t AccessExclusiveLock scans'],
    ['ALTER TABLE t ADD CHECK (n > 0) NOT VALID', 'public.t AccessExclusiveLock'],
    [
      'ALTER TABLE t ADD FOREIGN KEY (p) REFERENCES p',
      'public.p ShareRowExclusiveLock; public.t ShareRowExclusiveLock scans',
    ],
    [
      'ALTER TABLE t ADD FOREIGN KEY (p) REFERENCES p NOT VALID',
      'public.p ShareRowExclusiveLock; public.t ShareRowExclusiveLock',
    ],
    ['CREATE TABLE u (p int REFERENCES p)', 'public.p ShareRowExclusiveLock'],
    ['CREATE INDEX t_note ON t (note)', 'public.t ShareLock scans builds an index'],
    ['ALTER TABLE t ADD UNIQUE (note)', 'public.t AccessExclusiveLock scans builds an index'],
    ['DROP TABLE t', 'public.t AccessExclusiveLock'],
    ['TRUNCATE t', 'public.t AccessExclusiveLock'],
    ['UPDATE t SET n = 1', 'public.t RowExclusiveLock'],
    ['LOCK TABLE p IN SHARE MODE', 'public.p ShareLock'],
    [
      'ALTER TABLE parted ATTACH PARTITION part FOR VALUES FROM (1) TO (9)',
      'public.part AccessExclusiveLock scans; public.parted ShareUpdateExclusiveLock',
    ],
    [`DO $$ BEGIN EXECUTE 'ALTER TABLE t ADD x int'; END $$`, 'public.t AccessExclusiveLock'],
    ['CREATE TABLE u (id int)', ''],
  ])('%s', async (sql, expected) => {
    expect(await effectsOf(sql)).toEqual([`observed: ${expected}`]);
  });
});

test('a lock that an earlier statement of the transaction holds is not told again', async () => {
  expect(
    await effectsOf(
      'ALTER TABLE t ADD a int',
      'ALTER TABLE t ADD b int',
      'ALTER TABLE t ALTER n TYPE bigint',
    ),
  ).toEqual([
    'observed: public.t AccessExclusiveLock',
    'observed: ',
    'observed: public.t no new lock rewrites scans',
  ]);
});

test('a table that the plan itself made is not spoken of', async () => {
  expect(await effectsOf('CREATE TABLE u (id int)', 'ALTER TABLE u ALTER id TYPE bigint')).toEqual([
    'observed: ',
    'observed: ',
  ]);
});

test('SET TRANSACTION still comes before any query', async () => {
  expect(await effectsOf('SET TRANSACTION ISOLATION LEVEL SERIALIZABLE', 'ALTER TABLE t ADD a int')).toEqual([
    'observed: ',
    'observed: public.t AccessExclusiveLock',
  ]);
});

test('outside a transaction the lock is the manual’s, and what was built is seen', async () => {
  expect(
    await effectsOf(
      ['CREATE INDEX CONCURRENTLY t_note ON t (note)', 'outside'],
      ['REINDEX INDEX CONCURRENTLY t_p', 'outside'],
      ['VACUUM p', 'outside'],
    ),
  ).toEqual([
    'manual: public.t ShareUpdateExclusiveLock scans builds an index',
    'manual: public.t ShareUpdateExclusiveLock scans builds an index',
    null,
  ]);
});

test('in a migration with its own transactions only what is inside of them is seen', async () => {
  const own = (sql: string) => [sql, 'own'] as const;
  expect(
    await effectsOf(
      own('BEGIN'),
      own('ALTER TABLE t ADD a int'),
      own('COMMIT'),
      own('ALTER TABLE t ADD b int'),
    ),
  ).toEqual(['observed: ', 'observed: public.t AccessExclusiveLock', null, null]);
});
