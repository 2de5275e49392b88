import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEmbedded } from '../../src/database/embedded.ts';
import { openSession } from '../../src/database/open.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trueup-embedded-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the prepared data directory', () => {
  test('is made once, and made again when it is damaged or the engine refuses it', async () => {
    const cacheDirectory = join(folder, 'prepared');
    const open = async () => {
      const lines: string[] = [];
      await using session = await openEmbedded({
        extensions: [],
        cacheDirectory,
        onProgress: (line) => lines.push(line),
      });
      expect(session.serverVersion).toBeGreaterThanOrEqual(180000);
      return lines;
    };
    expect(await open()).toEqual(['preparing the embedded PostgreSQL (first use)']);
    expect(await open()).toEqual([]);

    const [name = ''] = await readdir(cacheDirectory);
    const file = join(cacheDirectory, name);
    const packed = await readFile(file);
    await truncate(file, 1_000_000);
    expect(await open()).toHaveLength(1);

    await writeFile(file, gzipSync(gunzipSync(packed).subarray(0, 512 * 5_000)));
    expect(await open()).toHaveLength(1);
    expect(await readdir(cacheDirectory)).toEqual([name]);
  });

  test('that cannot be kept costs a note, not the session', async () => {
    const lines: string[] = [];
    await using session = await openEmbedded({
      extensions: [],
      cacheDirectory: '/dev/null/cache',
      onProgress: (line) => lines.push(line),
    });
    expect(session.label).toBe('embedded');
    expect(lines[1]).toContain('cannot write the cache /dev/null/cache');
  });
});

describe('an embedded session', () => {
  test('starts with the settings of a server and speaks as postgres', async () => {
    await using session = await openEmbedded({ extensions: [] });
    expect(
      await session.query(
        `SELECT current_user::text AS "user", current_setting('search_path') AS path,
                current_setting('allow_system_table_mods') AS mods`,
      ),
    ).toEqual([{ user: 'postgres', path: '"$user", public', mods: 'off' }]);
  });

  test('after close refuses work, and closing twice is quiet', async () => {
    const session = await openEmbedded({ extensions: [] });
    await session.close();
    await session.close();
    await expect(session.exec('SELECT 1')).rejects.toMatchObject({ name: 'DatabaseError', code: '08003' });
  });
});

describe('an embedded database in a directory', () => {
  test('that cannot be made is told', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    for (const directory of [file, join(file, 'live'), '/proc/none/live']) {
      await expect(openSession(`pglite:${directory}`)).rejects.toMatchObject({
        diagnostics: [{ code: 'embedded-directory', summary: expect.stringContaining('cannot be made') }],
      });
    }
  });

  test('keeps what was written, and is open to one session at a time', async () => {
    const url = `pglite:${join(folder, 'live')}`;
    {
      await using first = await openSession(url);
      expect(first.label).toBe(url);
      await first.exec('CREATE TABLE kept (id int)');
      await expect(openSession(url)).rejects.toMatchObject({ diagnostics: [{ code: 'embedded-locked' }] });
    }
    await using second = await openSession(url);
    expect(await second.query(`SELECT to_regclass('kept')::text AS name`)).toEqual([{ name: 'kept' }]);
  });

  test('is refused when it holds something else, or is damaged, and the lock is given back', async () => {
    const other = join(folder, 'other');
    await openSession(`pglite:${other}`).then((session) => session.close());
    await truncate(join(other, 'global', 'pg_control'), 100);
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await expect(openSession(`pglite:${other}`)).rejects.toMatchObject({
        diagnostics: [{ code: 'embedded-directory', detail: expect.stringContaining('pg_control') }],
      });
    }
    await writeFile(join(other, 'PG_VERSION'), '15\n');
    await expect(openSession(`pglite:${other}`)).rejects.toMatchObject({
      diagnostics: [{ code: 'embedded-directory', detail: expect.stringContaining('PG_VERSION is 15') }],
    });
    await rm(join(other, 'PG_VERSION'));
    await expect(openSession(`pglite:${other}`)).rejects.toMatchObject({
      diagnostics: [{ detail: 'It is not empty and has no PG_VERSION file.' }],
    });
  });
});

test('a URL of another scheme is refused without repeating it', async () => {
  for (const url of ['mysql://root:hunter2@db/x', 'hunter2', 'pglite:']) {
    const refused = openSession(url);
    await expect(refused).rejects.toMatchObject({ diagnostics: [{ code: 'database-url' }] });
    await expect(refused).rejects.not.toThrow('hunter2');
  }
});
