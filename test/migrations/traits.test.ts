import { describe, expect, test } from 'vitest';
import { splitStatements } from '../../src/migrations/statements.ts';

async function traits(sql: string) {
  const { statements, diagnostics } = await splitStatements(sql, 'x.sql');
  expect(diagnostics).toEqual([]);
  const [statement, ...others] = statements;
  expect(others).toEqual([]);
  if (!statement) throw new Error('no statement');
  return statement.traits;
}

describe('transaction', () => {
  test.each([
    'CREATE INDEX CONCURRENTLY i ON t (a)',
    'DROP INDEX CONCURRENTLY i',
    'REINDEX INDEX CONCURRENTLY i',
    'REINDEX (CONCURRENTLY) TABLE t',
    'REINDEX DATABASE',
    'REINDEX SCHEMA s',
    'REINDEX SYSTEM',
    'VACUUM',
    'VACUUM (FULL, ANALYZE) t',
    'CLUSTER',
    'CREATE DATABASE d',
    'DROP DATABASE d',
    'ALTER DATABASE d SET TABLESPACE x',
    "CREATE TABLESPACE x LOCATION '/x'",
    'DROP TABLESPACE x',
    "ALTER SYSTEM SET work_mem = '1MB'",
    'ALTER TABLE t DETACH PARTITION p CONCURRENTLY',
    "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p",
    'DROP SUBSCRIPTION s',
    'ALTER SUBSCRIPTION s REFRESH PUBLICATION',
    'ALTER SUBSCRIPTION s SET PUBLICATION p',
    'DISCARD ALL',
    'DO $$ BEGIN COMMIT; END $$',
    'DO $$ BEGIN FOR i IN 1..3 LOOP DELETE FROM t; commit and chain; END LOOP; END $$',
    'DO $$ BEGIN IF true THEN ROLLBACK; END IF; END $$',
    'DO $$ <<b>> BEGIN PERFORM 1; /* now */ COMMIT /* ! */ ; END $$',
  ])('outside: %s', async (sql) => {
    expect((await traits(sql)).transaction).toBe('outside');
  });

  test.each([
    'CREATE INDEX i ON t (a)',
    'DROP INDEX i',
    'REINDEX TABLE t',
    'REINDEX (CONCURRENTLY false) TABLE t',
    'ANALYZE t',
    'CLUSTER t USING i',
    'ALTER DATABASE d SET work_mem = 1',
    'ALTER TABLE t DETACH PARTITION p',
    'ALTER SUBSCRIPTION s DISABLE',
    "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p WITH (connect = false)",
    "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p WITH (create_slot = off)",
    'SAVEPOINT a',
    'RELEASE a',
    'ROLLBACK TO a',
    "ALTER TYPE e RENAME VALUE 'a' TO 'b'",
    'DISCARD PLANS',
    'DO $$ BEGIN CREATE TEMP TABLE x (a int) ON COMMIT DROP; END $$',
    "DO $$ DECLARE commit int; BEGIN commit := 1; RAISE NOTICE 'COMMIT;'; -- ; COMMIT;\n END $$",
    'DO $$ BEGIN PERFORM $a$ ; COMMIT; $a$; END $$',
    "DO LANGUAGE plperl 'BEGIN; COMMIT;'",
    'CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$',
  ])('inside: %s', async (sql) => {
    expect((await traits(sql)).transaction).toBe('inside');
  });

  test.each([
    'BEGIN',
    'START TRANSACTION ISOLATION LEVEL SERIALIZABLE',
    'COMMIT',
    'COMMIT AND CHAIN',
    'END',
    'ROLLBACK',
    'ABORT',
    "PREPARE TRANSACTION 'x'",
    "COMMIT PREPARED 'x'",
  ])('control: %s', async (sql) => {
    expect((await traits(sql)).transaction).toBe('control');
  });

  test('commit after: ALTER TYPE … ADD VALUE, with the value', async () => {
    expect(await traits("ALTER TYPE s.e ADD VALUE IF NOT EXISTS 'it''s' BEFORE 'a'")).toMatchObject({
      transaction: 'commit after',
      enumValue: "it's",
    });
    expect((await traits("ALTER TYPE e RENAME VALUE 'a' TO 'b'")).enumValue).toBeNull();
  });
});

