import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openEmbedded } from '../../src/database/embedded.ts';
import type { Session } from '../../src/database/session.ts';
import { InterruptedError, TrueupError } from '../../src/errors.ts';
import { parseMigration } from '../../src/migrations/parse.ts';
import type { KeyedMigration } from '../../src/plan/steps.ts';
import { replay } from '../../src/replay/replay.ts';

let engine: Session;
beforeEach(async () => {
  engine = await openEmbedded({ extensions: [] });
});
afterEach(() => engine.close());

async function migration(version: string, text: string): Promise<KeyedMigration> {
  const script = `V${version}__it.sql`;
  const source = {
    kind: 'versioned' as const,
    version,
    description: 'it',
    script,
    file: `migrations/${script}`,
  };
  const parsed = await parseMigration(source, text);
  if (!parsed.migration) throw new TrueupError(parsed.diagnostics);
  return { ...parsed.migration, kind: 'versioned', key: version };
}

async function failure(promise: Promise<unknown>): Promise<TrueupError> {
  const error = await promise.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(TrueupError);
  return error as TrueupError;
}

async function tables(): Promise<readonly string[]> {
  const rows = await engine.query<{ name: string }>(
    `SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

describe('each migration runs as it would live', () => {
  test('a migration that fails leaves nothing of itself, and the error names the place', async () => {
    const broken = await migration(
      '7',
      'CREATE TABLE kept (id int);\n\n-- a note\nALTER TABLE usrs ADD COLUMN é text;\n',
    );
    const error = await failure(replay(engine, [broken]));
    expect(error.diagnostics).toMatchObject([
      {
        code: '42P01',
        position: { file: 'migrations/V7__it.sql', line: 4, column: 1 },
        sourceLine: 'ALTER TABLE usrs ADD COLUMN é text',
      },
    ]);
    expect(error.diagnostics[0]?.summary).toContain('relation "usrs" does not exist');
    expect(await tables()).toEqual([]);
  });

  test('what PostgreSQL refuses in a transaction runs outside of one', async () => {
    const text =
      'CREATE TABLE t (id int);\nCREATE INDEX CONCURRENTLY t_id ON t (id);\nVACUUM t;\nCREATE TABLE u (id int);';
    await replay(engine, [await migration('1', text)]);
    expect(await tables()).toEqual(['public.t', 'public.u']);
  });

  test('a new enum value can be used in the same file and in the next', async () => {
    const first = "CREATE TYPE mood AS ENUM ('sad');\nCREATE TABLE t (m mood);";
    const second = "ALTER TYPE mood ADD VALUE 'happy';\nINSERT INTO t VALUES ('happy');";
    await replay(engine, [
      await migration('1', first),
      await migration('2', second),
      await migration('3', "ALTER TABLE t ALTER m SET DEFAULT 'happy';"),
    ]);
    expect(await engine.query('SELECT m::text AS m FROM t')).toEqual([{ m: 'happy' }]);
  });

  test('a file that brings its own transactions keeps what it commits', async () => {
    const text = 'BEGIN;\nCREATE TABLE a (id int);\nCOMMIT;\nBEGIN;\nCREATE TABLE b (id int);\nROLLBACK;';
    await replay(engine, [await migration('1', text)]);
    expect(await tables()).toEqual(['public.a']);
  });

  test('settings of one migration do not reach the next', async () => {
    const first = 'CREATE SCHEMA other;\nSET search_path = other;\nCREATE TABLE t (id int);';
    const second = "SELECT pg_catalog.set_config('search_path', '', false);\nCREATE TABLE public.u (id int);";
    await replay(engine, [
      await migration('1', first),
      await migration('2', second),
      await migration('3', 'CREATE TABLE v (id int);'),
    ]);
    expect(await tables()).toEqual(['other.t', 'public.u', 'public.v']);
  });

  test('a deferred constraint is checked at the end of its own migration', async () => {
    const first =
      'CREATE TABLE p (id int PRIMARY KEY);\nCREATE TABLE c (p int REFERENCES p DEFERRABLE INITIALLY DEFERRED);';
    const second = 'INSERT INTO c VALUES (1);';
    const error = await failure(
      replay(engine, [
        await migration('1', first),
        await migration('2', second),
        await migration('3', 'SELECT 1;'),
      ]),
    );
    expect(error.message).toContain('violates foreign key constraint');
  });
});

describe('stand-ins', () => {
  test('a role that a migration names and nobody creates is made, and listed', async () => {
    // What it may do where it creates tables, live grants it elsewhere.
    const text =
      'CREATE TABLE t (id int);\nGRANT SELECT ON t TO reader;\nSET ROLE reader;\nCREATE TABLE u ();';
    const standIns = await replay(engine, [await migration('1', text)]);
    expect(standIns).toEqual([{ kind: 'role', name: 'reader', file: 'V1__it.sql' }]);
    expect(await engine.query("SELECT rolcanlogin AS login FROM pg_roles WHERE rolname = 'reader'")).toEqual([
      { login: false },
    ]);
  });

  test('a role that only a DO block names is made when PostgreSQL misses it', async () => {
    const text =
      "CREATE TABLE t (id int);\nDO $$ BEGIN EXECUTE 'GRANT SELECT ON t TO ' || quote_ident('night shift'); END $$;";
    const standIns = await replay(engine, [await migration('1', text)]);
    expect(standIns).toMatchObject([{ kind: 'role', name: 'night shift' }]);
  });

  test("a role that a migration creates is the migration's", async () => {
    const standIns = await replay(engine, [
      await migration('1', 'CREATE ROLE own_role;\nGRANT CREATE ON SCHEMA public TO own_role;'),
    ]);
    expect(standIns).toEqual([]);
  });

  test('a subscription is left out and said so, and the engine lives on', async () => {
    const text = "CREATE SUBSCRIPTION s CONNECTION 'host=nowhere' PUBLICATION p;\nCREATE TABLE t (id int);";
    const standIns = await replay(engine, [await migration('1', text)]);
    expect(standIns).toMatchObject([{ kind: 'subscription', file: 'V1__it.sql' }]);
    await engine.exec('DO $$ BEGIN PERFORM 1; END $$');
    expect(await tables()).toEqual(['public.t']);
  });

  test('a security label is left out and said so', async () => {
    const text =
      "CREATE TABLE t (id int);\nSECURITY LABEL FOR anon ON COLUMN t.id IS 'MASKED WITH VALUE NULL';";
    const standIns = await replay(engine, [await migration('1', text)]);
    expect(standIns).toMatchObject([{ kind: 'security label', file: 'V1__it.sql' }]);
  });

  test('an extension that the config stands in for is left out', async () => {
    const text = 'CREATE EXTENSION IF NOT EXISTS pg_cron;\nCREATE TABLE t (id int);';
    const standIns = await replay(engine, [await migration('1', text)], { standInExtensions: ['pg_cron'] });
    expect(standIns).toEqual([{ kind: 'extension', name: 'pg_cron', file: 'V1__it.sql' }]);
    expect(await tables()).toEqual(['public.t']);
  });
});

test('an interrupted replay stops between migrations', async () => {
  const controller = new AbortController();
  const migrations = [
    await migration('1', 'CREATE TABLE a (id int);'),
    await migration('2', 'CREATE TABLE b (id int);'),
  ];
  const replaying = replay(engine, migrations, {
    signal: controller.signal,
    onProgress: (done) => {
      if (done === 0) controller.abort();
    },
  });
  await expect(replaying).rejects.toBeInstanceOf(InterruptedError);
  expect(await tables()).toEqual([]);
});
