import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { introspect } from '../../src/catalog/introspect.ts';
import { openEmbedded } from '../../src/database/embedded.ts';
import type { Session } from '../../src/database/session.ts';
import { registry } from '../../src/kinds/index.ts';
import { losesData, nameHazard } from '../../src/plan/hazards.ts';
import { orderChanges } from '../../src/plan/order.ts';
import { clear } from '../corpus/clear.ts';
import { apply } from '../corpus/prove.ts';

let session: Session;
beforeAll(async () => {
  session = await openEmbedded({ extensions: [] });
});
afterAll(async () => session.close());

/** The statements from one set of labels to another, the database left at the first. */
async function plan(before: readonly string[], after: readonly string[]) {
  const build = async (labels: readonly string[]) => {
    await clear(session);
    const list = labels.map((label) => `'${label.replaceAll("'", "''")}'`).join(', ');
    await session.exec(`CREATE TYPE mood AS ENUM (${list}); CREATE TABLE t (m mood)`);
    return introspect(session, registry);
  };
  const to = await build(after);
  return orderChanges(await build(before), to, registry).statements;
}

describe('enum', () => {
  test('labels are added in their places, each usable after commit', async () => {
    const statements = await plan(['b', 'd'], ['a', 'b', "c's", 'd', 'e']);
    expect(statements.map(({ statement }) => statement.sql)).toEqual([
      `ALTER TYPE "public"."mood" ADD VALUE 'a' BEFORE 'b'`,
      `ALTER TYPE "public"."mood" ADD VALUE 'c''s' AFTER 'b'`,
      `ALTER TYPE "public"."mood" ADD VALUE 'e' AFTER 'd'`,
    ]);
    expect(new Set(statements.map(({ statement }) => statement.transaction))).toEqual(
      new Set(['commit after']),
    );
  });

  test.each([
    [
      ['a', 'b', 'c'],
      ['a', 'c'],
      ['rewrite public.t.m', 'drop-enum-value public.mood.b'],
    ],
    [['a', 'b', 'c'], ['c', 'b', 'a'], ['rewrite public.t.m']],
  ])('%j become %j by a new type that columns move to once', async (before, after, hazards) => {
    const statements = await plan(before, after);
    expect(statements.map(({ statement }) => statement.sql)).toEqual([
      'ALTER TYPE "public"."mood" RENAME TO "mood_replaced"',
      `CREATE TYPE "public"."mood" AS ENUM (${after.map((label) => `'${label}'`).join(', ')})`,
      'ALTER TABLE "public"."t" ALTER COLUMN "m" TYPE public.mood USING "m"::text::public.mood',
      'DROP TYPE "public"."mood_replaced"',
    ]);
    const found = statements.flatMap(({ statement }) => statement.hazards);
    expect(found.map(({ code, subject }) => `${code} ${subject}`)).toEqual(hazards);
  });

  test('a value that is removed is named as a loss, with a query that counts its rows', async () => {
    const statements = await plan(['a', "b's"], ['a']);
    const [loss] = statements.flatMap(({ statement }) => statement.hazards).filter(losesData);
    expect(loss && nameHazard(loss)).toBe("drop-enum-value:public.mood.b's");
    await session.exec(`INSERT INTO t VALUES ('a'), ('b''s'), ('b''s'), (NULL)`);
    expect(await session.query(loss?.query ?? '')).toEqual([{ count: '2' }]);
  });

  test('a row that holds a removed label makes the plan fail, and nothing is lost', async () => {
    const statements = await plan(['a', 'b'], ['b']);
    await session.exec(`INSERT INTO t VALUES ('a'), ('b')`);
    await expect(apply(session, statements)).rejects.toThrow('invalid input value for enum mood: "a"');
    expect(await session.query('SELECT m FROM t ORDER BY m')).toEqual([{ m: 'a' }, { m: 'b' }]);
  });
});
