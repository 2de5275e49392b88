import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apply } from '../../src/commands/apply.ts';
import { drift } from '../../src/commands/drift.ts';
import { plan } from '../../src/commands/plan.ts';
import { openEmbedded } from '../../src/database/embedded.ts';
import { openServer } from '../../src/database/server.ts';
import type { Session } from '../../src/database/session.ts';
import { adaptSession } from '../../src/replay/adapt.ts';
import { clear } from '../corpus/clear.ts';
import { freshDatabase } from '../support/servers.ts';

describe('on an engine', () => {
  let session: Session;
  beforeAll(async () => {
    session = await openEmbedded({ extensions: ['citext'] });
  });
  afterAll(() => session.close());
  const settings = async () => {
    const [row] = await session.query<{ settings: string | null }>(
      `SELECT string_agg(one, ', ' ORDER BY one) AS settings FROM pg_db_role_setting c JOIN pg_database d ON d.oid = c.setdatabase, unnest(setconfig) one
       WHERE d.datname = current_database()`,
    );
    return row?.settings ?? '';
  };

  test.each([
    [`ALTER DATABASE app SET work_mem TO '8MB'`, 'work_mem=8MB'],
    [`-- ours\nalter /* the */ database "app" set work_mem = '9MB'`, 'work_mem=9MB'],
    [`ALTER ROLE CURRENT_USER IN DATABASE app SET work_mem TO '7MB'`, 'work_mem=7MB'],
    [`ALTER DATABASE other SET work_mem TO '8MB'`, ''],
    [`ALTER DATABASE App SET work_mem TO '8MB'`, 'work_mem=8MB'],
    [`ALTER DATABASE "App" SET work_mem TO '8MB'`, ''],
    ['ALTER DATABASE app SET TABLESPACE fast', ''],
    ['ALTER DATABASE app RENAME TO other', ''],
    [`COMMENT ON DATABASE app IS 'the app'`, ''],
    ['GRANT CONNECT ON DATABASE other, app TO PUBLIC', ''],
    [
      `DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || current_database() || ' SET work_mem TO ''6MB'''; END $$`,
      'work_mem=6MB',
    ],
  ])('%s', async (sql, expected) => {
    await clear(session);
    await adaptSession(session, { database: 'app' }).exec(sql);
    expect(await settings()).toBe(expected);
  });

  test('without a live database, the one that a migration names is the one it is for', async () => {
    await clear(session);
    await adaptSession(session, {}).exec(`ALTER DATABASE whichever SET work_mem TO '8MB'`);
    expect(await settings()).toBe('work_mem=8MB');
  });

  test('an extension comes in a version that the engine has', async () => {
    await clear(session);
    const adapted = adaptSession(session, {});
    await adapted.exec(`CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public VERSION '99.0' CASCADE`);
    await adapted.exec(`ALTER EXTENSION citext UPDATE TO '99.1'`);
    const [row] = await session.query<{ schema: string }>(
      `SELECT extnamespace::regnamespace::text AS schema FROM pg_extension WHERE extname = 'citext'`,
    );
    expect(row?.schema).toBe('public');
  });

  test('subscriptions never reach it, nor do extensions that the config does without', async () => {
    const adapted = adaptSession(session, { standInExtensions: ['pg_cron'] });
    for (const sql of [
      `CREATE SUBSCRIPTION s CONNECTION 'host=nowhere' PUBLICATION p`,
      'ALTER SUBSCRIPTION s DISABLE',
      `COMMENT ON SUBSCRIPTION s IS 'x'`,
      'DROP SUBSCRIPTION s',
      'CREATE EXTENSION IF NOT EXISTS pg_cron',
      "SECURITY LABEL FOR anon ON ROLE postgres IS 'MASKED'",
    ])
      expect(await adapted.exec(sql)).toEqual({ rowCount: null });
    // It still works after all that.
    expect(await session.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

describe.each([14, 18] as const)('a project on PostgreSQL %i', (major) => {
  test('settings of its database and a pinned extension are no drift; settings changed by hand are, and are repaired', async () => {
    await using database = await freshDatabase(major);
    const root = await mkdtemp(join(tmpdir(), 'trueup-adapt-'));
    try {
      await mkdir(join(root, 'migrations'));
      await writeFile(join(root, 'trueup.config.yaml'), 'migrations: migrations\n');
      await writeFile(
        join(root, 'migrations', 'V1__settings.sql'),
        `ALTER DATABASE ${database.name} SET search_path TO app, public;
         ALTER DATABASE ${database.name} SET work_mem = '8MB';
         CREATE EXTENSION pg_trgm VERSION '1.4';`,
      );
      const options = { cwd: root, url: database.url };
      expect((await apply(options))?.outcome).toBe('success');
      const clean = await drift(options);
      expect([clean.drift, clean.diagnostics.filter(({ severity }) => severity !== 'note')]).toEqual([
        [],
        [],
      ]);

      await using session = await openServer(database.url);
      await session.exec(`ALTER DATABASE ${database.name} RESET ALL`);
      await session.exec(`ALTER DATABASE ${database.name} SET work_mem = '9MB'`);
      await session.exec('ALTER EXTENSION pg_trgm UPDATE');
      const changed = await drift(options);
      expect(changed.drift.map(({ action, id }) => `${action} ${id}`)).toEqual([
        'drop database setting:search_path',
        'alter database setting:work_mem',
      ]);
      expect(changed.diagnostics).toContainEqual(
        expect.objectContaining({
          code: 'extension-version',
          severity: 'warning',
          summary: 'The migrations ask for version 1.4 of the extension pg_trgm; live has 1.6.',
          position: expect.objectContaining({ line: 3 }),
        }),
      );
      const repair = await plan({ ...options, onDrift: 'revert' });
      expect(repair.rehearsal.outcome).toBe('proven');
      expect((await apply({ ...options, onDrift: 'revert' }))?.outcome).toBe('success');
      expect((await drift(options)).drift).toEqual([]);
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  });
});
