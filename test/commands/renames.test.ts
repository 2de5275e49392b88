import { expect, test } from 'vitest';
import { onServer, project, query, shop, trueup } from '../end-to-end/command-line.ts';
import { freshDatabase } from '../support/servers.ts';

test('a column and a table that live calls by other names are suggested, and renamed back with their rows', async () => {
  await using database = await freshDatabase(18);
  await using folder = await project(shop);
  const run = (...args: readonly string[]) => trueup(folder.root, [...args, ...onServer(database.url)]);
  await run('apply', '--yes', '-q');
  await query(
    database.url,
    `INSERT INTO users (name) VALUES ('Ada'); ALTER TABLE users RENAME name TO full_name; ALTER TABLE orders RENAME TO purchases`,
  );
  const drift = await run('drift', '--format', 'json');
  expect(JSON.parse(drift.stdout)).toMatchObject({
    renameSuggestions: [
      { from: 'column:public.users.name', to: 'column:public.users.full_name' },
      { from: 'table:public.orders', to: 'table:public.purchases' },
    ],
  });
  expect((await run('drift')).stderr).toContain(
    '--rename column:public.users.name=column:public.users.full_name',
  );

  const renames = [
    '--rename',
    'public.users.name=public.users.full_name',
    '--rename',
    'public.orders=public.purchases',
  ];
  const plan = await run('plan', '--on-drift', 'revert', ...renames);
  expect(plan.stdout).toContain('proven: 0 differences');
  expect(plan.stdout).toContain('RENAME COLUMN "full_name" TO "name"');
  expect(plan.stdout).toContain('ALTER TABLE "public"."purchases" RENAME TO "orders"');
  expect(plan.stdout).not.toContain('DROP');
  expect(await run('apply', '--yes', '-q', '--on-drift', 'revert', ...renames)).toMatchObject({ code: 0 });
  expect(await query(database.url, 'SELECT name FROM users')).toEqual([{ name: 'Ada' }]);
  expect(await run('drift')).toMatchObject({ code: 0 });
});

test('a rename that live adopts is a rename in the migration; one of nothing is an error', async () => {
  await using database = await freshDatabase(16);
  await using folder = await project(shop);
  const run = (...args: readonly string[]) => trueup(folder.root, [...args, ...onServer(database.url)]);
  await run('apply', '--yes', '-q');
  await query(database.url, 'ALTER TABLE users RENAME name TO full_name');
  const rename = ['--rename', 'public.users.name=public.users.full_name'];
  expect(await run('plan', '--on-drift', 'leave', ...rename)).toMatchObject({ code: 0 });
  expect(await run('apply', '--yes', '-q', '--on-drift', 'adopt', ...rename)).toMatchObject({ code: 0 });
  expect(await run('drift')).toMatchObject({ code: 0 });
  const wrong = await run('drift', '--rename', 'public.users.nothing=public.users.full_name');
  expect(wrong).toMatchObject({ code: 1 });
  expect(wrong.stderr).toContain('no missing public.users.nothing');
});
