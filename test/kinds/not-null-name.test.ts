import { describe, expect, test } from 'vitest';
import { comparedKinds } from '../../src/catalog/compared.ts';
import { introspect } from '../../src/catalog/introspect.ts';
import { generateNotNull, isGeneratedNotNull } from '../../src/database/generated-names.ts';
import { openServer } from '../../src/database/server.ts';
import type { Session } from '../../src/database/session.ts';
import { diff } from '../../src/diff/diff.ts';
import { registry } from '../../src/kinds/index.ts';
import { orderChanges } from '../../src/plan/order.ts';
import { freshDatabase, type Major } from '../support/servers.ts';

const everything = { owners: true, grants: true, comments: true, tablespaces: true };

async function read(major: Major, sql: string, oldest = major * 10_000) {
  await using database = await freshDatabase(major);
  await using session = await openServer(database.url);
  await session.exec(sql);
  return await introspect(session, comparedKinds(registry, everything, oldest));
}

/** What differs when both have the same, each on its server: the comparison is made as the older one can hold it. */
async function differences(before: [Major, string], after: [Major, string]) {
  const oldest = Math.min(before[0], after[0]) * 10_000;
  const kinds = comparedKinds(registry, everything, oldest);
  const changes = diff(await read(...before, oldest), await read(...after, oldest), kinds);
  return changes.map(({ id, properties }) => `${id} ${properties.map(({ name }) => name)}`);
}

const long = 'table_whose_name_takes_all_that_there_is_and_then_some_more';
const wide = 'spalte_mit_öäüöäüöäüöäüöäüöäü';

/** Names that tell nothing of what tables, columns and domains are called now. */
const renamed = `
  CREATE TABLE a (x integer NOT NULL, id serial PRIMARY KEY, g integer GENERATED ALWAYS AS IDENTITY);
  CREATE TABLE copy (LIKE a); ALTER TABLE copy RENAME x TO y;
  ALTER TABLE a RENAME TO b; ALTER TABLE b RENAME x TO y; ALTER TABLE b RENAME id TO key; ALTER TABLE b RENAME g TO h;
  CREATE TABLE parent (p integer NOT NULL); CREATE TABLE child () INHERITS (parent);
  ALTER TABLE parent RENAME p TO q; ALTER TABLE child NO INHERIT parent;
  CREATE DOMAIN d AS integer NOT NULL; ALTER DOMAIN d RENAME TO e`;
const detached = `
  CREATE TABLE whole (p integer NOT NULL) PARTITION BY LIST (p); CREATE TABLE part PARTITION OF whole FOR VALUES IN (1);
  CREATE TABLE stays PARTITION OF whole FOR VALUES IN (2);
  ALTER TABLE whole DETACH PARTITION part; ALTER TABLE part RENAME p TO q`;
const now = `
  CREATE SEQUENCE a_id_seq AS integer; CREATE TABLE b (y integer NOT NULL, key integer NOT NULL DEFAULT nextval('a_id_seq'),
    h integer GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME a_g_seq), CONSTRAINT a_pkey PRIMARY KEY (key));
  ALTER SEQUENCE a_id_seq OWNED BY b.key;
  CREATE TABLE copy (y integer NOT NULL, id integer NOT NULL, g integer NOT NULL);
  CREATE TABLE parent (q integer NOT NULL); CREATE TABLE child (q integer NOT NULL);
  CREATE TABLE whole (p integer NOT NULL) PARTITION BY LIST (p); CREATE TABLE stays PARTITION OF whole FOR VALUES IN (2);
  CREATE TABLE part (q integer NOT NULL); CREATE DOMAIN e AS integer NOT NULL`;

/** Every name, by table and column or domain. */
async function readNames(session: Session) {
  return await session.query<{ of: string; name: string }>(
    `SELECT coalesce(k.conrelid::regclass || '.' || a.attname, k.contypid::regtype::text) AS of, k.conname AS name
     FROM pg_constraint k LEFT JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
     WHERE k.contype = 'n' AND k.connamespace = 'public'::regnamespace ORDER BY 1`,
  );
}

