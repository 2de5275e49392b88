import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { replayedKinds } from '../../src/catalog/compared.ts';
import { introspect } from '../../src/catalog/introspect.ts';
import type { Catalog, Registry } from '../../src/catalog/kind.ts';
import { openEmbedded } from '../../src/database/embedded.ts';
import type { Session } from '../../src/database/session.ts';
import { registry } from '../../src/kinds/index.ts';
import { clear } from '../corpus/clear.ts';

/** Few kinds, so that what the others cover shows how the catalog names what none does. */
const few: Registry = new Map(
  [...registry].filter(([kind]) =>
    [
      'schema',
      'extension',
      'enum',
      'domain',
      'range',
      'sequence',
      'function',
      'table',
      'column',
      'constraint',
      'view',
      'materialized view',
      'index',
      'comment',
    ].includes(kind),
  ),
);

/** What none of those kinds covers, made by one statement or two, and what the catalog must call it. */
const uncovered: readonly (readonly [name: string, sql: string, expected: readonly string[]])[] = [
  ['a policy', 'CREATE TABLE t (a integer); CREATE POLICY p ON t USING (true)', ['policy p on public.t']],
  [
    'a rule',
    'CREATE TABLE t (a integer); CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING',
    ['rule r on public.t'],
  ],
  ['a composite type', 'CREATE TYPE c AS (a integer)', ['composite type public.c']],
  ['a shell type', 'CREATE TYPE s', ['type public.s']],
  [
    'an aggregate',
    `CREATE AGGREGATE total (integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0')`,
    ['aggregate public.total(integer)'],
  ],
  [
    'an operator',
    'CREATE OPERATOR === (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4eq)',
    ['operator public.===(integer,integer)'],
  ],
  [
    'an operator class with its family',
    'CREATE OPERATOR CLASS oc FOR TYPE integer USING btree AS OPERATOR 3 =, FUNCTION 1 btint4cmp(integer, integer)',
    ['operator class public.oc USING btree', 'operator family public.oc USING btree'],
  ],
  [
    'a cast',
    `CREATE TYPE mood AS ENUM ('a');
     CREATE FUNCTION f(mood) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
     CREATE CAST (mood AS integer) WITH FUNCTION f(mood)`,
    ['cast (public.mood AS integer)'],
  ],
  ['a collation', `CREATE COLLATION c FROM "C"`, ['collation public.c']],
  [
    'a conversion',
    "CREATE CONVERSION c FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8",
    ['conversion public.c'],
  ],
  ['a publication', 'CREATE PUBLICATION p', ['publication p']],
  [
    'an event trigger',
    `CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
     CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f()`,
    ['event trigger e'],
  ],
  [
    'extended statistics',
    'CREATE TABLE t (a integer, b integer); CREATE STATISTICS s ON a, b FROM t',
    ['statistics object public.s'],
  ],
  [
    'a foreign table, its server, wrapper and user mapping',
    `CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;
     CREATE USER MAPPING FOR PUBLIC SERVER s; CREATE FOREIGN TABLE f (a integer) SERVER s`,
    ['foreign table public.f', 'foreign-data wrapper w', 'server s', 'user mapping public on server s'],
  ],
  [
    'text search',
    `CREATE TEXT SEARCH CONFIGURATION c (COPY = simple); CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple);
     CREATE TEXT SEARCH TEMPLATE t (LEXIZE = dsimple_lexize);
     CREATE TEXT SEARCH PARSER p (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype)`,
    [
      'text search configuration public.c',
      'text search dictionary public.d',
      'text search parser public.p',
      'text search template public.t',
    ],
  ],
  ['an access method', 'CREATE ACCESS METHOD m TYPE TABLE HANDLER heap_tableam_handler', ['access method m']],
  ['a language', 'CREATE LANGUAGE l HANDLER plpgsql_call_handler', ['language l']],
  [
    'default privileges',
    'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC',
    ['default acl for role postgres in schema public on tables'],
  ],
];

