import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import pg from 'pg';
import { extensionsOf } from '../src/commands/assess/assess.ts';
import { orderKeyed } from '../src/commands/assess/keyed-order.ts';
import { readMigrations } from '../src/migrations/read.ts';
import type { KeyedMigration } from '../src/plan/steps.ts';
import { openEngine } from '../src/replay/engine.ts';
import { replay } from '../src/replay/replay.ts';
import { corpusNames, corpusProject, readCorpus } from '../test/support/corpora.ts';
import { startPostgres } from '../test/support/postgres.ts';
import { bestInTurns, type Row, timeMs } from './measure.ts';

/**
 * Real projects' migrations through Trueup's replay, against the same statements through one `pg` connection to a
 * native PostgreSQL. Starting either is not counted, nor is reading and parsing the files.
 */
export async function measureReplay(corpora: readonly string[]): Promise<readonly Row[]> {
  const rows: Row[] = [];
  await using server = await startPostgres(18, {}, 'disk');
  for (const name of corpora) {
    if (!corpusNames().includes(name)) {
      rows.push({ subject: `replay of ${name}`, skipped: '../shared/corpora is absent' });
      continue;
    }
    await using project = await corpusProject(readCorpus(name));
    const migrations = await readMigrations(join(project.root, 'migrations'), { cwd: project.root });
    const { applied } = await orderKeyed(migrations, null, 'latest');
    const [embedded, native] = await bestInTurns(3, [
      () => replayEmbedded(applied),
      () => runNative(applied, server.url),
    ]);
    rows.push({
      subject: `replay of ${name}: ${applied.length} migrations, ${count(applied)} statements`,
      timeMs: embedded,
      other: { name: 'pg, PostgreSQL 18', timeMs: native },
      goal: { maxRatio: 2 },
    });
  }
  return rows;
}

async function replayEmbedded(migrations: readonly KeyedMigration[]): Promise<number> {
  await using engine = await openEngine({ extensions: extensionsOf(migrations) });
  return await timeMs(() => replay(engine, migrations));
}

/** A bare loop, as the simplest migration tool does it: a transaction for each file that allows one. */
async function runNative(migrations: readonly KeyedMigration[], serverUrl: string): Promise<number> {
  const name = `bench_${randomBytes(4).toString('hex')}`;
  const admin = new pg.Client({ connectionString: serverUrl });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    return await timeMs(async () => {
      for (const { statements } of migrations) {
        const isAtomic = statements.every(({ traits }) => traits.transaction === 'inside');
        if (isAtomic) await client.query('BEGIN');
        for (const { sql } of statements) await client.query(sql);
        if (isAtomic) await client.query('COMMIT');
        await client.query('RESET ALL');
      }
    });
  } finally {
    await client.end();
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await admin.end();
  }
}

function count(migrations: readonly KeyedMigration[]): number {
  return migrations.reduce((sum, { statements }) => sum + statements.length, 0);
}
