import { expect, test } from 'vitest';
import { onServer, project, query, shop, trueup } from '../end-to-end/command-line.ts';
import { freshDatabase } from '../support/servers.ts';

const types = `CREATE TYPE stage AS ENUM ('new', 'paid', 'sent', 'gone');
CREATE TYPE place AS (street text, zip text, since date);
CREATE TABLE parcels (stage stage DEFAULT 'paid' CHECK (stage <> 'gone'), place place);
CREATE TABLE places OF place;
CREATE VIEW paid AS SELECT (place).zip AS zip FROM parcels WHERE stage = 'paid';
`;

test('what live calls by other names is suggested, and renamed back with its rows', async () => {
  await using database = await freshDatabase(18);
  await using folder = await project({ ...shop, 'migrations/V3__types.sql': types });
  const run = (...args: readonly string[]) => trueup(folder.root, [...args, ...onServer(database.url)]);
  await run('apply', '--yes', '-q');
  await query(
    database.url,
    `INSERT INTO users (name) VALUES ('Ada'); ALTER TABLE users RENAME name TO full_name; ALTER TABLE orders RENAME TO purchases;
     INSERT INTO parcels VALUES ('paid', ('Row', '1a', now()));
     ALTER TYPE stage RENAME VALUE 'paid' TO 'settled'; ALTER TYPE stage ADD VALUE 'first' BEFORE 'new';
     ALTER TYPE place RENAME ATTRIBUTE zip TO postcode CASCADE`,
  );
  const drift = await run('drift', '--format', 'json');
  expect(JSON.parse(drift.stdout)).toMatchObject({
    renameSuggestions: [
      { from: 'attribute:public.place.zip', to: 'attribute:public.place.postcode', likeness: 1 },
      { from: 'column:public.users.name', to: 'column:public.users.full_name' },
      { from: 'enum value:public.stage.paid', to: 'enum value:public.stage.settled', likeness: 1 },
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
    '--rename',
    'public.place.zip=public.place.postcode',
    '--rename',
    'enum value:public.stage.paid=enum value:public.stage.settled',
  ];
  const plan = await run('plan', '--on-drift', 'revert', ...renames);
  expect(plan.stdout).toContain('proven: 0 differences');
  expect(plan.stdout).toContain('RENAME COLUMN "full_name" TO "name"');
  expect(plan.stdout).toContain('ALTER TABLE "public"."purchases" RENAME TO "orders"');
  expect(plan.stdout).toContain(`ALTER TYPE "public"."stage" RENAME VALUE 'settled' TO 'paid'`);
  expect(plan.stdout).toContain('RENAME ATTRIBUTE "postcode" TO "zip" CASCADE');
  expect(await run('apply', '--yes', '-q', '--on-drift', 'revert', ...renames)).toMatchObject({ code: 0 });
  expect(await query(database.url, 'SELECT name FROM users')).toEqual([{ name: 'Ada' }]);
  expect(await query(database.url, 'SELECT stage, zip FROM parcels, paid')).toEqual([
    { stage: 'paid', zip: '1a' },
  ]);
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
