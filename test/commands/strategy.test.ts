import { expect, test } from 'vitest';
import { onServer, project, query, shop, trueup } from '../end-to-end/command-line.ts';
import { freshDatabase } from '../support/servers.ts';

test('the strategy state generates live to target, keeps what is renamed, and records the migrations', async () => {
  await using database = await freshDatabase(16);
  await using before = await project(shop);
  const url = onServer(database.url);
  await trueup(before.root, ['apply', '--yes', '-q', ...url]);
  await query(
    database.url,
    `INSERT INTO users (name) VALUES ('Ada'); CREATE TABLE by_hand (id int); DROP INDEX orders_user_idx`,
  );
  await using folder = await project({
    ...shop,
    'migrations/V3__people.sql': `ALTER TABLE users ADD COLUMN temporary int;
ALTER TABLE users RENAME name TO full_name;
ALTER TABLE users DROP COLUMN temporary;
CREATE TABLE notes (user_id bigint REFERENCES users, text text);`,
  });
  const state = (...args: readonly string[]) => trueup(folder.root, [...args, '--strategy', 'state', ...url]);
  const plan = await state('plan', '--on-drift', 'leave');
  expect(plan.stdout).toContain('proven: 0 differences');
  expect(plan.stdout).not.toContain('temporary');
  expect(plan.stdout).not.toContain('DATA LOSS');

  expect(await state('apply', '--yes', '-q', '--on-drift', 'leave')).toMatchObject({ code: 0 });
  expect(await query(database.url, 'SELECT full_name FROM users')).toEqual([{ full_name: 'Ada' }]);
  expect(
    await query(
      database.url,
      `SELECT to_regclass('by_hand') IS NOT NULL AS left, to_regclass('notes') IS NOT NULL AS made`,
    ),
  ).toEqual([{ left: true, made: true }]);
  const { stdout } = await trueup(folder.root, ['status', '--format', 'json', ...url]);
  expect(JSON.parse(stdout)).toMatchObject({
    environments: [{ appliedVersion: '3', pendingMigrations: [] }],
  });
  expect((await trueup(folder.root, ['drift', ...url])).stdout).toContain('2 extra, 1 missing');
  // What it has renamed is done, and nothing of it is left to a later run.
  await folder.write('migrations/V4__back.sql', 'ALTER TABLE users RENAME full_name TO name;');
  const back = await trueup(folder.root, ['apply', '--yes', '-q', '--on-drift', 'leave', ...url]);
  expect(back, back.stderr).toMatchObject({ code: 0 });
});

test('the strategy state is refused where a migration changes rows, with file and line, unless they are skipped', async () => {
  await using database = await freshDatabase(18);
  await using folder = await project({
    ...shop,
    'migrations/V3__rows.sql': `-- people
INSERT INTO users (name) VALUES ('Ada');
DO $$ BEGIN PERFORM 1; END $$;
CREATE INDEX users_name ON users (name);
SELECT setval('users_id_seq', 7);`,
  });
  const state = (...args: readonly string[]) =>
    trueup(folder.root, [...args, '--strategy', 'state', ...onServer(database.url)]);
  const refused = await state('plan');
  expect(refused).toMatchObject({ code: 3, stdout: '' });
  for (const line of [2, 3, 5]) expect(refused.stderr).toContain(`migrations/V3__rows.sql:${line}:1: error`);
  expect(refused.stderr).toContain('--skip-data');

  const skipped = await state('plan', '--skip-data');
  expect(skipped).toMatchObject({ code: 0 });
  expect(skipped.stderr).toContain('migrations/V3__rows.sql:2:1: warning');
  expect(skipped.stdout).toContain('proven: 0 differences');
});
