import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { diff } from '../../src/commands/diff.ts';
import { openServer } from '../../src/database/server.ts';
import { runLockKey } from '../../src/migrations/history-sql.ts';
import { onServer, project, query, shop, start, trueup } from '../end-to-end/command-line.ts';
import { freshDatabase } from '../support/servers.ts';

// What the command line prints is looked through wherever a test runs it.
test('no password stands in a plan, in the history or in the title of the process', async () => {
  await using database = await freshDatabase(17);
  const url = new URL(database.url);
  const password = decodeURIComponent(url.password);
  expect(password).toContain('s3cret');
  url.password = '';
  await using folder = await project({
    ...shop,
    'trueup.config.json': JSON.stringify({
      url: url.href,
      passwordCommand: [process.execPath, '-p', JSON.stringify(password)],
    }),
  });
  const replay = onServer(database.url).slice(2);
  const planned = await trueup(folder.root, ['plan', '-o', 'plan.json', ...replay]);
  expect(planned, planned.stderr).toMatchObject({ code: 0 });
  expect(await folder.read('plan.json')).not.toContain('s3cret');

  await using holder = await openServer(database.url);
  await holder.query('SELECT pg_advisory_lock($1::bigint)', [runLockKey]);
  const running = start(folder.root, ['apply', '--yes', ...replay]);
  await running.stderrHolds('waiting for another run');
  const { stdout } = await promisify(execFile)('ps', ['-ww', '-o', 'args=', '-p', String(running.child.pid)]);
  expect(stdout.trim()).toBe('trueup');
  await holder.query('SELECT pg_advisory_unlock($1::bigint)', [runLockKey]);
  const ended = await running.ended;
  expect(ended, ended.stderr).toMatchObject({ code: 0 });
  const kept = await query(
    database.url,
    `SELECT r::text FROM trueup.run r UNION ALL SELECT s::text FROM trueup.run_step s
     UNION ALL SELECT v::text FROM trueup.schema_version v`,
  );
  expect(kept.length).toBeGreaterThan(5);
  expect(JSON.stringify(kept)).not.toContain('s3cret');
});

test('the server of replays and what diff compares are reached as live is: by services and password commands', async () => {
  await using database = await freshDatabase(16);
  const { username, password: secret, hostname, port, pathname } = new URL(database.url);
  const password = decodeURIComponent(secret);
  const place = `host=${hostname}\nport=${port}\nuser=${decodeURIComponent(username)}\n`;
  await using folder = await project({
    ...shop,
    'pg_service.conf': `[lent]\n${place}dbname=postgres\n[live]\n${place}dbname=${pathname.slice(1)}\n[whole]\n${place}dbname=${pathname.slice(1)}\npassword=${password}\n`,
    'trueup.config.json': JSON.stringify({
      replay: {
        url: 'postgres://?service=lent',
        passwordCommand: [process.execPath, '-p', JSON.stringify(password)],
      },
      environments: {
        prod: {
          url: 'postgres://?service=live',
          passwordCommand: [process.execPath, '-p', JSON.stringify(password)],
        },
      },
    }),
  });
  const variables = { PGSERVICEFILE: join(folder.root, 'pg_service.conf') };
  const options = { cwd: folder.root, variables };
  const { changes } = await diff('postgres://?service=whole', 'env:prod', options);
  expect(changes).toEqual([]);
  const missing = await diff('env:prod', 'migrations', options);
  expect(missing.changes.map(({ id }) => id)).toContain('table:public.orders');
});
