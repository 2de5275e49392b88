import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pruneBackups, readBackups, restoreBackup } from '../../src/apply/restore.ts';
import type { ObjectId } from '../../src/catalog/object.ts';
import { apply } from '../../src/commands/apply.ts';
import { drift } from '../../src/commands/drift.ts';
import { revert } from '../../src/commands/revert.ts';
import { validate } from '../../src/commands/validate.ts';
import { openServer } from '../../src/database/server.ts';
import { quoteIdentifier, quoteLiteral, quoteName } from '../../src/database/sql.ts';
import type { Decision } from '../../src/plan/plan.ts';
import { onServer, project } from '../end-to-end/command-line.ts';
import { freshDatabase } from '../support/servers.ts';

const long = `${'x'.repeat(61)}é`;
/** Each is a schema's, a table's, a column's and an index's. */
const names = [
  `o'ne"; DROP TABLE x; $do$ --`,
  'two\nlines\r\n-- of it',
  'ünï 雪 ☃',
  long,
  'select',
  '100%s %I $1 $$ {x}',
  "back\\slash\\'",
  'a.b."c".d',
  ' # !*?:(int)',
] as const;
const table = (name: string) => quoteName([name, name]);
/** Another column of its table. */
const second = (name: string) => `${name.slice(0, 50)}2`;
const all = (sql: (name: string) => string) => `${names.map(sql).join('\n')}\n`;

test('names that hold anything go through batches, backups, rollback, revert, adopt and ignore as they are', async () => {
  await using database = await freshDatabase(18);
  const { url } = database;
  await using folder = await project({
    'trueup.config.yaml': 'backup:\n  directory: saved\n',
    'migrations/V1__made.sql': all(
      (name) => `CREATE SCHEMA ${quoteIdentifier(name)};
CREATE TABLE ${table(name)} (${quoteIdentifier(name)} int PRIMARY KEY, ${quoteIdentifier(second(name))} text NOT NULL, n int);
CREATE INDEX ${quoteIdentifier(`${name.slice(0, 50)}3`)} ON ${table(name)} (n);`,
    ),
  });
  const options = { cwd: folder.root, url, replayUrl: onServer(url).at(-1) ?? '' };
  const run = async (more: object = {}) => {
    const report = await apply({ ...options, ...more });
    expect(report?.outcome, JSON.stringify(report?.error)).toMatch(/success|nothing to do/);
  };
  await run();
  await using session = await openServer(url);
  await session.exec(
    all(
      (name) =>
        `INSERT INTO ${table(name)} SELECT i, ${quoteLiteral(name)} || i, 0 FROM generate_series(1, 3) i;`,
    ),
  );
  await folder.write(
    'migrations/V2__batches.sql',
    all(
      (name) => `-- trueup: batch size=2 pause=0
UPDATE ${table(name)} SET n = n + 1;`,
    ),
  );
  const loses = (name: string) => names.indexOf(name) % 2 === 0 || name.includes('\n');
  await folder.write(
    'migrations/V3__less.sql',
    all((name) =>
      loses(name)
        ? `ALTER TABLE ${table(name)} DROP COLUMN ${quoteIdentifier(second(name))};`
        : `DROP TABLE ${table(name)};`,
    ),
  );
  const accept = names.map((name) =>
    loses(name) ? `drop-column:${name}.${name}.${second(name)}` : `drop-table:${name}.${name}`,
  );
  await run({ accept });
  const { file } = await revert('3', options);
  expect(await folder.read(file)).toContain(table(long));
  expect((await validate(options)).migrations).toBe(4);
  await rm(join(folder.root, file));
  const saved = await readBackups(session, `${folder.root}/saved`);
  expect(
    saved
      .filter(({ title }) => title.startsWith('V3'))
      .map((one) => one.table)
      .toSorted(),
  ).toEqual(names.toSorted());
  await run({ rollbackTo: '2' });
  for (const name of names) {
    const rows = await session.query<object>(`SELECT * FROM ${table(name)} ORDER BY 1`);
    // A column that comes back is the last.
    const values = loses(name) ? (i: number) => [i, 1, name + i] : (i: number) => [i, name + i, 1];
    expect(rows.map((row) => Object.values(row))).toEqual([1, 2, 3].map(values));
  }
  await rm(join(folder.root, 'migrations/V3__less.sql'));

  await session.exec(all((name) => `DROP INDEX ${quoteName([name, `${name.slice(0, 50)}3`])};`));
  await run({ onDrift: 'adopt' });
  expect((await validate(options)).migrations).toBe(3);
  await session.exec(
    all((name) => `CREATE TABLE ${quoteName([name, 'by hand'])} (${quoteIdentifier(name)} int);`),
  );
  const found = (await drift(options)).drift;
  const decisions = new Map<ObjectId, Decision>(found.map(({ id }) => [id, 'ignore']));
  await run({ decisions });
  const left = await drift(options);
  expect(left.drift).toEqual([]);
  expect(left.ignored.length).toBe(found.length);

  for (const { name, lost } of saved.filter((one) => one.lost?.length === 1 && one.lost[0] !== 'n'))
    expect(await restoreBackup(session, name, `${folder.root}/saved`), lost?.[0]).toBe(3);
  await pruneBackups(session, new Date(Date.now() + 60_000), `${folder.root}/saved`);
  expect(await readBackups(session, `${folder.root}/saved`)).toEqual([]);
});
