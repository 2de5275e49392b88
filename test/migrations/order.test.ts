import { describe, expect, test } from 'vitest';
import { checksum } from '../../src/migrations/checksum.ts';
import { parseFileName } from '../../src/migrations/file-name.ts';
import type { AppliedMigration, Migration } from '../../src/migrations/migration.ts';
import { type MigrationOrder, orderMigrations, repeatableKey } from '../../src/migrations/order.ts';
import { parseMigration } from '../../src/migrations/parse.ts';

async function migration(script: string, text = `-- ${script}`): Promise<Migration> {
  const parsed = parseFileName(script);
  if (parsed.type !== 'migration') throw new Error(`not a migration: ${script}`);
  const result = await parseMigration({ ...parsed.name, script, file: `migrations/${script}` }, text);
  if (!result.migration) throw new Error('does not parse');
  return result.migration;
}

function migrations(...scripts: readonly string[]): Promise<readonly Migration[]> {
  return Promise.all(scripts.map((script) => migration(script)));
}

/** The row that applying a script leaves; `text` is what the script held then. */
function row(
  script: string,
  text = `-- ${script}`,
  change: Partial<AppliedMigration> = {},
): AppliedMigration {
  const parsed = parseFileName(script);
  if (parsed.type !== 'migration' || parsed.name.kind === 'undo') throw new Error(`leaves no row: ${script}`);
  const { kind, version, description } = parsed.name;
  return {
    key: version ?? repeatableKey(description),
    kind,
    version,
    description,
    script,
    checksum: checksum(text),
    installedBy: 'ann',
    installedOn: '2026-01-31T12:00:00Z',
    executionTimeMs: 1,
    text,
    ...change,
  };
}

function scripts({ applied, pending, diagnostics }: MigrationOrder) {
  return {
    applied: applied.map((entry) => entry.migration.script),
    pending: pending.map(({ script }) => script),
    codes: diagnostics.map(({ severity, code }) => `${severity} ${code}`),
  };
}

describe('against history', () => {
  test('what is not recorded is pending: versioned by version, then repeatable by description', async () => {
    const files = await migrations(
      'R__b.sql',
      'V10__x.sql',
      'V2__x.sql',
      'U2__x.sql',
      'V1__x.sql',
      'R__a.sql',
    );
    expect(scripts(await orderMigrations(files, [row('V1__x.sql')]))).toEqual({
      applied: ['V1__x.sql'],
      pending: ['V2__x.sql', 'V10__x.sql', 'R__a.sql', 'R__b.sql'],
      codes: [],
    });
  });

  test('everything is pending on a fresh database', async () => {
    const files = await migrations('V1__x.sql', 'R__a.sql');
    expect(scripts(await orderMigrations(files, []))).toEqual({
      applied: [],
      pending: ['V1__x.sql', 'R__a.sql'],
      codes: [],
    });
  });

  test('an applied migration carries its row', async () => {
    const recorded = row('V1__x.sql');
    const { applied } = await orderMigrations(await migrations('V01__x.sql'), [
      { ...recorded, checksum: checksum('-- V01__x.sql') },
    ]);
    expect(applied).toMatchObject([{ recorded: { script: 'V1__x.sql' }, source: 'file' }]);
  });

  test('a row without its file is an error that says which', async () => {
    const order = await orderMigrations(await migrations('V1__x.sql'), [
      row('V1__x.sql'),
      row('V2__gone.sql'),
    ]);
    expect(order.diagnostics).toMatchObject([
      {
        code: 'history-missing-file',
        severity: 'error',
        subject: 'V2__gone.sql',
        summary: expect.stringContaining('V2__gone.sql (version 2)'),
      },
    ]);
  });

  test('a changed checksum is an error that shows both', async () => {
    const order = await orderMigrations(await migrations('V1__x.sql'), [row('V1__x.sql', 'SELECT 1;')]);
    expect(order.diagnostics).toMatchObject([
      {
        code: 'checksum-changed',
        severity: 'error',
        subject: 'V1__x.sql',
        detail: `History recorded checksum ${checksum('SELECT 1;')}; the file has ${checksum('-- V1__x.sql')}.`,
        help: expect.stringContaining('git'),
      },
    ]);
  });

  test('a pending version below an applied one is a warning, and still pending', async () => {
    const files = await migrations('V1__x.sql', 'V2__x.sql', 'V10__x.sql');
    const order = await orderMigrations(files, [row('V1__x.sql'), row('V10__x.sql')]);
    expect(scripts(order)).toEqual({
      applied: ['V1__x.sql', 'V10__x.sql'],
      pending: ['V2__x.sql'],
      codes: ['warning out-of-order'],
    });
  });

  test('a version that is none of ours is a missing file, not a crash', async () => {
    const strange = row('V1__x.sql', '', { key: 'abc', version: 'abc', script: 'abc.sql' });
    const files = await migrations('V1__x.sql', 'B1__x.sql');
    expect(scripts(await orderMigrations(files, [row('V1__x.sql'), strange])).codes).toEqual([
      'error history-missing-file',
    ]);
  });
});

