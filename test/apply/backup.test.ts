import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { BackupPolicy } from '../../src/apply/backup.ts';
import { pruneBackups, readBackups, restoreBackup } from '../../src/apply/restore.ts';
import { openServer } from '../../src/database/server.ts';
import { DatabaseError, type Session } from '../../src/database/session.ts';
import { type Hazard, hazard } from '../../src/plan/hazards.ts';
import type { Step } from '../../src/plan/plan.ts';
import { inputFor, liveDatabases, onServer, planFor, run, written } from './support.ts';

const backup: BackupPolicy = { limitBytes: 1024 ** 3, acceptsLarge: false };

/** Runs a migration whose last statement has these hazards; returns the report. */
async function destroy(session: Session, text: string, hazards: readonly Hazard[], policy = backup) {
  const step = await written('1', text);
  const statements = step.statements.map((statement, index) =>
    index === step.statements.length - 1
      ? { ...statement, hazards: [...statement.hazards, ...hazards] }
      : statement,
  );
  const steps: readonly Step[] = [{ ...step, statements }];
  return (await run(inputFor(session, await planFor(session, steps), { backup: policy }))).report;
}

const onlyBackup = async (session: Session) => {
  const [one, ...others] = await readBackups(session);
  expect(others).toEqual([]);
  if (!one) throw new Error('there is no backup');
  return one;
};

const orders = `CREATE TABLE orders (id int PRIMARY KEY, note text, "Two" text GENERATED ALWAYS AS (note || '2') STORED);
INSERT INTO orders VALUES (1, 'a'), (2, NULL), (3, 'c')`;
const all = 'SELECT * FROM orders ORDER BY id';

