import { afterAll, beforeAll, expect, test } from 'vitest';
import { comparedKinds } from '../../src/catalog/compared.ts';
import { introspect } from '../../src/catalog/introspect.ts';
import { formatId, parseId } from '../../src/catalog/object.ts';
import { openServer } from '../../src/database/server.ts';
import type { Session } from '../../src/database/session.ts';
import { quoteIdentifier, quoteLiteral } from '../../src/database/sql.ts';
import { registry } from '../../src/kinds/index.ts';
import { describeChange, takeTo } from '../corpus/prove.ts';
import { type FreshDatabase, freshDatabase } from '../support/servers.ts';

const chosen = [
  '"',
  "'",
  `a"b'c`,
  '""',
  'a.b',
  'a(b)',
  'a, b',
  ' ',
  ' a ',
  'new\nline',
  'tab\t',
  '\u0001',
  'back\\slash',
  '\\',
  '$$',
  '$body$',
  '--',
  '/*',
  ';',
  '%I %s %%',
  '{subject}',
  'select',
  'user',
  'PUBLIC',
  'null',
  'hidden:a1b2c3',
  'table:public.users',
  'comment(table):x',
  '0',
  '1.5',
  'constructor',
  '__proto__',
  'é',
  'e\u0301',
  '漢字',
  '😀',
  'a\u200b',
  '\u202eb',
  'x'.repeat(63),
  'é'.repeat(31),
];

/** Names made of what is special somewhere, the same in every run. Source of the constants: Numerical Recipes, ch. 7.1. */
function generate(count: number, seed: number): readonly string[] {
  const parts = [...'"\'\\$%{}.(),;:-/*[]&|<>=!@#^~` \n\té漢😀aA1_'];
  let state = seed;
  const next = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  return Array.from({ length: count }, () => {
    const characters = Array.from({ length: 1 + next(40) }, () => parts[next(parts.length)] ?? '');
    while (Buffer.byteLength(characters.join('')) > 63) characters.pop();
    return characters.join('');
  });
}

const names = [...new Set([...chosen, ...generate(20, 20_260_131)])];
const kinds = comparedKinds(
  registry,
  { owners: true, grants: true, comments: true, tablespaces: true },
  180_000,
);

/** One name in every place that a name can stand in. */
function sqlFor(name: string, position: number): string {
  const [id, text, table] = [quoteIdentifier(name), quoteLiteral(name), `i.t${position}`];
  return `
    CREATE SCHEMA ${id};
    CREATE TYPE e.${id} AS ENUM ('first', ${text});
    CREATE SEQUENCE q.${id};
    CREATE DOMAIN d.${id} AS text CONSTRAINT ${id} CHECK (value <> ${text});
    CREATE TABLE ${id}.${id} (${id} text DEFAULT ${text} CONSTRAINT ${id} CHECK (${id} <> ${text}), kind e.${id} DEFAULT ${text});
    CREATE TABLE ${table} (${id} integer PRIMARY KEY, a e.${id}) PARTITION BY RANGE (${id});
    CREATE INDEX ${id} ON ${table} (${id}) WHERE ${id} > 0;
    CREATE VIEW v.${id} AS SELECT ${id} AS ${id}, ${text} AS b FROM ${id}.${id};
    CREATE FUNCTION ${id}.${id}(${id} e.${id} DEFAULT ${text}) RETURNS trigger LANGUAGE plpgsql AS ${text};
    CREATE FUNCTION f.${id}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
    CREATE TRIGGER ${id} BEFORE INSERT ON ${id}.${id} FOR EACH ROW EXECUTE FUNCTION f.${id}(${text});
    CREATE POLICY ${id} ON ${id}.${id} TO ${id} USING (${id} = ${text});
    CREATE RULE ${id} AS ON DELETE TO ${id}.${id} DO INSTEAD NOTHING;
    CREATE STATISTICS s.${id} ON ${id}, kind FROM ${id}.${id};
    COMMENT ON COLUMN ${id}.${id}.${id} IS ${text};
    COMMENT ON POLICY ${id} ON ${id}.${id} IS ${text};
    GRANT SELECT (${id}) ON ${id}.${id} TO ${id};
    GRANT USAGE ON SCHEMA ${id} TO ${id} WITH GRANT OPTION;
    GRANT EXECUTE ON FUNCTION ${id}.${id} TO ${id};
    REVOKE EXECUTE ON FUNCTION ${id}.${id} FROM CURRENT_USER;
    REVOKE DELETE ON ${id}.${id} FROM CURRENT_USER;
    REVOKE USAGE ON TYPE e.${id} FROM CURRENT_USER;
    ALTER DEFAULT PRIVILEGES FOR ROLE ${id} IN SCHEMA ${id} GRANT SELECT ON TABLES TO ${id};
    ALTER TABLE ${table} OWNER TO ${id};
    ALTER TYPE e.${id} OWNER TO ${id};
    ALTER FUNCTION f.${id}() OWNER TO ${id};`;
}

let [first, second]: (FreshDatabase | null)[] = [null, null];
let [made, copy]: (Session | null)[] = [null, null];
beforeAll(async () => {
  first = await freshDatabase(18);
  second = await freshDatabase(18);
  made = await openServer(first.url);
  copy = await openServer(second.url);
  for (const name of names) await made.exec(`CREATE ROLE ${quoteIdentifier(name)}`);
});
afterAll(async () => {
  await copy?.close();
  await second?.[Symbol.asyncDispose]();
  for (const name of names) {
    const id = quoteIdentifier(name);
    await made?.exec(`DROP OWNED BY ${id} CASCADE; DROP ROLE ${id}`);
  }
  await made?.close();
  await first?.[Symbol.asyncDispose]();
});

test('whatever names hold, they are read, built from nothing by statements, and taken away', async () => {
  if (!made || !copy) throw new Error('no databases');
  const start = await introspect(copy, kinds);
  await made.exec(
    `SET check_function_bodies = off; CREATE SCHEMA e; CREATE SCHEMA q; CREATE SCHEMA d; CREATE SCHEMA i; CREATE SCHEMA v; CREATE SCHEMA f; CREATE SCHEMA s`,
  );
  for (const [position, name] of names.entries()) await made.exec(sqlFor(name, position));
  const goal = await introspect(made, kinds);

  const misread = [...goal.objects].filter(([id, { ref }]) => {
    const again = parseId(id);
    return formatId(again) !== id || JSON.stringify(again.path) !== JSON.stringify(ref.path);
  });
  expect(misread.map(([id]) => id)).toEqual([]);
  const { result } = await takeTo(copy, start, goal, kinds);
  await takeTo(copy, result, start, kinds);
});

test('names become other names, and back', async () => {
  if (!made || !copy) throw new Error('no databases');
  await copy.exec(`CREATE TABLE t (a integer);
    CREATE FUNCTION g(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1'`);
  for (const name of names.filter((_, position) => position % 6 === 0)) {
    const id = quoteIdentifier(name);
    const before = await introspect(copy, kinds);
    await copy.exec(`ALTER TABLE t RENAME COLUMN a TO ${id}; ALTER TABLE t RENAME TO ${id};
      ALTER FUNCTION g(integer) RENAME TO ${id}`);
    const after = await introspect(copy, kinds);
    const back = await takeTo(copy, after, before, kinds, { sameDatabase: true });
    const notRenamed = back.changes.filter(({ action }) => action !== 'rename');
    expect(notRenamed.map(describeChange), name).toEqual([]);
    const there = await takeTo(copy, back.result, after, kinds, { sameDatabase: true });
    await takeTo(copy, there.result, before, kinds, { sameDatabase: true });
  }
});
