import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readEmptyRelations } from '../../src/catalog/empty.ts';
import { introspect } from '../../src/catalog/introspect.ts';
import { openEmbedded } from '../../src/database/embedded.ts';
import { openServer } from '../../src/database/server.ts';
import type { Session } from '../../src/database/session.ts';
import { diff } from '../../src/diff/diff.ts';
import { registry } from '../../src/kinds/index.ts';
import type { OnlineChoice } from '../../src/plan/online.ts';
import { orderChanges } from '../../src/plan/order.ts';
import { segmentSteps } from '../../src/plan/segments.ts';
import { generatedStep } from '../../src/plan/steps.ts';
import { runSteps } from '../../src/replay/run-steps.ts';
import { describeChange } from '../corpus/prove.ts';
import { freshDatabase } from '../support/servers.ts';
import { onlineCases } from './online-cases.ts';

/** Takes a server's database from before to after, by a plan that an embedded copy ran first. */
async function take(
  { session, engine }: { readonly session: Session; readonly engine: Session },
  before: string,
  after: string,
  { choice = 'auto', rows = 'SELECT a FROM t' }: { choice?: OnlineChoice; rows?: string | undefined } = {},
) {
  const clean = `SET client_min_messages = warning; DROP SCHEMA public CASCADE; CREATE SCHEMA public;`;
  for (const one of [session, engine]) await one.exec(clean);
  await session.exec(after);
  const to = await introspect(session, registry);
  await session.exec(clean);
  await session.exec(before);
  const from = await introspect(session, registry);
  const { statements, refused } = orderChanges(from, to, registry, diff(from, to, registry), {
    choice,
    serverVersion: from.serverVersion,
    empty: await readEmptyRelations(session, from),
  });
  expect(refused).toEqual([]);
  const step = generatedStep('repair', 'repair drift', statements);
  const copy = orderChanges(await introspect(engine, registry), from, registry);
  await runSteps(engine, [generatedStep('repair', 'copy', copy.statements), step]);
  const rowsBefore = await readRows(session, rows);
  await runSteps(session, [step]);
  const result = await introspect(session, registry);
  expect(diff(result, to, registry).map(describeChange)).toEqual([]);
  return {
    sql: step.statements.map(({ sql }) => sql.replaceAll('"', '').replaceAll('public.', '')),
    segments: segmentSteps([step]),
    rows: [rowsBefore, await readRows(session, rows)] as const,
  };
}

async function readRows(session: Session, query: string): Promise<readonly string[]> {
  const rows = await session.query<{ a: string }>(`SELECT a::text FROM (${query}) AS q ORDER BY 1`);
  return rows.map(({ a }) => a);
}

describe.each([14, 18] as const)('PostgreSQL %i', (major) => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let session: Session;
  let engine: Session;
  beforeAll(async () => {
    database = await freshDatabase(major);
    session = await openServer(database.url);
    engine = await openEmbedded({ extensions: [] });
  });
  afterAll(async () => {
    await session.close();
    await engine.close();
    await database[Symbol.asyncDispose]();
  });

  test.each(
    onlineCases.filter(({ on = [14, 18] }) => on.includes(major)).map((one) => [one.name, one] as const),
  )('%s', async (_, { before, after, sql, rows }) => {
    const taken = await take({ session, engine }, before, after, { rows });
    expect(taken.sql).toEqual(sql);
    expect(taken.rows[1]).toEqual(taken.rows[0]);
    expect(taken.rows[0].length).toBeGreaterThan(0);
  });

  test('what stands apart comes last, so that all else is committed together', async () => {
    const before = `CREATE TABLE t (a integer); INSERT INTO t VALUES (1);
      CREATE VIEW v AS SELECT a FROM t;`;
    const after = `CREATE TABLE t (a integer); CREATE INDEX i ON t (a); ALTER TABLE t ADD CHECK (a > 0);
      CREATE VIEW v AS SELECT a + 1 AS a, 2 AS b FROM t; CREATE TABLE u (id integer PRIMARY KEY);`;
    const { segments } = await take({ session, engine }, before, after);
    expect(segments.map(({ transaction, statements }) => [transaction, statements.length])).toEqual([
      [true, 3],
      [true, 1],
      [false, 1],
    ]);
  });

  test('an empty table, one that the plan makes and --online never take the direct way', async () => {
    const after =
      'CREATE TABLE t (a integer); CREATE INDEX i ON t (a); CREATE TABLE n (b integer); CREATE INDEX j ON n (b);';
    const direct = [
      'CREATE TABLE n (\n  b integer\n)',
      'CREATE INDEX i ON t USING btree (a)',
      'CREATE INDEX j ON n USING btree (b)',
    ];
    const empty = 'CREATE TABLE t (a integer);';
    expect((await take({ session, engine }, empty, after)).sql).toEqual(direct);
    const full = `${empty} INSERT INTO t VALUES (1);`;
    expect((await take({ session, engine }, full, after, { choice: 'never' })).sql).toEqual(direct);
    expect((await take({ session, engine }, empty, after, { choice: 'always' })).sql).toContain(
      'CREATE INDEX CONCURRENTLY i ON t USING btree (a)',
    );
  });

  test('what has a foreign table below it is not looked at, which would ask another server', async () => {
    await session.exec(`DROP SCHEMA public CASCADE; CREATE SCHEMA public;
      CREATE FOREIGN DATA WRAPPER away; CREATE SERVER away FOREIGN DATA WRAPPER away;
      CREATE TABLE near (a integer) PARTITION BY LIST (a); CREATE TABLE near_1 PARTITION OF near FOR VALUES IN (1);
      CREATE TABLE far (a integer) PARTITION BY LIST (a); CREATE TABLE far_1 PARTITION OF far FOR VALUES IN (1) PARTITION BY LIST (a);
      CREATE FOREIGN TABLE far_2 PARTITION OF far_1 FOR VALUES IN (1) SERVER away`);
    try {
      const empty = await readEmptyRelations(session, await introspect(session, registry));
      expect([...empty].sort()).toEqual(['table:public.near', 'table:public.near_1']);
    } finally {
      await session.exec('DROP FOREIGN DATA WRAPPER away CASCADE');
    }
  });
});
