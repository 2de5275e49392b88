import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { openSession } from '../src/database/open.ts';
import { type PostgresServer, startPostgres } from '../test/support/postgres.ts';
import { bestInTurns, type Row, timeMs } from './measure.ts';

const root = join(import.meta.dirname, '..');
const cli = join(root, 'dist/cli/trueup.js');
const run = promisify(execFile);

/** What is not applied yet in the live database of the demo either. */
const pending = /^(?:[VU]2[0-3]__|R__gift_vouchers)/;

/** Whole processes, from start to exit, as a person waits for them: of `dist`, which `npm run bench` builds first. */
export async function measureProcesses(): Promise<readonly Row[]> {
  const scratch = await mkdtemp(join(tmpdir(), 'trueup-bench-'));
  const server: PostgresServer = await startPostgres(18, {}, 'disk');
  try {
    await cp(join(root, 'migrations'), join(scratch, 'migrations'), {
      recursive: true,
      filter: (path) => !pending.test(basename(path)),
    });
    await cp(join(root, 'trueup.config.yaml'), join(scratch, 'trueup.config.yaml'));
    const embedded = `pglite:${join(scratch, 'live')}`;
    await prepare(scratch, server.url);
    await prepare(scratch, embedded);
    const latest = await createDatabase(server.url, 'latest');
    await apply(root, latest);

    const command = (...args: readonly string[]) =>
      timeMs(() => run(process.execPath, [cli, ...args], { cwd: root }));
    const [help, node, server18, directory, demo, read, replayed] = await bestInTurns(5, [
      () => command('--help'),
      () => timeMs(() => run(process.execPath, ['--eval', ''])),
      () => command('plan', '--url', server.url),
      () => command('plan', '--url', embedded),
      () => command('demo'),
      () => command('drift', '--url', latest),
      () => command('drift', '--url', latest, '--no-snapshot'),
    ]);
    const plan = { maxMs: 2500 };
    return [
      {
        subject: 'trueup --help',
        timeMs: help,
        other: { name: 'node --eval ""', timeMs: node },
        goal: { maxMs: 250 },
      },
      { subject: 'trueup plan, the sample on PostgreSQL 18', timeMs: server18, other: null, goal: plan },
      { subject: 'trueup plan, the sample in pglite:DIRECTORY', timeMs: directory, other: null, goal: plan },
      {
        subject: 'trueup demo: makes its live database, then plans',
        timeMs: demo,
        other: null,
        goal: null,
      },
      {
        subject: 'trueup drift from a snapshot, nothing pending, PostgreSQL 18',
        timeMs: read,
        other: { name: 'trueup drift --no-snapshot', timeMs: replayed },
        goal: { maxRatio: 0.5 },
      },
    ];
  } finally {
    await server.stop();
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Brings a database to version 19 with Trueup itself, from a copy of the sample that ends there. */
async function prepare(project: string, url: string): Promise<void> {
  await using session = await openSession(url, { extensions: ['btree_gist'] });
  await session.exec('CREATE ROLE box_office_app NOLOGIN');
  await session.close();
  await apply(project, url);
}

async function apply(project: string, url: string): Promise<void> {
  await run(process.execPath, [cli, 'apply', '--yes', '--url', url], { cwd: project });
}

/** Returns the URL of a new, empty database on the server. */
async function createDatabase(serverUrl: string, name: string): Promise<string> {
  await using session = await openSession(serverUrl, { extensions: [] });
  await session.exec(`CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
