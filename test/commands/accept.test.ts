import { expect, test } from 'vitest';
import { onServer, project, query, shop, trueup } from '../end-to-end/command-line.ts';
import { freshDatabase } from '../support/servers.ts';

test('a loss of data is applied only when it is accepted by its name', async () => {
  await using database = await freshDatabase(17);
  await using folder = await project(shop);
  const url = onServer(database.url);
  expect(await trueup(folder.root, ['apply', '--yes', '-q', ...url])).toMatchObject({ code: 0 });
  await query(
    database.url,
    `ALTER TABLE users ADD COLUMN vip boolean; CREATE TABLE "Old ones" (id int); INSERT INTO "Old ones" VALUES (1)`,
  );
  const names = ['drop-column:public.users.vip', 'drop-table:public.Old ones'];
  const apply = (...accepted: readonly string[]) =>
    trueup(folder.root, [
      ...['apply', '--yes', '-q', '--on-drift', 'revert', ...url],
      ...accepted.flatMap((name) => ['--accept', name]),
    ]);

  const plan = await trueup(folder.root, ['plan', '--on-drift', 'revert', ...url]);
  for (const name of names) expect(plan.stdout).toContain(`--accept ${name}\n`);

  const refused = await apply();
  expect(refused).toMatchObject({ code: 3, stdout: '' });
  expect(refused.stderr).toContain('Nothing was applied.');
  expect(refused.stderr).toContain(`--accept ${names[0]} --accept '${names[1]}'`);

  const partly = await apply('unproven', 'large-backup', names[0] ?? '');
  expect(partly).toMatchObject({ code: 3 });
  expect(partly.stderr).not.toContain('large-backup');
  expect(partly.stderr).not.toContain(names[0]);
  expect(await query(database.url, 'SELECT id FROM "Old ones"')).toEqual([{ id: 1 }]);

  const mistyped = await apply('drop-column:public.users.vpi', 'drop-table:elsewhere', names[1] ?? '');
  expect(mistyped).toMatchObject({ code: 3, stdout: '' });
  expect(mistyped.stderr).toContain(`Did you mean --accept ${names[0]}?`);
  expect(mistyped.stderr).toContain('The plan does not lose drop-table:elsewhere');
  expect(await query(database.url, 'SELECT id FROM "Old ones"')).toEqual([{ id: 1 }]);

  expect(await apply(...names)).toMatchObject({ code: 0 });
  // Where there is nothing to do, the same command is right again.
  expect(await apply(...names)).toMatchObject({ code: 0 });
  expect(await query(database.url, `SELECT to_regclass('"Old ones"') AS found`)).toEqual([{ found: null }]);
});

test('rows that a migration deletes or truncates are a loss, but not those of a table it has made', async () => {
  await using database = await freshDatabase(18);
  await using folder = await project({
    ...shop,
    'migrations/V3__empty.sql':
      'CREATE TABLE made (id int);\nTRUNCATE made;\nTRUNCATE orders;\nWITH gone AS (DELETE FROM public.users RETURNING id) SELECT count(*) FROM gone;\n',
  });
  const url = onServer(database.url);
  // Where nothing is applied there is nothing to lose.
  expect((await trueup(folder.root, ['plan', ...url])).stdout).not.toContain('DATA LOSS');
  await using before = await project(shop);
  expect(await trueup(before.root, ['apply', '--yes', '-q', ...url])).toMatchObject({ code: 0 });
  const { stdout } = await trueup(folder.root, ['plan', ...url]);
  expect([...stdout.matchAll(/--accept (\S+)/g)].map(([, name]) => name)).toEqual([
    'truncate:public.orders',
    'delete-rows:public.users',
  ]);
  expect(await trueup(folder.root, ['apply', '--yes', '-q', ...url])).toMatchObject({ code: 3 });
});
