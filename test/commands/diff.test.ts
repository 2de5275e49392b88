import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { diff } from '../../src/commands/diff.ts';
import { openServer } from '../../src/database/server.ts';
import type { Session } from '../../src/database/session.ts';
import { InterruptedError } from '../../src/errors.ts';
import { freshDatabase } from '../support/servers.ts';

const first = `
  CREATE TYPE mood AS ENUM ('sad', 'happy');
  CREATE TABLE people (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, mood mood DEFAULT 'sad',
    born date CHECK (born > '1900-01-01'), shout text GENERATED ALWAYS AS (upper(name)) STORED);
  CREATE INDEX people_born ON people (born) WHERE mood = 'sad' AND born IS NOT NULL;`;
const second = `
  CREATE VIEW happy AS SELECT p.id, p.name, (SELECT count(*) FROM people q WHERE q.mood = p.mood) AS alike
    FROM people p JOIN people o USING (id) WHERE p.mood IN ('happy') ORDER BY p.born;`;

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'trueup-diff-'));
  await mkdir(join(root, 'migrations'));
  await writeFile(join(root, 'migrations', 'V1__people.sql'), first);
  await writeFile(join(root, 'migrations', 'V2__happy.sql'), second);
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function execute(url: string, statements: readonly string[]): Promise<void> {
  await using session: Session = await openServer(url, {});
  for (const sql of statements) await session.exec(sql);
}

test('two servers of different majors with the same schema do not differ, and a real difference is seen', async () => {
  await using older = await freshDatabase(14);
  await using newer = await freshDatabase(18);
  for (const { url } of [older, newer]) await execute(url, [first, second]);
  expect((await diff(older.url, newer.url, { cwd: root })).changes).toEqual([]);
  await execute(newer.url, [
    'ALTER TABLE people ALTER COLUMN mood DROP DEFAULT',
    'CREATE INDEX extra ON people (name)',
  ]);
  const report = await diff(older.url, newer.url, { cwd: root });
  expect(report.changes.map(({ action, id }) => `${action} ${id}`)).toEqual([
    'create index:public.extra',
    'alter column:public.people.mood',
  ]);
  expect(report.from).not.toContain('s3cret');
  // The statements take the older one there.
  await execute(
    older.url,
    report.statements.map(({ sql }) => sql),
  );
  expect((await diff(older.url, newer.url, { cwd: root })).changes).toEqual([]);
});

test('statements let others work beside them, unless asked for one transaction', async () => {
  await using database = await freshDatabase(14);
  await execute(database.url, [
    first,
    "INSERT INTO people (name) VALUES ('Ann')",
    'CREATE INDEX extra ON people (name)',
  ]);
  const report = await diff(database.url, 'migrations@1', { cwd: root });
  expect(report.statements).toMatchObject([
    { sql: 'DROP INDEX CONCURRENTLY "public"."extra"', transaction: 'outside' },
  ]);
  const direct = await diff(database.url, 'migrations@1', { cwd: root, online: 'never' });
  expect(direct.statements).toMatchObject([{ sql: 'DROP INDEX "public"."extra"', transaction: 'inside' }]);
});

test('empty, a version of the migrations and a server are sources', async () => {
  await using database = await freshDatabase(16);
  const step = await diff('migrations@1', 'migrations', { cwd: root });
  expect(step.changes.map(({ action, id }) => `${action} ${id}`)).toEqual(['create view:public.happy']);
  const whole = await diff('empty', 'migrations', { cwd: root });
  await execute(
    database.url,
    whole.statements.map(({ sql }) => sql),
  );
  expect((await diff('migrations', database.url, { cwd: root })).changes).toEqual([]);
});

test('what is no source is refused with the forms there are', async () => {
  await expect(diff('nothing', 'migrations', { cwd: root })).rejects.toMatchObject({
    diagnostics: [{ code: 'source', help: expect.stringContaining('migrations@VERSION') }],
  });
});

test('a server that does not answer is given up when interrupted', async () => {
  const silent = createServer((socket) => socket.resume());
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const address = silent.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const interrupt = new AbortController();
  const running = diff(`postgres://app@127.0.0.1:${port}/x`, 'empty', {
    cwd: root,
    signal: interrupt.signal,
  });
  silent.once('connection', () => interrupt.abort());
  await expect(running).rejects.toBeInstanceOf(InterruptedError);
  silent.close();
});

test('what is called otherwise may be a rename: said, taken when asked, and its rows stay', async () => {
  await using from = await freshDatabase(18);
  await using to = await freshDatabase(18);
  const table = (columns: string) =>
    `CREATE TABLE people (id integer PRIMARY KEY, ${columns}, born date, note text)`;
  await execute(from.url, [
    table('mail text'),
    `INSERT INTO people VALUES (1, 'a@b')`,
    'CREATE VIEW mails AS SELECT mail FROM people',
  ]);
  await execute(to.url, [
    table('email text'),
    'CREATE VIEW mails AS SELECT email AS mail FROM people',
    'CREATE INDEX people_email ON people (email)',
  ]);
  const options = { cwd: root };
  const asked = await diff(from.url, to.url, options);
  expect(asked.renameSuggestions).toMatchObject([
    { from: 'column:public.people.mail', to: 'column:public.people.email' },
  ]);
  expect(asked.diagnostics).toContainEqual(expect.objectContaining({ code: 'rename-suggested' }));
  expect((await diff(from.url, to.url, { ...options, renameChoice: 'never' })).renameSuggestions).toEqual([]);

  const said = [{ from: 'public.people.mail', to: 'public.people.email' }];
  const answered = await diff(from.url, to.url, { ...options, renames: said });
  const accepted = await diff(from.url, to.url, { ...options, renameChoice: 'accept' });
  expect(accepted.statements).toEqual(answered.statements);
  expect(accepted.changes.map(({ action, id }) => `${action} ${id}`)).toEqual([
    // The view, whose text names the column, follows it.
    'rename column:public.people.email',
    'create index:public.people_email',
  ]);
  await execute(
    from.url,
    accepted.statements.map(({ sql }) => sql),
  );
  expect((await diff(from.url, to.url, options)).changes).toEqual([]);
  await using session = await openServer(from.url);
  expect(await session.query('SELECT email FROM people')).toEqual([{ email: 'a@b' }]);

  const wrong = diff(from.url, to.url, { ...options, renames: said });
  await expect(wrong).rejects.toThrow('there is no missing public.people.mail');
});
