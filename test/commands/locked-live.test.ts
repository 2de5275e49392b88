import pg from 'pg';
import { expect, test } from 'vitest';
import { drift } from '../../src/commands/drift.ts';
import { project, query } from '../end-to-end/command-line.ts';
import { freshDatabase } from '../support/servers.ts';

const schema = 'CREATE TABLE people (id int); CREATE VIEW ids AS SELECT id FROM people;';

test('live that is locked is waited for, and who is in the way is told', async () => {
  await using database = await freshDatabase(17);
  await query(database.url, schema);
  await using folder = await project({ 'migrations/V1__people.sql': schema });
  const other = new pg.Client({ connectionString: database.url, application_name: 'vacuum' });
  await other.connect();
  try {
    await other.query('BEGIN; LOCK TABLE people IN ACCESS EXCLUSIVE MODE');
    const told: string[] = [];
    const report = await drift({
      cwd: folder.root,
      url: database.url,
      assume: 'latest',
      onDelay: (line) => {
        told.push(line);
        void other.query('ROLLBACK');
      },
    });
    expect(told).toEqual([
      expect.stringMatching(/^introspecting live, blocked by process \d+ of postgres \(vacuum\), idle in/),
    ]);
    expect(report.drift).toEqual([]);
  } finally {
    await other.end();
  }
});
