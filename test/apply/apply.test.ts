import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { readHistory, readRuns } from '../../src/migrations/history.ts';
import { inputFor, liveDatabases, migration, planFor, plannedMigration, run, stateOf } from './support.ts';

describe.each(liveDatabases)('applying to %s', (_, withLive) => {
  test('runs every step in one transaction, records it, and verifies', () =>
    withLive(async (session) => {
      const plan = await planFor(session, [
        migration('1', 'CREATE TABLE a (id int)', 'INSERT INTO a VALUES (1), (2)'),
        migration('2'),
        migration('3', 'CREATE TABLE b (id int)'),
      ]);
      const { events, report } = await run(inputFor(session, plan));
      expect(events.map(({ type }) => type)).toEqual([
        'run started',
        'segment started',
        ...['statement started', 'statement finished'],
        ...['statement started', 'statement finished'],
        ...['statement started', 'statement finished'],
        ...['step finished', 'step finished', 'step finished'],
        'segment committed',
        'verifying',
        'run finished',
      ]);
      expect(report).toMatchObject({
        outcome: 'success',
        versionBefore: null,
        versionAfter: '3',
        steps: [
          { title: 'V1__m.sql', outcome: 'applied', statements: 2, rows: 2 },
          { title: 'V2__m.sql', outcome: 'applied', statements: 0 },
          { title: 'V3__m.sql', outcome: 'applied', statements: 1 },
        ],
        differences: [],
        error: null,
      });
      expect(await stateOf(session)).toEqual({
        tables: ['a', 'b'],
        history: ['1', '2', '3'],
        runs: ['success'],
        statements: ['applied', 'applied', 'applied'],
      });
      expect(await readHistory(session)).toMatchObject([
        { key: '1', kind: 'versioned', version: '1', text: 'text of 1', checksum: '1'.padStart(32, '0') },
        { key: '2' },
        { key: '3', installedOn: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) },
      ]);
      expect(await readRuns(session)).toMatchObject([
        { runId: report.runId, outcome: 'success', versionAfter: '3', startedAt: report.startedAt },
      ]);
    }));

  test('rolls everything back when a statement fails, and says where', () =>
    withLive(async (session) => {
      const plan = await planFor(session, [
        migration('1', 'CREATE TABLE a (id int)'),
        migration('2', 'CREATE TABLE b (id int)', 'INSERT INTO b\n  SELECT nope FROM a', 'SELECT 1'),
        migration('3', 'SELECT 1'),
      ]);
      const { events, report } = await run(inputFor(session, plan));
      expect(report).toMatchObject({
        outcome: 'failed',
        versionAfter: null,
        differences: null,
        steps: [{ outcome: 'rolled back' }, { outcome: 'failed' }, { outcome: 'not run' }],
        error: {
          code: '42703',
          position: { file: 'migrations/V2__m.sql', line: 3, column: 10 },
          summary: 'column "nope" does not exist (42703)',
          detail: 'nothing was applied; rolled back: V1__m.sql; failed: V2__m.sql; not run: V3__m.sql',
          sourceLine: '  SELECT nope FROM a',
        },
      });
      expect(events.map(({ type }) => type).slice(-3)).toEqual([
        'statement failed',
        'segment rolled back',
        'run finished',
      ]);
      expect(await stateOf(session)).toEqual({
        tables: [],
        history: [],
        runs: ['failed'],
        statements: ['rolled back', 'rolled back', 'failed', 'not run', 'not run'],
      });
    }));

  test('keeps what was committed before the failing segment', () =>
    withLive(async (session) => {
      const plan = await planFor(session, [
        migration('1', 'CREATE TABLE a (id int)'),
        migration('2', ['CREATE INDEX CONCURRENTLY i ON a (id)', 'outside']),
        migration('3', 'CREATE TABLE b (id int)', ['CREATE INDEX CONCURRENTLY j ON nope (id)', 'outside']),
        migration('4', 'SELECT 1'),
      ]);
      const { report } = await run(inputFor(session, plan));
      expect(report).toMatchObject({
        outcome: 'failed',
        versionAfter: '2',
        steps: [
          { outcome: 'applied' },
          { outcome: 'applied' },
          { outcome: 'failed' },
          { outcome: 'not run' },
        ],
        error: {
          code: '42P01',
          position: { line: 2 },
          detail: 'applied: V1__m.sql, V2__m.sql; applied in part: V3__m.sql; not run: V4__m.sql',
        },
      });
      expect(await stateOf(session)).toEqual({
        tables: ['a', 'b'],
        history: ['1', '2', '3 (failed)'],
        runs: ['failed'],
        statements: ['applied', 'applied', 'applied', 'failed', 'not run'],
      });
    }));

  test('uses a new enum value after the commit that it needs', () =>
    withLive(async (session) => {
      await session.exec("CREATE TYPE mood AS ENUM ('sad')");
      const plan = await planFor(session, [
        migration('1', "SET search_path = 'public'", ["ALTER TYPE mood ADD VALUE 'glad'", 'commit after']),
        migration('2', "CREATE TABLE a (m mood DEFAULT 'glad')", "INSERT INTO a VALUES ('glad')"),
      ]);
      const { report } = await run(inputFor(session, plan));
      expect(report.outcome).toBe('success');
      expect((await stateOf(session)).history).toEqual(['1', '2']);
    }));

  test('leaves a migration its own transactions', () =>
    withLive(async (session) => {
      const plan = await planFor(session, [
        migration('1', ['BEGIN', 'own'], ['CREATE TABLE a (id int)', 'own'], ['COMMIT', 'own']),
        migration(
          '2',
          ...[
            ['BEGIN', 'own'] as const,
            ['CREATE TABLE b (id int)', 'own'] as const,
            ['COMMIT', 'own'] as const,
          ],
          ...[
            ['BEGIN', 'own'] as const,
            ['CREATE TABLE c (id int)', 'own'] as const,
            ['SELECT 1/0', 'own'] as const,
          ],
        ),
      ]);
      const { report } = await run(inputFor(session, plan));
      expect(report).toMatchObject({ outcome: 'failed', error: { code: '22012' } });
      expect(await stateOf(session)).toEqual({
        tables: ['a', 'b'],
        history: ['1', '2 (failed)'],
        runs: ['failed'],
        statements: [
          ...['applied', 'applied', 'applied'],
          ...['applied', 'applied', 'applied'],
          ...['rolled back', 'rolled back', 'failed'],
        ],
      });
    }));

  test('refuses a migration that leaves its own transaction open', () =>
    withLive(async (session) => {
      const plan = await planFor(session, [
        migration('1', ['BEGIN', 'own'], ['CREATE TABLE a (id int)', 'own']),
      ]);
      const { report } = await run(inputFor(session, plan));
      expect(report).toMatchObject({
        outcome: 'failed',
        error: { code: 'open-transaction', position: { line: 2 } },
      });
      expect(await stateOf(session)).toMatchObject({
        tables: [],
        history: [],
        statements: ['rolled back', 'failed'],
      });
    }));

  test('keeps session state, and the role, of one migration from the next and from history', () =>
    withLive(async (session) => {
      const role = `role_${randomBytes(6).toString('hex')}`;
      await session.exec(`CREATE ROLE ${role}`);
      const plan = await planFor(session, [
        migration(
          '1',
          'CREATE SCHEMA elsewhere',
          `GRANT ALL ON SCHEMA elsewhere TO ${role}`,
          'CREATE TEMP TABLE scratch (id int)',
          `SELECT set_config('search_path', 'elsewhere', false)`,
          `SET ROLE ${role}`,
        ),
        migration('2', 'CREATE TABLE a (id int)', 'CREATE TEMP TABLE scratch (id int)'),
        migration(
          '3',
          `SET ROLE ${role}`,
          ['ANALYZE pg_catalog.pg_am', 'outside'],
          'CREATE TABLE elsewhere.b (id int)',
        ),
      ]);
      const { report } = await run(inputFor(session, plan));
      expect(report.error).toBeNull();
      expect(await stateOf(session)).toMatchObject({ tables: ['a'], history: ['1', '2', '3'] });
      const owner = `SELECT tableowner::text AS owner FROM pg_tables WHERE schemaname = 'elsewhere'`;
      expect(await session.query(owner)).toEqual([{ owner: role }]);
      expect(await session.query('SELECT current_user = session_user AS own')).toEqual([{ own: true }]);
      await session.exec(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }));

  test('blames a deferred constraint on the migration that breaks it', () =>
    withLive(async (session) => {
      await session.exec('CREATE TABLE p (id int PRIMARY KEY)');
      await session.exec('CREATE TABLE c (id int REFERENCES p DEFERRABLE INITIALLY DEFERRED)');
      const plan = await planFor(session, [
        migration('1', 'INSERT INTO c VALUES (1)'),
        migration('2', 'INSERT INTO p VALUES (1)'),
      ]);
      const { report } = await run(inputFor(session, plan));
      expect(report).toMatchObject({
        outcome: 'failed',
        steps: [{ outcome: 'failed' }, { outcome: 'not run' }],
        error: { code: '23503', position: { file: 'migrations/V1__m.sql', line: 1 } },
      });
    }));

  test('stops after the current statement when interrupted', () =>
    withLive(async (session) => {
      const interrupt = new AbortController();
      const plan = await planFor(session, [
        migration('1', ['CREATE TABLE a (id int)', 'outside']),
        migration('2', 'CREATE TABLE b (id int)', 'CREATE TABLE c (id int)'),
      ]);
      const { report } = await run(inputFor(session, plan, { signal: interrupt.signal }), (event) => {
        if (event.type === 'statement started' && event.step === 1) interrupt.abort();
      });
      expect(report).toMatchObject({
        outcome: 'interrupted',
        versionAfter: '1',
        error: { code: 'interrupted', detail: 'applied: V1__m.sql; rolled back: V2__m.sql' },
      });
      expect(await stateOf(session)).toEqual({
        tables: ['a'],
        history: ['1'],
        runs: ['interrupted'],
        statements: ['applied', 'rolled back', 'not run'],
      });
    }));

  test('leaves nothing open when nobody listens any more', () =>
    withLive(async (session) => {
      const plan = await planFor(session, [migration('1', 'CREATE TABLE a (id int)', 'SELECT 1')]);
      const { applyPlan } = await import('../../src/apply/apply.ts');
      for await (const event of applyPlan(inputFor(session, plan))) {
        if (event.type === 'statement finished') break;
      }
      expect(await stateOf(session)).toMatchObject({ tables: [], history: [], runs: ['interrupted'] });
      expect((await run(inputFor(session, plan))).report.outcome).toBe('success');
    }));

  test('runs nothing when live has moved since the plan', () =>
    withLive(async (session) => {
      const plan = await planFor(session, [migration('1', 'CREATE TABLE a (id int)')]);
      await session.exec('CREATE TABLE somebody_was_here (id int)');
      const { events, report } = await run(inputFor(session, plan));
      expect(events.map(({ type }) => type)).toEqual(['run started', 'run finished']);
      expect(report).toMatchObject({
        outcome: 'failed',
        error: {
          code: 'live-moved',
          detail: expect.stringContaining('nothing was applied; not run: V1__m.sql'),
        },
      });
      expect(await stateOf(session)).toMatchObject({ tables: ['somebody_was_here'], history: null });
    }));

  test('finds nothing to do the second time, and refuses a plan that is done in part', () =>
    withLive(async (session) => {
      const steps = [migration('1', 'CREATE TABLE a (id int)')];
      const plan = await planFor(session, steps);
      await run(inputFor(session, plan));
      expect((await run(inputFor(session, plan))).report).toMatchObject({
        outcome: 'nothing to do',
        error: null,
      });
      const longer = await planFor(session, [...steps, migration('2', 'CREATE TABLE b (id int)')]);
      expect((await run(inputFor(session, longer))).report).toMatchObject({
        outcome: 'failed',
        error: { code: 'history-moved', detail: expect.stringContaining('applied since: V1__m.sql') },
      });
      expect(await stateOf(session)).toMatchObject({ tables: ['a'], history: ['1'], runs: ['success'] });
    }));

  test('records assumed migrations with the first segment, or by themselves', () =>
    withLive(async (session) => {
      const assumed = [plannedMigration('1'), plannedMigration('2')];
      const failing = await planFor(session, [migration('3', 'SELECT 1/0')], { assumed });
      await run(inputFor(session, failing));
      expect(await stateOf(session)).toMatchObject({ history: [] });
      const { report } = await run(
        inputFor(session, await planFor(session, [], { assumed, versionAfter: '2' })),
      );
      expect(report).toMatchObject({ outcome: 'success', versionAfter: '2' });
      expect(await stateOf(session)).toMatchObject({ history: ['1', '2'], runs: ['failed', 'success'] });
    }));

  test('reports what verification finds, and its failure', () =>
    withLive(async (session) => {
      const plan = await planFor(session, [migration('1', 'CREATE TABLE a (id int)')]);
      const verify = () => Promise.reject(new Error('cannot introspect'));
      const { report } = await run(inputFor(session, plan, { verify }));
      expect(report).toMatchObject({
        outcome: 'failed',
        error: { summary: 'cannot introspect', detail: 'applied: V1__m.sql' },
      });
      expect(await stateOf(session)).toMatchObject({ history: ['1'], runs: ['failed'] });
    }));
});
