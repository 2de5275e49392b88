import { expect, test } from 'vitest';
import { plan } from '../../src/commands/plan.ts';
import { TrueupError } from '../../src/errors.ts';
import { project, query } from '../end-to-end/command-line.ts';
import { freshDatabase } from '../support/servers.ts';

test('what pending migrations make, change or take away too cannot be adopted; what they leave alone can', async () => {
  await using database = await freshDatabase(18);
  await query(
    database.url,
    `CREATE TABLE orders (id integer, note text) WITH (fillfactor = 70);
     CREATE INDEX hotfix ON orders (id); CREATE INDEX notes ON orders (note); CREATE TABLE old (id integer, extra text)`,
  );
  await using folder = await project({
    'trueup.config.json': JSON.stringify({ url: database.url }),
    'migrations/V1__orders.sql':
      'CREATE TABLE orders (id integer, note text); CREATE TABLE old (id integer);',
    'migrations/V2__again.sql': `CREATE INDEX IF NOT EXISTS hotfix ON orders (id);
      ALTER TABLE orders SET (autovacuum_enabled = false); DROP TABLE old;`,
  });
  const options = { cwd: folder.root, assume: '1', onDrift: 'adopt' as const };
  const error = await plan(options).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(TrueupError);
  const { diagnostics, exitCode } = error as TrueupError;
  expect(exitCode).toBe(3);
  // The table is altered on both sides in the same property.
  expect(diagnostics.map(({ subject }) => subject)).toEqual([
    'index:public.hotfix',
    'column:public.old.extra',
    'table:public.orders',
  ]);
});
