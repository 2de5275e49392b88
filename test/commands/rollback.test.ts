import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { apply } from '../../src/commands/apply.ts';
import { plan as makePlan } from '../../src/commands/plan.ts';
import { status } from '../../src/commands/status.ts';
import { lossesOf } from '../../src/plan/losses.ts';
import { onServer, type Project, project, query, shop, trueup } from '../end-to-end/command-line.ts';
import { isWhole } from '../support/pairs.ts';
import { freshDatabase } from '../support/servers.ts';

const run = promisify(execFile);

/** The shop, and three versions that rename, add, and drop. */
const grown = {
  ...shop,
  'migrations/V3__rename.sql': 'ALTER TABLE users RENAME name TO full_name;\n',
  'migrations/V4__vips_and_notes.sql': `ALTER TABLE users ADD COLUMN vip boolean;
CREATE TABLE notes (user_id bigint REFERENCES users, text text, at timestamptz);
`,
  'migrations/V5__drop_total.sql': `CREATE OR REPLACE VIEW totals AS SELECT user_id, 0::numeric AS total FROM orders;
ALTER TABLE orders DROP COLUMN total;
`,
  'migrations/R__totals.sql':
    'DROP VIEW IF EXISTS totals;\nCREATE VIEW totals AS SELECT user_id, count(*) AS orders FROM orders GROUP BY user_id;\n',
};

const rows = `INSERT INTO users (name) VALUES ('Ada'), ('Grace');
  INSERT INTO orders (id, user_id, total) VALUES (1, 1, 7.5), (2, 1, 2), (3, 2, 1)`;

/** Runs commands in a folder against one database. */
function at({ root }: Project, url: string) {
  return (...args: readonly string[]) => trueup(root, [...args, ...onServer(url)]);
}

/** The same without a process of its own. */
function library({ root }: Project, url: string) {
  const options = { cwd: root, url, replayUrl: onServer(url).at(-1) ?? '' };
  return {
    apply: async (...accept: readonly string[]) => (await apply({ ...options, accept }))?.outcome,
    status: async () => {
      const { environments } = await status(options);
      return environments.map(({ appliedVersion, pendingMigrations, drift }) => ({
        version: appliedVersion,
        pending: pendingMigrations?.map(({ script }) => script),
        drift: drift?.length,
      }))[0];
    },
  };
}

