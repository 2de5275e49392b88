import { describe, expect, test } from 'vitest';
import { openServer } from '../../src/database/server.ts';
import { startPostgres } from '../support/postgres.ts';
import { cuts, startProxy } from '../support/proxy.ts';
import { freshDatabase } from '../support/servers.ts';
import { inputFor, migration, onServer, planFor, run, stateOf, written } from './support.ts';

describe('the network is cut at a COMMIT', () => {
  test.each(cuts)(
    '%s: it reconnects, asks the history, and ends with every statement run once',
    async (cut) => {
      await using database = await freshDatabase(17);
      await using proxy = await startProxy(database.url);
      await using session = await openServer(proxy.url);
      await session.exec('CREATE TABLE counted (n int)');
      const plan = await planFor(session, [
        migration('1', 'CREATE TABLE a (id int)', 'INSERT INTO counted VALUES (1)'),
        migration('2', ['CREATE INDEX CONCURRENTLY i ON counted (n)', 'outside']),
      ]);
      let isArmed = false;
      const { events, report } = await run(inputFor(session, plan), (event) => {
        if (isArmed || event.type !== 'statement started' || event.statement !== 1) return;
        isArmed = true;
        proxy.arm(cut);
      });
      expect(proxy.cutCount()).toBe(1);
      expect(report).toMatchObject({ outcome: 'success', error: null, versionAfter: '2' });
      expect(events.map(({ type }) => type)).toContain('reconnecting');
      expect(await session.query('SELECT n FROM counted')).toEqual([{ n: 1 }]);
      expect(await stateOf(session)).toEqual({
        tables: ['a', 'counted'],
        history: ['1', '2'],
        runs: ['success'],
        statements: ['applied', 'applied', 'applied'],
      });
    },
  );
});

test("the network is cut at a migration's own COMMIT: the journal knows that it is done, and nothing of it runs again", async () => {
  await using database = await freshDatabase(17);
  await using proxy = await startProxy(database.url);
  await using session = await openServer(proxy.url);
  await session.exec('CREATE TABLE counted (n int)');
  const text = 'BEGIN; INSERT INTO counted VALUES (1); COMMIT; INSERT INTO counted VALUES (2)';
  const { report } = await run(
    inputFor(session, await planFor(session, [await written('1', text)])),
    (event) => {
      if (event.type === 'statement started' && event.statement === 2) proxy.arm('within the answer');
    },
  );
  expect(report).toMatchObject({ outcome: 'failed', steps: [{ outcome: 'failed' }] });
  expect(await session.query('SELECT n FROM counted')).toEqual([{ n: 1 }]);
  const { statements, history } = await stateOf(session);
  expect(statements).toEqual(['applied', 'applied', 'applied', 'failed']);
  expect(history).toEqual(['1 (failed)']);
});

describe('the session ends', () => {
  test('because somebody ended it: the run stops, and the journal says that it failed', () =>
    onServer(18, async (session, url) => {
      await using other = await openServer(url);
      const plan = await planFor(session, [migration('1', 'CREATE TABLE a (id int)', 'SELECT pg_sleep(60)')]);
      const { report } = await run(inputFor(session, plan), (event) => {
        if (event.type !== 'statement started' || event.statement !== 1) return;
        void other.query('SELECT pg_terminate_backend($1)', [session.backendPid()]);
      });
      expect(report).toMatchObject({ outcome: 'failed', error: { code: '57P01' } });
      expect(await stateOf(other)).toEqual({
        tables: [],
        history: [],
        runs: ['failed'],
        statements: ['rolled back', 'failed'],
      });
    }));

  test('because the server is restarted: it waits for it and runs on, with what the migration had set', async () => {
    await using server = await startPostgres(16);
    await using session = await openServer(server.url);
    await session.exec('CREATE SCHEMA elsewhere');
    const plan = await planFor(session, [
      migration(
        '1',
        ["SET search_path = 'elsewhere'", 'apart'],
        ['CREATE TABLE a (id int)', 'apart'],
        ['CREATE TABLE b (id int)', 'apart'],
      ),
    ]);
    let isRestarted = false;
    const { events, report } = await run(inputFor(session, plan), async (event) => {
      if (isRestarted || event.type !== 'statement started' || event.statement !== 2) return;
      isRestarted = true;
      await server.restart();
    });
    expect(report.error).toBeNull();
    expect(report.outcome).toBe('success');
    expect(events.map(({ type }) => type)).toContain('reconnecting');
    expect(
      await session.query(
        `SELECT tablename::text AS t FROM pg_tables WHERE schemaname = 'elsewhere' ORDER BY 1`,
      ),
    ).toEqual([{ t: 'a' }, { t: 'b' }]);
  });

  test('and the server does not come back: what was running is in doubt, and nothing is claimed', async () => {
    await using server = await startPostgres(18);
    await using session = await openServer(server.url);
    const plan = await planFor(session, [
      migration('1', ['CREATE TABLE a (id int)', 'apart'], ['SELECT pg_sleep(60)', 'apart']),
    ]);
    const timeouts = { reconnectMs: 0 };
    const { report } = await run(inputFor(session, plan, { timeouts }), (event) => {
      if (event.type === 'statement started' && event.statement === 1) void server.stop();
    });
    expect(report).toMatchObject({
      outcome: 'failed',
      error: { code: 'connection-lost', help: expect.stringContaining('--resume') },
      steps: [{ outcome: 'in doubt' }],
    });
  });
});
