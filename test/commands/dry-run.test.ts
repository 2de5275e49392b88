import { expect, test } from 'vitest';
import { onServer, project, query, shop, trueup } from '../end-to-end/command-line.ts';
import { freshDatabase } from '../support/servers.ts';

test('--dry-run fails as live would, leaves nothing behind, and refuses what cannot be rolled back', async () => {
  await using database = await freshDatabase(17);
  const flags = ['--dry-run', '--yes', ...onServer(database.url)];
  await using folder = await project(shop);
  const tried = await trueup(folder.root, ['apply', ...flags]);
  expect(tried, tried.stdout + tried.stderr).toMatchObject({ code: 0 });
  expect(tried.stdout).toMatch(/rolled back/i);
  expect(
    await query(database.url, `SELECT FROM pg_class WHERE relname IN ('users', 'orders', 'schema_version')`),
  ).toEqual([]);

  await folder.write('migrations/V3__index.sql', 'CREATE INDEX CONCURRENTLY i ON users (name);\n');
  const refused = await trueup(folder.root, ['apply', ...flags]);
  expect(refused, refused.stdout + refused.stderr).toMatchObject({ code: 3, stdout: '' });
  expect(refused.stderr).toContain('CREATE INDEX CONCURRENTLY i ON users (name)');

  // Only rows make it fail, which no rehearsal has.
  await folder.write('migrations/V3__index.sql', 'ALTER TABLE users ADD UNIQUE (name);\n');
  await query(database.url, shop['migrations/V1__users.sql'] ?? '');
  await query(database.url, `INSERT INTO users (name) VALUES ('Ada'), ('Ada')`);
  const failed = await trueup(folder.root, ['apply', '--assume', '1', ...flags]);
  expect(failed, failed.stdout + failed.stderr).toMatchObject({ code: 1 });
  expect(failed.stdout + failed.stderr).toContain('23505');
  expect(await query(database.url, `SELECT FROM pg_class WHERE relname = 'orders'`)).toEqual([]);
});