describe.for(isWhole ? ([14, 18] as const) : ([18] as const))('on PostgreSQL %i', (major) => {
  test('goes back by generated statements: renames are renames, losses are counted and accepted by name', async () => {
    await using database = await freshDatabase(major);
    await using before = await project(shop);
    await using folder = await project(grown);
    const { url } = database;
    expect(await library(before, url).apply()).toBe('success');
    await query(url, rows);
    const command = at(folder, url);
    const live = library(folder, url);
    const forward = await live.apply('drop-column:public.orders.total');
    expect(forward).toBe('success');
    await query(
      url,
      `UPDATE users SET vip = true WHERE full_name = 'Ada'; INSERT INTO notes VALUES (1, 'first'), (1, 'second'), (2, 'third')`,
    );

    const plan = await command('plan', '--to', '2');
    expect(plan.stdout).toContain('version 5 → 2');
    expect(plan.stdout).toContain('RENAME COLUMN "full_name" TO "name"');
    expect(plan.stdout).toContain('proven: 0 differences');
    expect(plan.stdout).toContain(
      'drop-column:public.users.vip: All values of public.users.vip are lost. (1 value)',
    );
    expect(plan.stdout).toContain('drop-table:public.notes: All rows of public.notes are lost. (3 rows)');
    expect(plan.stdout).toMatch(
      /public\.orders\.total: up to 3 rows put back from the backup \d{17}_\w+_orders_total\n/,
    );
    expect(plan.stdout).not.toContain('not-restored');
    const losses = ['drop-column:public.users.vip', 'drop-table:public.notes'];
    const back = (...args: readonly string[]) => command('rollback', '--to', '2', '--yes', '-q', ...args);
    const refused = await back();
    expect(refused).toMatchObject({ code: 3, stdout: '' });
    for (const loss of losses) expect(refused.stderr).toContain(`--accept ${loss}`);
    expect(await live.status()).toEqual({ version: '5', pending: [], drift: 0 });

    const done = await back(...losses.flatMap((loss) => ['--accept', loss]));
    expect(done.stderr).toBe('');
    expect(done).toMatchObject({ code: 0 });
    expect(await query(url, 'SELECT name FROM users ORDER BY id')).toEqual([
      { name: 'Ada' },
      { name: 'Grace' },
    ]);
    // The view is what it was before: the sum, and not the count.
    expect(await query(url, 'SELECT total FROM totals ORDER BY user_id')).toEqual([
      { total: '9.50' },
      { total: '1.00' },
    ]);
    expect(await query(url, 'SELECT id, total FROM orders ORDER BY id')).toEqual([
      { id: '1', total: '7.50' },
      { id: '2', total: '2.00' },
      { id: '3', total: '1.00' },
    ]);
    expect(await live.status()).toEqual({
      version: '2',
      pending: ['V3__rename.sql', 'V4__vips_and_notes.sql', 'V5__drop_total.sql', 'R__totals.sql'],
      drift: 0,
    });
    expect(await command('drift')).toMatchObject({ code: 0 });
    expect(
      await query(
        url,
        'SELECT version, undo_script, undo_run_id IS NOT NULL AS run FROM trueup.undone ORDER BY undone_on',
      ),
    ).toEqual(['5', '4', '3', 'R:totals'].map((version) => ({ version, undo_script: null, run: true })));

    const again = await live.apply('drop-column:public.orders.total');
    expect(again).toBe('success');
    expect(await live.status()).toEqual({ version: '5', pending: [], drift: 0 });
    expect(await query(url, 'SELECT count(*)::int AS kept FROM trueup.undone')).toEqual([{ kept: 4 }]);
  });

  test('goes back by undo migrations where they are, which may know how rows were', async () => {
    await using database = await freshDatabase(major);
    const { url } = database;
    await using folder = await project({
      ...shop,
      'migrations/V3__archive.sql':
        'CREATE TABLE archive AS SELECT id, name FROM users;\nALTER TABLE users DROP COLUMN name;\n',
      'migrations/V4__city.sql': 'ALTER TABLE users ADD COLUMN city text;\n',
      'migrations/undo/U3__archive.sql': `ALTER TABLE users ADD COLUMN name text;
UPDATE users SET name = archive.name FROM archive WHERE archive.id = users.id;
ALTER TABLE users ALTER COLUMN name SET NOT NULL;
DROP TABLE archive;
`,
    });
    await using before = await project(shop);
    expect(await library(before, url).apply()).toBe('success');
    await query(url, rows);
    const command = at(folder, url);
    const live = library(folder, url);
    expect(await live.apply('drop-column:public.users.name')).toBe('success');
    const back = await command(
      ...['rollback', '--to', '2', '--yes', '--accept', 'drop-table:public.archive'],
      ...['--accept', 'drop-column:public.users.city'],
    );
    expect(back.stderr).toContain('V4__city.sql by generated statements');
    expect(back.stderr).toContain('V3__archive.sql by U3__archive.sql');
    expect(back).toMatchObject({ code: 0 });
    expect(await query(url, 'SELECT name FROM users ORDER BY id')).toEqual([
      { name: 'Ada' },
      { name: 'Grace' },
    ]);
    expect(await live.status()).toEqual({
      version: '2',
      pending: ['V3__archive.sql', 'V4__city.sql'],
      drift: 0,
    });
    expect(await query(url, 'SELECT version, undo_script FROM trueup.undone ORDER BY undone_on')).toEqual([
      { version: '4', undo_script: null },
      { version: '3', undo_script: 'U3__archive.sql' },
    ]);
  });
});