describe('repeatable migrations', () => {
  test('run again when their text has changed, and expected has the text that ran', async () => {
    const files = [await migration('R__v.sql', 'SELECT 2;'), await migration('R__w.sql')];
    const order = await orderMigrations(files, [row('R__v.sql', 'SELECT 1;'), row('R__w.sql')]);
    expect(scripts(order)).toEqual({ applied: ['R__v.sql', 'R__w.sql'], pending: ['R__v.sql'], codes: [] });
    expect(order.applied[0]).toMatchObject({
      source: 'history',
      migration: { text: 'SELECT 1;', checksum: checksum('SELECT 1;'), statements: [{ sql: 'SELECT 1' }] },
    });
    expect(order.pending[0]?.text).toBe('SELECT 2;');
  });

  test('whose earlier text was not kept are expected as the file has them, with a warning', async () => {
    const files = [await migration('R__v.sql', 'SELECT 2;')];
    const order = await orderMigrations(files, [row('R__v.sql', 'SELECT 1;', { text: null })]);
    expect(scripts(order)).toEqual({
      applied: ['R__v.sql'],
      pending: ['R__v.sql'],
      codes: ['warning repeatable-text-unknown'],
    });
    expect(order.applied[0]).toMatchObject({ source: 'file', migration: { text: 'SELECT 2;' } });
  });

  test('whose file is gone stay part of expected, with a note', async () => {
    const order = await orderMigrations(await migrations('R__b.sql'), [
      row('R__a.sql', 'SELECT 1;'),
      row('R__b.sql'),
    ]);
    expect(scripts(order)).toEqual({
      applied: ['R__a.sql', 'R__b.sql'],
      pending: [],
      codes: ['note repeatable-file-gone'],
    });
    expect(order.applied[0]).toMatchObject({ source: 'history', migration: { text: 'SELECT 1;' } });
  });

  test('have a key that fits the history column and stays distinct', () => {
    expect(repeatableKey('123456789012345678')).toBe('R:123456789012345678');
    const long = repeatableKey('customer views for reports');
    expect(long).toMatch(/^R:customer ~[0-9a-f]{8}$/);
    expect(repeatableKey('customer views for billing')).not.toBe(long);
    expect([...repeatableKey('😀'.repeat(18))]).toHaveLength(20);
    expect([...repeatableKey('😀'.repeat(19))]).toHaveLength(20);
  });

  test('with a long description find their row', async () => {
    const script = 'R__customer_views_for_reports.sql';
    expect(scripts(await orderMigrations(await migrations(script), [row(script)])).applied).toEqual([script]);
  });
});

