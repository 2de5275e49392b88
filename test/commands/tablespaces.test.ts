import { afterAll, beforeAll, expect, test } from 'vitest';
import { apply } from '../../src/commands/apply.ts';
import { drift } from '../../src/commands/drift.ts';
import { plan } from '../../src/commands/plan.ts';
import { openServer } from '../../src/database/server.ts';
import { project, query } from '../end-to-end/command-line.ts';
import { type FreshDatabase, freshDatabase } from '../support/servers.ts';

let database: FreshDatabase;
let fast: string;
let owner: string;
beforeAll(async () => {
  database = await freshDatabase(18);
  [fast, owner] = [`${database.name}_fast`, `${database.name}_owner`];
  const session = await openServer(database.url);
  await session.exec('SET allow_in_place_tablespaces = on');
  await session.exec(`CREATE TABLESPACE ${fast} LOCATION ''`);
  await session.exec(`CREATE ROLE ${owner}`);
  await session.close();
});
afterAll(async () => {
  await query(database.url, `DROP SCHEMA public CASCADE; DROP OWNED BY ${owner}; DROP ROLE ${owner}`);
  await query(database.url, `DROP TABLESPACE ${fast}`);
  await database[Symbol.asyncDispose]();
});

const files = (compare: object) => ({
  'trueup.config.json': JSON.stringify({ url: database.url, compare }),
  'migrations/V1__orders.sql': `CREATE TABLE orders (id integer PRIMARY KEY, note text) TABLESPACE ${fast};
CREATE INDEX orders_note ON orders (note) TABLESPACE ${fast};
CREATE MATERIALIZED VIEW notes AS SELECT note FROM orders;
`,
});

test('a replay stands in for tablespaces, says so, and their drift is found and reverted when asked for', async () => {
  await using folder = await project(files({ tablespaces: true }));
  const options = { cwd: folder.root, variables: {} };
  expect(await apply(options)).toMatchObject({ outcome: 'success', differences: [] });
  const clean = await drift(options);
  expect(clean.drift).toEqual([]);
  expect(clean.diagnostics).toContainEqual(
    expect.objectContaining({ code: 'stand-in-tablespace', subject: fast }),
  );

  await query(
    database.url,
    `INSERT INTO orders VALUES (1, 'one'); ALTER TABLE orders SET TABLESPACE pg_default;
     ALTER INDEX orders_note SET TABLESPACE pg_default; ALTER MATERIALIZED VIEW notes SET TABLESPACE ${fast}`,
  );
  expect((await drift(options)).drift.map(({ action, id }) => `${action} ${id}`)).toEqual([
    'create tablespace(materialized view):public.notes',
    'drop tablespace(table):public.orders',
    'drop tablespace(index):public.orders_note',
  ]);
  const proven = await plan({ ...options, onDrift: 'revert' });
  expect(proven.rehearsal).toMatchObject({ outcome: 'proven' });
  const statements = proven.steps.flatMap((step) => step.statements.map(({ sql }) => sql));
  expect(statements).toEqual([
    'ALTER MATERIALIZED VIEW "public"."notes" SET TABLESPACE "pg_default"',
    `ALTER TABLE "public"."orders" SET TABLESPACE "${fast}"`,
    `REINDEX (TABLESPACE "${fast}") INDEX CONCURRENTLY "public"."orders_note"`,
  ]);
  expect(await apply({ ...options, onDrift: 'revert' })).toMatchObject({
    outcome: 'success',
    differences: [],
  });
  expect((await drift(options)).drift).toEqual([]);
});

test('what is not compared is kept by what is rebuilt: tablespace, owner, grants and comment', async () => {
  await using folder = await project(files({ grants: false, comments: false }));
  const options = { cwd: folder.root };
  await query(
    database.url,
    `DROP MATERIALIZED VIEW notes;
     CREATE MATERIALIZED VIEW notes TABLESPACE ${fast} AS SELECT note FROM orders WHERE id > 0;
     COMMENT ON MATERIALIZED VIEW notes IS 'kept'; GRANT SELECT ON notes TO PUBLIC;
     GRANT CREATE ON SCHEMA public TO ${owner}; GRANT CREATE ON TABLESPACE ${fast} TO ${owner};
     ALTER MATERIALIZED VIEW notes OWNER TO ${owner}; ALTER TABLE orders OWNER TO ${owner};
     ALTER INDEX orders_note SET TABLESPACE pg_default`,
  );
  const found = await drift(options);
  expect(found.drift.map(({ action, id }) => `${action} ${id}`)).toEqual([
    'alter materialized view:public.notes',
  ]);
  expect(found.notCompared.filter(({ configured }) => configured).map(({ kind }) => kind)).toEqual([
    'owners',
    'grants',
    'comments',
    'tablespaces',
  ]);
  expect(await apply({ ...options, onDrift: 'revert' })).toMatchObject({
    outcome: 'success',
    differences: [],
  });
  expect(
    await query(
      database.url,
      `SELECT s.spcname = '${fast}' AS fast, pg_get_userbyid(c.relowner) = '${owner}' AS owned,
              obj_description(c.oid) AS comment, has_table_privilege('public', c.oid, 'SELECT') AS granted
       FROM pg_class c JOIN pg_tablespace s ON s.oid = c.reltablespace WHERE c.relname = 'notes'`,
    ),
  ).toEqual([{ fast: true, owned: true, comment: 'kept', granted: true }]);
});

test('a migration may create a tablespace, and a plan that names one live lacks is not proven', async () => {
  await using folder = await project({
    ...files({}),
    'migrations/V2__more.sql': `CREATE TABLE more (id integer) TABLESPACE ${fast}_lacking;`,
  });
  const unproven = await plan({ cwd: folder.root, onDrift: 'leave' });
  expect(unproven.rehearsal).toMatchObject({
    outcome: 'failed',
    diagnostic: { summary: expect.stringContaining(`tablespace "${fast}_lacking" does not exist`) },
  });
  await using other = await project({
    ...files({}),
    'migrations/V2__space.sql': `CREATE TABLESPACE ${fast}_new LOCATION '/nowhere/at/all';`,
    'migrations/V3__more.sql': `CREATE TABLE more (id integer) TABLESPACE ${fast}_new;`,
  });
  expect((await plan({ cwd: other.root, onDrift: 'leave' })).rehearsal).toMatchObject({ outcome: 'proven' });
});
