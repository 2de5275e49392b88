import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freshDatabase } from '../support/servers.ts';
import { cliFile, type Ended, onServer, project, query, shop, start, trueup } from './command-line.ts';

const repository = join(import.meta.dirname, '../..');

/** Fails with what the command said when its exit code is another. */
async function run(cwd: string, code: number, ...args: readonly string[]): Promise<Ended> {
  const ended = await trueup(cwd, args);
  expect(ended.code, `trueup ${args.join(' ')}\n${ended.stdout}${ended.stderr}`).toBe(code);
  return ended;
}

const scripts = async (url: string) =>
  (await query(url, 'SELECT script_name AS s FROM trueup.schema_version ORDER BY version')).map(({ s }) => s);

/** Belongs to the whole server, where another test may have made it. */
const sampleRole = `DO $$ BEGIN CREATE ROLE box_office_app; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`;

// Alone: each of its commands starts several embedded databases.
test('a newcomer: init, new, plan, apply, status and drift on the embedded database', async () => {
  await using folder = await project({});
  const { root } = folder;
  const init = await run(root, 0, 'init');
  expect(init.stdout).toMatch(/wrote trueup\.config\.yaml[\s\S]*Next:[\s\S]*trueup new/);
  expect((await run(root, 1, 'init')).stderr).toContain('already a Trueup project');
  expect(await run(root, 0, 'new', 'create', 'users')).toMatchObject({
    stdout: 'migrations/V1__create_users.sql\n',
  });
  await folder.write('migrations/V1__create_users.sql', shop['migrations/V1__users.sql'] ?? '');

  const plan = await run(root, 2, 'plan', '--detailed-exitcode');
  expect(plan.stdout).toContain('proven: 0 differences');
  expect(plan).toMatchObject({ stderr: '' });
  const applied = await run(root, 0, 'apply', '--yes', '-o', 'report.json');
  expect(applied.stdout).toMatch(
    /^Success: [\s\S]*V1__create_users\.sql[\s\S]*live is target: 0 differences/,
  );
  expect(JSON.parse(await folder.read('report.json'))).toMatchObject({
    outcome: 'success',
    versionBefore: null,
    versionAfter: '1',
    steps: [
      { title: 'V1__create_users.sql', version: '1', outcome: 'applied', durationMs: expect.any(Number) },
    ],
    differences: [],
  });
  expect((await run(root, 0, 'status')).stdout).toMatch(/\b1\b/);
  expect(await run(root, 0, 'drift')).toMatchObject({ stderr: '' });
});

test.concurrent('the sample, on an empty server', async () => {
  await using database = await freshDatabase(16);
  await query(database.url, sampleRole);
  const url = ['--url', database.url];
  const applied = await run(repository, 0, 'apply', '--yes', ...url);
  expect(applied.stdout).toMatch(/version none → 23[\s\S]*live is target: 0 differences/);
  expect(await run(repository, 0, 'drift', ...url)).toMatchObject({ stderr: '' });
  // Nothing was there before it.
  expect(await query(database.url, 'SELECT title FROM trueup.backup')).toEqual([]);
});

test.concurrent('drift by hand is found, refused by apply, reverted', async () => {
  await using database = await freshDatabase(15);
  await using folder = await project(shop);
  const url = onServer(database.url);
  await run(folder.root, 0, 'apply', '--yes', '-q', ...url);
  await query(database.url, 'ALTER TABLE users ADD COLUMN vip boolean; DROP INDEX orders_user_idx');

  const drift = await run(folder.root, 2, 'drift', ...url);
  expect(drift.stdout).toContain('vip');
  expect(drift.stdout).toContain('orders_user_idx');
  const json = await run(folder.root, 2, 'drift', '--format', 'json', ...url);
  const document: unknown = JSON.parse(json.stdout);
  expect(document).toMatchObject({
    drift: [{ id: 'index:public.orders_user_idx' }, { id: 'column:public.users.vip' }],
  });

  expect(await run(folder.root, 2, 'plan', '--detailed-exitcode', '--format', 'json', ...url)).toMatchObject({
    stderr: '',
  });
  const undecided = await run(folder.root, 3, 'apply', '--yes', ...url);
  expect(undecided.stdout).toBe('');
  expect(undecided.stderr).toContain('2 drifted objects that nobody decided about. Nothing was applied.');
  expect(undecided.stderr).toContain('--on-drift');
  const unconfirmed = await run(folder.root, 3, 'apply', '--on-drift', 'revert', ...url);
  expect(unconfirmed.stderr).toContain('--yes');
  expect(unconfirmed.stderr).toContain('--accept drop-column:public.users.vip');
  expect(unconfirmed.stdout).toBe('');

  const reverted = await run(
    folder.root,
    0,
    'apply',
    '--yes',
    '--accept',
    'drop-column:public.users.vip',
    '--on-drift',
    'revert',
    '--format',
    'json',
    ...url,
  );
  expect(JSON.parse(reverted.stdout)).toMatchObject({ outcome: 'success', differences: [] });
  await run(folder.root, 0, 'drift', ...url);
});

