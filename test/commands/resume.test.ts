import { describe, expect, test } from 'vitest';
import { openServer } from '../../src/database/server.ts';
import { onServer, type Project, project, query, start, trueup, until } from '../end-to-end/command-line.ts';
import { freshDatabase } from '../support/servers.ts';

const waiting = (name: string) =>
  `SELECT FROM pg_stat_activity WHERE datname = '${name}' AND application_name = 'trueup' AND state = 'active' AND wait_event_type = 'Lock'`;
const gone = (name: string) =>
  `SELECT FROM (SELECT count(*) AS n FROM pg_stat_activity WHERE datname = '${name}' AND application_name = 'trueup') s WHERE n = 0`;

/** Two migrations that cannot run in one transaction, and a view after them. */
const files = {
  'migrations/V1__people.sql': 'CREATE TABLE people (id int PRIMARY KEY, name text NOT NULL);\n',
  'migrations/V2__index.sql': `-- trueup: no-transaction
SET search_path = 'public';
INSERT INTO people VALUES (1, 'Ada');
CREATE INDEX CONCURRENTLY people_name ON people (name);
ALTER TABLE people ADD CONSTRAINT named CHECK (name <> '') NOT VALID;
ALTER TABLE people VALIDATE CONSTRAINT named;
`,
  'migrations/V3__view.sql': 'CREATE VIEW names AS SELECT name FROM people;\n',
};

async function history(url: string) {
  return (await query(url, 'SELECT version FROM trueup.schema_version WHERE success ORDER BY 1')).map(
    ({ version }) => version,
  );
}

/** Kills the process while CREATE INDEX CONCURRENTLY waits for an open transaction; its index is then invalid. */
async function killWhileIndexing(folder: Project, url: string, name: string): Promise<void> {
  const run = start(folder.root, ['apply', '--yes', '-q', ...onServer(url)]);
  await until(url, waiting(name));
  run.child.kill('SIGKILL');
  await run.ended;
  await query(
    url,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}' AND application_name = 'trueup'`,
  );
  await until(url, gone(name));
}

describe('after kill -9 while an index is built concurrently', () => {
  test('every command says what was applied, plain apply refuses, --resume drops the invalid index and goes on', async () => {
    await using database = await freshDatabase(17);
    await using folder = await project(files);
    const { url, name } = database;
    const flags = onServer(url);
    await using reader = await holdTransaction(url);
    await killWhileIndexing(folder, url, name);
    await reader.end();
    expect(
      await query(url, `SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = 'people_name'::regclass`),
    ).toEqual([{ valid: false }]);

    for (const command of ['status', 'drift']) {
      const said = await trueup(folder.root, [command, ...flags]);
      expect(said.stderr, command).toMatch(
        /ended without a word[\s\S]*applied: V1__people\.sql; applied in part: V2__index\.sql \(2 of 5 statements\); not applied: V3__view\.sql/,
      );
      expect(said.stderr).toContain('public.people_name is invalid');
      expect(said.code, said.stdout + said.stderr).toBe(0);
    }
    const refused = await trueup(folder.root, ['apply', '--yes', ...flags]);
    expect(refused).toMatchObject({ code: 3, stdout: '' });
    expect(refused.stderr).toContain('trueup apply --resume goes on from there');
    const back = await trueup(folder.root, ['rollback', '--to', '0', '--yes', '--resume', ...flags]);
    expect(back).toMatchObject({ code: 3, stdout: '' });
    expect(back.stderr).toContain('V2__index.sql is applied in part (2 of 5 statements)');

    const resumed = await trueup(folder.root, ['apply', '--resume', '--yes', '-q', ...flags]);
    expect(resumed, resumed.stdout + resumed.stderr).toMatchObject({ code: 0 });
    expect(await history(url)).toEqual(['1', '2', '3']);
    expect(await query(url, 'SELECT id FROM people')).toEqual([{ id: 1 }]);
    expect(
      await query(
        url,
        `SELECT indisvalid AND (SELECT convalidated FROM pg_constraint WHERE conname = 'named') AS valid
        FROM pg_index WHERE indexrelid = 'people_name'::regclass`,
      ),
    ).toEqual([{ valid: true }]);
    expect(await query(url, 'SELECT outcome FROM trueup.run ORDER BY started_at')).toEqual([
      { outcome: 'interrupted' },
      { outcome: 'success' },
    ]);
    expect(await trueup(folder.root, ['drift', ...flags])).toMatchObject({ code: 0, stderr: '' });
  });

  test('statements that ran may not change; those that did not may', async () => {
    await using database = await freshDatabase(16);
    const { url } = database;
    const flags = onServer(url);
    const script = 'migrations/V2__t.sql';
    const failing = '-- trueup: no-transaction\nINSERT INTO t VALUES (1);\n';
    const unique = 'CREATE UNIQUE INDEX CONCURRENTLY t_id ON t (id);\n';
    await using folder = await project({ 'migrations/V1__t.sql': 'CREATE TABLE t (id int);\n' });
    expect(await trueup(folder.root, ['apply', '--yes', '-q', ...flags])).toMatchObject({ code: 0 });
    await query(url, 'INSERT INTO t VALUES (1)');
    await folder.write(script, failing + unique);
    expect(await trueup(folder.root, ['apply', '--yes', '-q', ...flags])).toMatchObject({ code: 1 });
    await folder.write(script, (failing + unique).replace('(1)', '(2)'));
    const changed = await trueup(folder.root, ['apply', '--resume', '--yes', '-q', ...flags]);
    expect(changed).toMatchObject({ code: 1 });
    expect(changed.stderr).toContain('its first statement is in the database');
    await folder.write(script, failing + unique.replace('UNIQUE ', ''));
    const resumed = await trueup(folder.root, ['apply', '--resume', '--yes', '-q', ...flags]);
    expect(resumed, resumed.stdout + resumed.stderr).toMatchObject({ code: 0 });
    expect(await query(url, 'SELECT count(*)::int AS n FROM t')).toEqual([{ n: 2 }]);
  });
});

