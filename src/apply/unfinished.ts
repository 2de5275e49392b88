import { resetSession } from '../database/isolation.ts';
import type { Session } from '../database/session.ts';
import { isUndoKey, permitted, readingGrants, readTables } from '../migrations/history.ts';
import type { Decision, StatementIndex } from '../plan/plan.ts';
import { type Finding, lookFor } from './doubt.ts';
import { type LockHolder, readHolders } from './lock.ts';
import { begins } from './own-block.ts';
import { isSessionSetting } from './session-settings.ts';

/** A statement of a run as the journal has it. */
export type JournalStatement = {
  readonly runId: string;
  readonly step: number;
  readonly statement: number;
  readonly title: string;
  readonly sql: string;
  readonly outcome: string;
  readonly mode: string | null;
  /** Key of the migration in whose file it stands, and its place there from 0; null for a generated one. */
  readonly migration: string | null;
  readonly ordinal: number | null;
  /** Rows that committed batches of it have changed; null where none is committed. */
  readonly batchRows: number | null;
};

/** A statement that was cut short outside a transaction, and what looking says of it. */
export type Doubt = { readonly statement: JournalStatement; readonly finding: Finding };

/** The latest run, when it did not come to its end. */
export type Unfinished = {
  readonly runId: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly by: string;
  readonly outcome: string;
  /** Whose session holds the lock: the run is still going on; null: its process has ended. */
  readonly holder: LockHolder | null;
  /** All of its statements, in order, behind generated ones that are applied of runs that it goes on from. */
  readonly statements: readonly JournalStatement[];
  /** Committed statements of migrations that are not applied to their end, by the migration's key, in order. */
  readonly partial: ReadonlyMap<string, readonly JournalStatement[]>;
  readonly doubt: Doubt | null;
  readonly decisions: ReadonlyMap<string, Decision>;
};

type RunRow = {
  readonly runId: string;
  readonly startedAt: string;
  readonly by: string;
  readonly outcome: string;
  readonly decisions: Readonly<Record<string, Decision>> | null;
};

/**
 * Finds the latest run when it failed, was interrupted or ended without a word, with what it had committed, and
 * looks what became of the statement at which it ended; behind runs that succeeded, one that has committed a part of a migration
 * that nobody has applied to its end since (`keys`: of these migrations; absent: of any). Null when there is none. Writes nothing.
 */
export async function readUnfinished(
  session: Session,
  keys: readonly string[] | null = null,
): Promise<Unfinished | null> {
  const tables = await readTables(session);
  const columns = tables?.get('run_step');
  if (!columns?.has('ordinal')) return null;
  const hasBatches = columns.has('batch');
  const unsettled = unsettledSql(hasBatches, tables?.has('undone') === true);
  return permitted(session, readingGrants, async () => {
    const [latest] = await session.query<RunRow>(`${runSql} ORDER BY r.started_at DESC, r.run_id LIMIT 1`);
    const run = latest?.outcome === 'success' ? await readLeft(session, unsettled, keys) : latest;
    if (!run) return null;
    const [holder = null] = run.outcome === 'running' ? await readHolders(session) : [];
    const own = holder?.pid === session.backendPid() ? null : holder;
    const journal = await readJournal(session, run.runId, hasBatches, unsettled);
    // What generated statements of runs that it goes on from have done is no part of a file.
    const statements = journal.filter(({ runId, migration }) => runId === run.runId || migration === null);
    const cut = own === null ? findCut(statements) : undefined;
    return {
      ...run,
      holder: own,
      statements,
      partial: partialOf(journal),
      doubt: cut ? { statement: cut, finding: await look(session, statements, cut) } : null,
      decisions: new Map(Object.entries(run.decisions ?? {})),
    };
  });
}

const runSql = `SELECT r.run_id::text AS "runId", r.outcome, r.started_by AS by, r.decisions,
    pg_catalog.to_char(pg_catalog.timezone('UTC', r.started_at), 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS "startedAt"
  FROM trueup.run r`;

/** The latest run with something unsettled. Later ones have had the lock: it has ended. */
async function readLeft(
  session: Session,
  unsettled: string,
  keys: readonly string[] | null,
): Promise<RunRow | undefined> {
  const [run] = await session.query<RunRow>(
    `${runSql}
     WHERE r.outcome <> 'success' AND EXISTS (
       SELECT FROM trueup.run_step s
       WHERE s.run_id = r.run_id AND ($1::text[] IS NULL OR s.migration = ANY ($1::text[])) AND ${unsettled})
     ORDER BY r.started_at DESC, r.run_id LIMIT 1`,
    [keys],
  );
  return run?.outcome === 'running' ? { ...run, outcome: 'interrupted' } : run;
}

/**
 * Whether a row `s` of the journal, of the run `r`, is a committed statement of a file, or one in batches, and no run has since come to the
 * end of that file, or undone it.
 */
function unsettledSql(hasBatches: boolean, hasUndone: boolean): string {
  return `s.migration IS NOT NULL AND s.ordinal IS NOT NULL AND (s.outcome = 'applied'${hasBatches ? ' OR s.batch IS NOT NULL' : ''})
    AND NOT EXISTS (
      SELECT FROM trueup.schema_version v LEFT JOIN trueup.run x ON x.run_id = v.run_id
      WHERE v.version = s.migration AND v.success AND (x.run_id IS NULL OR x.started_at >= r.started_at))
    ${
      hasUndone
        ? `AND NOT EXISTS (
      SELECT FROM trueup.undone u LEFT JOIN trueup.run x ON x.run_id = u.undo_run_id
      WHERE s.migration IN (u.version, 'U' || u.version) AND (x.run_id IS NULL OR x.started_at >= r.started_at))`
        : ''
    }`;
}