test.concurrent('drift is adopted as the next migration, recorded, and a fresh database replays to the same', async () => {
  await using database = await freshDatabase(18);
  await using other = await freshDatabase(14);
  await using folder = await project(shop);
  const url = onServer(database.url);
  await run(folder.root, 0, 'apply', '--yes', '-q', ...url);
  await query(
    database.url,
    `ALTER TABLE users ADD COLUMN vip boolean NOT NULL DEFAULT false; CREATE INDEX vips ON users (id) WHERE vip`,
  );
  const { stdout } = await run(folder.root, 0, 'apply', '--yes', '-q', '--on-drift', 'adopt', ...url);
  expect(stdout).toContain('version 2 → 3');
  const adopted = await folder.read('migrations/V3__adopt_drift.sql');
  expect(adopted).toContain('ADD COLUMN');
  expect(await scripts(database.url)).toContain('V3__adopt_drift.sql');
  // Replayed on an embedded PostgreSQL it is the same too.
  await run(folder.root, 0, 'drift', '--url', database.url);
  await run(folder.root, 0, 'apply', '--yes', '-q', ...onServer(other.url));
  await run(folder.root, 0, 'diff', database.url, other.url, ...onServer(database.url).slice(2));
});

test.concurrent('a plan in a file is applied as it is, and refused when live has moved', async () => {
  await using database = await freshDatabase(16);
  await using folder = await project(shop);
  const url = onServer(database.url);
  expect((await run(folder.root, 0, 'plan', '-o', 'plan.json', ...url)).stdout).toContain(
    'proven: 0 differences',
  );
  expect(await folder.read('plan.json')).not.toContain('s3cret');

  await query(database.url, 'CREATE TABLE surprise (id int)');
  const moved = await run(folder.root, 1, 'apply', 'plan.json', '--yes', '--assume', 'latest', ...url);
  expect(moved.stdout + moved.stderr).toContain('live has changed since the plan was made. Nothing was run.');
  expect(
    await query(database.url, `SELECT FROM pg_class WHERE relname IN ('users', 'schema_version')`),
  ).toEqual([]);
  await query(database.url, 'DROP TABLE surprise');

  await run(folder.root, 0, 'apply', 'plan.json', '--yes', ...url);
  expect(await scripts(database.url)).toEqual(
    ['1', '2', 'R'].map((v) => expect.stringMatching(`^[VR]${v === 'R' ? '' : v}__`)),
  );
  const again = await run(folder.root, 0, 'apply', 'plan.json', '--yes', ...url);
  expect(again.stdout).toContain('Nothing to do');
  await folder.write('plan.json', '{"formatVersion": 1');
  expect((await run(folder.root, 1, 'apply', 'plan.json', '--yes', ...url)).stderr).toContain('plan.json');
});

test.concurrent('two applies at once: each migration runs once', async () => {
  await using database = await freshDatabase(17);
  await using folder = await project(shop);
  const args = ['apply', '--yes', '-q', '--format', 'json', ...onServer(database.url)];
  const ended = await Promise.all([start(folder.root, args).ended, start(folder.root, args).ended]);
  expect(ended.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
    [0, 0].map((code) => ({ code, stderr: '' })),
  );
  const outcomes = ended.map(({ stdout }) => (JSON.parse(stdout) as { outcome: string }).outcome);
  expect(outcomes.toSorted()).toEqual(['nothing to do', 'success']);
  expect(await scripts(database.url)).toHaveLength(3);
});

