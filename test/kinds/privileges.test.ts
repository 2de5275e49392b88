import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canonicalize } from '../../src/catalog/canonical.ts';
import { comparedKinds } from '../../src/catalog/compared.ts';
import { introspect } from '../../src/catalog/introspect.ts';
import { openEmbedded } from '../../src/database/embedded.ts';
import { openServer } from '../../src/database/server.ts';
import type { Session } from '../../src/database/session.ts';
import { diff } from '../../src/diff/diff.ts';
import { registry } from '../../src/kinds/index.ts';
import { orderChanges } from '../../src/plan/order.ts';
import { startAs } from '../../src/replay/engine.ts';
import { clear } from '../corpus/clear.ts';
import { describeChange } from '../corpus/prove.ts';
import { freshDatabase } from '../support/servers.ts';

let engine: Session;
beforeAll(async () => {
  engine = await openEmbedded({ extensions: [] });
});
afterAll(() => engine.close());

const makeRoles = `
  DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'acl_reader') THEN CREATE ROLE acl_reader; END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'acl_writer') THEN CREATE ROLE acl_writer; END IF;
  END $$;`;

/** What majors answer differently: MAINTAIN is in ALL since 17, CREATE in public is nobody's since 15. */
const grants = [
  ['the public schema as it comes', ''],
  ['GRANT ALL', 'CREATE TABLE t (a integer); GRANT ALL ON t TO acl_writer WITH GRANT OPTION;'],
  ['ALL of a schema', 'CREATE TABLE t (a integer); GRANT ALL ON ALL TABLES IN SCHEMA public TO acl_writer;'],
  ['columns', 'CREATE TABLE t (a integer, b text); GRANT SELECT (a), UPDATE (a, b) ON t TO acl_reader;'],
  [
    'PUBLIC revoked',
    `CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'; REVOKE ALL ON FUNCTION f() FROM PUBLIC;
     CREATE TYPE e AS ENUM ('a'); REVOKE ALL ON TYPE e FROM PUBLIC;`,
  ],
  ['nobody may create in public', 'REVOKE CREATE ON SCHEMA public FROM PUBLIC;'],
  [
    'public is locked',
    'REVOKE ALL ON SCHEMA public FROM PUBLIC; GRANT USAGE ON SCHEMA public TO acl_reader;',
  ],
  ['everybody may create in public', 'GRANT CREATE ON SCHEMA public TO PUBLIC;'],
  [
    'public made again',
    'DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT ALL ON SCHEMA public TO PUBLIC;',
  ],
  [
    'default privileges',
    `ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO acl_reader;
     ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO acl_writer;
     ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
     ALTER DEFAULT PRIVILEGES FOR ROLE acl_writer GRANT ALL ON SEQUENCES TO acl_reader;
     CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY); CREATE SEQUENCE s; CREATE VIEW v AS SELECT id FROM t;
     CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';`,
  ],
  ['the owner gave up', 'CREATE TABLE t (a integer); REVOKE INSERT, UPDATE ON t FROM CURRENT_USER;'],
  [
    'a role that owns',
    'CREATE TABLE t (a integer); ALTER TABLE t OWNER TO acl_writer; GRANT ALL ON t TO acl_reader;',
  ],
] as const;

describe.each([14, 16, 18] as const)('on PostgreSQL %i', (major) => {
  test('the same grants as on the embedded PostgreSQL are no drift, and are the same built from nothing', async () => {
    await using database = await freshDatabase(major);
    await using live = await openServer(database.url);
    const kinds = comparedKinds(
      registry,
      { owners: true, grants: true, comments: true, tablespaces: true },
      live.serverVersion,
    );
    const readAs = async (session: Session, sql: string) => {
      await clear(session);
      await startAs(session, live.serverVersion);
      await session.exec(`${makeRoles} ${sql}`);
      return introspect(session, kinds);
    };
    for (const [name, sql] of grants) {
      const raw = await readAs(live, sql);
      const expected = await readAs(engine, sql);
      const { catalog } = await canonicalize(
        raw,
        expected,
        engine,
        kinds,
        (from, to, changes) => orderChanges(from, to, kinds, changes).statements,
      );
      expect(diff(expected, catalog, kinds).map(describeChange), name).toEqual([]);

      const empty = await readAs(live, '');
      for (const { statement } of orderChanges(empty, raw, kinds).statements) await live.exec(statement.sql);
      expect(diff(await introspect(live, kinds), raw, kinds).map(describeChange), name).toEqual([]);
    }
  });
});

describe('hazards', () => {
  async function hazardsOf(before: string, after: string): Promise<readonly string[]> {
    const read = async (sql: string) => {
      await clear(engine);
      await engine.exec(`${makeRoles} CREATE TABLE t (a integer); ${sql}`);
      return introspect(engine, registry);
    };
    const [from, to] = [await read(before), await read(after)];
    return orderChanges(from, to, registry).statements.flatMap(({ statement }) =>
      statement.hazards.map(({ consequence }) => consequence),
    );
  }

  test.each([
    [
      'a grant to PUBLIC',
      '',
      'GRANT SELECT ON t TO PUBLIC',
      ['Everybody (PUBLIC) may SELECT on public.t from now on.'],
    ],
    [
      'the right to pass on',
      'GRANT SELECT ON t TO acl_reader',
      'GRANT SELECT ON t TO acl_reader WITH GRANT OPTION',
      ['acl_reader may SELECT WITH GRANT OPTION on public.t from now on.'],
    ],
    [
      'more than before',
      'GRANT SELECT ON t TO acl_reader',
      'GRANT SELECT, INSERT, DELETE ON t TO acl_reader',
      ['acl_reader may DELETE, INSERT on public.t from now on.'],
    ],
    ['less than before', 'GRANT SELECT, INSERT ON t TO acl_reader', 'GRANT SELECT ON t TO acl_reader', []],
    ['a grant on what is new', '', 'CREATE TABLE u (); GRANT SELECT ON u TO PUBLIC', []],
    [
      'new objects from now on',
      '',
      'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC',
      ['Everybody (PUBLIC) may SELECT on new tables in public from now on.'],
    ],
    [
      'what PostgreSQL gives by itself, given back',
      `CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'; REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC`,
      `CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'`,
      ['Everybody (PUBLIC) may EXECUTE on public.f() from now on.'],
    ],
    ['the owner, who may anyhow', 'REVOKE INSERT ON t FROM CURRENT_USER', '', []],
  ] as const)('%s', async (_, before, after, consequences) => {
    expect(await hazardsOf(before, after)).toEqual(consequences);
  });
});