describe.each(liveDatabases)('what a run destroys is saved first, on %s', (_, onLive) => {
  test('a dropped column, which comes back row by row', () =>
    onLive(async (session) => {
      await session.exec(orders.replace(/, "Two".*STORED/, ''));
      const before = await session.query(all);
      const report = await destroy(session, 'ALTER TABLE orders DROP COLUMN note', [
        hazard('drop-column', 'public.orders.note'),
      ]);
      expect(report.error).toBeNull();
      const saved = await onlyBackup(session);
      expect(saved).toMatchObject({
        name: expect.stringMatching(/^\d{17}_1_1_1_orders_note$/),
        runId: report.runId,
        title: 'V1__m.sql',
        lost: ['note'],
        key: ['id'],
        rows: 3,
      });
      expect(await session.query(`SELECT * FROM trueup_backup."${saved.name}" WHERE id = 1`)).toEqual([
        { id: 1, note: 'a' },
      ]);
      await session.exec('DELETE FROM orders WHERE id = 3; INSERT INTO orders VALUES (4)');
      expect(await restoreBackup(session, saved.name)).toBe(2);
      expect(await session.query(all)).toEqual([...before.slice(0, 2), { id: 4, note: null }]);
    }));

  test('a dropped table, which comes back bare, or into the table that was made again', () =>
    onLive(async (session) => {
      await session.exec(orders);
      const before = await session.query(all);
      await destroy(session, 'DROP TABLE orders', [hazard('drop-table', 'public.orders')]);
      const { name } = await onlyBackup(session);
      expect(await restoreBackup(session, name)).toBe(3);
      expect(await session.query(all)).toEqual(before);
      await session.exec(
        `DROP TABLE orders; ${orders}; UPDATE orders SET note = 'new' WHERE id = 1; DELETE FROM orders WHERE id > 1`,
      );
      expect(await restoreBackup(session, name)).toBe(2);
      expect(await session.query(all)).toEqual([{ id: 1, note: 'new', Two: 'new2' }, ...before.slice(1)]);
    }));

  test('types and collations go with their columns, whose values come back as text or as the types made again', () =>
    onLive(async (session) => {
      const types = `CREATE TYPE mood AS ENUM ('so', 'la''la'); CREATE DOMAIN short AS varchar(3); CREATE COLLATION c FROM "C"`;
      await session.exec(`${types}; CREATE TABLE t (m mood PRIMARY KEY, n mood[], s short, t text COLLATE c, p point);
        CREATE TABLE u (m mood PRIMARY KEY, n mood[]); INSERT INTO t VALUES ('la''la', '{so}', 'abc', 'x', '(1,2)'), ('so', NULL, NULL, NULL, NULL);
        INSERT INTO u VALUES ('so', '{so,"la''la"}')`);
      const read = 'SELECT t.*, u.n AS k FROM t LEFT JOIN u USING (m) ORDER BY m::text';
      const before = await session.query(read);
      const report = await destroy(
        session,
        'DROP TABLE t; ALTER TABLE u DROP COLUMN n, ALTER m TYPE text; DROP TYPE mood; DROP DOMAIN short; DROP COLLATION c',
        [hazard('drop-table', 'public.t'), hazard('drop-column', 'public.u.n')],
      );
      expect(report.error).toBeNull();
      const names = (await readBackups(session)).map(({ name }) => name);
      for (const name of names) await restoreBackup(session, name);
      const isText = `SELECT DISTINCT pg_typeof(m)::text || pg_typeof(n)::text AS type FROM t`;
      expect(await session.query(isText)).toEqual([{ type: 'texttext' }]);
      await session.exec(
        `DROP TABLE t; ALTER TABLE u DROP n; ${types}; ALTER TABLE u ALTER m TYPE mood USING m::mood`,
      );
      for (const name of names) await restoreBackup(session, name);
      expect(await session.query(read)).toEqual(before);
      await session.exec(`DELETE FROM t; ALTER TABLE t ADD CHECK (m::text <> 'so')`);
      await expect(restoreBackup(session, names.at(-1) ?? '')).rejects.toThrow(
        'does not fit public.t as it is now',
      );
    }));

  test('tables that TRUNCATE … CASCADE reaches, rows that an unbounded DELETE takes, values that an unbounded UPDATE replaces', () =>
    onLive(async (session) => {
      await session.exec(`CREATE SCHEMA shop; CREATE TABLE shop.a (id int PRIMARY KEY); INSERT INTO shop.a VALUES (1);
        CREATE TABLE b (id int REFERENCES shop.a); INSERT INTO b VALUES (1);
        CREATE TABLE c (id int PRIMARY KEY, n int, m int); INSERT INTO c VALUES (1, 2, 3);
        CREATE TABLE d (id int); INSERT INTO d VALUES (1); CREATE TABLE e AS SELECT 1 AS n`);
      const report = await destroy(
        session,
        'TRUNCATE shop.a CASCADE; UPDATE c SET n = 0; DELETE FROM d WHERE id = 1; DELETE FROM e',
        [],
      );
      expect(report.error).toBeNull();
      const saved = (await readBackups(session)).map(({ schema, table, lost, rows }) => ({
        schema,
        table,
        lost,
        rows,
      }));
      expect(saved.toSorted((one, other) => one.table.localeCompare(other.table))).toEqual([
        { schema: 'shop', table: 'a', lost: null, rows: 1 },
        { schema: 'public', table: 'b', lost: null, rows: 1 },
        { schema: 'public', table: 'c', lost: ['n'], rows: 1 },
        { schema: 'public', table: 'e', lost: null, rows: 1 },
      ]);
      const values = (await readBackups(session)).find(({ table }) => table === 'c');
      await restoreBackup(session, values?.name ?? '');
      expect(await session.query('SELECT * FROM c')).toEqual([{ id: 1, n: 2, m: 3 }]);
    }));

  test('only of what was there before: not what the same transaction has made, and what it has renamed by its name of then', () =>
    onLive(async (session) => {
      await session.exec(`CREATE TABLE c (id int PRIMARY KEY, n int); INSERT INTO c VALUES (1, 2);
        CREATE TABLE d (id int PRIMARY KEY, n int); INSERT INTO d VALUES (1, 2)`);
      const report = await destroy(
        session,
        `ALTER TABLE c ADD COLUMN m int; UPDATE c SET m = n; UPDATE c SET m = 0, n = 0;
         CREATE TABLE made AS SELECT 1 AS n; DELETE FROM made;
         ALTER TABLE d RENAME TO e; ALTER TABLE e RENAME COLUMN n TO k; UPDATE e SET k = 0`,
        [],
      );
      expect(report.error).toBeNull();
      const saved = (await readBackups(session)).map(({ table, lost }) => ({ table, lost }));
      expect(saved.toSorted((one, other) => one.table.localeCompare(other.table))).toEqual([
        { table: 'c', lost: ['n'] },
        { table: 'e', lost: ['k'] },
      ]);
    }));

  test('with the change or not at all', () =>
    onLive(async (session) => {
      await session.exec(orders);
      const report = await destroy(session, 'DROP TABLE orders; SELECT 1 / 0', [
        hazard('drop-table', 'public.orders'),
      ]);
      expect(report.outcome).toBe('failed');
      expect(await readBackups(session)).toEqual([]);
      expect(await session.query(`SELECT to_regnamespace('trueup_backup') AS schema`)).toEqual([
        { schema: null },
      ]);
    }));

  test('before a statement that stands in no transaction, and in batches', () =>
    onLive(async (session) => {
      await session.exec('CREATE TABLE c (id int PRIMARY KEY, n int); INSERT INTO c VALUES (1, 2), (2, 3)');
      const report = await destroy(session, '-- trueup: batch size=1\nUPDATE c SET n = 0', []);
      expect(report.error).toBeNull();
      expect(await restoreBackup(session, (await onlyBackup(session)).name)).toBe(2);
      expect(await session.query('SELECT n FROM c ORDER BY id')).toEqual([{ n: 2 }, { n: 3 }]);
    }));

  test("in a migration's own transactions, by the names of then and as the role that connected", () =>
    onLive(async (session) => {
      const [row] = await session.query<{ role: string }>(
        `SELECT 'owner of ' || current_database() || gen_random_uuid() AS role`,
      );
      const role = `"${row?.role}"`;
      await session.exec(`CREATE ROLE ${role}; GRANT CREATE ON SCHEMA public TO ${role}`);
      await session.exec(`CREATE TABLE c (id int PRIMARY KEY, n int, m bigint); INSERT INTO c VALUES (1, 2, 3);
        ALTER TABLE c OWNER TO ${role}`);
      const moved = `SET ROLE ${role}; ALTER TABLE c RENAME n TO k; ALTER TABLE c RENAME TO d; UPDATE d SET k = 0`;
      const read = 'SELECT current_user = session_user AS mine';
      for (const text of [
        `BEGIN; ${moved}; COMMIT; ALTER TABLE d RENAME TO c; ALTER TABLE c RENAME k TO n; UPDATE c SET n = 1`,
        `${moved}; DO 'BEGIN ASSERT current_user <> session_user; END'`,
      ]) {
        expect((await destroy(session, text, [])).error).toBeNull();
        expect(await session.query(read)).toEqual([{ mine: true }]);
      }
      expect((await readBackups(session)).map(({ table, lost, rows }) => [table, lost, rows])).toEqual([
        ['d', ['k'], 1],
        ['c', ['n'], 1],
        ['d', ['k'], 1],
      ]);
      await session.exec(`DROP OWNED BY ${role} CASCADE`);
      await session.exec(`DROP ROLE ${role}`);
    }));

  test('once for each part of a plan', () =>
    onLive(async (session) => {
      await session.exec('CREATE TABLE c (id int PRIMARY KEY, n int, m int); INSERT INTO c VALUES (1, 2, 3)');
      const report = await destroy(
        session,
        '-- trueup: no-transaction\nUPDATE c SET n = 0, m = 0; UPDATE c SET n = 1, m = 1',
        [],
      );
      expect(report.error).toBeNull();
      expect((await readBackups(session)).map(({ name }) => name.slice(17))).toEqual([
        '_1_2_1_c',
        '_1_1_1_c',
      ]);
    }));

  test('more than the limit only when that is accepted; then nothing runs', () =>
    onLive(async (session) => {
      await session.exec(orders);
      const hazards = [hazard('drop-table', 'public.orders')];
      const small = { limitBytes: 100, acceptsLarge: false };
      const refused = await destroy(session, 'DROP TABLE orders', hazards, small);
      expect(refused.error).toMatchObject({
        code: 'large-backup',
        detail: expect.stringContaining('public.orders: 1 MB'),
        help: expect.stringContaining('--accept large-backup'),
      });
      expect(await session.query(all)).toHaveLength(3);
      await destroy(session, 'DROP TABLE orders', hazards, { ...small, acceptsLarge: true });
      expect(await readBackups(session)).toHaveLength(1);
    }));

  test('names may hold anything, and what has no key is saved as whole rows', () =>
    onLive(async (session) => {
      const table = `"é.'x"";"`;
      await session.exec(`CREATE TABLE ${table} (id int, "a.b" text); INSERT INTO ${table} VALUES (1, 'x')`);
      const report = await destroy(session, `ALTER TABLE ${table} DROP COLUMN "a.b"`, [
        hazard('drop-column', `public.é.'x";.a.b`),
      ]);
      expect(report.error).toBeNull();
      const { name } = await onlyBackup(session);
      await expect(restoreBackup(session, name)).rejects.toThrow('had no primary key');
      expect(await session.query(`SELECT * FROM trueup_backup."${name.replaceAll('"', '""')}"`)).toEqual([
        { id: 1, 'a.b': 'x' },
      ]);
    }));

  test('is dropped when it is old enough', () =>
    onLive(async (session) => {
      await session.exec(orders);
      await destroy(session, 'DROP TABLE orders', [hazard('drop-table', 'public.orders')]);
      const { name, savedAt } = await onlyBackup(session);
      expect(await pruneBackups(session, new Date(savedAt))).toEqual([]);
      const later = new Date(new Date(savedAt).getTime() + 1000);
      expect(await pruneBackups(session, later)).toMatchObject([{ name }]);
      expect(await readBackups(session)).toEqual([]);
      await expect(session.query(`SELECT FROM trueup_backup."${name}"`)).rejects.toThrow(DatabaseError);
      await expect(restoreBackup(session, name)).rejects.toThrow('There is no such backup.');
    }));
});