test.concurrent('.trueupignore leaves changes out, and says how many', async () => {
  await using database = await freshDatabase(18);
  await using folder = await project({
    ...shop,
    '.trueupignore':
      'index:public.*_tmp_idx  # made by the tuner\ntable:public.old  # until=2020-01-01 goes soon\n',
  });
  const url = onServer(database.url);
  await run(folder.root, 0, 'apply', '--yes', '-q', ...url);
  await query(database.url, 'CREATE INDEX a_tmp_idx ON users (name); CREATE TABLE old (id int)');
  const drift = await run(folder.root, 2, 'drift', ...url);
  expect(drift.stdout).toContain('old');
  expect(drift.stdout).toMatch(/1 (change )?ignored|ignored[^\n]*1/i);
  expect(drift.stderr).toContain('.trueupignore:2');
  await query(database.url, 'DROP TABLE old');
  expect((await run(folder.root, 0, 'drift', ...url)).stdout).toMatch(/ignored/i);
  expect((await run(folder.root, 0, 'plan', ...url)).stdout).toMatch(/ignored/i);
  const diff = await run(folder.root, 0, 'diff', 'migrations', database.url, ...url.slice(2));
  expect(diff.stdout).toMatch(/ignored/i);
  const json = await run(folder.root, 0, 'drift', '--format', 'json', ...url);
  expect(JSON.parse(json.stdout)).toMatchObject({ ignored: [{ id: 'index:public.a_tmp_idx' }] });
});

test.concurrent('diff as SQL makes from an empty database what the migrations of the sample make', async () => {
  const { stdout: sql } = await run(repository, 2, 'diff', 'empty', 'migrations', '--format', 'sql');
  for (const major of [14, 18] as const) {
    await using database = await freshDatabase(major);
    await query(database.url, sampleRole);
    await query(database.url, sql);
    const left = await run(repository, 0, 'diff', 'migrations', database.url, '--format', 'json');
    expect(JSON.parse(left.stdout)).toMatchObject({ changes: [] });
    expect(left.stderr).not.toContain('error');
  }
});

test.concurrent('the demo without a terminal prints drift, plan and proof, as the README shows', async () => {
  const { stdout } = await run(repository, 0, 'demo');
  expect(stdout).toContain('proven: 0 differences');
  const readme = await readFile(join(repository, 'README.md'), 'utf8');
  const shown = /```text\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  const lines = shown.split('\n').map((line) => line.replace(/ \(rehearsed in .*/, ''));
  expect(lines.length).toBeGreaterThan(20);
  for (const line of lines.filter((each) => each !== '…')) expect(stdout).toContain(line);
});

test.concurrent('a reader that closes the pipe early is no failure', async () => {
  await using folder = await project(shop);
  const child = spawn(
    'sh',
    ['-c', `"${process.execPath}" "${cliFile}" diff empty migrations --format sql; echo "code $?" >&2`],
    {
      cwd: folder.root,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  child.stdout.destroy();
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  await new Promise((resolve) => child.once('close', resolve));
  expect(stderr).toMatch(/^code [02]\n$/);
});

test.concurrent('the library prints nothing, throws what is wrong and leaves no handle open', async () => {
  await using folder = await project(shop);
  const library = JSON.stringify(join(repository, 'dist/index.js'));
  await folder.write(
    'use.mjs',
    `
    import { writeFileSync } from 'node:fs';
    import { apply, diff, drift, plan, status, TrueupError } from ${library};
    const cwd = import.meta.dirname;
    const planned = await plan({ cwd });
    const report = await apply({ cwd });
    const { drift: changes } = await drift({ cwd });
    const { environments } = await status({ cwd });
    const thrown = await plan({ cwd: cwd + '/migrations' }).catch((error) => error);
    writeFileSync('seen.json', JSON.stringify([planned.rehearsal.outcome, report.outcome, changes.length,
      environments[0].appliedVersion, thrown instanceof TrueupError, process.exitCode ?? null]));
  `,
  );
  const child = spawn(process.execPath, ['use.mjs'], { cwd: folder.root, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect({ code, said }).toEqual({ code: 0, said: '' });
  expect(JSON.parse(await folder.read('seen.json'))).toEqual(['proven', 'success', 0, '2', true, null]);
  expect(existsSync(join(folder.root, '.trueup/live'))).toBe(true);
});

test.concurrent('colours only where they are asked for', async () => {
  await using folder = await project({});
  const plain = start(folder.root, ['status'], { FORCE_COLOR: '1', NO_COLOR: '1' });
  expect(await plain.ended).toMatchObject({ code: 1 });
  const coloured = start(folder.root, ['status'], { FORCE_COLOR: '1' });
  await expect(coloured.ended).rejects.toThrow('\\u001b');
});
