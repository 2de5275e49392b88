import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { freshDatabase, majors, serverUrl } from './servers.ts';

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe.each(majors)('PostgreSQL %i', (major) => {
  test('is a server of that major', async () => {
    const [row] = await query(
      await serverUrl(major),
      `SELECT current_setting('server_version_num')::integer / 10000 AS major`,
    );
    expect(row).toEqual({ major });
  });

  test('gives each test a database of its own', async () => {
    await using one = await freshDatabase(major);
    await using other = await freshDatabase(major);
    await query(one.url, 'CREATE TABLE users (id integer)');
    const tables = `SELECT relname FROM pg_class WHERE relname = 'users'`;
    expect(await query(one.url, tables)).toEqual([{ relname: 'users' }]);
    expect(await query(other.url, tables)).toEqual([]);
  });
});

test('a database is dropped when disposed of, even with a session in it', async () => {
  const database = await freshDatabase(17);
  const client = new pg.Client({ connectionString: database.url });
  const ended = new Promise((resolve) => client.on('error', resolve));
  await client.connect();
  await database[Symbol.asyncDispose]();
  expect(await ended).toMatchObject({ code: '57P01' });
  const left = await query(
    await serverUrl(17),
    `SELECT datname FROM pg_database WHERE datname = '${database.name}'`,
  );
  expect(left).toEqual([]);
});

test('a wrong password is refused', async () => {
  const url = new URL(await serverUrl(18));
  url.password = 'wrong';
  await expect(query(url.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
});
