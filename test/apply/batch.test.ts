import { describe, expect, test } from 'vitest';
import { adapt } from '../../src/apply/batch.ts';
import { readUnfinished } from '../../src/apply/unfinished.ts';
import { openEmbedded } from '../../src/database/embedded.ts';
import { openServer } from '../../src/database/server.ts';
import type { Session } from '../../src/database/session.ts';
import { openObserver } from '../../src/replay/observe.ts';
import { runSteps } from '../../src/replay/run-steps.ts';
import { inputFor, liveDatabases, onServer, planFor, run, stateOf, written } from './support.ts';

const items = `CREATE TABLE items (id int PRIMARY KEY, n int NOT NULL DEFAULT 0);
INSERT INTO items SELECT 2 * g FROM generate_series(1, 1000) g; ANALYZE items`;

/** How often each row was counted up, and how many rows that is true of. */
const counted = (session: Session) =>
  session.query<{ n: number; rows: number }>(
    'SELECT n, count(*)::int AS rows FROM items GROUP BY 1 ORDER BY 1',
  );

describe.each(liveDatabases)('in batches, on %s', (_, onLive) => {
  test('each batch is committed with its position, and the rows come out as of the single statement', () =>
    onLive(async (session) => {
      await session.exec(items);
      const step = await written(
        '1',
        `-- trueup: batch size=300 target=1h pause=0
UPDATE items AS i SET n = n + 1 -- once
WHERE i.id > 100 OR i.id = 2 -- not all;
;`,
      );
      const { events, report } = await run(inputFor(session, await planFor(session, [step])));
      expect(report).toMatchObject({ outcome: 'success', steps: [{ outcome: 'applied', rows: 951 }] });
      expect(await counted(session)).toEqual([
        { n: 0, rows: 49 },
        { n: 1, rows: 951 },
      ]);
      const batches = events.filter(({ type }) => type === 'batch committed');
      expect(batches).toMatchObject([
        { batchRows: 251, rows: 251, leftMs: expect.any(Number) },
        { batchRows: 600, rows: 851 },
        { batchRows: 100, rows: 951, leftMs: 0 },
      ]);
      expect(await session.query('SELECT batch, row_count::int AS rows FROM trueup.run_step')).toMatchObject([
        { rows: 951, batch: { after: ['2000'], until: ['2000'], batches: 3 } },
      ]);
    }));

  test('INSERT … SELECT and DELETE go along keys of several columns, of text and of time', () =>
    onLive(async (session) => {
      await session.exec(`CREATE TABLE "Log" (kind text, "at" timestamptz, note varchar(9), PRIMARY KEY ("at", kind));
        INSERT INTO "Log" SELECT k, '2020-01-01'::timestamptz + d * interval '1 second', 'x'
        FROM unnest(ARRAY['it''s', E'back\\\\slash?', '$& é']) k, generate_series(1, 50) d;
        CREATE TABLE copy (kind text, "at" timestamptz, PRIMARY KEY ("at", kind));
        INSERT INTO copy SELECT kind, "at" FROM "Log" LIMIT 1`);
      const step = await written(
        '1',
        `-- trueup: batch size=7 target=1ms pause=0
INSERT INTO copy (kind, "at") SELECT l.kind, l."at" FROM public."Log" l ON CONFLICT DO NOTHING;
-- trueup: batch size=20
DELETE FROM "Log" WHERE EXISTS (SELECT FROM copy c WHERE c.kind = "Log".kind AND c."at" = "Log"."at")`,
      );
      const { report } = await run(inputFor(session, await planFor(session, [step])));
      expect(report).toMatchObject({ outcome: 'success', steps: [{ rows: 149 + 150 }] });
      expect(
        await session.query(
          `SELECT (SELECT count(*)::int FROM copy), (SELECT count(*)::int AS left FROM "Log")`,
        ),
      ).toEqual([{ count: 150, left: 0 }]);
    }));

  test('a table without rows has no batches', () =>
    onLive(async (session) => {
      await session.exec('CREATE TABLE items (id int PRIMARY KEY)');
      const step = await written('1', '-- trueup: batch\nDELETE FROM items');
      const { report } = await run(inputFor(session, await planFor(session, [step])));
      expect(report).toMatchObject({ outcome: 'success', steps: [{ rows: 0 }] });
    }));

  test('one that fails leaves those before it, and the next run goes on behind them', () =>
    onLive(async (session) => {
      await session.exec(`${items}; ALTER TABLE items ADD CHECK (id <> 900 OR n = 0)`);
      const text =
        'CREATE TABLE made (id int);\n-- trueup: batch size=100 target=1ms pause=0\nUPDATE items SET n = n + 1';
      const plan = await planFor(session, [await written('1', text)]);
      const { report } = await run(inputFor(session, plan));
      expect(report).toMatchObject({
        outcome: 'failed',
        error: {
          code: '23514',
          position: { line: 3 },
          detail: expect.stringContaining('applied in part: V1__m.sql'),
        },
        steps: [{ outcome: 'failed' }],
      });
      const [, once = { n: 0, rows: 0 }] = await counted(session);
      expect(once).toMatchObject({ n: 1 });
      expect(await stateOf(session)).toMatchObject({
        history: ['1 (failed)'],
        statements: ['applied', 'failed'],
      });
      expect(await readUnfinished(session)).toMatchObject({ statements: [{}, { batchRows: once.rows }] });

      await session.exec('ALTER TABLE items DROP CONSTRAINT items_check');
      const rest = await written('1', text);
      const steps = [{ ...rest, statements: rest.statements.slice(1) }];
      const changed = steps.map((one) => ({
        ...one,
        statements: one.statements.map((each) => ({ ...each, sql: `${each.sql} WHERE true` })),
      }));
      const resumes = report.runId;
      const refused = await run(inputFor(session, await planFor(session, changed, { resumes })));
      expect(refused.report.error).toMatchObject({ code: 'partial-changed', position: { line: 3 } });

      // From a folder that lacks it, on a machine whose clock is slow.
      const other = await planFor(session, [await written('2', 'CREATE TABLE other ()')]);
      const slow = { now: () => new Date(Date.now() - 3_600_000) };
      expect((await run(inputFor(session, other, slow))).report.outcome).toBe('success');
      expect(await readUnfinished(session, ['2'])).toBeNull();
      const [left] = (await readUnfinished(session, ['1']))?.partial.get('1') ?? [];
      expect(left?.sql).toBe('CREATE TABLE made (id int)');

      const again = await run(inputFor(session, await planFor(session, steps)));
      expect(again.report).toMatchObject({ outcome: 'success', steps: [{ rows: 1000 }] });
      expect(await counted(session)).toEqual([{ n: 1, rows: 1000 }]);
    }));

  test('an interruption comes between two of them, and nothing is done twice', () =>
    onLive(async (session) => {
      await session.exec(items);
      const text = '-- trueup: batch size=100 target=1h pause=1h\nUPDATE items SET n = n + 1';
      const steps = [await written('1', text)];
      const interrupt = new AbortController();
      const plan = await planFor(session, steps);
      const { report } = await run(inputFor(session, plan, { signal: interrupt.signal }), (event) => {
        if (event.type === 'batch committed') interrupt.abort();
      });
      expect(report).toMatchObject({ outcome: 'interrupted', steps: [{ outcome: 'failed', kept: 1 }] });
      expect(await counted(session)).toEqual([
        { n: 0, rows: 900 },
        { n: 1, rows: 100 },
      ]);
      await session.exec('INSERT INTO items SELECT 5000 + g FROM generate_series(1, 10) g');
      const quick = [await written('1', text.replace('pause=1h', 'pause=0'))];
      const rest = await run(inputFor(session, await planFor(session, quick, { resumes: report.runId })));
      expect(rest.report).toMatchObject({ outcome: 'success', steps: [{ rows: 1000 }] });
      // Rows that came later are not of this statement.
      expect(await counted(session)).toEqual([
        { n: 0, rows: 10 },
        { n: 1, rows: 1000 },
      ]);
    }));

  test.each([
    ['UPDATE plain SET n = 1', 'plain has no primary key'],
    ['DELETE FROM seen', 'seen has no primary key'],
    ['UPDATE items SET id = id + 1', 'it sets id'],
    ['DELETE FROM parents', 'other tables inherit from parents'],
    ['INSERT INTO plain SELECT max(n) FROM items', 'max() would be over the rows of a batch'],
  ])('%s is refused at its place: %s', (sql, reason) =>
    onLive(async (session) => {
      await session.exec(`${items}; CREATE TABLE plain (n int); CREATE VIEW seen AS SELECT * FROM items;
        CREATE TABLE parents (id int PRIMARY KEY); CREATE TABLE children () INHERITS (parents)`);
      const step = await written('1', `SELECT 1;\n-- trueup: batch\n${sql}`);
      const { report } = await run(inputFor(session, await planFor(session, [step])));
      expect(report.error).toMatchObject({
        code: 'batch',
        position: { file: 'migrations/V1__m.sql', line: 3, column: 1 },
        summary: expect.stringContaining(reason),
      });
      const only = await written('2', '-- trueup: batch\nDELETE FROM ONLY parents');
      expect((await run(inputFor(session, await planFor(session, [only])))).report.outcome).toBe('success');
    }),
  );
});