test.for([
  ['done', [1, 2, 3]],
  ['again', [1, 2, 2, 3]],
] as const)(
  'what the database does not tell is asked: --in-doubt %s; a migration with its own transactions goes on',
  async ([answer, numbers]) => {
    await using database = await freshDatabase(17);
    const { url, name } = database;
    const flags = onServer(url);
    await using folder = await project({
      'migrations/V1__own.sql': `CREATE TABLE t (n int);
BEGIN;
INSERT INTO t VALUES (1);
COMMIT;
CREATE PROCEDURE work() LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO t VALUES (2); COMMIT; PERFORM pg_advisory_lock(4711); COMMIT; PERFORM pg_advisory_unlock(4711); END $$;
CALL work();
BEGIN;
INSERT INTO t VALUES (3);
COMMIT;
`,
    });
    {
      await using holder = await openServer(url, { applicationName: 'holder' });
      await holder.query('SELECT pg_advisory_lock(4711)');
      const run = start(folder.root, ['apply', '--yes', '-q', ...flags]);
      await until(url, waiting(name));
      run.child.kill('SIGKILL');
      await run.ended;
      await query(
        url,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}' AND application_name = 'trueup' AND wait_event_type = 'Lock'`,
      );
      await until(url, gone(name));
    }
    const resume = ['apply', '--resume', '--yes', '-q', ...flags];
    const asked = await trueup(folder.root, resume);
    expect(asked, asked.stdout + asked.stderr).toMatchObject({ code: 3 });
    expect(asked.stderr).toMatch(/CALL work\(\)[\s\S]*--in-doubt done or --in-doubt again/);
    const resumed = await trueup(folder.root, [...resume, '--in-doubt', answer]);
    expect(resumed, resumed.stdout + resumed.stderr).toMatchObject({ code: 0 });
    expect(await query(url, 'SELECT n FROM t ORDER BY n')).toEqual(numbers.map((n) => ({ n })));
    expect(await history(url)).toEqual(['1']);
  },
);

async function holdTransaction(url: string) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
  let ended = false;
  const end = async () => {
    if (!ended) await client.end();
    ended = true;
  };
  return { end, [Symbol.asyncDispose]: end };
}

