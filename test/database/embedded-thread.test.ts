import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type * as Threads from '../../src/database/embedded-thread.ts';

// As compiled: Node runs no TypeScript in a thread.
const threads: Promise<typeof Threads> = import(
  new URL('../../dist/database/embedded-thread.js', import.meta.url).href
);

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trueup-thread-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('an engine in a thread gives rows, counts and the fields of errors like one beside it', async () => {
  const { openEmbeddedThread, warmEmbedded } = await threads;
  warmEmbedded(1);
  await using session = await openEmbeddedThread({ extensions: ['btree_gist'], searchPath: 'public' });
  expect(session.serverVersion).toBeGreaterThanOrEqual(180000);
  expect(await session.query('SELECT $1::int AS one, now() IS NULL AS never', [1])).toEqual([
    { one: 1, never: false },
  ]);
  expect(await session.exec('CREATE EXTENSION btree_gist')).toEqual({ rowCount: null });
  await session.exec('CREATE TABLE t (id int)');
  expect(await session.exec('INSERT INTO t VALUES (1), (2)')).toEqual({ rowCount: 2 });
  await expect(session.query('SELECT nothing FROM t')).rejects.toMatchObject({
    name: 'DatabaseError',
    code: '42703',
    offset: 7,
  });
  await session.close();
  await session.close();
  await expect(session.exec('SELECT 1')).rejects.toMatchObject({ name: 'DatabaseError', code: '08003' });
});

test('what cannot be opened is refused with its diagnostics', async () => {
  const { openEmbeddedThread } = await threads;
  await expect(openEmbeddedThread({ extensions: [], directory: '/proc' })).rejects.toMatchObject({
    name: 'TrueupError',
  });
});

test('two engines that prepare one cache at the same time both start, and leave one file', async () => {
  const { openEmbeddedThread } = await threads;
  const cacheDirectory = join(folder, 'cache');
  const lines: string[] = [];
  const open = () =>
    openEmbeddedThread({ extensions: [], cacheDirectory, onProgress: (line) => lines.push(line) });
  const [first, second] = await Promise.all([open(), open()]);
  await Promise.all([first.close(), second.close()]);
  expect(lines).toEqual(Array(2).fill('preparing the embedded PostgreSQL (first use)'));
  expect(await readdir(cacheDirectory)).toHaveLength(1);
});
