import type { Session } from '../../src/database/session.ts';

/** A session that has its batches of queries planned once: a schema is read over and over, and planning that takes longer than running it. */
export function prepared(session: Session): Session {
  const names = new Map<string, string>();
  const prepare = async (query: string) => {
    const known = names.get(query);
    if (known !== undefined) return known;
    const name = `prepared_${names.size}`;
    await session.exec(`PREPARE ${name} AS ${query}`);
    names.set(query, name);
    return name;
  };
  return {
    ...session,
    queryAll: async <Row>(queries: readonly string[]) => {
      const executed: string[] = [];
      for (const query of queries) executed.push(`EXECUTE ${await prepare(query)}`);
      return session.queryAll<Row>(executed);
    },
  };
}