test('a rollback whose undo migration failed half way goes on behind what is committed of it', async () => {
  await using database = await freshDatabase(17);
  await using folder = await project({
    'migrations/V1__people.sql': 'CREATE TABLE people (id int PRIMARY KEY, name text NOT NULL);\n',
    'migrations/V2__index.sql': 'CREATE INDEX people_name ON people (name);\n',
    'migrations/U2__index.sql': `-- trueup: no-transaction
DROP INDEX CONCURRENTLY people_name;
INSERT INTO people VALUES (1, 'Eve');
`,
  });
  const { url } = database;
  const flags = onServer(url);
  expect(await trueup(folder.root, ['apply', '--yes', '-q', ...flags])).toMatchObject({ code: 0 });
  await query(url, `INSERT INTO people VALUES (1, 'Ada')`);
  const back = ['rollback', '--to', '1', '--yes', ...flags];
  expect((await trueup(folder.root, back)).stdout).toContain('applied in part: U2__index.sql');
  expect(await history(url)).toEqual(['1', '2']);

  const refused = await trueup(folder.root, back);
  expect(refused).toMatchObject({ code: 3, stdout: '' });
  expect(refused.stderr).toContain('applied in part: U2__index.sql (1 of 2 statements)');
  expect(refused.stderr).toContain('trueup rollback --resume');

  await query(url, 'DELETE FROM people');
  const resumed = await trueup(folder.root, [...back, '--resume']);
  expect(resumed, resumed.stdout + resumed.stderr).toMatchObject({ code: 0 });
  expect(await history(url)).toEqual(['1']);
  expect(await query(url, 'SELECT name FROM people')).toEqual([{ name: 'Eve' }]);
});

test('a rollback whose generated undo was cut short between its parts, and again, goes on from there', async () => {
  await using database = await freshDatabase(17);
  await using folder = await project({
    'migrations/V1__people.sql':
      'CREATE TABLE people (id int PRIMARY KEY, name text NOT NULL, code text NOT NULL UNIQUE);\nCREATE TABLE a (n int); CREATE TABLE b (n int);\n',
  });
  const { url, name } = database;
  const flags = onServer(url);
  expect(await trueup(folder.root, ['apply', '--yes', '-q', ...flags])).toMatchObject({ code: 0 });
  await query(
    url,
    `INSERT INTO people VALUES (1, 'Ada', 'a'), (2, 'Eve', 'e'); INSERT INTO a VALUES (1); INSERT INTO b VALUES (2)`,
  );
  // Names that go round leave the catalog as it was: only the journal tells which object has which.
  await folder.write(
    'migrations/V2__less.sql',
    'ALTER TABLE people DROP COLUMN code;\nALTER TABLE a RENAME TO c; ALTER TABLE b RENAME TO a; ALTER TABLE c RENAME TO b;\n',
  );
  const accept = ['--accept', 'drop-column:public.people.code'];
  expect(await trueup(folder.root, ['apply', '--yes', '-q', ...accept, ...flags])).toMatchObject({ code: 0 });
  const back = ['rollback', '--to', '1', '--yes', ...flags];
  for (const more of [[], ['--resume']]) {
    await using reader = await holdTransaction(url);
    const run = start(folder.root, [...back, ...more]);
    await until(url, waiting(name));
    run.child.kill('SIGKILL');
    await run.ended;
    await reader.end();
    // The process of the server may end its statement before it notices: the index is valid, and no constraint has it.
    await until(url, gone(name));
  }
  const apply = await trueup(folder.root, ['apply', '--resume', '--yes', ...flags]);
  expect(apply).toMatchObject({ code: 3, stdout: '' });
  expect(apply.stderr).toContain(
    'was cut short in the generated undo of V2__less.sql. Nothing was applied now.',
  );
  expect(await query(url, 'SELECT code FROM people ORDER BY id')).toEqual([{ code: 'a' }, { code: 'e' }]);
  const refused = await trueup(folder.root, back);
  expect(refused).toMatchObject({ code: 3, stdout: '' });
  expect(refused.stderr).toContain('applied in part: generated undo of V2__less.sql');
  expect(refused.stderr).toContain('trueup rollback --resume');
  const resumed = await trueup(folder.root, [...back, '--resume', '-q', '--accept', 'large-backup']);
  expect(resumed, resumed.stdout + resumed.stderr).toMatchObject({ code: 0 });
  expect(await query(url, 'SELECT code FROM people ORDER BY id')).toEqual([{ code: 'a' }, { code: 'e' }]);
  expect(await query(url, 'SELECT a.n AS a, b.n AS b FROM a, b')).toEqual([{ a: 1, b: 2 }]);
  expect(await trueup(folder.root, ['drift', ...flags])).toMatchObject({ code: 0 });
  expect(await history(url)).toEqual(['1']);
});
