import { expect, it } from 'vitest';
import { createReviewLive } from '../../src/commands/review/review-live.ts';
import { openServer } from '../../src/database/server.ts';
import { freshDatabase } from '../support/servers.ts';

const { signal } = new AbortController();

it('connects again when the connection is gone', async () => {
  await using database = await freshDatabase(17);
  await using session = await openServer(database.url);
  const live = createReviewLive(session);
  const before = session.backendPid();
  await live.revive(signal);
  expect(session.backendPid()).toBe(before);
  await using other = await openServer(database.url);
  await other.query('SELECT pg_terminate_backend($1, 5000)', [before]);
  await live.revive(signal);
  expect(session.backendPid()).not.toBe(before);
  expect(await live.use(() => session.query('SELECT 1 AS one'))).toEqual([{ one: 1 }]);
});

it('tells how far the server is with an index', async () => {
  await using database = await freshDatabase(17);
  await using session = await openServer(database.url);
  await using holder = await openServer(database.url);
  const live = createReviewLive(session);
  await session.exec('CREATE TABLE t AS SELECT generate_series(1, 1000) AS a');
  expect(await live.readProgress()).toBeNull();
  // Building concurrently waits for a transaction that has written to the table.
  await holder.exec('BEGIN');
  await holder.exec('INSERT INTO t VALUES (1)');
  const building = session.exec('CREATE INDEX CONCURRENTLY i ON t (a)');
  await expect
    .poll(() => live.readProgress())
    .toMatchObject({ phase: expect.stringContaining('waiting for writers') });
  await holder.exec('COMMIT');
  await building;
  await live.close();
});

it('lets one piece of work at a time use the connection', async () => {
  await using database = await freshDatabase(17);
  await using session = await openServer(database.url);
  const live = createReviewLive(session);
  const order: string[] = [];
  const release = await live.hold();
  const later = live.use(async () => order.push('work'));
  await session.query('SELECT 1');
  order.push('released');
  release();
  await later;
  expect(order).toEqual(['released', 'work']);
});
