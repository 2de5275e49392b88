import { TrueupError } from '../errors.ts';
import type { LocatedStatement } from './diagnose.ts';
import { DatabaseError, type Session } from './session.ts';

// Columns may be called alike, and then only the whole row tells them apart; a string 't' only the JSON tells from true.
const head = 'SELECT trueup_row::text AS row, pg_catalog.to_jsonb(trueup_row)::text AS json FROM (';
const most = 1000;

/**
 * Runs a query that must return no rows, or true: one row of one column. Throws `TrueupError` with its place and
 * what it returned instead, never the rows themselves, and `DatabaseError` when PostgreSQL refuses it.
 */
export async function checkExpected(session: Session, statement: LocatedStatement): Promise<void> {
  const rows = await ask<{ readonly row: string; readonly json: string }>(session, '', statement.sql);
  const [first, ...others] = rows;
  const answer = others.length === 0 ? first && truthOf(first) : undefined;
  if (first === undefined || answer === 'true') return;
  const count = rows.length >= most ? `at least ${most}` : String(rows.length);
  const found = answer ?? `${count} ${rows.length === 1 ? 'row' : 'rows'}`;
  throw new TrueupError([
    {
      code: 'expected',
      severity: 'error',
      ...(statement.position ? { position: statement.position } : {}),
      summary: `Expected true or no rows, found ${found}: ${statement.sql}`,
      help: 'Look at what the query finds and mend it, or change what is expected.',
    },
  ]);
}

/** `true`, `false` or `null` for a row that is one such column. */
function truthOf({ row, json }: { readonly row: string; readonly json: string }): string | undefined {
  const value = /: (true|false|null)}$/.exec(json)?.[1];
  const column = { true: '(t)', false: '(f)', null: '()' }[value ?? ''];
  return row === column ? value : undefined;
}

/** Lets PostgreSQL plan the query and not run it: whether its names are there. Throws `DatabaseError`. */
export async function explainExpected(session: Session, sql: string): Promise<void> {
  await ask(session, 'EXPLAIN ', sql);
}

async function ask<Row>(session: Session, before: string, sql: string): Promise<readonly Row[]> {
  try {
    return await session.query<Row>(`${before}${head}${sql}\n) AS trueup_row LIMIT ${most}`);
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.offset === undefined) throw error;
    const { message, code, detail, hint, context } = error;
    const offset = Math.max(0, error.offset - before.length - head.length);
    throw new DatabaseError(message, { code, detail, hint, context, offset, cause: error.cause });
  }
}
