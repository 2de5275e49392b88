import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { run as runMigra } from '@pgkit/migra';
import pg from 'pg';
import { introspect } from '../src/catalog/introspect.ts';
import { openServer } from '../src/database/server.ts';
import { diff } from '../src/diff/diff.ts';
import { registry } from '../src/kinds/index.ts';
import { type Major, majors, startPostgres } from '../test/support/postgres.ts';
import { changes, makeLargeSchema, type Size } from './large-schema.ts';
import { bestInTurns, type Row, timeMs } from './measure.ts';

const size: Size = { tables: 1000, views: 1000, indexes: 2000 };
const run = promisify(execFile);

/** Two live databases introspected and compared, against `pg_dump -s` of one and @pgkit/migra on the same pair. */
export async function measureCatalogs(): Promise<readonly Row[]> {
  const dumpMajor = await readDumpMajor();
  // pg_dump refuses servers newer than itself.
  const major = majors.filter((one) => dumpMajor === null || one <= dumpMajor).at(-1) ?? 18;
  await using server = await startPostgres(major, {}, 'disk');
  const before = await makeDatabase(server.url, 'before', makeLargeSchema(size));
  const after = await makeDatabase(server.url, 'after', [...makeLargeSchema(size), ...changes]);
  const subject = `introspect and diff 2 × ${size.tables} tables, ${size.views} views, ${size.indexes} indexes`;

  const ours = () => timeMs(() => compare(before, after));
  const one = () => timeMs(() => compare(before));
  const migra = () => timeMs(() => runMigra(before, after, { unsafe: true, createExtensionsOnly: false }));
  const dump = () => timeMs(() => run('pg_dump', ['-s', before], { maxBuffer: 1 << 28 }));
  const [oursMs, oneMs, dumpMs] = await bestInTurns(3, [
    ours,
    one,
    dumpMajor === null ? async () => Number.NaN : dump,
  ]);
  // Minutes on some machines: once is enough.
  const migraMs = await migra();
  const dumpName = `pg_dump -s of one, PostgreSQL ${major}`;
  return [
    ...(dumpMajor === null
      ? [{ subject, skipped: 'pg_dump is not on PATH' }]
      : [
          {
            subject: 'introspect one of them',
            timeMs: oneMs,
            other: { name: dumpName, timeMs: dumpMs },
            goal: null,
          },
          { subject, timeMs: oursMs, other: { name: dumpName, timeMs: dumpMs }, goal: null },
        ]),
    {
      subject,
      timeMs: oursMs,
      other: { name: `@pgkit/migra, PostgreSQL ${major}`, timeMs: migraMs },
      goal: null,
    },
  ];
}

/** As a command does it: a connection each, introspection, comparison. */
async function compare(...urls: readonly string[]): Promise<void> {
  const catalogs = [];
  for (const url of urls) {
    await using session = await openServer(url);
    catalogs.push(await introspect(session, registry));
  }
  const [from, to] = catalogs;
  if (from && to && diff(from, to, registry).length === 0) throw new Error('the two schemas must differ');
}

async function makeDatabase(serverUrl: string, name: string, statements: readonly string[]): Promise<string> {
  const admin = new pg.Client({ connectionString: serverUrl });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  await admin.end();
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  // One transaction a batch: thousands of objects in one would need more locks than the server has.
  for (let at = 0; at < statements.length; at += 100)
    await client.query(statements.slice(at, at + 100).join(';\n'));
  await client.query('ANALYZE');
  await client.end();
  return url.href;
}

/** Null: there is no pg_dump. */
async function readDumpMajor(): Promise<Major | null> {
  const { stdout } = await run('pg_dump', ['--version']).catch(() => ({ stdout: '' }));
  const number = Number(/\(PostgreSQL\) (\d+)/.exec(stdout)?.[1]);
  return majors.filter((one) => one <= number).at(-1) ?? null;
}
