import { expect, test } from 'vitest';
import { openLive, openProject } from '../../src/commands/open.ts';
import { openReviewPort } from '../../src/commands/review/review-port.ts';
import { openServer } from '../../src/database/server.ts';
import { openReview } from '../review/terminal.ts';
import { startProxy } from '../support/proxy.ts';
import { freshDatabase } from '../support/servers.ts';
import { project, query, trueup, until } from './command-line.ts';

const waits = `SELECT FROM pg_stat_activity WHERE wait_event = 'advisory' AND datname = current_database()`;

test('a review whose connection is lost says what is known, makes it again, and goes on', async () => {
  await using database = await freshDatabase(17);
  await using folder = await project({
    'migrations/V1__first.sql': 'CREATE TABLE first (id int);',
    // Advisory locks belong to a database: a rehearsal, which has one of its own, does not wait.
    'migrations/V2__slow.sql':
      'CREATE TABLE second (id int);\nSELECT pg_advisory_xact_lock(7);\nCREATE TABLE third (id int);',
  });
  await using proxy = await startProxy(database.url);
  const options = { cwd: folder.root, url: proxy.url, replayUrl: new URL('/postgres', database.url).href };
  await using live = await openLive(await openProject(options), options);
  const { selected, session } = live;
  const port = openReviewPort({ options, live: session, selected, databaseName: 'd', toolVersion: '0' });
  await using holder = await openServer(database.url);
  await holder.exec('SELECT pg_advisory_lock(7)');
  const endOthers = () =>
    holder.query(
      `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
  const review = openReview(port, { columns: 100, rows: 30 });
  const confirm = async () => {
    await review.shows('Confirm', 'live unchanged');
    review.press('yes\r');
    await until(database.url, waits);
    await review.shows('pg_advisory_xact_lock', 'waiting: blocked by');
  };
  await review.shows('Pending');

  // While somebody reads, or types the word, nobody need know.
  await endOthers();
  review.press('A');
  await review.shows('Confirm', 'live unchanged');
  await endOthers();
  await confirm();
  await endOthers();
  await review.shows('CONNECTION LOST', 'Nothing stays applied.', '57P01', 'V2__slow.sql  failed', 'r retry');
  review.press('r');
  await confirm();
  await proxy[Symbol.asyncDispose]();
  await review.shows('waiting: connection lost, connecting again', 'connection lost 1 time');
  review.press('\u0003');
  await review.shows('CONNECTION LOST', 'is committed is not known', '? V2__slow.sql  in doubt', 'r retry');
  expect(review.lines().join('\n')).not.toContain('kept in the history');
  review.press('r');
  await review.shows('Connection lost', 'no server listens there', 'Nothing ran since. R tries again.');
  review.press('q');
  expect(await review.result).toMatchObject({ exitCode: 1 });
  await port.close();

  // The server has ended what it can no longer tell anybody about; the next command goes on.
  await endOthers();
  await holder.exec('SELECT pg_advisory_unlock(7)');
  const again = [
    'apply',
    '--yes',
    '-q',
    '--resume',
    '--url',
    database.url,
    '--replay-url',
    options.replayUrl,
  ];
  expect(await trueup(folder.root, again)).toMatchObject({ code: 0 });
  expect(await query(database.url, 'SELECT version FROM trueup.schema_version ORDER BY 1')).toEqual([
    { version: '1' },
    { version: '2' },
  ]);
});
