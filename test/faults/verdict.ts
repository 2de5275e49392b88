import { openBackupFile } from '../../src/apply/backup-file.ts';
import type { RunReport } from '../../src/apply/event.ts';
import { readBackups } from '../../src/apply/restore.ts';
import type { Session } from '../../src/database/session.ts';
import { isRollback, type Scenario, statementsOf, titleOf } from './scenario.ts';

type JournalRow = {
  readonly title: string;
  readonly ordinal: number;
  readonly outcome: string;
  readonly sql: string;
  readonly mode: string;
  /** Of one in batches: rows that are done. */
  readonly batchRows: number | null;
};

/** What a run told of itself at its end; `not begun`: it failed before it could begin. */
export type Told = Pick<RunReport, 'steps' | 'error'> & {
  readonly outcome: RunReport['outcome'] | 'not begun';
};

/** What a killed run left behind. */
export type State = {
  /** Of the latest run; null: no run was written down. */
  readonly outcome: string | null;
  readonly journal: readonly JournalRow[];
  /** Scripts whose migrations the history has as applied, or as undone. */
  readonly done: readonly string[];
  /** Statements whose fate the journal leaves open. */
  readonly inDoubt: number;
};

/** Reads history and journal; both may not exist yet. */
export async function findState(session: Session, scenario: Scenario): Promise<State> {
  const [made] = await session.query<{ made: boolean }>(
    `SELECT to_regclass('trueup.undone') IS NOT NULL AS made`,
  );
  if (!made?.made) return { outcome: null, journal: [], done: [], inDoubt: 0 };
  // The run that a rollback takes back is not of interest.
  const runs = await session.query<{ id: string; outcome: string }>(
    `SELECT run_id::text AS id, outcome FROM trueup.run ORDER BY started_at OFFSET ${isRollback(scenario) ? 1 : 0}`,
  );
  const run = runs.at(-1);
  const journal = await session.query<JournalRow>(
    `SELECT title, coalesce(ordinal, statement) AS ordinal, outcome, sql, mode, (batch ->> 'rows')::float8 AS "batchRows" FROM trueup.run_step
     WHERE run_id = $1::uuid ORDER BY step, statement`,
    [run?.id ?? null],
  );
  const inDoubt = journal.filter((row) => row.outcome === 'running' && isOpen(row)).length;
  return { outcome: run?.outcome ?? null, journal, done: await readDone(session, scenario), inDoubt };
}

/** After a kill: what the journal and the history say of each statement is what the database holds. */
export async function faultsAfterKill(
  session: Session,
  scenario: Scenario,
  state: State,
  directory: string | null,
): Promise<string[]> {
  const faults: string[] = [];
  for (const key of Object.keys(scenario.scripts)) {
    const rows = state.journal.filter(({ title }) => title === titleOf(key));
    for (const [ordinal, [sql, probe, rowsDone]] of statementsOf(scenario, key).entries()) {
      const row = rows.find((one) => one.ordinal === ordinal);
      const outcome = row?.outcome ?? 'not run';
      if (rowsDone !== undefined) {
        const done = await readNumber(session, rowsDone);
        if (done !== (row?.batchRows ?? 0))
          faults.push(`${key}: the journal has ${row?.batchRows ?? 0} rows as done, and ${done} are: ${sql}`);
      }
      if (probe === null || (row && outcome !== 'applied' && isOpen(row))) continue;
      const isDone = await holds(session, probe);
      if (isDone !== (outcome === 'applied')) {
        faults.push(
          `${key}: the journal has it as ${outcome}, and it is ${isDone ? '' : 'not '}done: ${sql}`,
        );
      }
    }
    const isWhole = rows.length > 0 && rows.every(({ outcome }) => outcome === 'applied');
    // The last statement of a migration that is not one transaction is committed before its row of history is.
    if (state.done.includes(key) && !isWhole)
      faults.push(`${key} is done in the history and not in the journal`);
  }
  return [...faults, ...(await faultsOfBackups(session, scenario, directory))];
}

/** Of a run that lived to tell: it says what history and journal say. */
export function faultsOfReport(scenario: Scenario, state: State, told: Told): readonly string[] {
  const [keys, wanted] = [Object.keys(scenario.scripts), state.done.join()];
  const applied = keys.filter((key) =>
    told.steps.some(({ title, outcome }) => title === titleOf(key) && outcome === 'applied'),
  );
  const faults: string[] = [];
  if (applied.join() !== wanted) faults.push(`the report has ${applied} as done, and the history ${wanted}`);
  const doubtful = told.steps.filter(({ outcome }) => outcome === 'in doubt');
  if (doubtful.length > 0) faults.push(`the report leaves ${doubtful.map(({ title }) => title)} in doubt`);
  if (told.outcome === 'success' && wanted !== keys.join())
    faults.push(`the report says success after ${wanted}`);
  const isWritten = told.outcome === 'success' || (told.steps.length > 0 && state.outcome !== null);
  if (isWritten && state.outcome !== told.outcome)
    faults.push(`the report says ${told.outcome} (${told.error?.summary}), the journal ${state.outcome}`);
  return faults;
}

