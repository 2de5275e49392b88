import { expect, test } from 'vitest';
import { diff } from '../../src/commands/diff.ts';
import { drift } from '../../src/commands/drift.ts';
import { plan } from '../../src/commands/plan.ts';
import { project, query } from '../end-to-end/command-line.ts';
import { freshDatabase } from '../support/servers.ts';

test('columns in another order are said, and are drift that stays where the configuration asks', async () => {
  await using database = await freshDatabase(18);
  await query(database.url, 'CREATE TABLE people (id integer, born date, name text)');
  const files = (columnOrder: boolean) => ({
    'trueup.config.json': JSON.stringify({ url: database.url, compare: { columnOrder } }),
    'migrations/V1__people.sql': 'CREATE TABLE people (id integer, name text, born date);',
  });
  await using quiet = await project(files(false));
  const unasked = await drift({ cwd: quiet.root, assume: 'latest' });
  expect(unasked.drift).toEqual([]);
  expect(unasked.diagnostics).toContainEqual(expect.objectContaining({ code: 'column-order' }));

  await using strict = await project(files(true));
  const options = { cwd: strict.root, assume: 'latest' };
  const expected = [
    {
      action: 'alter',
      id: 'table:public.people',
      properties: [{ name: 'columnOrder', before: ['id', 'name', 'born'], after: ['id', 'born', 'name'] }],
    },
  ];
  expect((await drift(options)).drift).toMatchObject(expected);
  await expect(plan({ ...options, onDrift: 'revert' })).rejects.toThrow(
    'can be neither reverted nor adopted',
  );
  expect((await plan({ ...options, onDrift: 'leave' })).steps).toEqual([]);
  expect(await diff('migrations', database.url, { cwd: strict.root })).toMatchObject({
    changes: expected,
    statements: [],
  });
});
