import type { Session } from '../database/session.ts';

/**
 * The rows of several queries in one round trip, after `before`, a query whose rows nobody wants. One row with one
 * JSON text for each: every driver reads it the same way.
 */
export async function readJson(
  session: Session,
  queries: readonly string[],
  before?: string,
): Promise<readonly (readonly unknown[])[]> {
  const wrapped = queries.map(
    (query) => `SELECT coalesce(json_agg(q), '[]')::text AS rows FROM (${query}\n) AS q`,
  );
  const results = await session.queryAll<{ rows: string }>([...(before ? [before] : []), ...wrapped]);
  return results.slice(before ? 1 : 0).map(([row]) => JSON.parse(row?.rows ?? '[]') as readonly unknown[]);
}