test('goes back to what a run left, and to a git tag', async () => {
  await using database = await freshDatabase(17);
  const { url } = database;
  await using folder = await project(shop);
  const command = at(folder, url);
  const live = library(folder, url);
  const git = (...args: readonly string[]) =>
    run('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: folder.root });
  await git('init', '-q');
  await git('add', '.');
  await git('commit', '-q', '-m', 'shop');
  await git('tag', 'v1.0');
  expect(await live.apply()).toBe('success');
  // The start of an id can be digits alone, as a version's are.
  const renumber = "SET run_id = overlay(run_id::text PLACING '97771096' FROM 1)::uuid";
  await query(
    url,
    `WITH steps AS (UPDATE trueup.run_step ${renumber}), versions AS (UPDATE trueup.schema_version ${renumber})
     UPDATE trueup.run ${renumber}`,
  );
  await folder.write('migrations/V2.5__late.sql', 'CREATE TABLE late (id int);\n');
  await folder.write(
    'migrations/R__totals.sql',
    'CREATE OR REPLACE VIEW totals AS SELECT user_id, sum(total) AS total, 1 AS one FROM orders GROUP BY user_id;\n',
  );
  for (const to of ['97771096', 'v1.0']) {
    expect(await live.apply()).toBe('success');
    expect(await query(url, 'SELECT * FROM late, totals')).toEqual([]);
    const back = await command('rollback', '--to', to, '--yes', '-q', '--accept', 'drop-table:public.late');
    expect(back).toMatchObject({ code: 0, stderr: '' });
    expect(await live.status()).toEqual({
      version: '2',
      pending: ['V2.5__late.sql', 'R__totals.sql'],
      drift: 0,
    });
    expect(
      await query(
        url,
        `SELECT count(*)::int AS columns FROM information_schema.columns WHERE table_name = 'totals'`,
      ),
    ).toEqual([{ columns: 2 }]);
  }
  expect(await command('rollback', '--to', 'v9')).toMatchObject({ code: 1, stdout: '' });
  expect((await command('rollback', '--to', '7')).stderr).toContain('Applied are 1, 2');
});

test('refuses where rows were changed and nothing says how they were; --skip-data leaves them', async () => {
  await using database = await freshDatabase(16);
  const { url } = database;
  await using folder = await project({
    ...shop,
    'migrations/V3__upper.sql':
      '-- names\nUPDATE users SET name = upper(name);\nALTER TABLE users ADD COLUMN city text;\n',
  });
  const command = at(folder, url);
  const live = library(folder, url);
  expect(await live.apply()).toBe('success');
  const refused = await command('rollback', '--to', '2', '--yes');
  expect(refused).toMatchObject({ code: 3 });
  expect(refused.stderr).toContain('migrations/V3__upper.sql:2:1: error');
  const city = ['--accept', 'drop-column:public.users.city'];
  expect(await command('rollback', '--to', '2', '--yes', '--skip-data', ...city)).toMatchObject({ code: 0 });
  expect(await live.status()).toMatchObject({ version: '2', pending: ['V3__upper.sql'], drift: 0 });
});

test('a rollback is a plan: written to a file, run by psql, applied once', async () => {
  await using database = await freshDatabase(18);
  const { url } = database;
  await using folder = await project({
    ...shop,
    'migrations/V3__city.sql': 'ALTER TABLE users ADD COLUMN city text;\n',
  });
  const command = at(folder, url);
  const live = library(folder, url);
  expect(await live.apply()).toBe('success');
  expect(await command('plan', '--to', '2', '-o', 'back.json')).toMatchObject({ code: 0 });
  const script = await command('plan', '--to', '2', '--format', 'sql');
  expect(script.stdout).toContain('INSERT INTO trueup.undone');
  const apply = () =>
    command('apply', 'back.json', '--yes', '-q', '--accept', 'drop-column:public.users.city');
  expect(await apply()).toMatchObject({ code: 0 });
  expect((await apply()).stdout).toContain('Nothing to do');
  expect(await live.status()).toEqual({ version: '2', pending: ['V3__city.sql'], drift: 0 });
  expect(await live.apply()).toBe('success');
  // psql's own commands aside.
  await query(url, script.stdout.replaceAll(/^\\.*$/gm, ''));
  expect(await live.status()).toEqual({ version: '2', pending: ['V3__city.sql'], drift: 0 });
});

test('drift is decided as for any plan, and what is already as it was needs no decision', async () => {
  await using database = await freshDatabase(18);
  const { url } = database;
  await using folder = await project({
    ...shop,
    'migrations/V3__indexes.sql':
      'ALTER TABLE users RENAME TO people;\nCREATE INDEX users_name ON people (name);\nCREATE INDEX orders_total ON orders (total);\n',
  });
  const command = at(folder, url);
  const live = library(folder, url);
  expect(await live.apply()).toBe('success');
  await query(url, 'DROP INDEX users_name; ALTER TABLE people ADD COLUMN by_hand int');
  const refused = await command('rollback', '--to', '2', '--yes', '-q');
  expect(refused).toMatchObject({ code: 3 });
  expect(refused.stderr).toContain('by_hand');
  expect(refused.stderr).not.toContain('users_name');
  expect(await command('rollback', '--to', '2', '--yes', '-q', '--on-drift', 'leave')).toMatchObject({
    code: 0,
  });
  expect(
    await query(url, `SELECT indexname FROM pg_indexes WHERE indexname IN ('users_name', 'orders_total')`),
  ).toEqual([]);
  // What is left follows its table.
  expect(await query(url, 'SELECT id, name, by_hand FROM users')).toEqual([]);
});

test.for([
  ['tables', {}],
  ['files', { 'trueup.config.yaml': 'backup:\n  directory: saved\n' }],
] as const)('what was taken comes back, under the names of before, from %s', async ([, config]) => {
  await using database = await freshDatabase(18);
  const first = {
    ...config,
    'migrations/V1__shop.sql': `CREATE TABLE customers (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE old (n int);
CREATE TABLE new (n int);
CREATE TABLE twin (n int, m int);
CREATE TABLE orders (id serial PRIMARY KEY, customer int NOT NULL REFERENCES customers, note text NOT NULL, paid boolean NOT NULL,
  code text, amount bigint, mood mood, fee numeric DEFAULT 1.5);
`,
  };
  await using folder = await project(first);
  const { url } = database;
  const live = library(folder, url);
  expect(await live.apply()).toBe('success');
  await query(
    url,
    `INSERT INTO customers (name) VALUES ('Ada'), ('Grace');
     INSERT INTO old VALUES (1); INSERT INTO new VALUES (2); INSERT INTO twin VALUES (3, 4);
     INSERT INTO orders (customer, note, paid, code, amount, mood) VALUES
       (1, 'first', true, 'A', 5000000000, 'sad'), (2, 'second', false, 'ABCDEF', 7, 'ok'), (2, 'third', true, 'UVWXYZ', NULL, 'sad')`,
  );
  const read = 'SELECT id, customer, note, paid, code, amount, mood, fee FROM orders ORDER BY 1';
  const rows = await query(url, read);
  await folder.write('migrations/V2__note.sql', 'ALTER TABLE orders DROP COLUMN note;\n');
  // Names that are taken again, or go round.
  await folder.write(
    'migrations/V2.1__names.sql',
    `ALTER TABLE old RENAME TO older;
ALTER TABLE new RENAME TO old;
ALTER TABLE twin RENAME n TO k;
ALTER TABLE twin RENAME m TO n;
ALTER TABLE twin RENAME k TO m;
`,
  );
  const readNames = 'SELECT old.n AS old, new.n AS new, twin.n, m FROM old, new, twin';
  const names = await query(url, readNames);
  await folder.write(
    'migrations/V3__sales.sql',
    `BEGIN;
ALTER TABLE orders RENAME TO sales;
ALTER TABLE sales RENAME paid TO settled;
ALTER TABLE sales ALTER code TYPE varchar(3) USING left(code, 3);
COMMIT;
ALTER TABLE sales ALTER fee TYPE int USING fee::int;
`,
  );
  await folder.write('migrations/V4__settled.sql', 'ALTER TABLE sales DROP COLUMN settled;\n');
  await folder.write(
    'migrations/V4.1__amount.sql',
    `ALTER TABLE sales ALTER amount TYPE int USING amount % 1000;
ALTER TABLE sales RENAME amount TO sum;
ALTER TYPE mood RENAME TO mood_old;
CREATE TYPE mood AS ENUM ('ok');
ALTER TABLE sales ALTER mood TYPE mood USING 'ok';
DROP TYPE mood_old;
`,
  );
  const losses = [
    'drop-column:public.orders.note',
    'narrow-type:public.sales.code',
    'narrow-type:public.sales.fee',
    'narrow-type:public.sales.sum',
    'drop-enum-value:public.mood.sad',
    'drop-column:public.sales.settled',
  ];
  expect(await live.apply(...losses)).toBe('success');
  // What somebody has written since is not written over.
  await query(url, `UPDATE sales SET code = 'new' WHERE id = 3`);
  const kept = rows.map((row) => (row.id === 3 ? { ...row, code: 'new' } : row));

  const options = { cwd: folder.root, url, replayUrl: onServer(url).at(-1) ?? '', rollbackTo: '1' };
  const plan = await makePlan(options);
  expect(lossesOf(plan)).toEqual([]);
  expect(plan.rehearsal.outcome).toBe('proven');
  const report = await apply(options);
  expect(report?.outcome).toBe('success');
  const back = report?.putBack.map(({ subjects, rows, saved }) => `${subjects}: ${rows} of ${saved}`);
  expect(back?.toSorted()).toEqual([
    'public.orders.amount,public.orders.mood: 3 of 3',
    'public.orders.code: 2 of 3',
    'public.orders.fee: 3 of 3',
    'public.orders.note: 3 of 3',
    'public.orders.paid: 3 of 3',
  ]);
  expect(await query(url, read)).toEqual(kept);
  expect(await query(url, readNames)).toEqual(names);
  expect(await live.status()).toMatchObject({ version: '1', drift: 0 });

  await folder.write('migrations/V5__none.sql', 'DROP TABLE sales;\nDROP TABLE customers;\n');
  expect(
    await live.apply(
      ...losses.slice(0, 5),
      'drop-column:public.sales.settled',
      'drop-table:public.sales',
      'drop-table:public.customers',
    ),
  ).toBe('success');
  expect(lossesOf(await makePlan(options))).toEqual([]);
  expect((await apply(options))?.outcome).toBe('success');
  expect(await query(url, read)).toEqual(kept);
  // Numbers that came back are not given again.
  await query(
    url,
    `INSERT INTO customers (name) VALUES ('Mary'); INSERT INTO orders (customer, note, paid) VALUES (3, '', true)`,
  );
  expect(await live.status()).toMatchObject({ version: '1', drift: 0 });
});

test('is refused in numbers where rows have nothing for what must hold a value', async () => {
  await using database = await freshDatabase(17);
  const { url } = database;
  await using folder = await project({
    'migrations/V1__t.sql':
      'CREATE TABLE t (id int PRIMARY KEY, a text NOT NULL, b int NOT NULL);\nCREATE TABLE bare (a text NOT NULL, b int);\n',
  });
  const live = library(folder, url);
  expect(await live.apply()).toBe('success');
  await query(url, `INSERT INTO t VALUES (1, 'x', 1), (2, 'y', 2); INSERT INTO bare VALUES ('x', 1)`);
  await folder.write(
    'migrations/V2__less.sql',
    'ALTER TABLE t DROP COLUMN a, ALTER b DROP NOT NULL;\nALTER TABLE bare DROP COLUMN a;\n',
  );
  expect(await live.apply('drop-column:public.t.a', 'drop-column:public.bare.a')).toBe('success');
  await query(url, 'INSERT INTO t VALUES (3, 3)');
  const command = at(folder, url);
  const refused = await command('rollback', '--to', '1', '--yes');
  expect(refused).toMatchObject({ code: 3, stdout: '' });
  expect(refused.stderr).toContain(
    'public.t.a is NOT NULL and has no default, and nothing fills it for 1 of 3 rows',
  );
  expect(refused.stderr).toContain(
    'public.bare.a is NOT NULL and has no default, and nothing fills it for 1 of 1 row',
  );
  await query(url, 'DELETE FROM t WHERE id = 3; DELETE FROM bare; UPDATE t SET b = NULL');
  const nulls = await command('rollback', '--to', '1', '--yes');
  expect(nulls).toMatchObject({ code: 3, stdout: '' });
  expect(nulls.stderr).toContain('The way back would fail on 2 rows.');
  await query(url, 'UPDATE t SET b = id');
  expect(
    await command('rollback', '--to', '1', '--yes', '-q', '--accept', 'not-restored:public.bare.a'),
  ).toMatchObject({ code: 0, stderr: '' });
  expect(await query(url, 'SELECT id, a, b FROM t ORDER BY id')).toEqual([
    { id: 1, a: 'x', b: 1 },
    { id: 2, a: 'y', b: 2 },
  ]);
});
