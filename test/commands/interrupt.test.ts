import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { onServer, project, query, shop, start, until } from '../end-to-end/command-line.ts';
import { startPostgres } from '../support/postgres.ts';
import { freshDatabase } from '../support/servers.ts';

/** Waits for the lock that the test holds on live; on the engine nobody holds it. */
const waits = 'SELECT pg_advisory_xact_lock(42);\n';
/** Not any lock: CREATE INDEX CONCURRENTLY may wait a moment for a snapshot of somebody else's. */
const isWaiting = (name: string) =>
  `SELECT FROM pg_stat_activity WHERE datname = '${name}' AND wait_event_type = 'Lock' AND wait_event = 'advisory'`;

/** A session on live that holds the lock until it is released. */
async function holdLock(
  url: string,
): Promise<{ release(): Promise<void>; [Symbol.asyncDispose](): Promise<void> }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('SELECT pg_advisory_lock(42)');
  return {
    release: async () => {
      await client.query('SELECT pg_advisory_unlock(42)');
    },
    [Symbol.asyncDispose]: () => client.end(),
  };
}

async function stateOf(url: string) {
  const list = async (sql: string) => (await query(url, sql)).map((row) => Object.values(row).join(' '));
  return {
    tables: await list(
      `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1`,
    ),
    history: await list('SELECT version FROM trueup.schema_version WHERE success ORDER BY 1'),
    runs: await list('SELECT outcome FROM trueup.run'),
    statements: await list('SELECT title, outcome, row_count FROM trueup.run_step ORDER BY step, statement'),
  };
}

describe.concurrent('Ctrl-C', () => {
  test('while replaying: ends with 130, nothing applied', async () => {
    await using database = await freshDatabase(18);
    const slow = `DO $$ BEGIN FOR i IN 1..200000 LOOP PERFORM i; END LOOP; END $$;\n`;
    const many = Object.fromEntries(
      Array.from({ length: 300 }, (_, i) => [`migrations/V${i + 1}__slow.sql`, slow]),
    );
    await using folder = await project(many);
    const run = start(folder.root, ['apply', '--yes', '--url', database.url]);
    // Introspection is over, so the replay is what it does.
    await until(
      database.url,
      `SELECT FROM pg_stat_activity WHERE application_name = 'trueup' AND datname = '${database.name}' AND state = 'idle' AND query = 'COMMIT'`,
    );
    run.child.kill('SIGINT');
    expect(await run.ended).toEqual({
      code: 130,
      stdout: '',
      stderr: 'Interrupted while replaying. Nothing was applied.\n',
    });
    expect(await query(database.url, `SELECT FROM pg_namespace WHERE nspname = 'trueup'`)).toEqual([]);
  });

  test('while replaying on a server: the scratch database is dropped', async () => {
    // Nobody else replays on it.
    await using server = await startPostgres(17);
    await using folder = await project({
      ...shop,
      'migrations/V3__slow.sql': 'SELECT pg_sleep(0.2);',
      'migrations/V4__slow.sql': 'SELECT pg_sleep(0.2);',
    });
    const run = start(folder.root, ['plan', ...onServer(server.url)]);
    await until(
      server.url,
      `SELECT FROM pg_stat_activity WHERE datname LIKE 'trueup\\_replay%' AND query LIKE '%pg_sleep%'`,
    );
    run.child.kill('SIGINT');
    expect(await run.ended).toMatchObject({ code: 130, stdout: '' });
    expect(
      await query(server.url, `SELECT datname FROM pg_database WHERE datname LIKE 'trueup\\_replay%'`),
    ).toEqual([]);
  });

  test('while applying: the first waits for the statement, then everything uncommitted is rolled back', async () => {
    await using database = await freshDatabase(14);
    await using lock = await holdLock(database.url);
    await using folder = await project({ ...shop, 'migrations/V3__waits.sql': waits });
    const run = start(folder.root, ['apply', '--yes', '-q', '-o', 'report.json', '--url', database.url]);
    await until(database.url, isWaiting(database.name));
    run.child.kill('SIGINT');
    await run.stderrHolds('Once more cancels it.');
    await lock.release();
    const { code, stdout } = await run.ended;
    expect({ code, stdout }).toEqual({
      code: 130,
      stdout: expect.stringMatching(/^Interrupted: [\s\S]*Nothing was applied/),
    });
    expect(await stateOf(database.url)).toEqual({
      tables: [],
      history: [],
      runs: ['interrupted'],
      statements: [
        'V1__users.sql rolled back 0',
        'V2__orders.sql rolled back 0',
        'V2__orders.sql rolled back 0',
        // It had ended, with its row.
        'V3__waits.sql rolled back 1',
        'R__totals.sql not run ',
      ].map((line) => expect.stringMatching(line.replace(' 0', '( 0| )'))),
    });
    expect(JSON.parse(await folder.read('report.json'))).toMatchObject({
      outcome: 'interrupted',
      versionAfter: null,
    });
  });

  test('twice while applying: the statement is cancelled; what was committed before stands and is in the history', async () => {
    await using database = await freshDatabase(18);
    await using lock = await holdLock(database.url);
    await using folder = await project({
      ...shop,
      'migrations/V3__index.sql': 'CREATE INDEX CONCURRENTLY users_name_idx ON users (name);\n',
      'migrations/V4__waits.sql': `CREATE TABLE late (id int);\n${waits}`,
    });
    const run = start(folder.root, ['apply', '--yes', '-q', '--url', database.url]);
    await until(database.url, isWaiting(database.name));
    run.child.kill('SIGINT');
    await run.stderrHolds('Once more cancels it.');
    run.child.kill('SIGINT');
    const { code, stdout } = await run.ended;
    expect({ code, stdout }).toEqual({
      code: 130,
      stdout: expect.stringMatching(/^Interrupted: [\s\S]*3 of 5 steps applied and committed/),
    });
    const state = await stateOf(database.url);
    expect(state).toMatchObject({
      tables: ['orders', 'users'],
      history: ['1', '2', '3'],
      runs: ['interrupted'],
    });
    expect(state.statements.slice(-3)).toEqual(
      ['V4__waits.sql rolled back ', 'V4__waits.sql rolled back ', 'R__totals.sql not run '].map((line) =>
        expect.stringContaining(line.trim()),
      ),
    );
    await lock.release();

    const again = await start(folder.root, ['apply', '--yes', '-q', '--url', database.url]).ended;
    expect(again, again.stderr).toMatchObject({ code: 0 });
    expect(await stateOf(database.url)).toMatchObject({
      tables: ['late', 'orders', 'users'],
      history: ['1', '2', '3', '4', expect.any(String)],
    });
  });
});