describe('baselines', () => {
  const names = ['V1__x.sql', 'V2__x.sql', 'B2__x.sql', 'V3__x.sql', 'V4__x.sql', 'B4__x.sql', 'V5__x.sql'];

  test('the highest replaces what is below it on a fresh database', async () => {
    expect(scripts(await orderMigrations(await migrations(...names), []))).toEqual({
      applied: [],
      pending: ['B4__x.sql', 'V5__x.sql'],
      codes: [],
    });
  });

  test('replay starts from the highest that the database has reached', async () => {
    const files = await migrations(...names);
    const upTo4 = ['V1__x.sql', 'V2__x.sql', 'V3__x.sql', 'V4__x.sql'].map((script) => row(script));
    expect(scripts(await orderMigrations(files, upTo4))).toEqual({
      applied: ['B4__x.sql'],
      pending: ['V5__x.sql'],
      codes: [],
    });
    expect(scripts(await orderMigrations(files, upTo4.slice(0, 3)))).toEqual({
      applied: ['B2__x.sql', 'V3__x.sql'],
      pending: ['V4__x.sql', 'V5__x.sql'],
      codes: [],
    });
    expect(scripts(await orderMigrations(files, upTo4.slice(0, 1)))).toEqual({
      applied: ['V1__x.sql'],
      pending: ['V2__x.sql', 'V3__x.sql', 'V4__x.sql', 'V5__x.sql'],
      codes: [],
    });
  });

  test('one that was run itself is applied, with its row', async () => {
    const order = await orderMigrations(await migrations(...names), [row('B4__x.sql'), row('V5__x.sql')]);
    expect(scripts(order)).toEqual({ applied: ['B4__x.sql', 'V5__x.sql'], pending: [], codes: [] });
    expect(order.applied[0]?.recorded?.kind).toBe('baseline');
  });

  test('the files that it replaces may be gone, but not changed', async () => {
    const files = await migrations('V2__x.sql', 'B2__x.sql');
    const rows = [row('V1__x.sql'), row('V2__x.sql', 'SELECT 1;')];
    expect(scripts(await orderMigrations(files, rows))).toEqual({
      applied: ['B2__x.sql'],
      pending: [],
      codes: ['error checksum-changed'],
    });
  });
});

describe('assuming', () => {
  const names = ['V1__x.sql', 'V2__x.sql', 'V10__x.sql', 'R__a.sql'];

  test('latest takes everything as applied', async () => {
    const order = await orderMigrations(await migrations(...names), [], 'latest');
    expect(scripts(order)).toEqual({ applied: names, pending: [], codes: [] });
    expect(order.applied.map(({ recorded }) => recorded)).toEqual([null, null, null, null]);
    expect(scripts(await orderMigrations(await migrations('R__a.sql'), [], 'latest')).applied).toEqual([
      'R__a.sql',
    ]);
  });

  test('a version takes what is up to it, and the repeatable ones', async () => {
    expect(scripts(await orderMigrations(await migrations(...names), [], '2.0'))).toEqual({
      applied: ['V1__x.sql', 'V2__x.sql', 'R__a.sql'],
      pending: ['V10__x.sql'],
      codes: [],
    });
  });

  test('an unknown version is an error', async () => {
    for (const version of ['3', 'V2', '']) {
      const order = await orderMigrations(await migrations(...names), [], version);
      expect(order.diagnostics).toMatchObject([
        { code: 'assume-unknown-version', severity: 'error', help: expect.stringContaining('10') },
      ]);
    }
  });

  test('replay starts from a baseline at or below the assumed version', async () => {
    const files = await migrations('B2__x.sql', 'V3__x.sql', 'B4__x.sql', 'V4__x.sql', 'V5__x.sql');
    expect(scripts(await orderMigrations(files, [], '3'))).toMatchObject({
      applied: ['B2__x.sql', 'V3__x.sql'],
      pending: ['V4__x.sql', 'V5__x.sql'],
    });
    expect(scripts(await orderMigrations(files, [], 'latest')).applied).toEqual(['B4__x.sql', 'V5__x.sql']);
  });

  test('gives way to a history, with a warning', async () => {
    expect(scripts(await orderMigrations(await migrations(...names), [row('V1__x.sql')], 'latest'))).toEqual({
      applied: ['V1__x.sql'],
      pending: ['V2__x.sql', 'V10__x.sql', 'R__a.sql'],
      codes: ['warning assume-ignored'],
    });
  });
});
