import { expect, test } from 'vitest';
import { revert } from '../../src/commands/revert.ts';
import { testUndo } from '../../src/commands/test-undo.ts';
import { validate } from '../../src/commands/validate.ts';
import { renderUndoTest } from '../../src/render/undo.ts';
import { type Project, project, shop, trueup } from '../end-to-end/command-line.ts';

const versions = {
  ...shop,
  'migrations/V3__rename.sql': 'ALTER TABLE users RENAME name TO full_name;\n',
  'migrations/V4__shape.sql': `CREATE TABLE notes (user_id bigint REFERENCES users, text text);
ALTER TABLE orders ADD COLUMN state text NOT NULL DEFAULT 'open';
CREATE INDEX orders_state ON orders (state) WHERE state <> 'done';
`,
};

async function outcomes(folder: Project, options: { version?: string; skipData?: boolean } = {}) {
  const tested = await testUndo({ cwd: folder.root, ...options });
  return { tested, found: tested.map(({ script, by, outcome }) => [script, by, outcome]) };
}

test('each migration, its undo and the migration again lead to the same schema, proven one by one', async () => {
  await using folder = await project({
    ...versions,
    'migrations/V5__rows.sql':
      "INSERT INTO users (id, full_name) OVERRIDING SYSTEM VALUE VALUES (1, 'Ada');\n",
    'migrations/V5.5__unnamed.sql': 'ALTER TABLE users DROP COLUMN full_name;\n',
    'migrations/V5.6__named.sql': 'ALTER TABLE users ADD COLUMN full_name text;\n',
    'migrations/V6__city.sql': 'ALTER TABLE users ADD COLUMN city text, ADD COLUMN zip text;\n',
    'migrations/U6__city.sql': 'ALTER TABLE users DROP COLUMN city;\n',
    'migrations/V7__again.sql': 'CREATE TABLE again (id int);\n',
    'migrations/U7__again.sql':
      'ALTER TABLE again RENAME TO gone;\nDROP TABLE gone;\nDROP TABLE never_there;\n',
    'migrations/V8__last.sql':
      'ALTER TABLE users RENAME TO people;\nALTER SEQUENCE users_id_seq RENAME TO people_id_seq;\nALTER TABLE people RENAME full_name TO name;\nCREATE INDEX people_name ON people (name);\n',
  });
  const { tested, found } = await outcomes(folder);
  expect(found).toEqual([
    ['V1__users.sql', null, 'proven'],
    ['V2__orders.sql', null, 'proven'],
    ['V3__rename.sql', null, 'proven'],
    ['V4__shape.sql', null, 'proven'],
    ['V5__rows.sql', null, 'failed'],
    ['V5.5__unnamed.sql', null, 'proven'],
    ['V5.6__named.sql', null, 'proven'],
    ['V6__city.sql', 'U6__city.sql', 'differs'],
    ['V7__again.sql', 'U7__again.sql', 'failed'],
    ['V8__last.sql', null, 'proven'],
  ]);
  expect(tested[7]?.differences.map(({ action, id }) => [action, id])).toEqual([
    ['drop', 'column:public.users.zip'],
  ]);
  const text = renderUndoTest(tested, { color: false });
  expect(text).toContain('migrations/V5__rows.sql:1:1: error');
  expect(text).toContain('migrations/U7__again.sql:3:1: error');
  expect(text).toContain('7 of 10 migrations can be undone exactly.');

  const one = await trueup(folder.root, ['test-undo', '6', '--format', 'json', '-q']);
  expect(one).toMatchObject({ code: 2 });
  expect(JSON.parse(one.stdout)).toMatchObject({
    migrations: [{ script: 'V6__city.sql', outcome: 'differs' }],
  });
  expect(await trueup(folder.root, ['test-undo', '5', '--skip-data', '-q'])).toMatchObject({ code: 0 });
  expect(await trueup(folder.root, ['test-undo', '9'])).toMatchObject({ code: 1, stdout: '' });
});

test('a revert is the next migration, beside the one it undoes, and is refused where another needs that', async () => {
  await using folder = await project({
    ...versions,
    'migrations/shop/V5__city.sql': 'ALTER TABLE users ADD COLUMN city text;\n',
    'migrations/V6__indexes.sql': 'CREATE INDEX notes_user ON notes (user_id);\n',
    'migrations/V6.1__kinds.sql':
      "CREATE TABLE kinds (id int PRIMARY KEY, label varchar(9) NOT NULL);\nINSERT INTO kinds VALUES (1, 'one');\n",
    'migrations/V6.2__less.sql': 'ALTER TABLE kinds DROP COLUMN label;\n',
  });
  const options = { cwd: folder.root };
  // What must hold a value is filled from backups, and from nothing else on live.
  const less = await revert('6.2', options);
  expect(less.diagnostics).toEqual([]);
  expect((await folder.read(less.file)).replace(/DO [\s\S]*do\$;/, 'DO …;')).toBe(
    `-- Reverts V6.2__less.sql.

ALTER TABLE "public"."kinds" ADD COLUMN "label" character varying(9);

DO …;

-- trueup: expect SELECT FROM "public"."kinds" WHERE "label" IS NULL

/* Only rows of a replay: on live the expectation has stopped before. */
UPDATE "public"."kinds" SET "label" = '' WHERE "label" IS NULL;

ALTER TABLE "public"."kinds" ALTER COLUMN "label" SET NOT NULL;
`,
  );
  const city = await revert('5', options);
  expect(city.file).toBe('migrations/shop/V8__revert_city.sql');
  expect(await folder.read(city.file)).toBe(
    '-- Reverts V5__city.sql.\n\nALTER TABLE "public"."users" DROP COLUMN "city";\n',
  );
  const renamed = await revert('3', options);
  expect(await folder.read(renamed.file)).toContain('RENAME COLUMN "full_name" TO "name"');
  // V6 needs the table that V4 made.
  await expect(revert('4', options)).rejects.toThrow('V4__shape.sql cannot be reverted alone');
  // The view totals needs what V2 made.
  await expect(revert('2', options)).rejects.toThrow('V2__orders.sql cannot be reverted alone');
  const { migrations } = await validate(options);
  expect(migrations).toBe(12);
});

test('a revert takes the text of the undo migration, once that is proven', async () => {
  await using folder = await project({
    ...shop,
    'migrations/V3__city.sql': 'ALTER TABLE users ADD COLUMN city text;\n',
    'migrations/U3__city.sql': '-- Gone.\nALTER TABLE users DROP COLUMN city;\n',
    'migrations/V4__zip.sql': 'ALTER TABLE users ADD COLUMN zip text;\n',
    'migrations/U4__zip.sql': 'SELECT 1;\n',
  });
  const { code, stdout } = await trueup(folder.root, ['revert', '3', '-q']);
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'migrations/V5__revert_city.sql\n' });
  expect(await folder.read('migrations/V5__revert_city.sql')).toBe(
    '-- Reverts V3__city.sql, as U3__city.sql does.\n-- Gone.\nALTER TABLE users DROP COLUMN city;\n',
  );
  await expect(revert('4', { cwd: folder.root })).rejects.toThrow('does not lead back');
});