/** After a run went on from there: everything is done once, and history, journal, report and catalog say so. */
export async function faultsAtEnd(
  session: Session,
  scenario: Scenario,
  killed: State,
  report: Told | null,
  directory: string | null,
): Promise<string[]> {
  const faults: string[] = [];
  const expect = (isTrue: boolean, fault: string) => {
    if (!isTrue) faults.push(fault);
  };
  const names = async (sql: string) =>
    (await session.query<{ name: string }>(sql)).map(({ name }) => name).join(', ');
  const keys = Object.keys(scenario.scripts);
  for (const key of keys) {
    for (const [sql, probe] of statementsOf(scenario, key)) {
      if (probe !== null) expect(await holds(session, probe), `not done at the end: ${sql}`);
    }
  }
  const left = keys.filter((key) => !killed.done.includes(key));
  const wanted = left.length === 0 ? 'nothing to do' : 'success';
  const reported = report?.steps.flatMap(({ title, outcome }) => (outcome === 'applied' ? [title] : []));
  expect(
    report?.outcome === wanted || (left.length === 0 && report?.outcome === 'success'),
    `the report says ${report?.outcome}: ${report?.error?.summary}\n${report?.error?.detail}`,
  );
  expect(
    String(reported) === String(left.map(titleOf)),
    `the report says that ${reported} were done; they were ${left}`,
  );
  if (report === null || faults.length > 0) return faults;
  const done = await readDone(session, scenario);
  expect(done.join() === keys.join(), `the history has ${done}`);
  const twice = await names(
    `SELECT migration || '.' || ordinal AS name FROM trueup.run_step WHERE outcome = 'applied' AND ordinal IS NOT NULL
     GROUP BY migration, ordinal HAVING count(*) > 1
     UNION ALL SELECT sql FROM trueup.run_step WHERE outcome = 'applied' AND title LIKE 'generated%' AND sql NOT LIKE '%CONCURRENTLY%' GROUP BY sql HAVING count(*) > 1
     ORDER BY 1`,
  );
  expect(twice === '', `the journal has as applied twice: ${twice}`);
  const open = await names(`SELECT outcome AS name FROM trueup.run WHERE outcome = 'running'`);
  expect(open === '', 'a run is still called running');
  const invalid = await names(
    'SELECT indexrelid::regclass::text AS name FROM pg_index WHERE NOT indisvalid ORDER BY 1',
  );
  expect(invalid === '', `invalid: ${invalid}`);
  const kept = await holds(session, `SELECT count(*) = 2000 AND sum(id) = 2001000 FROM kept`);
  expect(kept, 'rows are lost');
  return [...faults, ...(await faultsOfBackups(session, scenario, directory))];
}

/** What is not there any more is in a backup as a whole, and every backup holds what it says. */
async function faultsOfBackups(
  session: Session,
  { lost = [] }: Scenario,
  directory: string | null,
): Promise<readonly string[]> {
  const faults: string[] = [];
  const backups = await readBackups(session, directory);
  for (const { name, rows, file, sha256 } of backups) {
    const held = await (directory !== null && file !== null && sha256 !== null
      ? countLines(directory, file, sha256)
      : readNumber(session, `(SELECT count(*) FROM trueup_backup."${name}")`)
    ).catch(() => null);
    if (held !== rows) faults.push(`the backup ${name} says ${rows} rows and has ${held}`);
  }
  for (const { table, isThere, rows: wanted = 60 } of lost) {
    if (await holds(session, isThere)) continue;
    const saved = Math.max(0, ...backups.filter((one) => one.table === table).map(({ rows }) => rows));
    const all = table === 'late' ? 1 : wanted;
    if (saved !== all) faults.push(`${table} has lost rows, of which ${saved} are saved`);
  }
  return faults;
}

/** Of a file that is what was written. */
async function countLines(directory: string, file: string, sha256: string): Promise<number> {
  const { rows } = await openBackupFile(directory, file, sha256);
  let lines = 0;
  for await (const chunk of rows()) for (const byte of chunk as Buffer) if (byte === 10) lines += 1;
  return lines;
}

async function readDone(session: Session, scenario: Scenario): Promise<readonly string[]> {
  const applied = await session.query<{ version: string }>(
    'SELECT version::text FROM trueup.schema_version WHERE success ORDER BY 1',
  );
  const undone = await session.query<{ version: string }>(
    'SELECT version::text FROM trueup.undone ORDER BY 1',
  );
  const has = (rows: readonly { readonly version: string }[], key: string) =>
    rows.some(({ version }) => version === /\d+$/.exec(key)?.[0]);
  return Object.keys(scenario.scripts).filter((key) =>
    isRollback(scenario) ? has(undone, key) && !has(applied, key) : has(applied, key),
  );
}

/** No transaction decides about all of it. */
function isOpen({ mode, sql }: JournalRow): boolean {
  return mode === 'batch' || sql.includes('CONCURRENTLY');
}

async function readNumber(session: Session, sql: string): Promise<number> {
  const [row] = await session.query<{ value: number }>(`SELECT coalesce(${sql}, 0)::float8 AS value`);
  return row?.value ?? 0;
}

/** A query that cannot be asked, because its table is not there, does not hold. */
async function holds(session: Session, query: string): Promise<boolean> {
  const [row] = await session
    .query<{ holds: boolean }>(`SELECT (${query}) AS holds`)
    .catch(() => [{ holds: false }]);
  return row?.holds === true;
}