describe.each([14, 18] as const)('among others, on PostgreSQL %i', (major) => {
  test('a batch that is blocked again and again is tried again, and those between go on', () =>
    onServer(major, async (session, url) => {
      await using other = await openServer(url);
      await session.exec(items);
      const step = await written(
        '1',
        '-- trueup: batch size=100 target=1ms pause=0\nUPDATE items SET n = n + 1',
      );
      const lock = (id: number) => other.exec(`BEGIN; SELECT FROM items WHERE id = ${id} FOR UPDATE`);
      await lock(400);
      const held = [1000, 1800];
      let moved: Promise<unknown> = Promise.resolve();
      const timeouts = { lockMs: 100, attempts: 2 };
      const input = inputFor(session, await planFor(session, [step]), { timeouts });
      const { events, report } = await run(input, ({ type }) => {
        if (type !== 'retrying') return;
        const next = held.shift();
        moved = moved.then(() => other.exec('COMMIT')).then(() => (next ? lock(next) : undefined));
      });
      await moved;
      expect(report.error).toBeNull();
      expect(events.filter(({ type }) => type === 'retrying')).toHaveLength(3);
      expect(await counted(session)).toEqual([{ n: 1, rows: 1000 }]);
    }));
});

test('the size goes towards the time that a batch is to take', () => {
  expect(adapt(1000, 500, 500)).toBe(1000);
  expect(adapt(1000, 400, 500)).toBe(1250);
  expect(adapt(1000, 1, 500)).toBe(2000);
  expect(adapt(1000, 60_000, 500)).toBe(500);
  expect(adapt(10, 60_000, 500)).toBe(10);
  expect(adapt(90_000, 1, 500)).toBe(100_000);
});

test('a rehearsal runs it as one statement, and refuses what cannot run in batches', async () => {
  await using engine = await openEmbedded({ extensions: [] });
  await engine.exec('CREATE TABLE items (id int PRIMARY KEY, n int); CREATE TABLE plain (n int)');
  const rehearse = async (sql: string) =>
    runSteps(engine, [await written('1', `-- trueup: batch\n${sql}`)], { observer: openObserver(engine) });
  expect(await rehearse('UPDATE items SET n = 1')).toMatchObject([
    { statements: [{ effects: { source: 'observed', relations: [{ lock: 'RowExclusiveLock' }] } }] },
  ]);
  await expect(rehearse('UPDATE plain SET n = 1')).rejects.toMatchObject({
    diagnostics: [{ code: 'batch', position: { line: 2 } }],
  });
});
