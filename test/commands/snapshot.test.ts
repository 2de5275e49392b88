import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { diff } from '../../src/commands/diff.ts';
import { drift } from '../../src/commands/drift.ts';
import { plan } from '../../src/commands/plan.ts';
import { snapshot } from '../../src/commands/snapshot.ts';
import { validate } from '../../src/commands/validate.ts';
import type { TrueupError } from '../../src/errors.ts';
import { readSnapshot, type Snapshot, writeSnapshot } from '../../src/replay/snapshot.ts';
import { project, query, shop } from '../end-to-end/command-line.ts';
import { freshDatabase } from '../support/servers.ts';

/** As it stands at version 2, with drift: an index gone, a column and a function extra, a default changed. */
const drifted = `${shop['migrations/V1__users.sql']}; ${shop['migrations/V2__orders.sql']}; ${shop['migrations/R__totals.sql']};
  DROP INDEX orders_user_idx; ALTER TABLE users ADD COLUMN vip boolean; ALTER TABLE orders ALTER COLUMN total SET DEFAULT 1;
  CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1'`;

/** Options that take all migrations as applied, and replay on the embedded PostgreSQL. */
function optionsFor(cwd: string, url: string) {
  return { cwd, url, assume: 'latest', now: () => new Date(0) };
}

/** The same on the server, which starts faster. */
function optionsOn(cwd: string, url: string) {
  const server = new URL(url);
  server.pathname = '/postgres';
  return { ...optionsFor(cwd, url), replayUrl: server.href };
}

const isReplay = (line: string) => line.startsWith('replaying');

/** All of a report but the snapshot's own words, and addresses, which mean something in one database only. */
function withoutSnapshot(report: { readonly diagnostics: readonly { readonly code: string }[] }): unknown {
  const diagnostics = report.diagnostics.filter(({ code }) => !code.startsWith('snapshot'));
  return JSON.parse(
    JSON.stringify({ ...report, snapshot: null, diagnostics }, (key, value: unknown) =>
      key === 'address' ? undefined : value,
    ),
  );
}

async function change(root: string, alter: (snapshot: Snapshot) => Snapshot): Promise<void> {
  const file = join(root, 'snapshots/V2.json');
  await writeFile(file, writeSnapshot(alter(readSnapshot(await readFile(file, 'utf8'), file))));
}

test.each([15, 18] as const)(
  'drift and plan on PostgreSQL %i are the same from a snapshot and from a replay',
  async (major) => {
    await using database = await freshDatabase(major);
    await query(database.url, drifted);
    await using folder = await project(shop);
    const progress: string[] = [];
    const options = {
      ...optionsFor(folder.root, database.url),
      onProgress: (line: string) => progress.push(line),
    };
    const replayed = await drift(options);
    expect(replayed).toMatchObject({ snapshot: null, drift: { length: 4 } });
    const revert = {
      ...options,
      decisions: new Map(replayed.drift.map(({ id }) => [id, 'revert' as const])),
    };
    const replayedPlan = await plan(revert);
    expect(await snapshot(options)).toEqual({ file: 'snapshots/V2.json', migrations: 3, objects: 15 });

    progress.length = 0;
    const read = await drift(options);
    expect(read).toMatchObject({
      snapshot: 'snapshots/V2.json',
      diagnostics: [{ code: 'snapshot-used', severity: 'note' }],
    });
    expect(withoutSnapshot(read)).toEqual(withoutSnapshot(replayed));
    // A text that this major prints differently is put through the engine, which is brought there for it.
    expect(progress.some(isReplay)).toBe(major === 15);
    const readPlan = await plan(revert);
    expect(readPlan).toMatchObject({ snapshot: 'snapshots/V2.json', rehearsal: { outcome: 'proven' } });
    expect(withoutSnapshot(readPlan)).toEqual(withoutSnapshot(replayedPlan));

    progress.length = 0;
    expect(await drift({ ...options, snapshots: false })).toEqual(replayed);
    expect(progress.some(isReplay)).toBe(true);
  },
);

