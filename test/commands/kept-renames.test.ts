import { expect, test } from 'vitest';
import { diff } from '../../src/commands/diff.ts';
import { drift } from '../../src/commands/drift.ts';
import { openLive, openProject } from '../../src/commands/open.ts';
import { plan } from '../../src/commands/plan.ts';
import { openReviewPort } from '../../src/commands/review/review-port.ts';
import { project, query } from '../end-to-end/command-line.ts';
import { freshDatabase } from '../support/servers.ts';

const { signal } = new AbortController();
const note = 'column:public.users.note';
const remark = 'column:public.users.remark';

test('an answer that a review keeps counts for drift, plan, diff and the next review, until it is taken back', async () => {
  await using database = await freshDatabase(17);
  await using folder = await project({
    'migrations/V1__users.sql': 'CREATE TABLE users (id int, note text);',
  });
  await query(database.url, 'CREATE TABLE users (id int, remark text)');
  const options = {
    cwd: folder.root,
    url: database.url,
    replayUrl: new URL('/postgres', database.url).href,
    assume: 'latest',
    now: () => new Date('2026-11-21T12:00:00Z'),
  };
  await using live = await openLive(await openProject(options), options);
  const { selected, session } = live;
  const port = openReviewPort({ options, live: session, selected, databaseName: 'live', toolVersion: '0' });
  const look = async () => (await port.load({ resuming: null }, () => undefined, signal)).renames;
  const answer = (said: 'renamed' | 'two objects' | null) =>
    port.answerRenames([{ from: note, to: remark, answer: said }]);
  const file = () => folder.read('.trueuprenames');

  expect(await look()).toMatchObject([{ from: note, to: remark, answer: null }]);
  const { data, problem } = await answer('renamed');
  expect(problem).toBeNull();
  expect(data.drift.map(({ change }) => change.action)).toEqual(['rename']);
  expect(await file()).toBe(`${note}=${remark}  # answered in review on 2026-11-21\n`);
  expect(await look()).toMatchObject([{ answer: 'renamed' }]);
  expect(await drift(options)).toMatchObject({ drift: [{ action: 'rename' }], renameSuggestions: [] });
  const { steps } = await plan({ ...options, onDrift: 'revert' });
  expect(steps.flatMap(({ statements }) => statements.map(({ sql }) => sql))).toEqual([
    'ALTER TABLE "public"."users" RENAME COLUMN "remark" TO "note"',
  ]);
  for (const [from, to] of [[database.url, 'migrations'] as const, ['migrations', database.url] as const]) {
    const { changes } = await diff(from, to, { ...options, renameChoice: 'never' });
    expect(changes.map(({ action }) => action)).toEqual(['rename']);
  }

  await answer('two objects');
  expect(await file()).toBe(`!${note}=${remark}  # answered in review on 2026-11-21\n`);
  expect(await look()).toMatchObject([{ answer: 'two objects' }]);
  expect(await drift(options)).toMatchObject({
    drift: [{ action: 'drop' }, { action: 'create' }],
    renameSuggestions: [],
  });
  expect(
    (await diff('migrations', database.url, { ...options, renameChoice: 'accept' })).changes,
  ).toHaveLength(2);
  await answer(null);
  expect(await file()).toBe('');
  expect(await look()).toMatchObject([{ answer: null }]);

  // What a table is called now is no reason to lose sight of its columns.
  await query(database.url, 'ALTER TABLE users RENAME TO people');
  const { length } = await look();
  expect(length).toBe(0);
  await folder.write('.trueuprenames', 'public.users=public.people');
  const table = { from: 'table:public.users', to: 'table:public.people', answer: 'renamed' };
  const column = { from: note, to: 'column:public.people.remark' };
  expect(await look()).toMatchObject([{ ...column, answer: null }, table]);
  const { data: both } = await port.answerRenames([{ ...column, answer: 'renamed' }]);
  expect(both.drift.map(({ change }) => change.action)).toEqual(['rename', 'rename']);
  expect(both.renames).toMatchObject([{ ...column, answer: 'renamed' }, table]);

  // Nobody writes into a file of lines what would be another line.
  const odd = { from: note, to: 'column:public.people."re\nmark"', answer: 'renamed' as const };
  await expect(port.answerRenames([odd])).rejects.toMatchObject({ diagnostics: [{ code: 'rename-answer' }] });
  await query(database.url, 'CREATE TABLE "x\nschema:public" (id int)');
  const { drift: found } = await port.load({ resuming: null }, () => undefined, signal);
  const forged = found.find(({ change }) => change.id.startsWith('table:public."x'));
  expect(forged?.impossible).toMatchObject({ ignore: expect.stringContaining('line break') });
  await port.close();
});

test('what is wrong in both files of rules is told together, before anything is connected to', async () => {
  await using folder = await project({
    'migrations/V1__users.sql': 'CREATE TABLE users (id int);',
    '.trueupignore': 'Table:public.x\n',
    '.trueuprenames': '# ours\npublic.users\n  public.a=public.b  # until=soon\n',
  });
  const failing = drift({ cwd: folder.root, url: 'postgres://nobody@127.0.0.1:1/none' });
  await expect(failing).rejects.toMatchObject({
    diagnostics: [
      { code: 'ignore-rule', position: { file: '.trueupignore', line: 1, column: 1 } },
      { code: 'rename-answer', position: { file: '.trueuprenames', line: 2, column: 1 } },
      { code: 'rename-answer', position: { file: '.trueuprenames', line: 3, column: 24 } },
    ],
  });
});