describe('what no kind covers is named', () => {
  let session: Session;
  beforeAll(async () => {
    session = await openEmbedded({ extensions: ['citext', 'hstore'] });
  });
  afterAll(async () => session.close());

  const build = async (sql: string, kinds: Registry = few) => {
    await clear(session);
    await session.exec(sql);
    return introspect(session, kinds);
  };
  const named = async (sql: string) =>
    (await build(sql)).notCompared.map(({ kind, name }) => `${kind} ${name}`);

  test.each(uncovered)('%s', async (_, sql, expected) => {
    expect(await named(sql)).toEqual(expected);
  });

  test.each(uncovered)('with every kind too, %s is an object or named', async (_, sql, expected) => {
    const size = ({ objects, notCompared }: Catalog) => objects.size + notCompared.length;
    const [fewer, all] = [await build(sql), await build(sql, registry)];
    expect(size(all)).toBeGreaterThanOrEqual(size(fewer));
    expect(size(fewer)).toBeGreaterThanOrEqual(expected.length);
  });

  test('what comes with a covered object is not named: row, array and multirange types, sequences, toast', async () => {
    const sql = `
      CREATE TYPE e AS ENUM ('a'); CREATE DOMAIN d AS integer CHECK (VALUE > 0); CREATE TYPE r AS RANGE (SUBTYPE = integer);
      CREATE TABLE t (id serial PRIMARY KEY, i integer GENERATED ALWAYS AS IDENTITY, a text, e e[], r r);
      CREATE VIEW v AS SELECT a FROM t; CREATE MATERIALIZED VIEW m AS SELECT a FROM t;
      CREATE TABLE p (id integer PRIMARY KEY REFERENCES t) PARTITION BY LIST (id);
      CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)`;
    expect(await named(sql)).toEqual([]);
  });

  test('what belongs to an extension is neither named nor an object', async () => {
    const catalog = await build('CREATE SCHEMA x; CREATE EXTENSION hstore SCHEMA x; CREATE EXTENSION citext');
    expect(catalog.notCompared).toEqual([]);
    expect([...catalog.objects.keys()].sort()).toEqual([
      'extension:citext',
      'extension:hstore',
      'schema:public',
      'schema:x',
    ]);
  });

  test('a security label that no kind covers is named with its provider', async () => {
    await clear(session);
    // SECURITY LABEL itself needs a provider's module, which neither PGlite nor the servers of the tests have.
    await session.exec(
      `CREATE TABLE t (a integer); SET allow_system_table_mods = on;
       INSERT INTO pg_seclabel VALUES ('t'::regclass, 'pg_class'::regclass, 0, 'selinux', 'secret'),
                                      ('t'::regclass, 'pg_class'::regclass, 1, 'anon', 'MASKED WITH VALUE NULL')`,
    );
    const { notCompared } = await introspect(session, replayedKinds(registry));
    await session.exec('DELETE FROM pg_seclabel; RESET allow_system_table_mods');
    expect(notCompared.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'security labels anon on table column public.t.a',
      'security labels selinux on table public.t',
    ]);
  });

  test("what is granted or revoked on PostgreSQL's own objects is named, until it is taken back", async () => {
    await clear(session);
    const objects = async (sql: string) => {
      await session.exec(sql);
      const { notCompared } = await introspect(session, registry);
      return notCompared.map(({ kind, name }) => `${kind} ${name}`);
    };
    const granted = await objects(
      `GRANT EXECUTE ON FUNCTION pg_ls_dir(text) TO PUBLIC; GRANT SELECT (rolname) ON pg_authid TO PUBLIC;
       REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC`,
    );
    const takenBack = await objects(
      `REVOKE EXECUTE ON FUNCTION pg_ls_dir(text) FROM PUBLIC; REVOKE SELECT (rolname) ON pg_authid FROM PUBLIC;
       GRANT USAGE ON LANGUAGE plpgsql TO PUBLIC`,
    );
    expect([granted, takenBack]).toEqual([
      [
        'grants on function pg_catalog.pg_ls_dir(pg_catalog.text)',
        'grants on language plpgsql',
        'grants on table pg_catalog.pg_authid',
      ],
      [],
    ]);
  });

  test("Trueup's own schemas are no part of a catalog", async () => {
    const catalog = await build(
      'CREATE SCHEMA trueup; CREATE TABLE trueup.run (id serial PRIMARY KEY); CREATE TYPE trueup.c AS (a integer)',
    );
    expect([[...catalog.objects.keys()], catalog.notCompared]).toEqual([['schema:public'], []]);
  });
});
