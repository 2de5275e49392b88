import { applyPlan } from '../../src/apply/apply.ts';
import type { ApplyEvent, RunReport } from '../../src/apply/event.ts';
import type { ApplyInput } from '../../src/apply/run.ts';
import { fingerprint } from '../../src/catalog/fingerprint.ts';
import { introspect } from '../../src/catalog/introspect.ts';
import { openEmbedded } from '../../src/database/embedded.ts';
import { openServer } from '../../src/database/server.ts';
import type { Session } from '../../src/database/session.ts';
import { TrueupError } from '../../src/errors.ts';
import { registry } from '../../src/kinds/index.ts';
import { parseMigration } from '../../src/migrations/parse.ts';
import type { Plan, PlannedMigration, PlannedStatement, Step } from '../../src/plan/plan.ts';
import { segmentSteps } from '../../src/plan/segments.ts';
import { migrationStep } from '../../src/plan/steps.ts';
import { freshDatabase } from '../support/servers.ts';

type Transaction = PlannedStatement['transaction'];

/** A migration's step; a statement is its SQL, or its SQL and how it runs. Each stands on a line of its own. */
export function migration(
  version: string,
  ...statements: readonly (string | readonly [sql: string, transaction: Transaction])[]
): Step {
  const script = `V${version}__m.sql`;
  return {
    kind: 'migration',
    title: script,
    migration: plannedMigration(version),
    statements: statements.map((statement, index) => {
      const [sql, transaction] = typeof statement === 'string' ? [statement, 'inside' as const] : statement;
      const position = { file: `migrations/${script}`, line: index + 1, column: 1 };
      return { sql, transaction, hazards: [], object: null, position };
    }),
  };
}

/** A migration's step, from its file's text. Throws what is wrong with it. */
export async function written(version: string, text: string): Promise<Step> {
  const { key, description, script } = plannedMigration(version);
  const source = { kind: 'versioned' as const, version, description, script, file: `migrations/${script}` };
  const { migration: parsed, diagnostics } = await parseMigration(source, text);
  if (!parsed) throw new TrueupError(diagnostics);
  return migrationStep({ ...parsed, kind: 'versioned', key });
}

export function plannedMigration(version: string): PlannedMigration {
  return {
    key: version,
    kind: 'versioned',
    version,
    description: 'm',
    script: `V${version}__m.sql`,
    checksum: version.padStart(32, '0'),
    text: `text of ${version}`,
  };
}

/** A plan of these steps for live as it is now. */
export async function planFor(
  session: Session,
  steps: readonly Step[],
  extra: Partial<Plan> = {},
): Promise<Plan> {
  return {
    formatVersion: 1,
    toolVersion: '0.1.0',
    database: session.label,
    liveServerVersion: session.serverVersion,
    liveFingerprint: await fingerprintOf(session),
    targetFingerprint: 'target',
    strategy: 'scripts',
    versionBefore: null,
    versionAfter: steps.at(-1)?.migration?.version ?? null,
    snapshot: null,
    drift: [],
    ignored: [],
    pending: [],
    steps,
    segments: segmentSteps(steps),
    assumed: [],
    rehearsal: { outcome: 'skipped', reason: 'test' },
    notCompared: [],
    diagnostics: [],
    ...extra,
  };
}

async function fingerprintOf(session: Session): Promise<string> {
  return fingerprint(await introspect(session, registry), registry);
}

export function inputFor(session: Session, plan: Plan, extra: Partial<ApplyInput> = {}): ApplyInput {
  return {
    session,
    plan,
    signal: new AbortController().signal,
    now: () => new Date(),
    gitCommit: 'abc',
    verify: async () => [],
    currentFingerprint: () => fingerprintOf(session),
    ...extra,
  };
}

/** Runs to the end. `onEvent` sees each event before the run goes on. */
export async function run(
  input: ApplyInput,
  onEvent: (event: ApplyEvent) => void | Promise<void> = () => undefined,
): Promise<{ readonly events: readonly ApplyEvent[]; readonly report: RunReport }> {
  const events: ApplyEvent[] = [];
  for await (const event of applyPlan(input)) {
    events.push(event);
    await onEvent(event);
  }
  const last = events.at(-1);
  if (last?.type !== 'run finished') throw new Error(`the last event is ${last?.type}`);
  return { events, report: last.report };
}

/** What the database holds: its tables in public, history's versions with success, and the journal. */
export async function stateOf(session: Session) {
  const [row] = await session.query<{ tables: readonly string[]; hasHistory: boolean }>(
    `SELECT ARRAY(SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1) AS tables,
            EXISTS (SELECT FROM pg_namespace WHERE nspname = 'trueup') AS "hasHistory"`,
  );
  const tables = row?.tables ?? [];
  if (!row?.hasHistory) return { tables, history: null, runs: [], statements: [] };
  const history = await session.query<{ entry: string }>(
    `SELECT version || CASE WHEN success THEN '' ELSE ' (failed)' END AS entry
     FROM trueup.schema_version ORDER BY installed_on`,
  );
  const runs = await session.query<{ outcome: string }>('SELECT outcome FROM trueup.run ORDER BY started_at');
  const statements = await session.query<{ outcome: string }>(
    `SELECT s.outcome FROM trueup.run_step s JOIN trueup.run r USING (run_id)
     ORDER BY r.started_at, s.step, s.statement`,
  );
  return {
    tables,
    history: history.map(({ entry }) => entry),
    runs: runs.map(({ outcome }) => outcome),
    statements: statements.map(({ outcome }) => outcome),
  };
}

export type Use = (session: Session, url: string) => Promise<void>;

/** The same facts hold on every kind of live database. */
export const liveDatabases: readonly (readonly [string, (use: Use) => Promise<void>])[] = [
  [
    'embedded',
    async (use) => {
      await using session = await openEmbedded({ extensions: [] });
      await use(session, '');
    },
  ],
  ['PostgreSQL 14', (use) => onServer(14, use)],
  ['PostgreSQL 18', (use) => onServer(18, use)],
];

export async function onServer(major: 14 | 18, use: Use): Promise<void> {
  await using database = await freshDatabase(major);
  await using session = await openServer(database.url);
  await use(session, database.url);
}
