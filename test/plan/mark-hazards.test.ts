import { afterAll, beforeAll, expect, test } from 'vitest';
import { introspect } from '../../src/catalog/introspect.ts';
import { openEmbedded } from '../../src/database/embedded.ts';
import type { Session } from '../../src/database/session.ts';
import { registry } from '../../src/kinds/index.ts';
import { markHazards } from '../../src/plan/mark-hazards.ts';
import type { Step } from '../../src/plan/plan.ts';

let session: Session;
beforeAll(async () => {
  session = await openEmbedded({ extensions: [] });
});
afterAll(() => session.close());

/** Runs the statements of one migration and returns the consequences that are shown, by statement. */
async function hazardsOf(
  setUp: string,
  ...statements: readonly string[]
): Promise<readonly (readonly string[])[]> {
  await session.exec(`DROP SCHEMA public CASCADE; CREATE SCHEMA public; ${setUp}`);
  const before = await introspect(session, registry);
  for (const sql of statements) await session.exec(sql);
  const after = await introspect(session, registry);
  const step: Step = {
    kind: 'migration',
    title: 'V2__it.sql',
    migration: null,
    statements: statements.map((sql) => ({
      sql,
      hazards: [],
      transaction: 'inside',
      object: null,
      position: null,
    })),
  };
  const [marked] = markHazards([step], before, after, registry);
  return (marked?.statements ?? []).map(({ hazards }) => hazards.map(({ consequence }) => consequence));
}

const table = 'CREATE TABLE t (id int, note text);';

test('a dropped column is shown at the statement that drops it', async () => {
  expect(await hazardsOf(table, 'CREATE TABLE u ()', 'ALTER TABLE t DROP COLUMN note')).toEqual([
    [],
    ['All values of public.t.note are lost.'],
  ]);
});

test('a table that is dropped and made again by the same name has lost its rows', async () => {
  expect(await hazardsOf(table, 'DROP TABLE t', 'CREATE TABLE t (id int, note text)')).toEqual([
    ['All rows of public.t are lost.'],
    [],
  ]);
});

test('a table that is only renamed out of the way keeps them', async () => {
  expect(
    await hazardsOf(table, 'ALTER TABLE t RENAME TO t_old', 'CREATE TABLE t (id int, note text)'),
  ).toEqual([['public.t is called public.t_old now: running versions that use the old name fail.'], []]);
});

test('what a migration grants is shown where it grants', async () => {
  expect(await hazardsOf(table, 'GRANT SELECT ON t TO PUBLIC', 'CREATE INDEX ON t (id)')).toEqual([
    ['Everybody (PUBLIC) may SELECT on public.t from now on.'],
    [],
  ]);
  expect(
    await hazardsOf(table, 'GRANT INSERT ON ALL TABLES IN SCHEMA public TO pg_monitor', 'CREATE TABLE u ()'),
  ).toEqual([['pg_monitor may INSERT on public.t from now on.'], []]);
});
