import { describe, expect, test } from 'vitest';
import { lookFor } from '../../src/apply/doubt.ts';
import { openServer } from '../../src/database/server.ts';
import { readHistory } from '../../src/migrations/history.ts';
import { inputFor, migration, onServer, planFor, run, stateOf } from './support.ts';

describe.each([14, 18] as const)('applying to PostgreSQL %i', (major) => {
  test('two runners at once: one applies, the other waits and finds nothing to do', () =>
    onServer(major, async (first, url) => {
      await using second = await openServer(url);
      const steps = [migration('1', 'CREATE TABLE a (id int)', 'SELECT pg_sleep(0.5)')];
      const plan = await planFor(first, steps);
      const runs = await Promise.all([run(inputFor(first, plan)), run(inputFor(second, plan))]);
      expect(runs.map(({ report }) => report.outcome).toSorted()).toEqual(['nothing to do', 'success']);
      const waiting = runs.flatMap(({ events }) => events).find(({ type }) => type === 'waiting for lock');
      expect(waiting).toMatchObject({ detail: expect.stringMatching(/process \d+ of /) });
      expect(await stateOf(first)).toMatchObject({ tables: ['a'], history: ['1'], runs: ['success'] });
    }));

  test('gives up on a lock that is held too long, naming who holds it', () =>
    onServer(major, async (first, url) => {
      await using second = await openServer(url);
      const [holder] = await first.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      const plan = await planFor(first, [migration('1', 'CREATE TABLE a (id int)')]);
      let late: Awaited<ReturnType<typeof run>> | undefined;
      const verify = async () => {
        late = await run(inputFor(second, plan, { waitMs: 0 }));
        return [];
      };
      await run(inputFor(first, plan, { verify }));
      expect(late?.report).toMatchObject({
        outcome: 'failed',
        error: { code: 'locked', detail: expect.stringContaining(`process ${holder?.pid} of`) },
      });
    }));

  test('waits for a lock as long as it may, and for what others have read when it builds CONCURRENTLY', () =>
    onServer(major, async (session, url) => {
      await using other = await openServer(url);
      await session.exec('CREATE TABLE t (id int)');
      const timeouts = { lockMs: 50, statementMs: 0, attempts: 2 };
      await other.exec('BEGIN; SELECT FROM t');
      const blocked = await planFor(session, [migration('1', 'ALTER TABLE t ADD note text')]);
      expect((await run(inputFor(session, blocked, { timeouts }))).report).toMatchObject({
        outcome: 'failed',
        error: { code: '55P03' },
      });
      const index = ['CREATE INDEX CONCURRENTLY i ON t (id)', 'outside'] as const;
      const plan = await planFor(session, [migration('1', index, 'SELECT 1')]);
      const running = run(inputFor(session, plan, { timeouts }));
      await other.query('SELECT pg_sleep(0.3)');
      await other.exec('COMMIT');
      expect((await running).report.outcome).toBe('success');
      expect(await session.query('SHOW lock_timeout')).toEqual([{ lock_timeout: '0' }]);
    }));

  test('looks what became of a partition that was being detached CONCURRENTLY, and finishes it', () =>
    onServer(major, async (session, url) => {
      await using other = await openServer(url);
      await session.exec('CREATE TABLE w (a int) PARTITION BY LIST (a)');
      await session.exec('CREATE TABLE p PARTITION OF w FOR VALUES IN (1)');
      const detach = 'ALTER TABLE w DETACH PARTITION p CONCURRENTLY';
      expect(await lookFor(session, detach)).toMatchObject({ outcome: 'not done', clear: [] });
      await other.exec('BEGIN');
      await other.query('SELECT FROM w');
      await session.exec(`SET statement_timeout = '300ms'`);
      await expect(session.exec(detach)).rejects.toThrow('statement timeout');
      await session.exec('RESET statement_timeout');
      const half = await lookFor(session, detach);
      expect(half).toMatchObject({
        outcome: 'done',
        found: 'the partition public.p is half detached',
        remains: [{ kind: 'table', path: ['public', 'p'] }],
      });
      await other.exec('COMMIT');
      for (const sql of half.clear) await session.exec(sql);
      expect(await lookFor(session, detach)).toMatchObject({ outcome: 'done', clear: [], remains: [] });
      expect(await session.query('SELECT FROM pg_inherits')).toEqual([]);
    }));

  test('gives way to who holds a lock, says who that is, and succeeds when the lock is free', () =>
    onServer(major, async (session, url) => {
      await using other = await openServer(url);
      await session.exec('CREATE TABLE t (id int)');
      await other.exec('BEGIN; SELECT FROM t');
      const plan = await planFor(session, [
        migration('1', 'CREATE TABLE a (id int)', 'ALTER TABLE t ADD n int'),
      ]);
      let released: Promise<unknown> | undefined;
      const input = inputFor(session, plan, { timeouts: { lockMs: 1500 } });
      const { events, report } = await run(input, (event) => {
        if (event.type === 'retrying') released = other.exec('COMMIT');
      });
      await released;
      expect(report).toMatchObject({ outcome: 'success', steps: [{ outcome: 'applied', statements: 2 }] });
      expect(events.find(({ type }) => type === 'blocked')).toMatchObject({
        statement: 1,
        blockers: [
          {
            pid: other.backendPid(),
            role: 'postgres',
            query: 'BEGIN; SELECT FROM t',
            state: 'idle in transaction',
          },
        ],
      });
      expect(events.filter(({ type }) => type === 'retrying')).toMatchObject([
        { attempt: 2, attempts: 10, lockMs: 1500, diagnostic: { code: '55P03' } },
      ]);
      expect(await stateOf(session)).toMatchObject({ runs: ['success'], statements: ['applied', 'applied'] });
    }));

  test('names the GRANT that is missing, and applies nothing', () =>
    onServer(major, async (owner, url) => {
      const name = new URL(url).pathname.slice(1);
      await owner.exec(`CREATE ROLE ${name}_app LOGIN PASSWORD 'app'`);
      const limited = new URL(url);
      limited.username = `${name}_app`;
      limited.password = 'app';
      try {
        await using session = await openServer(limited.href);
        const plan = await planFor(owner, [migration('1', 'SELECT 1')]);
        const currentFingerprint = async () => plan.liveFingerprint;
        expect((await run(inputFor(session, plan, { currentFingerprint }))).report).toMatchObject({
          outcome: 'failed',
          error: {
            code: '42501',
            help: `As its owner or a superuser: GRANT CREATE ON DATABASE "${name}" TO "${name}_app";`,
            detail: expect.stringContaining('nothing was applied'),
          },
        });
        expect(await stateOf(owner)).toMatchObject({ history: null });

        await run(inputFor(owner, plan));
        await expect(readHistory(session)).rejects.toMatchObject({
          diagnostics: [{ code: '42501', help: expect.stringContaining('GRANT USAGE ON SCHEMA trueup') }],
        });
      } finally {
        await owner.exec(`DROP OWNED BY ${name}_app; DROP ROLE ${name}_app`);
      }
    }));

  test('a cancelled statement is an interruption', () =>
    onServer(major, async (session) => {
      const interrupt = new AbortController();
      const plan = await planFor(session, [migration('1', 'CREATE TABLE a (id int)', 'SELECT pg_sleep(60)')]);
      let cancelled: Promise<void> | undefined;
      const { report } = await run(inputFor(session, plan, { signal: interrupt.signal }), (event) => {
        if (event.type !== 'statement started' || event.statement !== 1) return;
        interrupt.abort();
        cancelled = session.cancel();
      });
      await cancelled;
      expect(report).toMatchObject({ outcome: 'interrupted', steps: [{ outcome: 'rolled back' }] });
      expect(await stateOf(session)).toMatchObject({ tables: [], history: [], runs: ['interrupted'] });
    }));

  test('so is one that gives way to a lock after somebody asked to stop', () =>
    onServer(major, async (session, url) => {
      await session.exec('CREATE TABLE a (id int)');
      await using other = await openServer(url);
      await other.exec('BEGIN; LOCK TABLE a');
      const interrupt = new AbortController();
      const plan = await planFor(session, [migration('1', 'ALTER TABLE a ADD b int')]);
      const input = inputFor(session, plan, { signal: interrupt.signal, timeouts: { lockMs: 50 } });
      const currentFingerprint = async () => plan.liveFingerprint;
      const { report } = await run({ ...input, currentFingerprint }, (event) => {
        if (event.type === 'statement started') interrupt.abort();
      });
      expect(report).toMatchObject({ outcome: 'interrupted', steps: [{ outcome: 'rolled back', kept: 0 }] });
    }));
});
