import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { asRole, onServer, project, query, shop, trueup } from '../end-to-end/command-line.ts';
import { freshDatabase } from '../support/servers.ts';

/** Nothing on standard output, exit code 1, and these words on standard error. */
async function expectRefused(
  files: Readonly<Record<string, string>>,
  args: readonly string[],
  ...words: readonly string[]
): Promise<string> {
  await using folder = await project(files);
  const { code, stdout, stderr } = await trueup(folder.root, args);
  expect({ code, stdout }, stderr).toEqual({ code: 1, stdout: '' });
  for (const word of words) expect(stderr).toContain(word);
  return stderr;
}

describe.concurrent('a project that cannot be read', () => {
  test('no config and no migrations folder: says how to start one', () =>
    expectRefused({}, ['plan'], 'There is no Trueup project in', 'trueup init'));

  test('the config asked for is missing', () =>
    expectRefused(shop, ['plan', '--config', 'nowhere.yaml'], 'nowhere.yaml does not exist'));

  test.each([
    [
      'trueup.config.json',
      '{\n  "name": "shop",\n  "url" "x"\n}\n',
      'trueup.config.json:3:9: error',
      '3 |   "url" "x"',
    ],
    [
      'trueup.config.yaml',
      'name: shop\nurl: [1\n',
      'trueup.config.yaml:',
      'The configuration cannot be read',
    ],
    ['trueup.config.ts', 'export default {\n  name: ;\n};\n', 'trueup.config.ts:2:', 'name: ;'],
  ])('%s cannot be parsed: shows the place', (file, text, ...words) =>
    expectRefused({ ...shop, [file]: text }, ['plan'], ...words).then(() => undefined),
  );

  test('unknown keys are all named, with the nearest one suggested', () =>
    expectRefused(
      { ...shop, 'trueup.config.json': '{ "migration": "x", "environments": { "prod": { "ulr": "x" } } }' },
      ['plan'],
      'Unknown key migration.',
      'Did you mean migrations?',
      'Unknown key environments.prod.ulr.',
      'Did you mean environments.prod.url?',
    ));

  test('the migrations folder is missing', () =>
    expectRefused(
      { 'trueup.config.yaml': 'migrations: db/migrations\n' },
      ['plan'],
      'the migrations folder db/migrations does not exist',
    ));

  test('a file of rules that is a folder is named', () =>
    expectRefused(
      { ...shop, '.trueupignore/rules': '' },
      ['plan'],
      '.trueupignore: error: It is a folder, not a file.',
    ));

  test('a syntax error shows file, line, column, the line and a caret', async () => {
    const stderr = await expectRefused(
      {
        ...shop,
        'migrations/V7__add_email.sql': '-- e-mail\nALTER TABLE users\n  ADD COLUMN email textt,,;\n',
      },
      ['plan'],
      'migrations/V7__add_email.sql:3:',
    );
    const [, source = '', caret = ''] = stderr.split('\n');
    expect(source).toContain('3 |   ADD COLUMN email textt,,;');
    expect(source.charAt(caret.indexOf('^'))).toBe(',');
  });

  test('an error of the replay shows file, line, column, the SQLSTATE and what was applied', () =>
    expectRefused(
      { ...shop, 'migrations/V7__add_email.sql': '\nCREATE VIEW names AS SELECT name FROM usrs;\n' },
      ['validate'],
      'migrations/V7__add_email.sql:2:39: error: relation "usrs" does not exist (42P01)\n',
      '2 | CREATE VIEW names AS SELECT name FROM usrs',
      `| ${' '.repeat(38)}^`,
    ));

  test('faults of several files are told together', () =>
    expectRefused(
      {
        ...shop,
        'migrations/V2__again.sql': 'SELECT 1',
        'migrations/v3_near.sql': 'SELECT 1',
        'migrations/V4__x.sql': 'SELEC 1',
      },
      ['plan'],
      'V2__orders.sql',
      'migrations/v3_near.sql',
      'migrations/V4__x.sql:1:1',
    ));

  test('an unknown command, flag or format is refused with what there is', async () => {
    await using folder = await project(shop);
    for (const args of [['drfit'], ['plan', '--fromat', 'json'], ['plan', '--format', 'xml']]) {
      const { code, stderr } = await trueup(folder.root, args);
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('error: ') });
      if (args[0] === 'drfit') expect(stderr).toContain("unknown command 'drfit'\n(Did you mean drift?)");
    }
  });
});

describe.concurrent('a database that cannot be reached', () => {
  test('an unknown scheme is named with the ones there are', () =>
    expectRefused(
      shop,
      ['drift', '--url', 'mysql://me:s3cret@localhost/x'],
      'Unknown scheme mysql://',
      'postgres://',
    ));

  test('no server listens', async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const address = probe.address();
    probe.close();
    await once(probe, 'close');
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    await expectRefused(
      shop,
      ['drift', '--url', `postgres://me:s3cret@127.0.0.1:${port}/shop`],
      `Cannot connect to me@127.0.0.1:${port}/shop: no server listens there`,
      'ECONNREFUSED',
    );
  });

  test('the password is wrong, or the database does not exist', async () => {
    await using database = await freshDatabase(18);
    const wrong = new URL(database.url);
    wrong.password = 's3cret-and-wrong';
    await expectRefused(shop, ['drift', '--url', wrong.href], 'the password is wrong', '28P01');
    const absent = new URL(database.url);
    absent.pathname = '/no_such_database';
    await expectRefused(shop, ['drift', '--url', absent.href], '3D000', 'there is no such database');
    // Nor does a config, an environment variable, `-v` or a plan give it away.
    const files = { ...shop, 'trueup.config.yaml': `environments:\n  prod:\n    url: \${DATABASE}\n` };
    await using folder = await project(files);
    for (const args of [
      ['plan', '-v'],
      ['status', '--format', 'json'],
      ['apply', '--yes'],
    ]) {
      const { code, stdout, stderr } = await trueup(folder.root, [...args, '-e', 'prod'], {
        DATABASE: wrong.href,
      });
      expect(code).toBe(1);
      expect(stdout + stderr).toContain('the password is wrong');
    }
  });

  test('an environment without its variable names the variable', () =>
    expectRefused(
      { ...shop, 'trueup.config.yaml': `environments:\n  prod:\n    url: \${PROD_DATABASE}\n` },
      ['plan', '-e', 'prod'],
      'needs the environment variable PROD_DATABASE, which is not set',
    ));
});