describe.each(liveDatabases.slice(0, 2))('into files, on %s', (_, onLive) => {
  const inFiles = (use: (session: Session, policy: BackupPolicy & { directory: string }) => Promise<void>) =>
    onLive(async (session) => {
      const directory = await mkdtemp(join(tmpdir(), 'trueup-backup-'));
      try {
        await use(session, { ...backup, directory });
      } finally {
        await rm(directory, { recursive: true, force: true });
      }
    });

  test('a dropped column and a dropped table come back, of any type and with any text', () =>
    inFiles(async (session, policy) => {
      const mood = `CREATE TYPE mood AS ENUM ('so', 'la''la')`;
      await session.exec(`${mood}; CREATE TABLE "a/b\\c" (
          "i d" int PRIMARY KEY, "N\nn" text, m mood[], t timestamptz, y bytea, f float8, v interval, j jsonb);
        INSERT INTO "a/b\\c" VALUES (1, E'x\\ty\\nz\\\\N', '{so,"la''la"}', '2026-01-02 03:04:05.678+09', '\\x00ff', 0.1, '1 mon -2 days', '{"a": "\\n"}'),
          (2, NULL, NULL, 'infinity', '', 'NaN', '-3 h', 'null'), (3, '', '{}', NULL, NULL, '-0', NULL, NULL)`);
      const rows = 'SELECT * FROM "a/b\\c" ORDER BY 1';
      const before = await session.query(rows);
      const column = await destroy(
        session,
        `SET datestyle = 'German'; SET intervalstyle = 'sql_standard'; SET extra_float_digits = -5; SET bytea_output = 'escape';
        ALTER TABLE "a/b\\c" DROP COLUMN "N\nn"`,
        [hazard('drop-column', 'public.a/b\\c.N\nn')],
        policy,
      );
      expect(column.error).toBeNull();
      const saved = (await readBackups(session, policy.directory))[0];
      expect(saved).toMatchObject({ rows: 3, file: expect.stringMatching(/^\d{17}_1_1_1_[\w]+\.copy\.gz$/) });
      expect(await session.query(`SELECT to_regnamespace('trueup_backup') AS made`)).toEqual([
        { made: null },
      ]);
      expect(await restoreBackup(session, saved?.name ?? '', policy.directory)).toBe(3);
      const names = (await session.query('SELECT * FROM "a/b\\c" ORDER BY 1')).map((row) =>
        Object.entries(row as object).toSorted(),
      );
      expect(names).toEqual(before.map((row) => Object.entries(row as object).toSorted()));

      const step = await written('2', 'DROP TABLE "a/b\\c"; DROP TYPE mood');
      const hazards = [hazard('drop-table', 'public.a/b\\c')];
      const steps = [{ ...step, statements: step.statements.map((one) => ({ ...one, hazards })) }];
      const { report } = await run(inputFor(session, await planFor(session, steps), { backup: policy }));
      expect(report.error).toBeNull();
      const [table] = await readBackups(session, policy.directory);
      expect(table?.bytes).toBeGreaterThan(0);
      await session.exec(mood);
      expect(await restoreBackup(session, table?.name ?? '', policy.directory)).toBe(3);
      expect((await session.query(rows)).map((row) => Object.entries(row as object).toSorted())).toEqual(
        names,
      );
    }));

  test('one that is damaged is refused, and nothing is put back; one that is gone is said to be', () =>
    inFiles(async (session, policy) => {
      await session.exec(orders);
      await destroy(session, 'DROP TABLE orders', [hazard('drop-table', 'public.orders')], policy);
      const [saved] = await readBackups(session, policy.directory);
      const path = join(policy.directory, saved?.file ?? '');
      const manifest = JSON.parse(await readFile(`${path}.json`, 'utf8'));
      expect(manifest).toMatchObject({ schema: 'public', table: 'orders', rows: 3, sha256: saved?.sha256 });
      const bytes = await readFile(path);
      expect(gunzipSync(bytes).toString()).toBe('1\ta\ta2\n2\t\\N\t\\N\n3\tc\tc2\n');
      const worse = Buffer.from(bytes);
      worse[worse.length - 9] = (worse[worse.length - 9] ?? 0) ^ 1;
      for (const other of [worse, bytes.subarray(0, -1), Buffer.alloc(0)]) {
        await writeFile(path, other);
        await expect(restoreBackup(session, saved?.name ?? '', policy.directory)).rejects.toThrow(
          'is damaged',
        );
      }
      await writeFile(path, bytes);
      await writeFile(
        `${path}.json`,
        JSON.stringify({ ...manifest, sha256: manifest.sha256.replaceAll(/\d/g, '0') }),
      );
      await expect(restoreBackup(session, saved?.name ?? '', policy.directory)).rejects.toThrow('is damaged');
      expect(await session.query(`SELECT to_regclass('orders') AS there`)).toEqual([{ there: null }]);
      await rm(path);
      await expect(restoreBackup(session, saved?.name ?? '', policy.directory)).rejects.toThrow(
        'cannot be read',
      );
      await expect(restoreBackup(session, saved?.name ?? '')).rejects.toThrow('no folder is known');
      expect((await readBackups(session, policy.directory))[0]?.bytes).toBeNull();
    }));

  test('one whose history is lost is found by its manifest, and a manifest that names no types is refused', () =>
    inFiles(async (session, policy) => {
      const { directory } = policy;
      await session.exec(orders);
      const hazards = [hazard('drop-table', 'public.orders')];
      expect((await destroy(session, 'DROP TABLE orders', hazards, policy)).error).toBeNull();
      const [saved] = await readBackups(session, directory);
      await session.exec('DELETE FROM trueup.backup');
      expect(await readBackups(session, directory)).toMatchObject([
        { name: saved?.name, file: saved?.file, rows: 3, isRecorded: false },
      ]);
      await session.exec('DROP SCHEMA trueup CASCADE');
      expect(await readBackups(session, directory)).toMatchObject([{ name: saved?.name, isRecorded: false }]);
      const manifest = join(directory, `${saved?.file}.json`);
      const text = await readFile(manifest, 'utf8');
      await writeFile(manifest, text.replace('"type": "integer"', '"type": "int); DROP TABLE x; --"'));
      await expect(restoreBackup(session, saved?.name ?? '', directory)).rejects.toThrow('names a type');
      await writeFile(manifest, text);
      expect(await restoreBackup(session, saved?.name ?? '', directory)).toBe(3);
      expect(await pruneBackups(session, new Date(Date.now() + 60_000), directory)).toHaveLength(1);
      expect(await readBackups(session, directory)).toEqual([]);
    }));

  test('prune removes them, what a rolled back run left, and what was not written to its end', () =>
    inFiles(async (session, policy) => {
      const { directory } = policy;
      await session.exec(orders);
      const hazards = [hazard('drop-table', 'public.orders')];
      const failed = await destroy(session, 'DROP TABLE orders; SELECT 1 / 0', [], policy);
      expect(failed.outcome).toBe('failed');
      const report = await destroy(session, 'UPDATE orders SET note = NULL; SELECT 1 / 0', [], policy);
      expect(report.outcome).toBe('failed');
      expect((await readdir(directory)).filter((name) => name.endsWith('.gz'))).toHaveLength(1);
      expect(await readBackups(session, directory)).toEqual([]);
      await writeFile(join(directory, '1_1_1_1_orders_0.copy.gz.partial'), 'half');
      await writeFile(join(directory, 'mine.txt'), 'kept');
      expect((await destroy(session, 'DROP TABLE orders', hazards, policy)).error).toBeNull();
      const [saved] = await readBackups(session, directory);
      const old = new Date(Date.now() - 3_600_000);
      for (const name of await readdir(directory)) await utimes(join(directory, name), old, old);
      expect(
        (await pruneBackups(session, new Date(Date.now() - 60_000), directory)).map(({ name }) => name),
      ).toHaveLength(2);
      expect((await readBackups(session, directory))[0]?.bytes).toBeGreaterThan(0);
      expect(await pruneBackups(session, new Date(Date.now() + 60_000), directory)).toMatchObject([
        { name: saved?.name },
      ]);
      expect((await readdir(directory)).toSorted()).toEqual(['.gitignore', 'mine.txt']);
    }));
});

