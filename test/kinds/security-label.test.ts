import { expect, test } from 'vitest';
import { diff } from '../../src/commands/diff.ts';
import { openServer } from '../../src/database/server.ts';
import { freshDatabase } from '../support/servers.ts';

const schema = `
  CREATE TABLE t (a integer, b integer);
  CREATE VIEW v AS SELECT a FROM t;
  CREATE TYPE c AS (x integer);
  CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';`;

/** SECURITY LABEL itself takes a provider's module, which no package ships: see test/corpus for those that a made one takes. */
const label = (target: string, column: number, provider: string, text: string) =>
  `INSERT INTO pg_seclabel SELECT ${target}, ${column}, '${provider}', '${text}'`;
const table = "'t'::regclass, 'pg_class'::regclass";

test.each([14, 18] as const)(
  'PostgreSQL %i: labels are compared between two servers, by provider',
  async (major) => {
    await using one = await freshDatabase(major);
    await using other = await freshDatabase(18);
    await using before = await openServer(one.url);
    await using after = await openServer(other.url);
    for (const session of [before, after]) {
      await session.exec(`${schema} SET allow_system_table_mods = on;`);
      await session.exec(label(table, 2, 'anon', 'MASKED WITH VALUE 0'));
    }
    expect((await diff(one.url, other.url)).changes).toEqual([]);

    await before.exec(label(table, 0, 'selinux', 'old'));
    await before.exec(label(table, 0, 'Old one', 'gone'));
    await after.exec(label(table, 0, 'selinux', "it''s new"));
    await after.exec(label(table, 0, 'anon', 'TABLESAMPLE'));
    await after.exec(label("'v'::regclass, 'pg_class'::regclass", 1, 'anon', 'of a view'));
    await after.exec(
      label(
        "(SELECT typrelid FROM pg_type WHERE typname = 'c'), 'pg_class'::regclass",
        1,
        'anon',
        'of a type',
      ),
    );
    await after.exec(label("'f(integer)'::regprocedure, 'pg_proc'::regclass", 0, 'anon', 'TRUSTED'));
    await before.exec(label("'public'::regnamespace, 'pg_namespace'::regclass", 0, 'anon', 'TRUSTED'));

    const report = await diff(one.url, other.url);
    expect(report.notCompared.filter(({ configured }) => !configured)).toEqual([]);
    expect(report.changes.map(({ action, id }) => `${action} ${id}`).sort()).toEqual([
      'alter security label(table):public.t',
      'create security label(attribute):public.c.x',
      'create security label(column):public.v.a',
      'create security label(function):public.f(integer)',
      'drop security label(schema):public',
    ]);
    const statements = report.statements.map(({ sql }) => sql);
    expect(statements.toSorted()).toEqual([
      `SECURITY LABEL FOR "Old one" ON TABLE "public"."t" IS NULL`,
      `SECURITY LABEL FOR "anon" ON COLUMN "public"."c"."x" IS 'of a type'`,
      `SECURITY LABEL FOR "anon" ON COLUMN "public"."v"."a" IS 'of a view'`,
      `SECURITY LABEL FOR "anon" ON FUNCTION "public"."f"(integer) IS 'TRUSTED'`,
      `SECURITY LABEL FOR "anon" ON SCHEMA "public" IS NULL`,
      `SECURITY LABEL FOR "anon" ON TABLE "public"."t" IS 'TABLESAMPLE'`,
      `SECURITY LABEL FOR "selinux" ON TABLE "public"."t" IS 'it''s new'`,
    ]);
    // PostgreSQL reads each of them as far as the module that it lacks.
    for (const sql of statements)
      await expect(before.exec(sql)).rejects.toThrow(/provider ".*" is not loaded/);

    const beside = await diff('empty', one.url);
    expect(
      beside.notCompared.filter(({ kind }) => kind === 'security labels').map(({ name }) => name),
    ).toContain('selinux on table public.t');
    expect(beside.changes.filter(({ id }) => id.startsWith('security label'))).toEqual([]);
  },
);
