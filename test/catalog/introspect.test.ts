import { expect, test } from 'vitest';
import { introspect } from '../../src/catalog/introspect.ts';
import { openEmbedded } from '../../src/database/embedded.ts';
import { openServer } from '../../src/database/server.ts';
import type { Session } from '../../src/database/session.ts';
import { diff } from '../../src/diff/diff.ts';
import { registry } from '../../src/kinds/index.ts';
import { orderChanges } from '../../src/plan/order.ts';
import { freshDatabase } from '../support/servers.ts';

/** The session, and how many statements have gone through it. */
function counting(session: Session): { readonly session: Session; count(): number } {
  let sent = 0;
  const query = <Row>(sql: string, values?: readonly unknown[]) => {
    sent += 1;
    return session.query<Row>(sql, values);
  };
  const exec = (sql: string) => {
    sent += 1;
    return session.exec(sql);
  };
  return { session: { ...session, query, exec }, count: () => sent };
}

const tables = (count: number) => `
  DO $$ BEGIN FOR i IN 1..${count} LOOP
    EXECUTE format('CREATE TABLE t%s (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a text NOT NULL DEFAULT ''x'', b numeric CHECK (b > 0))', i);
    EXECUTE format('CREATE INDEX ON t%s (a)', i);
    EXECUTE format('CREATE INDEX ON t%s (b) WHERE b > 5', i);
    EXECUTE format('CREATE VIEW v%s AS SELECT id, a FROM t%s WHERE b > 1', i, i);
    EXECUTE format('COMMENT ON TABLE t%s IS ''number %s''', i, i);
  END LOOP; END $$`;

test('a thousand tables take as many queries as one', async () => {
  await using database = await freshDatabase(18);
  await using server = await openServer(database.url);
  const counted = counting(server);
  const read = async () => {
    const before = counted.count();
    const catalog = await introspect(counted.session, registry);
    return { catalog, queries: counted.count() - before };
  };
  const empty = await read();
  await server.exec(tables(1));
  const one = await read();
  await server.exec('DROP SCHEMA public CASCADE');
  await server.exec('CREATE SCHEMA public');
  await server.exec(tables(1_000));
  const many = await read();

  expect(many.queries).toBe(one.queries);
  expect(many.catalog.objects.size).toBeGreaterThan(10_000);
  expect(diff(many.catalog, await introspect(server, registry), registry)).toEqual([]);
  expect(orderChanges(empty.catalog, many.catalog, registry).refused).toEqual([]);
  expect(orderChanges(many.catalog, empty.catalog, registry).refused).toEqual([]);
});

test('it reads one moment of the database and leaves the session as it was', async () => {
  await using session = await openEmbedded({ extensions: [] });
  await session.exec(`SET search_path = 'public'`);
  await session.exec(`SET TimeZone = 'Asia/Tokyo'`);
  await session.exec(`CREATE TABLE t (at timestamptz DEFAULT '2020-01-01 00:00:00+09')`);
  const here = await introspect(session, registry);
  expect(here.objects.get('column:public.t.at')?.properties.default).toBe(
    `'2019-12-31 15:00:00+00'::timestamp with time zone`,
  );
  const [settings] = await session.query(
    `SELECT current_setting('search_path') AS path, current_setting('TimeZone') AS zone`,
  );
  expect(settings).toEqual({ path: 'public', zone: 'Asia/Tokyo' });
});

test('dependencies come from PostgreSQL: views on columns, functions by body, defaults on sequences, members on extensions', async () => {
  await using session = await openEmbedded({ extensions: ['citext'] });
  await session.exec(`
    CREATE EXTENSION citext;
    CREATE TYPE mood AS ENUM ('ok');
    CREATE TABLE t (id serial, m mood, c citext);
    CREATE VIEW v AS SELECT m FROM t;
    CREATE FUNCTION f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM v; END`);
  const { dependencies } = await introspect(session, registry);
  const needs = (id: string) => [...(dependencies.get(id) ?? [])].sort();
  expect(needs('view:public.v')).toEqual(
    expect.arrayContaining(['column:public.t.m', 'enum:public.mood', 'schema:public']),
  );
  expect(needs('function:public.f()')).toContain('view:public.v');
  expect(needs('column:public.t.id')).toEqual(['sequence:public.t_id_seq', 'table:public.t']);
  expect(needs('column:public.t.c')).toEqual(['extension:citext', 'table:public.t']);
});

/** Runs `drop` in another session just before the queries of which one holds `text`, that many times. */
function interfere(session: Session, text: string, drop: (time: number) => Promise<unknown>, times = 1) {
  const failures: unknown[] = [];
  let done = 0;
  const queryAll = async <Row>(queries: readonly string[]) => {
    if (done < times && queries.some((sql) => sql.includes(text))) {
      done += 1;
      await drop(done);
    }
    try {
      return await session.queryAll<Row>(queries);
    } catch (error) {
      failures.push(error);
      throw error;
    }
  };
  return { session: { ...session, queryAll }, failures };
}

test.each([14, 18] as const)(
  'PostgreSQL %i: what is dropped while it reads is gone, whole, and nothing fails',
  async (major) => {
    await using database = await freshDatabase(major);
    await using session = await openServer(database.url);
    await using other = await openServer(database.url);
    await session.exec(
      `CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'; CREATE VIEW v AS SELECT f();
       CREATE TABLE t (a integer); CREATE INDEX i ON t (a)`,
    );
    const view = interfere(session, 'pg_get_viewdef', () => other.exec('DROP VIEW v; DROP FUNCTION f()'));
    const without = await introspect(view.session, registry);
    expect(view.failures).toMatchObject([{ code: 'XX000' }]);
    expect([...without.objects.keys()].filter((id) => /^(view|function)/.test(id))).toEqual([]);

    // Here PostgreSQL reports no error: the definition is null.
    const index = interfere(session, 'pg_get_indexdef', () => other.exec('DROP INDEX i'));
    const left = await introspect(index.session, registry);
    expect([...left.objects.keys()].filter((id) => id.startsWith('index'))).toEqual([]);
  },
);

test('whoever keeps dropping what is read is waited for a few times, and then said', async () => {
  await using database = await freshDatabase(18);
  await using session = await openServer(database.url);
  await using other = await openServer(database.url);
  const make = [1, 2, 3, 4, 5].map(
    (n) =>
      `CREATE FUNCTION f${n}() RETURNS integer LANGUAGE sql AS 'SELECT 1'; CREATE VIEW v${n} AS SELECT f${n}();`,
  );
  const drop = (n: number) => other.exec(`DROP VIEW v${n}; DROP FUNCTION f${n}()`);
  await session.exec(make.join(''));
  const patient = interfere(session, 'pg_get_viewdef', drop, 4);
  expect((await introspect(patient.session, registry)).objects.has('view:public.v5')).toBe(true);
  expect(patient.failures.length).toBe(4);

  await session.exec(`DROP VIEW v5; DROP FUNCTION f5(); ${make.join('')}`);
  const endless = interfere(session, 'pg_get_viewdef', drop, 5);
  await expect(introspect(endless.session, registry)).rejects.toMatchObject({
    code: 'XX000',
    hint: expect.stringContaining('read 5 times'),
  });
});
