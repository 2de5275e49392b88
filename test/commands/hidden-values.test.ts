import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apply } from '../../src/commands/apply.ts';
import { diff } from '../../src/commands/diff.ts';
import { drift } from '../../src/commands/drift.ts';
import { plan } from '../../src/commands/plan.ts';
import { openServer } from '../../src/database/server.ts';
import { TrueupError } from '../../src/errors.ts';
import { writePlan } from '../../src/plan/artifact.ts';
import { renderDiff } from '../../src/render/diff.ts';
import { renderDrift } from '../../src/render/drift.ts';
import { renderDiffJson, renderDriftJson, renderPlanJson } from '../../src/render/json.ts';
import { renderPlanMarkdown } from '../../src/render/markdown.ts';
import { renderPlan } from '../../src/render/plan.ts';
import { renderDiffSql } from '../../src/render/sql.ts';
import { freshDatabase } from '../support/servers.ts';

const written = 'Migr4ted-w0rd';
const tampered = 'T4mpered-w0rd';
const plain = { color: false, verbose: true };

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'trueup-hidden-'));
  await mkdir(join(root, 'migrations'));
  await writeFile(join(root, 'trueup.config.yaml'), 'migrations: migrations\n');
  await writeFile(
    join(root, 'migrations', 'V1__far.sql'),
    `CREATE FOREIGN DATA WRAPPER far;
     CREATE SERVER there FOREIGN DATA WRAPPER far OPTIONS (host 'db2', secret_token '${written}');
     CREATE USER MAPPING FOR PUBLIC SERVER there OPTIONS (user 'reader', password '${written}');`,
  );
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** What a promise rejects with, as a user reads it. */
async function refusal(work: Promise<unknown>): Promise<TrueupError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof TrueupError) return error;
  throw new Error('it was not refused', { cause: error });
}

test('a pending migration is rehearsed beside passwords, and live keeps them', async () => {
  await using database = await freshDatabase(18);
  await using session = await openServer(database.url);
  const options = { cwd: root, url: database.url };
  await apply(options);
  const file = join(root, 'migrations', 'V2__more.sql');
  await writeFile(file, 'CREATE FOREIGN TABLE f (a integer) SERVER there;');
  try {
    const made = await plan(options);
    expect(made.rehearsal).toMatchObject({ outcome: 'proven' });
    expect(made.steps.flatMap(({ statements }) => statements.map(({ sql }) => sql))).toEqual([
      'CREATE FOREIGN TABLE f (a integer) SERVER there',
    ]);
    expect((await apply(options))?.outcome).toBe('success');
    expect((await drift(options)).drift).toEqual([]);
    const [row] = await session.query<{ options: string }>(
      'SELECT umoptions::text AS options FROM pg_user_mapping',
    );
    expect(row?.options).toContain(written);
  } finally {
    await rm(file);
  }
});

