import type { Catalog } from '../../catalog/kind.ts';
import { inTransaction, type Session } from '../../database/session.ts';
import { quoteIdentifier } from '../../database/sql.ts';
import { type Extent, type Hazard, losesData } from '../../plan/hazards.ts';
import type { Step } from '../../plan/plan.ts';
import type { Assessment } from '../assess/assessment.ts';

/** Counting may take long on a large table; then nobody waits for it. */
const countTimeout = '3s';

/** What a table or column of live holds: rows, or values that are not null. A null count took too long; null: it holds none. */
export async function countContent(
  live: Session,
  catalog: Catalog,
  subject: string,
): Promise<{ readonly count: number | null; readonly unit: 'row' | 'value' } | null> {
  const object = [...catalog.objects.values()].find(({ ref }) => {
    return ['table', 'materialized view', 'column'].includes(ref.kind) && ref.path.join('.') === subject;
  });
  if (!object) return null;
  const { kind, path } = object.ref;
  const table = path.slice(0, 2).map(quoteIdentifier).join('.');
  const counted = kind === 'column' ? quoteIdentifier(path.at(-1) ?? '') : '*';
  const count = await countRows(live, `SELECT count(${counted})::float8 AS count FROM ${table}`);
  return { count, unit: kind === 'column' ? 'value' : 'row' };
}

/**
 * The steps with how much of live each loss hits: rows and values that go, rows and columns that come back without theirs; and
 * how many rows make a statement fail, where a query tells.
 */
export async function measureLosses(
  live: Session,
  { live: catalog, target }: Pick<Assessment, 'live' | 'target'>,
  steps: readonly Step[],
): Promise<readonly Step[]> {
  const measure = async (hazard: Hazard): Promise<Hazard> => {
    if (hazard.danger === 'may fail' && hazard.query !== undefined) {
      const hit = await countHit(live, hazard.query);
      return hit === null ? hazard : { ...hazard, extent: { count: hit, unit: 'row' } };
    }
    if (!losesData(hazard)) return hazard;
    const found = await (hazard.code === 'not-restored'
      ? countEmpty(live, catalog, target, hazard.subject)
      : countContent(live, catalog, hazard.was ?? hazard.subject));
    return found && found.count !== null
      ? { ...hazard, extent: { count: found.count, unit: found.unit } }
      : hazard;
  };
  const measured: Step[] = [];
  for (const step of steps) {
    const statements: Step['statements'][number][] = [];
    for (const statement of step.statements) {
      const hazards: Hazard[] = [];
      for (const hazard of statement.hazards) hazards.push(await measure(hazard));
      statements.push({ ...statement, hazards });
    }
    measured.push({ ...step, statements });
  }
  return measured;
}

/** The rows that get a column back without its values, or the columns of a table that comes back without rows. */
async function countEmpty(
  live: Session,
  catalog: Catalog,
  target: Catalog,
  subject: string,
): Promise<{ readonly count: number | null; readonly unit: Extent['unit'] } | null> {
  const object = [...target.objects.values()].find(
    ({ ref }) => ['table', 'column'].includes(ref.kind) && ref.path.join('.') === subject,
  );
  if (object?.ref.kind === 'column') {
    return countContent(live, catalog, object.ref.path.slice(0, -1).join('.'));
  }
  if (!object) return null;
  const columns = [...target.objects.values()].filter(
    ({ ref, parent }) => ref.kind === 'column' && parent?.path.join('.') === subject,
  );
  return { count: columns.length, unit: 'column' };
}

/** What a hazard's query finds, up to 1,000; it may speak of what is not there yet: null. */
async function countHit(live: Session, query: string): Promise<number | null> {
  const counts = /^SELECT count\(\*\) FROM/i.test(query);
  return countRows(
    live,
    counts
      ? `SELECT q.count::float8 AS count FROM (${query}) q (count)`
      : `SELECT count(*)::float8 AS count FROM (SELECT FROM (${query}) q LIMIT 1000) q`,
  );
}

async function countRows(live: Session, sql: string): Promise<number | null> {
  try {
    return await inTransaction(live, 'BEGIN TRANSACTION READ ONLY', async () => {
      await live.exec(`SET LOCAL statement_timeout = '${countTimeout}'`);
      const [row] = await live.query<{ count: number }>(sql);
      return row?.count ?? null;
    });
  } catch {
    return null;
  }
}
