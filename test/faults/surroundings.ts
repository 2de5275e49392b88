import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openServer } from '../../src/database/server.ts';
import { onServer, project, query, trueup } from '../end-to-end/command-line.ts';
import { accountOfServers, type PostgresServer } from '../support/postgres.ts';
import { type Scenario, scenarios } from './scenario.ts';
import { runToEnd, startStage } from './stage.ts';

const run = promisify(execFile);

/** What happened in one surrounding: how often it was tried, and what is wrong, in words. Null: it cannot be had here. */
export type Tried = { readonly times: number; readonly faults: readonly string[] } | null;

/** What surrounds a run and gets in its way, by name. */
export const surroundings: Readonly<Record<string, (server: PostgresServer) => Promise<Tried>>> = {
  'a disk that is full': fullDisk,
  'a session that holds a lock, and a kill meanwhile': blocker,
  'twenty runs at once': twentyRuns,
  'pgbouncer in transaction mode': pooled,
};

const rows = 300_000;
const grows: Scenario['scripts'] = {
  V1: [['CREATE TABLE counted (n int)', `SELECT to_regclass('counted') IS NOT NULL`]],
  V2: [
    ['INSERT INTO counted VALUES (1)', 'SELECT count(*) = 1 FROM counted'],
    [
      `INSERT INTO copies SELECT n FROM generate_series(1, ${rows}) n`,
      `SELECT count(*) = ${rows} FROM copies`,
    ],
    [
      'CREATE INDEX CONCURRENTLY copies_id ON copies (id)',
      `SELECT EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('copies_id') AND indisvalid)`,
    ],
  ],
  V3: [['CREATE VIEW names AS SELECT name FROM kept', `SELECT to_regclass('names') IS NOT NULL`]],
};

/** A file system in memory, of which less and less is left; only root can have one. */
async function fullDisk(server: PostgresServer): Promise<Tried> {
  const account = await accountOfServers();
  if (!account) return null;
  const disk = await mkdtemp(join(tmpdir(), 'trueup-disk-'));
  await run('mount', ['-t', 'tmpfs', '-o', 'size=512m', 'tmpfs', disk]);
  try {
    const folder = join(disk, 'space');
    await mkdir(folder);
    await chown(folder, account.uid, account.gid);
    await chmod(disk, 0o755);
    await using admin = await openServer(server.url);
    await admin.exec(`CREATE TABLESPACE small LOCATION '${folder}'`);
    const resize = async (freeBytes: number) => {
      const { blocks, bfree, bsize } = await statfs(disk);
      await run('mount', ['-o', `remount,size=${(blocks - bfree) * bsize + freeBytes}`, disk]);
    };
    const faults: string[] = [];
    const apart: Scenario['scripts'] = {
      ...grows,
      V2: [['-- trueup: no-transaction', null], ...(grows.V2 ?? [])],
    };
    const cases = [0, 16, 64, 400, 3_000, 10_000, 11_000, 14_000, 17_000].flatMap((free) =>
      [grows, apart].map((scripts) => ({ free, scripts })),
    );
    {
      await using stage = await startStage(server.url, 2, 'small');
      const [first, second] = [grows, apart].map((scripts) => ({ name: 'full disk', scripts }));
      for (const { free, scripts } of cases) {
        const scenario = (scripts === grows ? first : second) as Scenario;
        const struck = await stage.strike(scenario, async (runner, task) => {
          // Until then copied files have holes, which a checkpoint could not fill any more.
          await admin.exec('CHECKPOINT');
          await resize(free * 1024);
          const told = await runToEnd(runner, task);
          await resize(256 * 1024 ** 2);
          return { isHit: told?.outcome !== 'success', told };
        });
        if (struck.reached === 'nothing') faults.push(`with ${free} kB left the disk was not full`);
        faults.push(...struck.faults.map((fault) => `with ${free} kB left: ${fault}`));
      }
    }
    await admin.exec('DROP TABLESPACE small');
    return { times: cases.length, faults };
  } finally {
    await run('umount', ['-l', disk]);
    await rm(disk, { recursive: true, force: true });
  }
}

