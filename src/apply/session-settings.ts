import type { Session } from '../database/session.ts';
import type { Plan, StatementIndex } from '../plan/plan.ts';
import type { Run } from './run.ts';

/** Whether a statement sets something for the rest of its session: SET, RESET, set_config(). */
export function isSessionSetting(sql: string): boolean {
  return (
    /^SET\s+(?!LOCAL\b|TRANSACTION\b|CONSTRAINTS\b)/i.test(sql) ||
    /^RESET\b/i.test(sql) ||
    /^SELECT\s+(?:pg_catalog\s*\.\s*)?set_config\s*\(/i.test(sql)
  );
}

/** Limits for what a step runs; a migration's own SET comes after it and holds. */
export async function limitSession(run: Run): Promise<void> {
  const { lockMs, statementMs } = run.timeouts;
  await run.input.session.exec(
    `SET lock_timeout = ${Math.round(lockMs)}${statementMs > 0 ? `; SET statement_timeout = ${Math.round(statementMs)}` : ''}`,
  );
}

/** The lock_timeout in milliseconds that a statement runs under; null where there is none, or its step sets its own. */
export function lockLimit({ input: { plan }, timeouts }: Run, at: StatementIndex | undefined): number | null {
  const before = (at && plan.steps[at.step]?.statements.slice(0, at.statement)) ?? [];
  return before.some(({ sql }) => /\block_timeout\b/i.test(sql)) ? null : timeouts.lockMs || null;
}

/** A new connection knows nothing of what the statements before this one, of the same step, had set. */
export async function restoreSession(run: Run, plan: Plan, from: StatementIndex): Promise<void> {
  await limitSession(run);
  for (const { sql } of plan.steps[from.step]?.statements.slice(0, from.statement) ?? []) {
    if (isSessionSetting(sql)) await run.input.session.exec(sql);
  }
}

/**
 * Runs a statement that waits in nobody's way without the limit for locks: CREATE INDEX CONCURRENTLY waits for
 * every older transaction, and what it leaves when it gives up is an invalid index.
 */
export async function withoutLockLimit<T>(session: Session, work: () => Promise<T>): Promise<T> {
  const [row] = await session.query<{ limit: string }>(
    `SELECT pg_catalog.current_setting('lock_timeout') AS limit`,
  );
  await session.exec('SET lock_timeout = 0');
  try {
    return await work();
  } finally {
    await session
      .query(`SELECT pg_catalog.set_config('lock_timeout', $1, false)`, [row?.limit ?? '0'])
      .catch(() => undefined);
  }
}
