import { describe, expect, test } from 'vitest';
import { openEmbedded } from '../../src/database/embedded.ts';
import { resetSession } from '../../src/database/isolation.ts';
import { openServer } from '../../src/database/server.ts';
import type { Session } from '../../src/database/session.ts';
import { freshDatabase } from '../support/servers.ts';

/** The same facts hold for every kind of session. */
const kinds: readonly (readonly [string, (use: (session: Session) => Promise<void>) => Promise<void>])[] = [
  ['embedded', withEmbedded],
  ['PostgreSQL 14', (use) => withServer(14, use)],
  ['PostgreSQL 18', (use) => withServer(18, use)],
];

describe.each(kinds)('a session of %s', (_, withSession) => {
  test('returns plain values', () =>
    withSession(async (session) => {
      const rows = await session.query(
        `SELECT 1::int AS i, 2::bigint AS b, true AS t, 4::oid AS o, NULL AS n, 1.50::numeric AS d,
                ARRAY['a', 'NULL', NULL, 'b"c', ''] AS texts, ARRAY[1, 2]::oid[] AS oids, '{1,2}'::bigint[] AS bigints,
                '{"x":[1]}'::jsonb AS j, 1.5::float8 AS f, 'a'::"char" AS c, ARRAY['x']::name[] AS names,
                '2020-01-02'::date AS date, '2020-01-02 03:04:05'::timestamp AS timestamp, '1 day'::interval AS interval`,
      );
      expect(rows).toEqual([
        {
          i: 1,
          b: '2',
          t: true,
          o: 4,
          n: null,
          d: '1.50',
          texts: ['a', 'NULL', null, 'b"c', ''],
          oids: [1, 2],
          bigints: ['1', '2'],
          j: { x: [1] },
          f: 1.5,
          c: 'a',
          names: ['x'],
          date: '2020-01-02',
          timestamp: '2020-01-02 03:04:05',
          interval: '1 day',
        },
      ]);
    }));

  test('takes values as parameters', () =>
    withSession(async (session) => {
      const rows = await session.query(
        'SELECT $1::text AS a, $2::int8 AS b, $3::bool AS c, $4::text[] AS d, $5::timestamp AS e, $6::text AS f',
        ["it's", 5, true, ['x', 'y"'], '2020-01-01T10:00:00.000Z', null],
      );
      expect(rows).toEqual([
        { a: "it's", b: '5', c: true, d: ['x', 'y"'], e: '2020-01-01 10:00:00', f: null },
      ]);
    }));

  test('counts the rows of a statement that counts them', () =>
    withSession(async (session) => {
      expect(await session.exec('CREATE TABLE t (a int)')).toEqual({ rowCount: null });
      expect(await session.exec('INSERT INTO t VALUES (1), (2)')).toEqual({ rowCount: 2 });
      expect(await session.exec('DELETE FROM t WHERE a = 9')).toEqual({ rowCount: 0 });
    }));

  test('tells where in the statement the error is, and goes on after ROLLBACK', () =>
    withSession(async (session) => {
      await session.exec('BEGIN');
      await expect(session.exec("SELECT 'é€😀' FROM nope")).rejects.toMatchObject({
        name: 'DatabaseError',
        code: '42P01',
        offset: 18,
      });
      await expect(session.query('SELECT 1 AS a')).rejects.toMatchObject({ code: '25P02' });
      await session.exec('ROLLBACK');
      expect(await session.query('SELECT $1::int AS a', [1])).toEqual([{ a: 1 }]);
    }));

  test('is like new after a reset, in a transaction and outside', () =>
    withSession(async (session) => {
      const state = `SELECT current_setting('search_path') AS path, current_user = session_user AS own_role,
                            to_regclass('pg_temp.scratch') AS scratch, current_setting('my.flag', true) AS flag`;
      const [fresh] = await session.query(state);
      const dirty = async () => {
        await session.exec('SET ROLE pg_monitor');
        await session.exec('CREATE TEMP TABLE scratch (a int)').catch(() => undefined);
        await session.exec(
          'RESET ROLE; CREATE TEMP TABLE IF NOT EXISTS scratch (a int); SET ROLE pg_monitor',
        );
        await session.query(`SELECT set_config('search_path', '', false)`);
        await session.exec("SET my.flag = 'on'");
      };
      await dirty();
      await resetSession(session);
      expect(await session.query(state)).toEqual([{ ...(fresh as object), flag: '' }]);
      await session.exec('BEGIN');
      await session.exec('SET ROLE pg_monitor');
      await session.exec('SET LOCAL search_path = nowhere');
      await resetSession(session);
      expect(await session.query(state)).toEqual([{ ...(fresh as object), flag: '' }]);
      await session.exec('COMMIT');
    }));

  test('a reset checks deferred constraints, and keeps them deferred', () =>
    withSession(async (session) => {
      await session.exec('CREATE TABLE parent (id int PRIMARY KEY)');
      await session.exec(
        'CREATE TABLE child (id int CONSTRAINT "To Parent" REFERENCES parent DEFERRABLE INITIALLY DEFERRED)',
      );
      await session.exec('BEGIN');
      await session.exec('INSERT INTO child VALUES (1)');
      await expect(resetSession(session)).rejects.toMatchObject({ code: '23503' });
      await session.exec('ROLLBACK');

      await session.exec('BEGIN');
      await session.exec('INSERT INTO child VALUES (1)');
      await session.exec('INSERT INTO parent VALUES (1)');
      await resetSession(session);
      await session.exec('ALTER TABLE child ADD COLUMN note text');
      await session.exec('INSERT INTO child VALUES (2)');
      await session.exec('INSERT INTO parent VALUES (2)');
      await session.exec('COMMIT');
      expect(await session.query('SELECT id FROM child ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }]);
    }));
});

async function withEmbedded(use: (session: Session) => Promise<void>): Promise<void> {
  await using session = await openEmbedded({ extensions: [] });
  await use(session);
}

async function withServer(major: 14 | 18, use: (session: Session) => Promise<void>): Promise<void> {
  await using database = await freshDatabase(major);
  await using session = await openServer(database.url);
  await use(session);
}