test('a statement that is tried again is saved once, and a role that may not save is told what it needs', () =>
  onServer(14, async (session, url) => {
    await using other = await openServer(url);
    await session.exec('CREATE TABLE c (id int PRIMARY KEY, n int); INSERT INTO c VALUES (1, 2), (2, 3)');
    const step = await written('1', '-- trueup: batch size=1\nUPDATE c SET n = 0');
    const plan = await planFor(session, [step]);
    let moved: Promise<unknown> | undefined;
    const { report } = await run(inputFor(session, plan, { backup, timeouts: { lockMs: 100 } }), (event) => {
      if (event.type === 'batch committed' && !moved)
        moved = other.exec('BEGIN; SELECT FROM c WHERE id = 2 FOR UPDATE');
      if (event.type === 'retrying') moved = moved?.then(() => other.exec('COMMIT'));
    });
    await moved;
    expect(report.error).toBeNull();
    expect(await readBackups(session)).toMatchObject([{ rows: 2 }]);

    const role = `${new URL(url).pathname.slice(1)}_app`;
    await session.exec(`CREATE ROLE ${role} LOGIN PASSWORD 'app'; ALTER TABLE c OWNER TO ${role};
      GRANT USAGE, CREATE ON SCHEMA trueup TO ${role}; GRANT ALL ON ALL TABLES IN SCHEMA trueup TO ${role}`);
    const limited = new URL(url);
    limited.username = role;
    limited.password = 'app';
    try {
      await using app = await openServer(limited.href);
      const denied = await run(
        inputFor(app, await planFor(session, [await written('2', 'UPDATE c SET n = 1')]), {
          backup,
          currentFingerprint: async () => (await planFor(session, [])).liveFingerprint,
        }),
      );
      expect(denied.report.error).toMatchObject({
        code: '42501',
        summary: expect.stringContaining(
          'What V2__m.sql destroys could not be saved first: permission denied',
        ),
        help: expect.stringContaining('CREATE on the schema trueup_backup'),
      });
    } finally {
      await session.exec(
        `REASSIGN OWNED BY ${role} TO CURRENT_USER; DROP OWNED BY ${role}; DROP ROLE ${role}`,
      );
    }
  }));