describe('changesData', () => {
  test.each([
    'INSERT INTO t VALUES (1)',
    'UPDATE t SET a = 1',
    'DELETE FROM t',
    'MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE',
    'TRUNCATE t',
    "COPY t FROM '/x'",
    'DO $$ BEGIN END $$',
    'CALL p()',
    'WITH x AS (DELETE FROM t RETURNING *) SELECT a FROM x',
    'CREATE TABLE c AS WITH x AS (DELETE FROM t RETURNING *) SELECT a FROM x',
    'EXPLAIN ANALYZE DELETE FROM t',
    "SELECT setval('s', 10)",
    'SELECT backfill()',
  ])('true: %s', async (sql) => {
    expect((await traits(sql)).changesData).toBe(true);
  });

  test.each([
    'CREATE TABLE t (a int)',
    'SELECT 1',
    "SELECT pg_catalog.set_config('search_path', '', false)",
    'SELECT a INTO c FROM t',
    'CREATE TABLE c AS SELECT a FROM t',
    'EXPLAIN DELETE FROM t',
    'COPY t TO STDOUT',
    'CREATE FUNCTION f() RETURNS void BEGIN ATOMIC INSERT INTO t VALUES (1); END',
    'CREATE RULE r AS ON UPDATE TO t DO INSTEAD DELETE FROM t',
    'PREPARE p AS DELETE FROM t',
  ])('false: %s', async (sql) => {
    expect((await traits(sql)).changesData).toBe(false);
  });
});

describe('extensions', () => {
  test.each([
    ['CREATE EXTENSION IF NOT EXISTS "uuid-ossp"', ['uuid-ossp']],
    ['CREATE EXTENSION Hstore SCHEMA x', ['hstore']],
    [
      'DO $$ BEGIN CREATE EXTENSION IF NOT EXISTS "uuid-ossp"; create extension Citext; END $$',
      ['uuid-ossp', 'citext'],
    ],
    ["DO $$ BEGIN EXECUTE 'CREATE EXTENSION IF NOT EXISTS pg_trgm'; END $$", ['pg_trgm']],
    ["DO $$ BEGIN RAISE NOTICE 'create extension missing'; END $$", []],
    ['DO $$ BEGIN /* CREATE EXTENSION a */ DROP EXTENSION b; END $$', []],
  ])('of %s', async (sql, extensions) => {
    expect((await traits(sql)).extensions).toEqual(extensions);
  });
});

describe('roles', () => {
  test.each([
    ['GRANT SELECT ON t TO bob, PUBLIC, CURRENT_USER', ['bob']],
    ['REVOKE ALL ON t FROM "Bob"', ['Bob']],
    ['GRANT a TO b WITH ADMIN OPTION', ['a', 'b']],
    ['GRANT pg_read_all_data TO b', ['b']],
    ['ALTER TABLE t OWNER TO bob', ['bob']],
    ['CREATE POLICY p ON t TO a, b USING (true)', ['a', 'b']],
    ['CREATE SCHEMA AUTHORIZATION joe', ['joe']],
    ['CREATE SCHEMA s AUTHORIZATION joe GRANT SELECT ON t TO ann', ['ann', 'joe']],
    ['SET ROLE bob', ['bob']],
    ["SET LOCAL ROLE 'bob'", ['bob']],
    ['SET ROLE NONE', []],
    ['RESET ROLE', []],
    ['SET SESSION AUTHORIZATION bob', ['bob']],
    ['ALTER DEFAULT PRIVILEGES FOR ROLE a IN SCHEMA s GRANT SELECT ON TABLES TO b', ['a', 'b']],
    ['ALTER ROLE x SET search_path = a', ['x']],
    ['ALTER ROLE ALL SET search_path = a', []],
    ['REASSIGN OWNED BY a TO b', ['a', 'b']],
    ["COMMENT ON ROLE a IS 'x'", ['a']],
    ['DROP ROLE a', ['a']],
    ['DROP ROLE IF EXISTS a', []],
    ['CREATE USER MAPPING FOR bob SERVER s', ['bob']],
  ])('named by %s', async (sql, roles) => {
    const found = await traits(sql);
    expect(found.roles.toSorted()).toEqual(roles);
    expect(found.createdRoles).toEqual([]);
  });

  test.each([
    ['CREATE ROLE a', ['a'], []],
    ['CREATE USER a IN ROLE b', ['a'], ['b']],
    ['CREATE GROUP a', ['a'], []],
    ['ALTER ROLE a RENAME TO b', ['b'], ['a']],
    ['DO $$ BEGIN CREATE ROLE a NOLOGIN; CREATE USER MAPPING FOR b SERVER s; END $$', ['a'], []],
    ['DO $$ BEGIN EXECUTE \'CREATE USER "A b"\'; END $$', ['A b'], []],
  ])('created by %s', async (sql, createdRoles, roles) => {
    expect(await traits(sql)).toMatchObject({ createdRoles, roles });
  });
});

test.each([
  ["CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p", true],
  ['ALTER SUBSCRIPTION s DISABLE', true],
  ['ALTER SUBSCRIPTION s OWNER TO bob', true],
  ['ALTER SUBSCRIPTION s RENAME TO r', true],
  ['DROP SUBSCRIPTION IF EXISTS s', true],
  ['CREATE PUBLICATION p FOR ALL TABLES', false],
])('subscription of %s is %s', async (sql, subscription) => {
  expect((await traits(sql)).subscription).toBe(subscription);
});

test('names the node of the parse tree', async () => {
  expect((await traits('CREATE TABLE t (a int)')).node).toBe('CreateStmt');
});