/** Locks that a run has to wait for, and cannot have for as long as it lives. */
async function blocker(server: PostgresServer): Promise<Tried> {
  await using stage = await startStage(server.url, 2);
  const faults: string[] = [];
  for (const scenario of scenarios) {
    const struck = await stage.strike(scenario, async (runner, task) => {
      await using holder = await openServer(task.url, { applicationName: 'holder' });
      const [tables] = await holder.query<{ names: string }>(
        `SELECT string_agg(oid::regclass::text, ', ') AS names FROM pg_class
           WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
      );
      await holder.exec(`BEGIN; LOCK TABLE ${tables?.names} IN SHARE ROW EXCLUSIVE MODE`);
      let hasEnded = false;
      const ended = runToEnd(runner, task).then(() => {
        hasEnded = true;
      });
      const isHit = await untilBlocked(task.url, () => hasEnded);
      runner.kill('SIGKILL');
      await ended;
      return { isHit, told: null };
    });
    if (struck.reached !== 'within the run') faults.push(`${scenario.name}: was not blocked`);
    faults.push(...struck.faults.map((fault) => `${scenario.name}: ${fault}`));
  }
  return { times: scenarios.length, faults };
}

/** False: the run ended without. */
async function untilBlocked(url: string, hasEnded: () => boolean): Promise<boolean> {
  await using session = await openServer(url, { applicationName: 'holder' });
  while (!hasEnded()) {
    const waiting = await session.query(
      `SELECT pid FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'trueup' AND wait_event_type = 'Lock'`,
    );
    if (waiting.length > 0) return true;
  }
  return false;
}

const files = {
  'migrations/V1__counted.sql': 'CREATE TABLE counted (n int);\nINSERT INTO counted VALUES (1);\n',
  'migrations/V2__index.sql': 'CREATE INDEX CONCURRENTLY counted_n ON counted (n);\n',
};
const counted = `SELECT (SELECT count(*) FROM counted)::int AS rows, (SELECT count(*) FROM trueup.run)::int AS runs,
  (SELECT count(*) FROM trueup.schema_version)::int AS migrations`;

async function twentyRuns(server: PostgresServer): Promise<Tried> {
  await using project_ = await project(files);
  const url = await createDatabase(server, 'twenty');
  const ended = await Promise.all(
    Array.from({ length: 20 }, () =>
      trueup(project_.root, ['apply', '--yes', '--format', 'json', '--wait', '300s', ...onServer(url)]),
    ),
  );
  const outcomes = ended.map(({ stdout, stderr }) => {
    try {
      return String((JSON.parse(stdout) as { outcome: string }).outcome);
    } catch {
      return stderr;
    }
  });
  const count = (outcome: string) => outcomes.filter((one) => one === outcome).length;
  const faults = [];
  if (count('success') !== 1 || count('nothing to do') !== 19)
    faults.push(`they ended as ${outcomes.join(', ')}`);
  const [found] = await query(url, counted);
  if (JSON.stringify(found) !== JSON.stringify({ rows: 1, runs: 1, migrations: 2 }))
    faults.push(`the database has ${JSON.stringify(found)}`);
  return { times: 20, faults };
}

/** The program of Debian's package; null: it is not installed. */
async function pooled(server: PostgresServer): Promise<Tried> {
  const program = await run('sh', ['-c', 'command -v pgbouncer || command -v /usr/sbin/pgbouncer']).catch(
    () => null,
  );
  if (!program) return null;
  const url = await createDatabase(server, 'pooled');
  await using project_ = await project(files);
  const faults: string[] = [];
  {
    await using pool = await startPool(program.stdout.trim(), url, 'transaction');
    const refused = await trueup(project_.root, ['apply', '--yes', ...onServer(url, pool.url)]);
    if (refused.code === 0 || !refused.stderr.includes('lends a connection for each transaction'))
      faults.push(`apply through the pool ended with ${refused.code}: ${refused.stderr}`);
    const [made] = await query(url, `SELECT to_regnamespace('trueup')::text AS made`);
    if (JSON.stringify(made) !== '{"made":null}') faults.push('it has written something');
    const looked = await trueup(project_.root, ['drift', ...onServer(url, pool.url)]);
    if (looked.code !== 0) faults.push(`drift through the pool ended with ${looked.code}: ${looked.stderr}`);
  }
  await using pool = await startPool(program.stdout.trim(), url, 'session');
  const applied = await trueup(project_.root, ['apply', '--yes', ...onServer(url, pool.url)]);
  if (applied.code !== 0)
    faults.push(`apply through a pool in session mode ended with ${applied.code}: ${applied.stderr}`);
  return { times: 3, faults };
}

async function startPool(
  program: string,
  url: string,
  mode: 'transaction' | 'session',
): Promise<{ readonly url: string; [Symbol.asyncDispose](): Promise<void> }> {
  const { hostname, port, password, username, pathname } = new URL(url);
  const folder = await mkdtemp(join(tmpdir(), 'trueup-pool-'));
  const account = await accountOfServers();
  const through = new URL(url);
  through.port = String(await freePort());
  const database = pathname.slice(1);
  await writeFile(join(folder, 'users'), `"${username}" "${decodeURIComponent(password)}"\n`);
  await writeFile(
    join(folder, 'pgbouncer.ini'),
    `[databases]
${database} = host=${hostname} port=${port} dbname=${database}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${through.port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${join(folder, 'users')}
pool_mode = ${mode}
ignore_startup_parameters = extra_float_digits
`,
  );
  await chmod(folder, 0o755);
  const pool: ChildProcess = spawn(program, [join(folder, 'pgbouncer.ini')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    ...account,
  });
  let log = '';
  await new Promise<void>((resolve, reject) => {
    pool.stderr?.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      if (log.includes('process up')) resolve();
    });
    pool.once('close', () => reject(new Error(log)));
  });
  return {
    url: through.href,
    [Symbol.asyncDispose]: async () => {
      const ended = once(pool, 'close');
      pool.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function createDatabase({ url }: PostgresServer, name: string): Promise<string> {
  await using admin = await openServer(url);
  await admin.exec(`CREATE DATABASE ${name} TEMPLATE template0`);
  const made = new URL(url);
  made.pathname = `/${name}`;
  return made.href;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}
