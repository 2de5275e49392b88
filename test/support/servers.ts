import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import type { Major } from './postgres.ts';

export { type Major, majors } from './postgres.ts';

/** Superuser's URL of a running PostgreSQL of that major, password included. The first call of a run starts it (about a second). */
export async function serverUrl(major: Major): Promise<string> {
  const response = await fetch(`${inject('serversAddress')}/${major}`);
  const answer = await response.text();
  if (!response.ok) throw new Error(`PostgreSQL ${major} did not start: ${answer}`);
  return answer;
}

export type FreshDatabase = {
  /** Superuser's URL of the database, password included. */
  readonly url: string;
  /** Unique in the run, lower case: roles belong to the whole server, so name them after it. */
  readonly name: string;
  [Symbol.asyncDispose](): Promise<void>;
};

/** An empty database that nobody else uses, dropped when disposed of, sessions in it or not. */
export async function freshDatabase(major: Major): Promise<FreshDatabase> {
  const server = await serverUrl(major);
  const name = `test_${randomBytes(6).toString('hex')}`;
  await execute(server, `CREATE DATABASE ${name} TEMPLATE template0`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    name,
    [Symbol.asyncDispose]: () => execute(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
