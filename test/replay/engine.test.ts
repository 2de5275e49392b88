import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drift } from '../../src/commands/drift.ts';
import { plan } from '../../src/commands/plan.ts';
import { openServer } from '../../src/database/server.ts';
import { openEngine } from '../../src/replay/engine.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';

describe('a server as replay engine', () => {
  let root = '';
  let server: PostgresServer;
  beforeAll(async () => {
    // Nobody else replays on it.
    server = await startPostgres(17);
    root = await mkdtemp(join(tmpdir(), 'trueup-engine-'));
    await mkdir(join(root, 'migrations'));
    await writeFile(
      join(root, 'migrations', 'V1__notes.sql'),
      // Live has granted it elsewhere what it needs for that.
      `CREATE TABLE notes (id int PRIMARY KEY, body text); GRANT SELECT ON notes TO replay_stand_in;
GRANT replay_stand_in TO CURRENT_USER; SET ROLE replay_stand_in; CREATE SCHEMA own; DROP SCHEMA own; RESET ROLE;`,
    );
  });
  afterAll(async () => {
    await server.stop();
    await rm(root, { recursive: true, force: true });
  });

  test('lends a scratch database and keeps neither it nor stand-in roles', async () => {
    await using session = await openServer(server.url, {});
    await session.exec('CREATE TABLE notes (id int PRIMARY KEY, body text, extra int)');
    const names = () =>
      session.query<{ name: string }>(
        `SELECT datname AS name FROM pg_database WHERE datname LIKE 'trueup\\_replay%'
         UNION ALL SELECT rolname FROM pg_roles WHERE rolname ~ '^(trueup_)?replay'`,
      );
    // As a process that was killed leaves it.
    await session.exec('CREATE DATABASE trueup_replay_2147483647_0123abcd');
    const report = await drift({
      cwd: root,
      url: server.url,
      replayUrl: server.url,
      assume: 'latest',
    });
    expect(report.drift.map(({ action, id }) => `${action} ${id}`)).toEqual([
      'drop privileges(table):public.notes',
      'create column:public.notes.extra',
    ]);
    expect(report.diagnostics.map(({ code, subject }) => [code, subject])).toContainEqual([
      'stand-in-role',
      'replay_stand_in',
    ]);
    expect(await names()).toEqual([]);

    const proven = await plan({
      cwd: root,
      url: server.url,
      replayUrl: server.url,
      assume: 'latest',
      onDrift: 'revert',
    });
    expect(proven.rehearsal).toMatchObject({ outcome: 'proven' });
    expect(await names()).toEqual([]);
  });
});

test('an extension that the embedded PostgreSQL lacks is named with the two ways out', async () => {
  const opening = openEngine({ extensions: ['postgres_fdw', 'pg_trgm', 'dblink'] });
  await expect(opening).rejects.toMatchObject({
    diagnostics: [
      {
        code: 'extension-missing',
        subject: 'postgres_fdw',
        help: expect.stringMatching(/standIn.*replay: \{ url/),
      },
      { code: 'extension-missing', subject: 'dblink' },
    ],
  });
});
