import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openServer } from '../../src/database/server.ts';
import type { Session } from '../../src/database/session.ts';
import { startPostgres } from '../support/postgres.ts';
import { startProxy } from '../support/proxy.ts';

/*
 * npm run test:faults [-- KILLS]: kills a run with SIGKILL at each of its protocol messages in turn, once with that
 * message held back and once with it sent, then goes on from there, and looks at the result. Prints figures; exit code
 * 1 when a single one is wrong.
 */
const wanted = Number(process.argv[2] ?? 300);

const migrations = {
  'V1__people.sql': `CREATE TABLE people (id int PRIMARY KEY, name text NOT NULL);
INSERT INTO people SELECT n, 'name ' || n FROM generate_series(1, 100) n;
`,
  'V2__index.sql': `-- trueup: no-transaction
SET search_path = 'public';
INSERT INTO people VALUES (101, 'Ada');
CREATE INDEX CONCURRENTLY people_name ON people (name);
ALTER TABLE people ADD CONSTRAINT named CHECK (name <> '') NOT VALID;
ALTER TABLE people VALIDATE CONSTRAINT named;
DROP INDEX CONCURRENTLY people_name;
CREATE UNIQUE INDEX CONCURRENTLY people_name_key ON people (name);
`,
  'V3__own.sql': `BEGIN;
INSERT INTO people VALUES (102, 'Bea');
COMMIT;
CREATE INDEX CONCURRENTLY people_id_name ON people (id, name);
BEGIN;
INSERT INTO people VALUES (103, 'Cia');
COMMIT;
`,
  'V4__view.sql': 'CREATE VIEW names AS SELECT name FROM people;\n',
} as const;

const expected = JSON.stringify({
  people: 103,
  valid: ['people_id_name', 'people_name_key', 'people_pkey'],
  invalid: [],
  validated: true,
  history: ['1', '2', '3', '4'],
  last: 'success',
  twice: [],
  open: 0,
});

await using server = await startPostgres(17);
await using admin = await openServer(server.url);
const folder = await mkdtemp(join(tmpdir(), 'trueup-faults-'));
for (const [name, sql] of Object.entries(migrations)) await writeFile(join(folder, name), sql);
const started = Date.now();
const figures = { kills: 0, beforeTheRun: 0, runsToTheEnd: 0, resumed: 0, wrong: 0 };
try {
  let at = 4;
  let isSent = false;
  while (figures.kills < wanted) {
    const killed = await prove(at, isSent);
    if (killed) figures.kills += 1;
    // Behind the last message there is nothing to kill at: begin again.
    if (!killed) figures.runsToTheEnd += 1;
    if (isSent) at = killed ? at + 1 : 4;
    isSent = !isSent;
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log(JSON.stringify({ ...figures, seconds: Math.round((Date.now() - started) / 1000) }));
process.exitCode = figures.wrong === 0 ? 0 : 1;

/** Kills at the client's message of that number; false when the run had ended before. */
async function prove(at: number, isSent: boolean): Promise<boolean> {
  const name = `faults_${randomBytes(6).toString('hex')}`;
  await admin.exec(`CREATE DATABASE ${name} TEMPLATE template0`);
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  try {
    let child: ChildProcess | undefined;
    let seen = 0;
    let killed = false;
    await using proxy = await startProxy(url.href, () => {
      seen += 1;
      if (seen < at || killed) return !killed;
      killed = true;
      child?.kill('SIGKILL');
      return isSent;
    });
    child = run(proxy.url);
    await once(child, 'exit');
    const again = run(url.href);
    let said = '';
    again.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const [code] = await once(again, 'close');
    await using session = await openServer(url.href);
    const found = await look(session).then(JSON.stringify, String);
    if (killed) figures[(await count(session).catch(() => 0)) > 1 ? 'resumed' : 'beforeTheRun'] += 1;
    if (code !== 0 || found !== expected) {
      figures.wrong += 1;
      console.error(`message ${at} ${isSent ? 'sent' : 'held back'}: exit ${code}: ${found}\n${said}`);
    }
    return killed;
  } finally {
    await admin.exec(`DROP DATABASE ${name} WITH (FORCE)`);
  }
}

function run(url: string): ChildProcess {
  const runner = join(import.meta.dirname, 'runner.ts');
  return spawn(process.execPath, ['--import', 'tsx', runner, url, folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

async function count(session: Session): Promise<number> {
  const [row] = await session.query<{ n: number }>('SELECT count(*)::int AS n FROM trueup.run');
  return row?.n ?? 0;
}

/** What is in the database, what the history says, and statements that the journal has as applied more than once. */
async function look(session: Session) {
  const names = async (sql: string) => (await session.query<{ name: string }>(sql)).map(({ name }) => name);
  const [row] = await session.query<{ people: number; validated: boolean }>(
    `SELECT (SELECT count(*)::int FROM people) AS people,
            (SELECT convalidated FROM pg_constraint WHERE conname = 'named') AS validated`,
  );
  const indexes = (valid: boolean) =>
    names(`SELECT c.relname::text AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
           WHERE i.indrelid = 'people'::regclass AND i.indisvalid = ${valid} ORDER BY 1`);
  return {
    people: row?.people,
    valid: await indexes(true),
    invalid: await indexes(false),
    validated: row?.validated,
    history: await names('SELECT version::text AS name FROM trueup.schema_version WHERE success ORDER BY 1'),
    last: (await names('SELECT outcome AS name FROM trueup.run ORDER BY started_at DESC LIMIT 1'))[0],
    twice: await names(
      `SELECT migration || ' ' || ordinal AS name FROM trueup.run_step WHERE outcome = 'applied' AND ordinal IS NOT NULL
       GROUP BY migration, ordinal HAVING count(*) > 1 ORDER BY 1`,
    ),
    open: (await session.query(`SELECT 1 AS a FROM trueup.run WHERE outcome = 'running'`)).length,
  };
}