test('a snapshot serves drift while migrations are pending, and the plan replays them', async () => {
  await using database = await freshDatabase(18);
  await query(database.url, `${shop['migrations/V1__users.sql']}; CREATE TABLE extra ()`);
  await using folder = await project({
    'migrations/V1__users.sql': shop['migrations/V1__users.sql'] ?? '',
  });
  const options = optionsOn(folder.root, database.url);
  await snapshot(options);
  await folder.write('migrations/V2__orders.sql', shop['migrations/V2__orders.sql'] ?? '');
  const assumed = { ...options, assume: '1' };
  const report = await drift(assumed);
  expect(report).toMatchObject({ snapshot: 'snapshots/V1.json', drift: [{ id: 'table:public.extra' }] });
  expect(withoutSnapshot(report)).toEqual(withoutSnapshot(await drift({ ...assumed, snapshots: false })));
  expect(await plan(assumed)).toMatchObject({ snapshot: null, rehearsal: { outcome: 'proven' } });
  // Nobody knows whether the database has it: only a replay can tell.
  await folder.write('migrations/R__totals.sql', shop['migrations/R__totals.sql'] ?? '');
  expect(await drift(assumed)).toMatchObject({ snapshot: null });
});

test('a snapshot that does not match is not used, and the reason is noted', async () => {
  await using database = await freshDatabase(18);
  await query(database.url, drifted);
  await using folder = await project(shop);
  const options = optionsOn(folder.root, database.url);
  await snapshot(options);
  const refusal = async (reason: string) => {
    const { snapshot: file, diagnostics, drift: changes } = await drift(options);
    expect({ file, changes: changes.length }).toEqual({ file: null, changes: 4 });
    expect(diagnostics).toMatchObject([
      { code: 'snapshot-not-used', severity: 'note', summary: expect.stringContaining(reason) },
    ]);
  };
  await change(folder.root, (one) => ({ ...one, toolVersion: '0.0.1' }));
  await refusal('Trueup 0.0.1 made it');
  const own = await readFile(join(import.meta.dirname, '../../package.json'), 'utf8');
  const { version } = JSON.parse(own) as { version: string };
  await change(folder.root, (one) => ({ ...one, toolVersion: version, engine: 'PGlite 0.0.1' }));
  await refusal('PGlite 0.0.1 made it; the replay would use PostgreSQL 18');
  await snapshot(options);
  await change(folder.root, (one) => ({ ...one, standInExtensions: ['postgis'] }));
  await refusal('other extensions to do without');
  await snapshot(options);
  await folder.write('migrations/R__totals.sql', `${shop['migrations/R__totals.sql']}-- changed`);
  await refusal('its migrations are others, from R__totals.sql on');
  await folder.write('migrations/R__totals.sql', shop['migrations/R__totals.sql'] ?? '');
  expect((await drift(options)).snapshot).toBe('snapshots/V2.json');
});

test('a snapshot is not used where the search_path leads the migrations to another schema', async () => {
  await using database = await freshDatabase(18);
  await query(
    database.url,
    `CREATE SCHEMA app; ALTER DATABASE ${database.name} SET search_path = app, public`,
  );
  await query(database.url, 'CREATE TABLE t (a integer)');
  await using folder = await project({
    'migrations/V1__t.sql': 'CREATE SCHEMA IF NOT EXISTS app; CREATE TABLE t (a integer);',
  });
  const options = optionsOn(folder.root, database.url);
  await snapshot(options);
  expect(await drift(options)).toMatchObject({
    snapshot: null,
    drift: [{ action: 'create', id: 'database setting:search_path' }],
    diagnostics: [
      { code: 'snapshot-not-used', summary: expect.stringContaining('search_path is app, public') },
    ],
  });
});

test('a snapshot is not used where migrations speak of the database by its name', async () => {
  await using database = await freshDatabase(18);
  const migration = `ALTER DATABASE ${database.name} SET work_mem = '8MB';`;
  await query(database.url, migration);
  await using folder = await project({ 'migrations/V1__memory.sql': migration });
  const options = optionsOn(folder.root, database.url);
  await snapshot(options);
  expect(await drift(options)).toMatchObject({
    snapshot: null,
    drift: [],
    diagnostics: [{ code: 'snapshot-not-used', summary: expect.stringContaining('V1__memory.sql speaks') }],
  });
});

test('a damaged snapshot is refused by drift, and --no-snapshot goes on without it', async () => {
  await using database = await freshDatabase(18);
  await query(database.url, drifted);
  await using folder = await project(shop);
  const options = optionsOn(folder.root, database.url);
  await snapshot(options);
  const text = await folder.read('snapshots/V2.json');
  await folder.write('snapshots/V2.json', text.replace('"total"', '"sum"'));
  await expect(drift(options)).rejects.toMatchObject({
    diagnostics: [{ code: 'snapshot-digest', position: { file: 'snapshots/V2.json' } }],
  });
  expect((await drift({ ...options, snapshots: false })).drift).toHaveLength(4);
});

