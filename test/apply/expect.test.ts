import { describe, expect, test } from 'vitest';
import { openEmbedded } from '../../src/database/embedded.ts';
import { expectedBlock } from '../../src/render/expected-block.ts';
import { openObserver } from '../../src/replay/observe.ts';
import { runSteps } from '../../src/replay/run-steps.ts';
import { inputFor, liveDatabases, planFor, run, stateOf, written } from './support.ts';

describe.each(liveDatabases)('what a migration expects, on %s', (_, onLive) => {
  test('is asked at its place, and the migration goes on when it is true or finds nothing', () =>
    onLive(async (session) => {
      await session.exec('CREATE TABLE orders (id int); INSERT INTO orders VALUES (1), (2)');
      const step = await written(
        '1',
        `-- trueup: expect SELECT count(*) = 2 FROM orders
DELETE FROM orders WHERE id = 2;
-- trueup: expect SELECT id FROM orders WHERE id > 1 -- none is left
-- trueup: expect SELECT count(*) = 1 FROM orders;`,
      );
      const { report } = await run(inputFor(session, await planFor(session, [step])));
      expect(report).toMatchObject({ outcome: 'success', steps: [{ statements: 4, rows: 1 }] });
      expect(await stateOf(session)).toMatchObject({
        history: ['1'],
        statements: ['applied', 'applied', 'applied', 'applied'],
      });
    }));

  test.each([
    ['SELECT count(*) > 5 FROM orders', 'found false'],
    ['SELECT NULL::boolean', 'found null'],
    ['SELECT id FROM orders', 'found 2 rows'],
    ['SELECT true, true', 'found 1 row'],
    [`SELECT 't'`, 'found 1 row'],
    ['SELECT', 'found 1 row'],
    ['SELECT FROM generate_series(1, 5000)', 'found at least 1000 rows'],
  ])('rolls the migration back when %s, which is not as expected', (query, found) =>
    onLive(async (session) => {
      await session.exec('CREATE TABLE orders (id int); INSERT INTO orders VALUES (1), (2)');
      const step = await written('1', `CREATE TABLE a (id int);\n  -- trueup: expect ${query}\n`);
      const { report } = await run(inputFor(session, await planFor(session, [step])));
      expect(report).toMatchObject({
        outcome: 'failed',
        steps: [{ outcome: 'failed' }],
        error: {
          code: 'expected',
          position: { file: 'migrations/V1__m.sql', line: 2, column: 21 },
          summary: `Expected true or no rows, ${found}: ${query}`,
          detail: expect.stringContaining('nothing was applied'),
        },
      });
      expect(await stateOf(session)).toMatchObject({
        tables: ['orders'],
        history: [],
        statements: ['rolled back', 'failed'],
      });
    }),
  );

  test('names the column in the file where PostgreSQL refuses the query', () =>
    onLive(async (session) => {
      const step = await written('1', 'SELECT 1;\n-- trueup: expect SELECT nowhere = 1');
      const { report } = await run(inputFor(session, await planFor(session, [step])));
      expect(report.error).toMatchObject({ code: '42703', position: { line: 2, column: 26 } });
    }));

  test('is a statement that raises in a script', () =>
    onLive(async (session) => {
      const passes = ['SELECT true', 'SELECT 1 WHERE false -- none', `SELECT '$expect$' = '$expect$'`];
      for (const sql of passes) await session.exec(expectedBlock(sql));
      for (const sql of [
        'SELECT false',
        'SELECT NULL',
        'SELECT 1',
        'VALUES (true), (true)',
        'SELECT true, true',
        `SELECT 't'`,
      ])
        await expect(session.exec(expectedBlock(sql)), sql).rejects.toMatchObject({
          code: 'P0001',
          detail: sql,
        });
    }));
});

describe('in a rehearsal, which has no rows,', () => {
  const rehearse = async (text: string) => {
    await using engine = await openEmbedded({ extensions: [] });
    await engine.exec('CREATE TABLE orders (id int)');
    return await runSteps(engine, [await written('1', text)], { observer: openObserver(engine) });
  };

  test('what is expected of rows is not judged', async () => {
    await rehearse('-- trueup: expect SELECT count(*) > 5 FROM orders');
  });

  test('its names must be there', async () => {
    await expect(rehearse('-- trueup: expect SELECT id FROM order_lines')).rejects.toMatchObject({
      diagnostics: [{ code: '42P01', position: { line: 1, column: 34 } }],
    });
  });

  test('what is expected of the schema is judged', async () => {
    const index = `SELECT FROM pg_index WHERE indrelid = 'orders'::regclass AND NOT indisvalid`;
    await rehearse(`-- trueup: expect ${index}\n-- trueup: expect SELECT to_regclass('orders') IS NOT NULL`);
    await expect(
      rehearse(`DROP TABLE orders;\n-- trueup: expect SELECT to_regclass('orders') IS NOT NULL`),
    ).rejects.toMatchObject({ diagnostics: [{ code: 'expected', position: { line: 2 } }] });
  });
});

test('a replay does not ask what is expected of live', async () => {
  await using engine = await openEmbedded({ extensions: [] });
  await runSteps(engine, [await written('1', `-- trueup: expect SELECT to_regclass('orders') IS NOT NULL`)]);
});