/**
 * The statements of a run, generated ones that are applied of those that it goes on from, and those of others that nobody has settled,
 * oldest run first.
 */
function readJournal(
  session: Session,
  runId: string,
  hasBatches: boolean,
  unsettled: string,
): Promise<readonly JournalStatement[]> {
  return session.query<JournalStatement>(
    `SELECT s.run_id::text AS "runId", s.step, s.statement, s.title, s.sql, s.outcome, s.mode, s.migration, s.ordinal,
            ${hasBatches ? `(s.batch ->> 'rows')::float8` : 'NULL'} AS "batchRows"
     FROM trueup.run_step s
     JOIN trueup.run r ON r.run_id = s.run_id
     WHERE s.run_id = $1::uuid OR (${unsettled})
        OR s.migration IS NULL AND s.outcome = 'applied' AND s.run_id IN (
          WITH RECURSIVE resumed (id) AS (
            SELECT x.resumes FROM trueup.run x WHERE x.run_id = $1::uuid
            UNION SELECT x.resumes FROM trueup.run x JOIN resumed ON x.run_id = resumed.id)
          SELECT id FROM resumed)
     ORDER BY r.started_at, s.step, s.statement`,
    [runId],
  );
}

/** The position of a statement's batches that the latest run which had any has committed. Its row is `s`, its run `r`. */
export async function readBatchRow<Row>(
  session: Session,
  runId: string,
  { step, statement }: StatementIndex,
  file: { readonly migration: string | null; readonly ordinal: number | null },
): Promise<Row | undefined> {
  const [row] = await session.query<Row>(
    `SELECT s.batch, s.sql
     FROM trueup.run_step s
     JOIN trueup.run r ON r.run_id = s.run_id
     WHERE s.batch IS NOT NULL
       AND (s.run_id = $1::uuid AND s.step = $2 AND s.statement = $3
            OR s.migration = $4 AND s.ordinal = $5 AND ${unsettledSql(true, true)})
     ORDER BY r.started_at DESC
     LIMIT 1`,
    [runId, step, statement, file.migration, file.ordinal],
  );
  return row;
}

function partialOf(journal: readonly JournalStatement[]): ReadonlyMap<string, readonly JournalStatement[]> {
  const partial = new Map<string, JournalStatement[]>();
  for (const row of journal) {
    if (row.migration === null || row.ordinal === null || row.outcome !== 'applied') continue;
    partial.set(row.migration, [...(partial.get(row.migration) ?? []), row]);
  }
  return partial;
}

/** The statement at which a run ended, if it was one whose fate no transaction decides. */
function findCut(statements: readonly JournalStatement[]): JournalStatement | undefined {
  const cut = statements.find(({ outcome }) => outcome !== 'applied');
  if (!cut || cut.outcome === 'not run') return undefined;
  const isOutside = cut.mode === 'outside' || (cut.mode === 'own' && !begins(cut.sql));
  return isOutside ? cut : undefined;
}

/** Names are resolved as the statement would have: with what the statements before it had set. */
async function look(
  session: Session,
  statements: readonly JournalStatement[],
  cut: JournalStatement,
): Promise<Finding> {
  const settings = statements.filter(
    ({ step, statement, sql }) => step === cut.step && statement < cut.statement && isSessionSetting(sql),
  );
  try {
    for (const { sql } of settings) await session.exec(sql);
    return await lookFor(session, cut.sql);
  } finally {
    if (settings.length > 0) await resetSession(session);
  }
}

/** Whether some batches of a statement are committed, and not all. */
export function isInBatches({ batchRows, outcome }: JournalStatement): boolean {
  return batchRows !== null && outcome !== 'applied';
}

/** Whether something is committed that the next run must not do again, or is not known to be. */
export function isHalfDone(
  { partial, statements, doubt }: Unfinished,
  pendingKeys: ReadonlySet<string>,
): boolean {
  return (
    [...partial.keys()].some((key) => pendingKeys.has(key)) ||
    statements.some((one) => isInBatches(one) && pendingKeys.has(one.migration ?? '')) ||
    (doubt !== null &&
      (isUndecidable(doubt) || doubt.finding.clear.length > 0 || doubt.finding.outcome === 'done'))
  );
}

/**
 * Whether the latest run left anything that somebody must see to, when all committed migrations are applied: it has no
 * end, or something of it is committed that neither belongs to an applied migration nor to a step that is whole.
 */
export function leavesWork(
  { outcome, statements, doubt }: Unfinished,
  applied: ReadonlySet<string>,
): boolean {
  if (outcome === 'running' || (doubt !== null && doubt.finding.clear.length > 0)) return true;
  const isSettled = ({ step, migration }: JournalStatement) =>
    migration === null || isUndoKey(migration)
      ? statements.every((other) => other.step !== step || other.outcome === 'applied')
      : applied.has(migration);
  const isCommitted = (one: JournalStatement) =>
    one.outcome === 'applied' ||
    isInBatches(one) ||
    (one === doubt?.statement && doubt.finding.outcome !== 'not done');
  return statements.some((one) => isCommitted(one) && !isSettled(one));
}

/** The process ended while the statement ran, and the database does not tell what became of it. */
export function isUndecidable({ statement, finding }: Doubt): boolean {
  return finding.outcome === 'unknown' && statement.outcome === 'running';
}