test('validate proves snapshots, and names what is wrong with each', async () => {
  await using database = await freshDatabase(18);
  await using folder = await project(shop);
  const options = optionsOn(folder.root, database.url);
  const faults = () =>
    validate(options).then(
      ({ snapshots, diagnostics }) => ({ snapshots, codes: diagnostics.map(({ code }) => code) }),
      ({ diagnostics }: TrueupError) =>
        diagnostics.map(({ code, detail }) => `${code} ${detail ?? ''}`.trim()),
    );
  await snapshot(options);
  expect(await faults()).toEqual({ snapshots: ['snapshots/V2.json'], codes: [] });

  // Its digest is right, and what it says is not.
  const lie = (one: Snapshot): Snapshot => {
    const objects = new Map(one.catalog.objects);
    objects.delete('index:public.orders_user_idx');
    return { ...one, catalog: { ...one.catalog, objects } };
  };
  await change(folder.root, lie);
  expect(await faults()).toEqual(['snapshot-untrue index:public.orders_user_idx']);

  await snapshot(options);
  await rename(join(folder.root, 'snapshots/V2.json'), join(folder.root, 'snapshots/latest.json'));
  expect(await faults()).toEqual(['snapshot-name']);
  await rm(join(folder.root, 'snapshots/latest.json'));

  // One of an earlier version is proven by a replay of its own.
  await snapshot(options);
  await folder.write('migrations/V3__more.sql', 'CREATE TABLE more ();');
  expect(await faults()).toEqual({ snapshots: ['snapshots/V2.json'], codes: [] });
  await folder.write('snapshots/V3.json', '{');
  await folder.write('migrations/R__totals.sql', `${shop['migrations/R__totals.sql']}-- changed`);
  expect(await faults()).toEqual([expect.stringMatching(/^snapshot-truncated /)]);
  await rm(join(folder.root, 'snapshots/V3.json'));
  expect(await faults()).toEqual({ snapshots: [], codes: ['snapshot-unproven'] });
  await folder.write('migrations/V1__users.sql', `${shop['migrations/V1__users.sql']}-- changed`);
  expect(await faults()).toEqual(['snapshot-untrue']);
});

test('diff compares snapshots with each other and with anything else', async () => {
  await using folder = await project({
    'migrations/V1__users.sql': shop['migrations/V1__users.sql'] ?? '',
  });
  await using database = await freshDatabase(18);
  const options = optionsOn(folder.root, database.url);
  await snapshot(options);
  await folder.write('migrations/V2__orders.sql', shop['migrations/V2__orders.sql'] ?? '');
  await snapshot({ ...options, file: 'elsewhere/after.json' });
  const [one, two] = ['snapshot:snapshots/V1.json', 'snapshot:elsewhere/after.json'];
  const between = await diff(one, two, options);
  expect(between.changes.filter(({ within }) => within === null).map(({ id }) => id)).toEqual([
    'table:public.orders',
  ]);
  expect(between.statements).toEqual((await diff('migrations@1', 'migrations', options)).statements);
  expect((await diff(two, 'migrations', options)).changes).toEqual([]);
  await expect(diff(one, 'snapshot:absent.json', options)).rejects.toMatchObject({
    diagnostics: [{ code: 'snapshot-missing', position: { file: 'absent.json' } }],
  });
  // Outside of any project, against a server of another major.
  await using older = await freshDatabase(15);
  await query(older.url, `${shop['migrations/V1__users.sql']}; CREATE TABLE extra ()`);
  await using nowhere = await project({ 'v1.json': await folder.read('snapshots/V1.json') });
  const outside = { cwd: nowhere.root, replayUrl: options.replayUrl };
  const { changes } = await diff('snapshot:v1.json', older.url, outside);
  expect(changes.map(({ id }) => id)).toEqual(['table:public.extra']);
  const read = readSnapshot(await folder.read('snapshots/V1.json'), 'v1.json');
  await nowhere.write('v1.json', writeSnapshot({ ...read, toolVersion: '0.0.1' }));
  expect((await diff('snapshot:v1.json', older.url, outside)).diagnostics).toMatchObject([
    { code: 'snapshot-version', severity: 'warning' },
  ]);
});

test('the snapshot of the sample project is true (npm run docs writes it)', async () => {
  const cwd = join(import.meta.dirname, '../..');
  await using folder = await project({});
  const file = join(folder.root, 'V23.json');
  await snapshot({ cwd, file });
  expect(await folder.read('V23.json')).toBe(await readFile(join(cwd, 'snapshots/V23.json'), 'utf8'));
});