describe.concurrent.each([14, 18] as const)('a role of PostgreSQL %i that may not do everything', (major) => {
  test('without CREATE on the database apply names the GRANT and does nothing; reading works', async () => {
    await using database = await freshDatabase(major);
    await using folder = await project(shop);
    const role = `${database.name}_app`;
    const url = onServer(database.url, asRole(database.url, role));
    await query(database.url, `CREATE ROLE ${role} LOGIN PASSWORD 's3cret'`);
    try {
      const plan = await trueup(folder.root, ['plan', ...url]);
      expect({ code: plan.code, stderr: plan.stderr }).toEqual({ code: 0, stderr: '' });
      const refused = await trueup(folder.root, ['apply', '--yes', '-q', ...url]);
      expect(refused.code).toBe(1);
      const grant = `GRANT CREATE ON DATABASE "${database.name}" TO "${role}";`;
      expect(refused.stdout + refused.stderr).toContain(grant);
      expect(refused.stdout + refused.stderr).toContain('othing was applied');
      const made = `SELECT FROM pg_class WHERE relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('public', 'trueup'))`;
      expect(await query(database.url, made)).toEqual([]);

      await trueup(folder.root, ['apply', '--yes', '-q', ...onServer(database.url)]);
      const denied = await trueup(folder.root, ['drift', ...url]);
      expect(denied).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('GRANT USAGE ON SCHEMA trueup TO'),
      });
      await query(database.url, `GRANT pg_read_all_data TO ${role}`);
      const drift = await trueup(folder.root, ['drift', ...url]);
      expect({ code: drift.code, stderr: drift.stderr }).toEqual({ code: 0, stderr: '' });
      const status = await trueup(folder.root, ['status', ...url]);
      expect({ code: status.code, stderr: status.stderr }).toEqual({ code: 0, stderr: '' });
    } finally {
      await query(database.url, `DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }
  });
});

describe.concurrent('a history that the folder contradicts', () => {
  test('a file that is gone and a file that was changed are told together, and nothing runs', async () => {
    await using database = await freshDatabase(17);
    const more = { ...shop, 'migrations/V3__more.sql': 'CREATE TABLE more (id int);' };
    await using whole = await project(more);
    expect(await trueup(whole.root, ['apply', '--yes', ...onServer(database.url)])).toMatchObject({
      code: 0,
    });
    await using changed = await project({
      'migrations/V1__users.sql': shop['migrations/V1__users.sql'] ?? '',
      'migrations/V2__orders.sql': 'CREATE TABLE orders (id bigint);',
      'migrations/V4__later.sql': 'CREATE TABLE later (id int);',
    });
    for (const args of [['drift'], ['apply', '--yes']]) {
      const { code, stdout, stderr } = await trueup(changed.root, [...args, ...onServer(database.url)]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain(
        'history says V3__more.sql (version 3) is applied, and the migrations folder lacks it',
      );
      expect(stderr).toContain('V2__orders.sql was changed after it was applied');
    }
    const tables = `SELECT relname FROM pg_class WHERE relname = 'later'`;
    expect(await query(database.url, tables)).toEqual([]);
  });
});

describe.concurrent('a database with objects and no history', () => {
  test('is left alone until --assume says what it has; the next apply records that', async () => {
    await using database = await freshDatabase(16);
    await using folder = await project(shop);
    const url = onServer(database.url);
    await query(database.url, `${shop['migrations/V1__users.sql']} ${shop['migrations/V2__orders.sql']}`);
    for (const args of [['status'], ['drift'], ['apply', '--yes']]) {
      const { code, stdout, stderr } = await trueup(folder.root, [...args, ...url]);
      expect(code, args.join(' ')).toBe(1);
      expect(stdout + stderr).toContain('has no history of migrations. Nothing was applied.');
      expect(stdout + stderr).toContain('--assume latest');
      expect(stdout + stderr).toContain('the next apply records the assumed migrations');
    }
    expect(await query(database.url, `SELECT FROM pg_namespace WHERE nspname = 'trueup'`)).toEqual([]);

    const unknown = await trueup(folder.root, ['plan', '--assume', '9', ...url]);
    expect(unknown).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no migration has the version 9'),
    });
    const applied = await trueup(folder.root, ['apply', '--yes', '--assume', '1', ...url]);
    expect(applied).toMatchObject({ code: 3, stderr: expect.stringContaining('table:public.orders') });
    await query(database.url, 'DROP TABLE orders');
    const again = await trueup(folder.root, ['apply', '--yes', '--assume', '1', ...url]);
    expect(again, again.stderr).toMatchObject({ code: 0 });
    expect(await trueup(folder.root, ['drift', ...url])).toMatchObject({ code: 0 });
    const rows = await query(database.url, 'SELECT script_name AS s FROM trueup.schema_version ORDER BY 1');
    expect(rows.map(({ s }) => s)).toEqual(['R__totals.sql', 'V1__users.sql', 'V2__orders.sql']);
  });
});
