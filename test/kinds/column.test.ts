import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { introspect } from '../../src/catalog/introspect.ts';
import { openEmbedded } from '../../src/database/embedded.ts';
import { openServer } from '../../src/database/server.ts';
import type { Session } from '../../src/database/session.ts';
import { diff } from '../../src/diff/diff.ts';
import { registry } from '../../src/kinds/index.ts';
import { orderChanges } from '../../src/plan/order.ts';
import { readCases, runCase } from '../corpus/cases.ts';
import { clear } from '../corpus/clear.ts';
import { apply } from '../corpus/prove.ts';
import { freshDatabase } from '../support/servers.ts';

let session: Session;
beforeAll(async () => {
  session = await openEmbedded({ extensions: [] });
});
afterAll(async () => session.close());

async function plan(before: string, after: string) {
  const build = async (columns: string) => {
    await clear(session);
    await session.exec(`CREATE TABLE t (${columns})`);
    return introspect(session, registry);
  };
  const to = await build(after);
  return orderChanges(await build(before), to, registry).statements.map(({ statement }) => statement);
}

describe('column', () => {
  test.each([
    ['gets another type', 'a bigint, b text', 'listed'],
    ['is generated', 'a integer, b text, c integer GENERATED ALWAYS AS (a) STORED', 'listed'],
    ['is of a domain', 'a integer, b text, c positive', 'listed'],
    ['has a default', 'a integer, b text, c integer NOT NULL DEFAULT 5', 'listed'],
    ['has one for each row', 'a integer, b text, c uuid DEFAULT gen_random_uuid()', 'listed'],
    ['holds nothing yet', 'a integer NOT NULL, b text, c integer', 'listed'],
    ['gets one while what holds it does', 'a bigint, b text', 'text'],
  ])('one that %s leaves the rows of its table that others hold as they are', async (_, after, held) => {
    const build = async (columns: string, type: string) => {
      await clear(session);
      await session.exec(`CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
        CREATE TABLE t (${columns}); CREATE TYPE pair AS (one t, other integer);
        CREATE DOMAIN listed AS pair[]; CREATE TABLE u (id integer, held ${type})`);
      return introspect(session, registry);
    };
    const to = await build(after, held);
    const from = await build('a integer, b text', 'listed');
    await session.exec(`INSERT INTO t VALUES (1, 'b');
      INSERT INTO u SELECT 1, ARRAY[ROW (t, 2), NULL, ROW (NULL, 3)]::pair[] FROM t`);
    const plan = orderChanges(from, to, registry);
    if (held !== 'listed') {
      expect(plan.refused.map(({ summary }) => summary)).toEqual([
        'column public.u.held holds whole rows of public.t, so PostgreSQL gives column:public.t.a no new values (0A000).',
      ]);
      return;
    }
    expect(plan.refused).toEqual([]);
    await apply(session, plan.statements);
    expect(diff(await introspect(session, registry), to, registry)).toEqual([]);
    const kept = `SELECT to_json(held) AS held, to_json(t) AS row FROM u, t`;
    const [found] = await session.query<{ held: readonly unknown[]; row: object }>(kept);
    const added = after.includes(' c ') ? { c: null } : {};
    expect(found?.held).toEqual([
      { one: { a: 1, b: 'b', ...added }, other: 2 },
      null,
      { one: null, other: 3 },
    ]);
    expect(found?.row).toMatchObject({ a: 1, b: 'b' });
    expect(Object.values(found?.row ?? {}).includes(null)).toBe(
      after.includes(' c ') && !after.includes('DEFAULT') && !after.includes('STORED'),
    );
  });

  // Hazards by what PostgreSQL does: rewrite is a new relfilenode, loss is a value that does not come through.
  test.each([
    ['varchar(5)', 'varchar(9)', []],
    ['varchar(5)', 'text', []],
    ['text', 'varchar(9)', ['narrow-type', 'rewrite']],
    ['varchar(9)', 'varchar(5)', ['narrow-type', 'rewrite']],
    ['numeric(6,2)', 'numeric(9,2)', []],
    ['numeric(6,2)', 'numeric(9,1)', ['narrow-type', 'rewrite']],
    ['numeric(6,2)', 'numeric', []],
    ['integer', 'bigint', ['rewrite']],
    ['bigint', 'integer', ['narrow-type', 'rewrite']],
    ['integer', 'text', ['rewrite']],
    ['integer', 'numeric', ['rewrite']],
    ['double precision', 'numeric', ['narrow-type', 'rewrite']],
    ['date', 'timestamptz', ['rewrite']],
    ['timestamptz', 'date', ['narrow-type', 'rewrite']],
    ['json', 'jsonb', ['rewrite']],
  ])('%s to %s is dangerous by %j', async (before, after, hazards) => {
    const [statement, ...others] = await plan(`a ${before}`, `a ${after}`);
    expect(others).toEqual([]);
    expect(statement?.hazards.map(({ code }) => code)).toEqual(hazards);
    const filenode = async () =>
      session.query(`SELECT relfilenode FROM pg_class WHERE relname = 't'`).then(([row]) => row);
    const was = await filenode();
    await apply(session, [{ statement: statement as never, object: null }]);
    expect(JSON.stringify(await filenode()) !== JSON.stringify(was)).toBe(hazards.includes('rewrite'));
  });

  test.each([
    ['b numeric(6,2) NOT NULL DEFAULT 7', 'b numeric(9,1) NOT NULL DEFAULT 8'],
    ['b serial', 'b bigserial'],
    ['"B ""$do$" text', '"B ""$do$" date'],
    ['c text', 'c text, b text NOT NULL DEFAULT md5(random()::text)'],
  ])('%s becomes %s without a rewrite, as it is written out', async (before, after) => {
    const build = async (columns: string) => {
      await clear(session);
      await session.exec(`CREATE TABLE t (id integer PRIMARY KEY, ${columns})`);
      return introspect(session, registry);
    };
    const to = await build(after);
    const from = await build(before);
    const { statements } = orderChanges(from, to, registry);
    const ways = statements.flatMap(({ statement }) =>
      statement.hazards.flatMap(({ instead }) => instead ?? []),
    );
    await session.exec('INSERT INTO t (id) SELECT generate_series(1, 3)');
    const filenode = () => session.query(`SELECT relfilenode FROM pg_class WHERE relname = 't'`);
    const was = await filenode();
    await session.exec(ways.join('\n'));
    await session.exec('INSERT INTO t (id) VALUES (4)');
    expect(await filenode()).toEqual(was);
    const columns = diff(await introspect(session, registry), to, registry).filter(({ id }) =>
      id.startsWith('column'),
    );
    expect(columns).toEqual([]);
  });

  test('types without a cast go by way of text, and a value that does not read stops the plan', async () => {
    const statements = await plan('a bigint', 'a timestamp');
    expect(statements.map(({ sql }) => sql)).toEqual([
      'ALTER TABLE "public"."t" ALTER COLUMN "a" TYPE timestamp without time zone USING "a"::text::timestamp without time zone',
    ]);
    await session.exec('INSERT INTO t VALUES (12)');
    const ordered = statements.map((statement) => ({ statement, object: null }));
    await expect(apply(session, ordered)).rejects.toThrow('invalid input syntax for type timestamp: "12"');
    expect(await session.query('SELECT a::text AS a FROM t')).toEqual([{ a: '12' }]);
  });

  test('the storage of its type comes back on PostgreSQL 14, which has no word for it', async () => {
    await using database = await freshDatabase(14);
    await using server = await openServer(database.url);
    const one = readCases().find(({ name }) => name === 'column--storage-compression-statistics-options');
    if (!one) throw new Error('the case is gone');
    expect((await runCase(server, one, registry)).changes).toEqual(one.expect.changes);
  });

  test('a dropped column and a table that must be filled say what they do', async () => {
    const statements = await plan('a integer, gone text', 'a integer, b integer NOT NULL');
    expect(statements.flatMap(({ hazards }) => hazards.map(({ consequence }) => consequence)).sort()).toEqual(
      [
        'All values of public.t.gone are lost.',
        'Fails when public.t has rows: public.t.b is NOT NULL and has no default. Running versions that do not fill it fail too.',
      ],
    );
  });

  test('an identity goes on from where it was when its bounds change', async () => {
    const statements = await plan(
      'a integer GENERATED ALWAYS AS IDENTITY (MAXVALUE 1000), b text',
      'a integer GENERATED ALWAYS AS IDENTITY (MAXVALUE 500), b text',
    );
    await session.exec(`INSERT INTO t (b) VALUES ('x'), ('y')`);
    await apply(
      session,
      statements.map((statement) => ({ statement, object: null })),
    );
    await session.exec(`INSERT INTO t (b) VALUES ('z')`);
    expect(await session.query('SELECT max(a) AS a FROM t')).toEqual([{ a: 3 }]);
  });

  test.each([
    ['id serial', 'id integer NOT NULL GENERATED ALWAYS AS IDENTITY'],
    ['id integer NOT NULL GENERATED BY DEFAULT AS IDENTITY', 'id serial'],
  ])('%s goes on counting as %s', async (before, after) => {
    const statements = await plan(before, after);
    await session.exec('INSERT INTO t SELECT FROM generate_series(1, 5)');
    await apply(
      session,
      statements.map((statement) => ({ statement, object: null })),
    );
    expect(await session.query('INSERT INTO t DEFAULT VALUES RETURNING id')).toEqual([{ id: 6 }]);
    const left = `SELECT relname::text AS name FROM pg_class WHERE relkind = 'S'`;
    expect((await session.query(left)).length).toBe(1);
  });
});