describe.each([14, 18] as const)('on PostgreSQL %i', (major) => {
  test('a changed password is drift, is shown nowhere, and is never repaired with its mask', async () => {
    await using database = await freshDatabase(major);
    const options = { cwd: root, url: database.url };
    expect((await apply(options))?.outcome).toBe('success');
    expect((await drift(options)).drift).toEqual([]);

    await using session = await openServer(database.url);
    const passwordOf = async () => {
      const [row] = await session.query<{ options: string }>(
        'SELECT umoptions::text AS options FROM pg_user_mapping',
      );
      return row?.options;
    };
    await session.exec(
      `ALTER USER MAPPING FOR PUBLIC SERVER there OPTIONS (SET password '${tampered}', SET user 'writer')`,
    );
    await session.exec(`ALTER SERVER there OPTIONS (SET secret_token '${tampered}')`);
    const report = await drift(options);
    expect(report.drift.map(({ action, id, properties }) => [action, id, properties.length])).toEqual([
      ['alter', 'server:there', 1],
      ['alter', 'user mapping:there.public', 1],
    ]);
    expect(JSON.stringify(report.drift[1]?.properties)).toMatch(/"user":"writer".*|hidden:[0-9a-f]{6}/);

    // Left as it is, drift stands in the way of nothing: the rehearsal copies what it cannot know.
    const left = await plan({ ...options, onDrift: 'leave' });
    expect(left.rehearsal.outcome).toMatch(/proven|skipped/);
    const refused = await refusal(plan({ ...options, onDrift: 'revert' }));
    const adopted = await refusal(plan({ ...options, onDrift: 'adopt' }));
    for (const { diagnostics } of [refused, adopted]) {
      expect(diagnostics.map(({ code, subject }) => [code, subject])).toEqual([
        ['hidden-value', 'server:there'],
        ['hidden-value', 'user mapping:there.public'],
      ]);
    }
    const compared = await diff('migrations', database.url, { cwd: root });
    expect(renderDiffSql(compared)).not.toMatch(/hidden:|MAPPING/);
    expect(compared.diagnostics.map(({ code, severity }) => [code, severity])).toContainEqual([
      'hidden-value',
      'warning',
    ]);

    const said = [
      renderDrift(report, plain),
      renderDriftJson(report),
      renderPlan(left, plain),
      renderPlanJson(left),
      renderPlanMarkdown(left),
      writePlan(left),
      renderDiff(compared, plain),
      renderDiffJson(compared),
      renderDiffSql(compared),
      JSON.stringify([refused.diagnostics, adopted.diagnostics, refused.message]),
    ].join('\n');
    expect(said).not.toContain(tampered);
    expect(said).not.toContain(written);
    expect(said).toContain('hidden:');
    // Nothing has run on live: the password is what it was made.
    expect(await passwordOf()).toContain(tampered);
  });

  test('who may not see a password gets no false drift, and is told which GRANT would help', async () => {
    await using database = await freshDatabase(major);
    const options = { cwd: root, url: database.url };
    await apply(options);
    await using owner = await openServer(database.url);
    const role = `${database.name}_reader`;
    await owner.exec(`CREATE ROLE ${role} LOGIN PASSWORD 'reader'`);
    await owner.exec(
      `GRANT USAGE ON SCHEMA trueup TO ${role}; GRANT SELECT ON ALL TABLES IN SCHEMA trueup TO ${role}`,
    );
    const limited = new URL(database.url);
    limited.username = role;
    limited.password = 'reader';
    try {
      await owner.exec(`ALTER USER MAPPING FOR PUBLIC SERVER there OPTIONS (SET password '${tampered}')`);
      const report = await drift({ ...options, url: limited.href });
      expect(report.drift).toEqual([]);
      expect(report.notCompared).toContainEqual({
        kind: 'user mapping',
        name: 'there.public',
        because: expect.stringContaining('GRANT'),
      });
      expect(renderDrift(report, plain)).toContain(
        'user mapping there.public: PostgreSQL shows its options only to',
      );
    } finally {
      await owner.exec(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }
  });
});

test.each([14, 18] as const)(
  'PostgreSQL %i: a subscription is named and not compared, its connection string is read by nobody, and plans are rehearsed beside it',
  async (major) => {
    await using database = await freshDatabase(major);
    await using session = await openServer(database.url);
    const folder = await mkdtemp(join(tmpdir(), 'trueup-subscription-'));
    try {
      await mkdir(join(folder, 'migrations'));
      await writeFile(join(folder, 'trueup.config.yaml'), 'migrations: migrations\n');
      await writeFile(join(folder, 'migrations', 'V1__t.sql'), 'CREATE TABLE t (a integer);');
      const options = { cwd: folder, url: database.url };
      await apply(options);
      const name = `${database.name}_s`;
      const create = `CREATE SUBSCRIPTION ${name} CONNECTION 'host=nowhere password=${written}' PUBLICATION p WITH (connect = false, slot_name = NONE, enabled = false)`;
      await writeFile(join(folder, 'migrations', 'V2__far.sql'), `${create};\nCREATE TABLE u (a integer);`);
      const made = await plan(options);
      expect(made.rehearsal.outcome).toBe('proven');
      expect((await apply(options))?.outcome).toBe('success');
      const report = await drift(options);
      expect(report.drift).toEqual([]);
      expect(report.notCompared.filter(({ configured }) => !configured)).toEqual([
        { kind: 'subscription', name },
      ]);
      expect(renderDriftJson(report)).not.toContain(written);
      await session.exec(`DROP SUBSCRIPTION ${name}`);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);
