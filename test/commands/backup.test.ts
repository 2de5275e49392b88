import { expect, test } from 'vitest';
import { onServer, project, query, trueup } from '../end-to-end/command-line.ts';
import { freshDatabase } from '../support/servers.ts';

const files = {
  'migrations/V1__orders.sql': `CREATE TABLE orders (id int PRIMARY KEY, note text);
CREATE TABLE old (id int PRIMARY KEY);
INSERT INTO orders VALUES (1, 'a'), (2, 'b');
INSERT INTO old VALUES (7);\n`,
};
const rest = {
  'migrations/V2__note.sql': `-- trueup: expect SELECT count(*) = 2 FROM orders
ALTER TABLE orders RENAME TO sales;
ALTER TABLE sales DROP COLUMN note;
DO $$ BEGIN DROP TABLE old; END $$;
-- trueup: expect SELECT to_regclass('orders') IS NULL
-- trueup: batch
UPDATE sales SET id = id WHERE id > 1;\n`,
};

test('what apply destroys is listed, put back and pruned; what batches cannot do is said before anything runs', async () => {
  await using database = await freshDatabase(18);
  await using before = await project(files);
  const url = onServer(database.url);
  expect(await trueup(before.root, ['apply', '--yes', '-q', ...url])).toMatchObject({ code: 0 });
  expect((await trueup(before.root, ['backup', 'list', ...url])).stdout).toBe('No backups.\n');

  await using wrong = await project({ ...files, ...rest });
  const refused = await trueup(wrong.root, ['plan', ...url]);
  expect(refused.stderr + refused.stdout).toContain('migrations/V2__note.sql:7:1');
  expect(refused.stderr + refused.stdout).toContain('it sets id, which is of the primary key of sales');

  const mended = rest['migrations/V2__note.sql'].replace(/-- trueup: batch\nUPDATE.*/, '');
  await using after = await project({
    ...files,
    'migrations/V2__note.sql': mended,
    'trueup.config.yaml': 'backup:\n  directory: saved\n',
  });
  const plan = await trueup(after.root, ['plan', ...url]);
  expect(plan.stdout).toContain('proven');
  expect(plan.stdout).toMatch(
    /V2__note\.sql:1:\d+\n +must be true or find nothing; the rehearsal, which has no rows, cannot tell/,
  );
  const names = [...plan.stdout.matchAll(/drop-(?:column|table):[\w.]+/g)].flatMap(([name]) => [
    '--accept',
    name,
  ]);
  const applied = await trueup(after.root, ['apply', '--yes', '-q', ...url, ...names]);
  expect(applied).toMatchObject({ code: 0 });

  const listed = await trueup(after.root, ['backup', 'list', '--format', 'json', ...url]);
  const { backups } = JSON.parse(listed.stdout) as {
    backups: { name: string; table: string; lost: string[] }[];
  };
  expect(backups.map(({ table, lost }) => [table, lost]).toSorted()).toEqual([
    ['old', null],
    ['orders', ['note']],
  ]);
  const old = backups.find(({ table }) => table === 'old')?.name ?? '';
  expect((await trueup(after.root, ['backup', 'list', ...url])).stdout).toMatch(/public\.orders\.note +2 /);
  expect(await trueup(after.root, ['backup', 'restore', old, ...url])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('1 row put back'),
  });
  expect(await query(database.url, 'SELECT id FROM old')).toEqual([{ id: 7 }]);
  expect((await trueup(after.root, ['backup', 'prune', '--older-than', '1d', ...url])).stdout).toBe(
    '0 backups dropped.\n',
  );
  expect(await trueup(after.root, ['backup', 'prune', '--older-than', 'soon', ...url])).toMatchObject({
    code: 1,
  });
  expect((await trueup(after.root, ['backup', 'prune', '--older-than', '0d', ...url])).stdout).toContain(
    '2 backups dropped.',
  );
});
