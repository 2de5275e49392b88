import type { RunReport } from '../../src/apply/event.ts';
import type { Session } from '../../src/database/session.ts';
import { type Scenario, statementsOf } from './scenario.ts';

type JournalRow = {
  readonly migration: string;
  readonly ordinal: number;
  readonly outcome: string;
  readonly sql: string;
};

/** What a killed run left behind. */
export type State = {
  /** Of the latest run; null: no run was written down. */
  readonly outcome: string | null;
  readonly journal: readonly JournalRow[];
  /** Versions that the history has as applied. */
  readonly history: readonly string[];
  /** Statements whose fate the journal leaves open. */
  readonly inDoubt: number;
};

/** Reads history and journal; both may not exist yet. */
export async function findState(session: Session): Promise<State> {
  const [made] = await session.query<{ made: boolean }>(
    `SELECT to_regclass('trueup.run_step') IS NOT NULL AS made`,
  );
  if (!made?.made) return { outcome: null, journal: [], history: [], inDoubt: 0 };
  const [run] = await session.query<{ outcome: string }>('SELECT outcome FROM trueup.run');
  const journal = await session.query<JournalRow>(
    'SELECT migration, ordinal, outcome, sql FROM trueup.run_step ORDER BY step, statement',
  );
  const history = await session.query<{ version: string }>(
    'SELECT version::text FROM trueup.schema_version WHERE success ORDER BY 1',
  );
  const inDoubt = journal.filter(({ outcome, sql }) => outcome === 'running' && isOpen(sql)).length;
  return {
    outcome: run?.outcome ?? null,
    journal,
    history: history.map(({ version }) => version),
    inDoubt,
  };
}

/** After a kill: what the journal and the history say of each statement is what the database holds. */
export async function faultsAfterKill(session: Session, scenario: Scenario, state: State): Promise<string[]> {
  const faults: string[] = [];
  for (const version of versionsOf(scenario)) {
    const rows = state.journal.filter(({ migration }) => migration === version);
    const statements = statementsOf(scenario, version);
    for (const [ordinal, [sql, probe]] of statements.entries()) {
      const outcome = rows.find((row) => row.ordinal === ordinal)?.outcome ?? 'not run';
      if (probe === null || (outcome === 'running' && isOpen(sql))) continue;
      const isDone = await holds(session, probe);
      if (isDone !== (outcome === 'applied')) {
        faults.push(
          `V${version}: the journal has it as ${outcome}, and it is ${isDone ? '' : 'not '}done: ${sql}`,
        );
      }
    }
    const isWhole = rows.length > 0 && rows.every(({ outcome }) => outcome === 'applied');
    // The last statement of a migration that is not one transaction is committed before its row of history is.
    if (state.history.includes(version) && !isWhole)
      faults.push(`V${version} is in the history and not applied`);
  }
  return faults;
}

/** After a run went on from there: everything is done once, and history, journal, report and catalog say so. */
export async function faultsAtEnd(
  session: Session,
  scenario: Scenario,
  killed: State,
  report: RunReport | null,
): Promise<string[]> {
  const faults: string[] = [];
  const expect = (isTrue: boolean, fault: string) => {
    if (!isTrue) faults.push(fault);
  };
  const names = async (sql: string) =>
    (await session.query<{ name: string }>(sql)).map(({ name }) => name).join(', ');
  for (const version of versionsOf(scenario)) {
    for (const [sql, probe] of statementsOf(scenario, version)) {
      if (probe !== null)
        expect(await holds(session, probe).catch(() => false), `not done at the end: ${sql}`);
    }
  }
  const versions = versionsOf(scenario);
  const left = versions.filter((version) => !killed.history.includes(version));
  const wanted = left.length === 0 ? 'nothing to do' : 'success';
  const reported = report?.steps.flatMap(({ version, outcome }) => (outcome === 'applied' ? [version] : []));
  expect(
    report?.outcome === wanted || (left.length === 0 && report?.outcome === 'success'),
    `the report says ${report?.outcome}: ${report?.error?.summary}`,
  );
  expect(
    String(reported) === String(left),
    `the report says that ${reported} were applied; they were ${left}`,
  );
  if (report === null || faults.length > 0) return faults;
  const history = await names(
    'SELECT version::text AS name FROM trueup.schema_version WHERE success ORDER BY 1',
  );
  expect(history === versions.join(', '), `the history has ${history}`);
  const twice = await names(
    `SELECT migration || '.' || ordinal AS name FROM trueup.run_step WHERE outcome = 'applied' AND ordinal IS NOT NULL
     GROUP BY migration, ordinal HAVING count(*) > 1 ORDER BY 1`,
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
  return faults;
}

function versionsOf(scenario: Scenario): readonly string[] {
  return Object.keys(scenario.migrations).map((name) => name.slice(1));
}

/** No transaction decides about it. */
function isOpen(sql: string): boolean {
  return sql.includes('CONCURRENTLY');
}

/** A query that cannot be asked, because its table is not there, does not hold. */
async function holds(session: Session, query: string): Promise<boolean> {
  const [row] = await session
    .query<{ holds: boolean }>(`SELECT (${query}) AS holds`)
    .catch(() => [{ holds: false }]);
  return row?.holds === true;
}
