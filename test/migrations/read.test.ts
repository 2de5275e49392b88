import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type Diagnostic, TrueupError } from '../../src/errors.ts';
import { readMigrations } from '../../src/migrations/read.ts';

const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

/** A working directory with these files in it. */
async function project(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const cwd = await mkdtemp(join(tmpdir(), 'trueup-read-'));
  folders.push(cwd);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(cwd, path)), { recursive: true });
    await writeFile(join(cwd, path), content);
  }
  return cwd;
}

async function problems(cwd: string, folder = 'migrations'): Promise<readonly Diagnostic[]> {
  const error = await readMigrations(folder, { cwd }).catch((thrown: unknown) => thrown);
  if (!(error instanceof TrueupError)) throw new Error('expected a TrueupError', { cause: error });
  return error.diagnostics;
}

describe('reading migrations', () => {
  test('gives one order over all folders', async () => {
    const cwd = await project({
      'migrations/V10__ten.sql': 'SELECT 10;',
      'migrations/ddl/V2__two.sql': 'SELECT 2;',
      'migrations/ddl/2026/V20260131120000__stamp.sql': 'SELECT 3;',
      'migrations/ddl/V1.10__a.sql': 'SELECT 4;',
      'migrations/dml/V1.2__b.sql': 'SELECT 5;',
      'migrations/B2__base.sql': 'SELECT 6;',
      'migrations/undo/U2__two.sql': 'SELECT 7;',
      'migrations/procedures/R__b.sql': 'SELECT 8;',
      'migrations/R__B.sql': 'SELECT 9;',
      'migrations/README.md': '# no migration',
      'migrations/.gitkeep': '',
      'migrations/.archive/V1__old.sql': 'SELEC',
    });
    expect((await readMigrations('migrations', { cwd })).map(({ file }) => file)).toEqual([
      'migrations/dml/V1.2__b.sql',
      'migrations/ddl/V1.10__a.sql',
      'migrations/B2__base.sql',
      'migrations/ddl/V2__two.sql',
      'migrations/undo/U2__two.sql',
      'migrations/V10__ten.sql',
      'migrations/ddl/2026/V20260131120000__stamp.sql',
      'migrations/R__B.sql',
      'migrations/procedures/R__b.sql',
    ]);
  });

  test('gives the whole record, without the byte order mark, with the line ends of the file', async () => {
    const text = '-- trueup: no-transaction\r\nVACUUM;\r\n';
    const cwd = await project({ 'm/V007__tidy_up.sql': `\uFEFF${text}` });
    expect(await readMigrations(join(cwd, 'm'), { cwd })).toEqual([
      {
        kind: 'versioned',
        version: '7',
        description: 'tidy up',
        script: 'V007__tidy_up.sql',
        file: 'm/V007__tidy_up.sql',
        text,
        checksum: expect.stringMatching(/^[0-9a-f]{32}$/),
        directives: { noTransaction: true },
        statements: [
          {
            sql: 'VACUUM',
            position: { file: 'm/V007__tidy_up.sql', line: 2, column: 1 },
            offset: 27,
            traits: expect.objectContaining({ transaction: 'outside' }),
          },
        ],
      },
    ]);
  });

  test('takes a file of comments, and an empty folder', async () => {
    const cwd = await project({ 'migrations/V1__x.sql': '-- nothing to do', 'empty/.gitkeep': '' });
    expect(await readMigrations('migrations', { cwd })).toMatchObject([{ statements: [] }]);
    expect(await readMigrations('empty', { cwd })).toEqual([]);
  });

  test('tells everything that is wrong at once', async () => {
    const cwd = await project({
      'migrations/V1__ok.sql': 'SELECT 1;',
      'migrations/V2_near.sql': 'SELECT 1;',
      'migrations/V3__blank.sql': ' \r\n\t',
      'migrations/V4__zero.sql': '',
      'migrations/V5__latin.sql': Buffer.concat([
        Buffer.from("SELECT 1;\n-- é\nSELECT '"),
        Buffer.from([0xe9, 0x27]),
      ]),
      'migrations/V6__nul.sql': 'SELECT 1;\nSELECT\u0000 2;',
      'migrations/V7__syntax.sql': 'SELECT 1;\nSELECT FROM FROM;',
      'migrations/V8__syntax.sql': 'CREATE TABEL t ();',
      'migrations/V9__directive.sql': '-- trueup: no-transactoin\nSELECT 1;',
      'migrations/V10__psql.sql': '\\set x 1\n',
      'migrations/V12__utf16.sql': Buffer.from('\uFEFFSELECT 1;', 'utf16le'),
      'migrations/a/V11__one.sql': 'SELECT 1;',
      'migrations/b/V011.0__two.sql': 'SELECT 1;',
      'migrations/a/R__views.sql': 'SELECT 1;',
      'migrations/b/R__views.sql': 'SELECT 1;',
    });
    const found = (await problems(cwd)).map(({ code, position }) => [
      code,
      [position?.file.replace('migrations/', ''), position?.line, position?.column].join(':'),
    ]);
    expect(found.toSorted()).toEqual([
      ['42601', 'V7__syntax.sql:2:13'],
      ['42601', 'V8__syntax.sql:1:8'],
      ['migration-directive', 'V9__directive.sql:1:1'],
      ['migration-duplicate', 'b/R__views.sql::'],
      ['migration-duplicate', 'b/V011.0__two.sql::'],
      ['migration-empty', 'V3__blank.sql::'],
      ['migration-empty', 'V4__zero.sql::'],
      ['migration-encoding', 'V12__utf16.sql:1:'],
      ['migration-encoding', 'V5__latin.sql:3:'],
      ['migration-encoding', 'V6__nul.sql:2:'],
      ['migration-name', 'V2_near.sql::'],
      ['psql-meta-command', 'V10__psql.sql:1:1'],
    ]);
  });

  test('says at which byte a file stops being UTF-8', async () => {
    const start = Buffer.from("-- é\nSELECT '");
    const cwd = await project({ 'migrations/V1__x.sql': Buffer.concat([start, Buffer.from([0xe9, 0x27])]) });
    expect((await problems(cwd))[0]?.detail).toContain(`Byte ${start.length} (from 0) is 0xE9`);
    const cut = await project({ 'migrations/V1__x.sql': Buffer.from("SELECT '日").subarray(0, 10) });
    expect((await problems(cut))[0]?.detail).toContain('Byte 8 (from 0) is 0xE6');
  });

  test('names both files of a duplicate', async () => {
    const cwd = await project({ 'm/a/V1__x.sql': 'SELECT 1;', 'm/b/V01__y.sql': 'SELECT 1;' });
    expect(await problems(cwd, 'm')).toMatchObject([
      {
        position: { file: 'm/b/V01__y.sql' },
        summary: expect.stringContaining('version 1'),
        detail: expect.stringContaining('m/a/V1__x.sql'),
      },
    ]);
  });

  test('takes V, U and B of one version side by side', async () => {
    const cwd = await project({ 'm/V1__x.sql': '--', 'm/U1__x.sql': '--', 'm/B1__x.sql': '--' });
    expect(await readMigrations('m', { cwd })).toHaveLength(3);
  });

  test('a missing folder is told with what to do', async () => {
    const cwd = await project({ file: 'x' });
    expect(await problems(cwd)).toMatchObject([
      { code: 'migrations-missing', subject: 'migrations', help: expect.stringContaining('trueup init') },
    ]);
    expect(await problems(cwd, 'file')).toMatchObject([{ summary: 'file is not a folder' }]);
  });

  test('links stay inside the folder', async () => {
    const cwd = await project({
      'm/sub/V1__x.sql': 'SELECT 1;',
      'else/V2__x.sql': 'SELECT 2;',
      'README.md': '',
    });
    await symlink(join(cwd, 'README.md'), join(cwd, 'm/README.md'));
    await symlink(join(cwd, 'm/sub/V1__x.sql'), join(cwd, 'm/R__again.sql'));
    expect((await readMigrations('m', { cwd })).map(({ script }) => script)).toEqual([
      'V1__x.sql',
      'R__again.sql',
    ]);

    await symlink(join(cwd, 'else/V2__x.sql'), join(cwd, 'm/V2__x.sql'));
    await symlink(join(cwd, 'nowhere.sql'), join(cwd, 'm/V3__x.sql'));
    await symlink(join(cwd, 'm'), join(cwd, 'm/loop'));
    expect(
      (await problems(cwd, 'm')).map(({ position, summary }) => [position?.file, summary]).toSorted(),
    ).toEqual([
      ['m/V2__x.sql', 'a link out of the migrations folder is not followed'],
      ['m/V3__x.sql', 'a link to nothing is not followed'],
      ['m/loop', 'a link to a folder is not followed'],
    ]);
  });
});
