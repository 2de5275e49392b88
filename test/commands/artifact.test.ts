import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { readPlan, writePlan } from '../../src/plan/artifact.ts';
import { onServer, type Project, project, query, shop, trueup } from '../end-to-end/command-line.ts';
import { freshDatabase } from '../support/servers.ts';

const later = {
  ...shop,
  'migrations/V3__more.sql': `CREATE TYPE mood AS ENUM ('fine');
ALTER TYPE mood ADD VALUE 'odd';
INSERT INTO users (name) VALUES ('Ann; -- not a comment'), (E'back\\\\slash :name');
CREATE FUNCTION twice(n int) RETURNS int LANGUAGE plpgsql AS $f$ BEGIN RETURN n * 2; END $f$;
SET search_path = nowhere;
`,
  'migrations/V4__index.sql': 'CREATE INDEX CONCURRENTLY users_name ON users (name) -- by name\n',
  'migrations/V5__own.sql':
    'BEGIN;\nALTER TABLE users ADD age int;\nCOMMIT;\nALTER TABLE users ADD CONSTRAINT adult CHECK (age > 17);\n',
  'migrations/R__totals.sql':
    'CREATE OR REPLACE VIEW totals AS SELECT user_id, sum(total) AS total, count(*) FROM orders GROUP BY user_id;\n',
};

/** A database with `shop` applied and some drift. */
async function drifted(url: string): Promise<void> {
  await using before = await project(shop);
  expect(await trueup(before.root, ['apply', '--yes', '-q', ...onServer(url)])).toMatchObject({ code: 0 });
  await query(
    url,
    `CREATE TYPE weather AS ENUM ('fine'); ALTER TABLE users ADD COLUMN extra text; CREATE TABLE "we""ird\nname" (id int)`,
  );
}

describe('a plan as a file', () => {
  test('is the same bytes when it is made again, reads back as written, and holds no password', async () => {
    await using database = await freshDatabase(17);
    await drifted(database.url);
    await using folder = await project(later);
    const make = async (file: string) => {
      const args = ['plan', '--on-drift', 'revert', '-o', file, ...onServer(database.url)];
      const { code, stderr } = await trueup(folder.root, args);
      expect(code, stderr).toBe(0);
      return folder.read(file);
    };
    const first = await make('one.json');
    expect(await make('two.json')).toBe(first);
    const read = readPlan(first, 'one.json');
    expect(writePlan(read)).toBe(first);
    expect(first).not.toContain('s3cret');
    expect(read.steps.map(({ title }) => title)).toContain('V3__more.sql');
    expect(() => readPlan(first.replace('"hazards"', '"dangers"'), 'one.json')).toThrow('not a plan');
  });
});

const psqlHere = spawnSync('psql', ['--version']).status === 0;

describe.skipIf(!psqlHere)('under psql (skipped where it is not installed)', () => {
  test('a plan makes the same catalog and the same history as apply, once', async () => {
    await using byApply = await freshDatabase(16);
    await using byPsql = await freshDatabase(16);
    for (const { url } of [byApply, byPsql]) await drifted(url);
    await using folder = await project(later);
    await trueup(folder.root, [
      'plan',
      '--on-drift',
      'leave',
      '--format',
      'sql',
      '-o',
      'plan.sql',
      ...onServer(byPsql.url),
    ]);
    const applied = await trueup(folder.root, [
      'apply',
      '--yes',
      '-q',
      '--on-drift',
      'leave',
      ...onServer(byApply.url),
    ]);
    expect(applied.code, applied.stderr).toBe(0);
    await psql(folder, byPsql.url, 'plan.sql');

    const same = await trueup(folder.root, [
      'diff',
      byApply.url,
      byPsql.url,
      ...onServer(byApply.url).slice(2),
    ]);
    expect(same.code, same.stdout).toBe(0);
    const history = (url: string) =>
      query(
        url,
        `SELECT version, description, script_name, checksum, installed_by, success, kind, migration_text, tool_version
         FROM trueup.schema_version ORDER BY installed_on`,
      );
    expect(await history(byPsql.url)).toEqual(await history(byApply.url));
    expect(await query(byPsql.url, 'SELECT name FROM users')).toEqual(
      await query(byApply.url, 'SELECT name FROM users'),
    );
    await expect(psql(folder, byPsql.url, 'plan.sql')).rejects.toThrow('some of its migrations are applied');
  });

  test('diff FROM TO takes one database to the other', async () => {
    await using from = await freshDatabase(15);
    await using to = await freshDatabase(17);
    await drifted(from.url);
    await using folder = await project(later);
    const flags = onServer(to.url).slice(2);
    await query(
      to.url,
      (await trueup(folder.root, ['diff', 'empty', 'migrations@2', '--format', 'sql', ...flags])).stdout,
    );
    await query(to.url, `CREATE TYPE weather AS ENUM ('fine', 'odd'); CREATE INDEX ON users (name)`);
    const { code } = await trueup(folder.root, [
      'diff',
      from.url,
      to.url,
      '--format',
      'sql',
      '-o',
      'diff.sql',
      ...flags,
    ]);
    expect(code).toBe(2);
    await psql(folder, from.url, 'diff.sql');
    const same = await trueup(folder.root, ['diff', from.url, to.url, ...flags]);
    expect(same.code, same.stdout).toBe(0);
  });
});

async function psql(folder: Project, url: string, file: string): Promise<void> {
  await promisify(execFile)('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', url, '-f', file], {
    cwd: folder.root,
  });
}