describe('the name of a NOT NULL', () => {
  test('is not compared with a server that keeps none', async () => {
    const table = (name: string) => `CREATE TABLE t (a integer ${name} NOT NULL, b integer NOT NULL);
      CREATE DOMAIN d AS integer ${name} NOT NULL`;
    expect(await differences([18, table('CONSTRAINT a_given')], [17, table('')])).toEqual([
      'domain:public.d notNullName',
    ]);
    expect(await differences([14, table('')], [18, table('CONSTRAINT a_given')])).toEqual([]);
  });

  test('is compared where someone chose it, NO INHERIT too', async () => {
    const given = `CREATE TABLE t (a integer CONSTRAINT a_given NOT NULL, b integer NOT NULL NO INHERIT, c integer CONSTRAINT c_not_null NOT NULL)`;
    const chosen = 'CREATE TABLE t (a integer NOT NULL, b integer NOT NULL, c integer NOT NULL)';
    expect(await differences([18, given], [18, chosen])).toEqual([
      'column:public.t.a notNullName',
      'column:public.t.b notNullNoInherit',
      'column:public.t.c notNullName',
    ]);
  });

  test('that PostgreSQL chose never differs: renamed, cut, numbered, of what it is like, attached', async () => {
    const columns = `id integer NOT NULL, ${wide} integer NOT NULL, "${wide.slice(0, -1)}x" integer NOT NULL`;
    const parts = `CREATE TABLE whole (id integer NOT NULL) PARTITION BY LIST (id);`;
    const made = `CREATE TABLE ${long} (${columns}); CREATE TABLE people (id integer NOT NULL, email text NOT NULL);
      CREATE TABLE copy (id integer NOT NULL, email text NOT NULL);
      ${parts} CREATE TABLE part PARTITION OF whole FOR VALUES IN (1)`;
    const became = `CREATE TABLE was_${long.slice(4)} (${columns}); ALTER TABLE was_${long.slice(4)} RENAME TO ${long};
      CREATE TABLE users (id integer NOT NULL, email text);
      ALTER TABLE users ADD CONSTRAINT users_email_not_null CHECK (email <> '');
      ALTER TABLE users ALTER email SET NOT NULL, DROP CONSTRAINT users_email_not_null;
      ALTER TABLE users RENAME TO people;
      CREATE TABLE copy (LIKE people);
      ${parts} CREATE TABLE part (id integer NOT NULL); ALTER TABLE whole ATTACH PARTITION part FOR VALUES IN (1)`;
    expect(await differences([18, made], [18, became])).toEqual([]);
  });

  test('that PostgreSQL chose for what tables and columns were called before never differs', async () => {
    expect(await differences([18, now], [18, `${renamed}; ${detached}`])).toEqual([]);
    expect(await differences([17, now], [18, `${renamed}; ${detached}`])).toEqual([]);
  });

  test.each([17, 18] as const)(
    'PostgreSQL %i: is kept in what is created, whoever chose it',
    async (major) => {
      await using one = await freshDatabase(major);
      await using other = await freshDatabase(major);
      await using from = await openServer(one.url);
      await using to = await openServer(other.url);
      await from.exec(`${renamed};
      CREATE TABLE named (i integer GENERATED ALWAYS AS IDENTITY CONSTRAINT i_given NOT NULL, a integer CONSTRAINT t_a_not_null NOT NULL,
        k integer CONSTRAINT k_given NOT NULL PRIMARY KEY, n integer CONSTRAINT o_n_not_null2 NOT NULL, own integer NOT NULL);
      CREATE DOMAIN named_too AS text CONSTRAINT other_not_null NOT NULL`);
      const goal = await introspect(from, registry);
      const { statements, refused } = orderChanges(await introspect(to, registry), goal, registry);
      expect(refused).toEqual([]);
      for (const { statement } of statements) await to.exec(statement.sql);
      expect(await readNames(to)).toEqual(await readNames(from));
      const texts = statements.map(({ statement }) => statement.sql).join();
      // What PostgreSQL chooses by itself is not said.
      expect(texts.includes('own_not_null')).toBe(false);
    },
  );

  test('is generated as the server does', async () => {
    await using database = await freshDatabase(18);
    await using session = await openServer(database.url);
    await session.exec(
      `CREATE TABLE ${long} (${wide} integer NOT NULL, a integer NOT NULL); CREATE TABLE "T t" ("C" integer NOT NULL)`,
    );
    const rows = await session.query<{ name: string; table: string; column: string }>(
      `SELECT k.conname AS name, c.relname AS table, a.attname AS column FROM pg_constraint k
       JOIN pg_class c ON c.oid = k.conrelid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1]
       WHERE k.contype = 'n' AND c.relnamespace = 'public'::regnamespace`,
    );
    expect(rows.length).toBe(3);
    for (const { name, table, column } of rows) {
      expect(generateNotNull(table, column)).toBe(name);
      expect(isGeneratedNotNull(name), name).toBe(true);
    }
  });
});
