import { expect, test } from 'vitest';
import { freshDatabase } from '../support/servers.ts';
import { hasTmux, openShell } from '../support/tmux.ts';
import { cliFile, onServer, project, query, shop, trueup } from './command-line.ts';

const untouched = { alternateScreen: false, hiddenCursor: false, mouse: false };

test.skipIf(!hasTmux)(
  'a review in a terminal: decide, answer a rename, fail, try again, leave; signals leave it clean (skipped where there is no tmux)',
  async () => {
    await using database = await freshDatabase(17);
    await using folder = await project(shop);
    const flags = onServer(database.url);
    expect(await trueup(folder.root, ['apply', '--yes', '-q', ...flags])).toMatchObject({ code: 0 });
    await query(
      database.url,
      `INSERT INTO users (name) VALUES ('Ada');
       ALTER TABLE users RENAME name TO full_name;
       ALTER TABLE orders ADD COLUMN vip boolean NOT NULL DEFAULT false;
       INSERT INTO orders (id, user_id, vip) VALUES (1, 1, true);
       DROP INDEX orders_user_idx`,
    );
    await folder.write('migrations/V3__early.sql', 'CREATE INDEX CONCURRENTLY early ON orders (total);\n');
    await folder.write(
      'migrations/V4__rich.sql',
      'CREATE TABLE half (id int);\nCREATE INDEX CONCURRENTLY ON half (id);\nALTER TABLE orders ADD CHECK (total > 10);\n',
    );
    await using shell = await openShell({ cwd: folder.root, columns: 100, rows: 30 });
    const run = async (command: string) => {
      await shell.type(command);
      await shell.press('Enter');
    };
    const trueupHere = async (command: string, ...shows: readonly string[]) => {
      const line = `exec ${process.execPath} ${cliFile} ${command} ${flags.join(' ')}`;
      await run(`clear; sh -c 'echo $$ > pid; ${line}'; echo ended: $?`);
      await shell.shows(...shows);
    };
    const review = (...shows: readonly string[]) => trueupHere('review', ...shows);
    const found = ['0/4 decided', '1 rename?'];
    await run('stty -g > before');
    for (const signal of ['SIGTERM', 'SIGHUP']) {
      await review(...found);
      process.kill(Number(await folder.read('pid')), signal);
      await shell.shows('Nothing was applied', 'ended: 130');
      expect(await shell.leftovers()).toEqual(untouched);
    }

    await review(...found);
    await shell.press('C-z');
    await shell.shows('Stopped');
    expect(await shell.leftovers()).toEqual(untouched);
    await run('stty -g > stopped; fg; echo ended: $?');
    await shell.shows('0/4 decided');
    await shell.type('/vip');
    await shell.shows('Drift /vip_', 'DATA LOSS All values of public.orders.vip are lost');
    await shell.press('Enter', 'Enter');
    await shell.shows('ADD COLUMN "vip" boolean');
    await shell.press('Escape');
    await shell.shows('│▌?    + vip');
    await shell.press('Escape');
    await shell.shows('0/4 decided', 'orders_user_idx');
    // The whole of what drifted is decided by its heading.
    await shell.type('gr');
    await shell.shows('4 objects: revert.');
    await shell.type('A');
    await shell.shows('Renames?', 'full_name', 'goes on to the plan');
    await shell.type('y');
    await shell.press('Enter');
    await shell.shows('Confirm', 'DATA LOSS', 'live unchanged', `Type ${database.name}`);
    await shell.press('Escape');
    await shell.shows('Nothing was applied.');
    await shell.type('/early');
    await shell.press('Enter');
    await shell.type('G');
    await shell.shows('Locks and cost');
    await shell.type('A');
    await shell.shows('live unchanged');
    await shell.type('yes');
    await shell.press('Enter');
    await shell.shows('That is not');
    await shell.type(database.name);
    await shell.press('Enter');
    await shell.shows('FAILED at migrations/V4__rich.sql:3', '23514', '5 of 6 parts stay applied');
    // Nothing was done about it, so it fails again.
    await shell.type('r');
    await shell.shows('Confirm', 'live unchanged', '1 step, 1 statement');
    await shell.type('yes');
    await shell.press('Enter');
    await shell.shows('FAILED at migrations/V4__rich.sql:3', 'Nothing stays applied.');
    await shell.type('q');
    const failed = await shell.shows('FAILED', 'Written, to be committed: .trueuprenames', 'ended: 1');
    const report = /^Report: (\S+)$/m.exec(failed)?.[1] ?? '';
    expect(JSON.parse(await folder.read(report))).toMatchObject({
      summary: { outcome: 'failed', applied: 0 },
    });
    expect(await folder.read('.trueuprenames')).toContain('public.users.name=column:public.users.full_name');
    await query(database.url, 'UPDATE orders SET total = 20');
    await review('A run was cut short', 'V4__rich.sql (2 of 3 statements)');
    await shell.type('c');
    await shell.shows('Confirm', 'live unchanged', '1 step, 1 statement');
    await shell.type('yes');
    await shell.press('Enter');
    await shell.shows('APPLIED', 'Verified: live is the target.');
    await shell.type('q');
    await shell.shows('Applied: ', 'ended: 0');
    await trueupHere('rollback --to 3', 'BACK TO 3', 'Drift 0, going back', 'half', 'dropped');
    await shell.type('A');
    await shell.shows('Take back', '4 → 3', 'DATA LOSS', 'live unchanged', `Type ${database.name}`);
    await shell.type(database.name);
    await shell.press('Enter');
    await shell.shows('TAKEN BACK', 'version 4 → 3', 'Verified: live is the target.');
    await shell.type('q');
    const left = await shell.shows('Taken back: ', 'version 4 -> 3', 'trueup rollback --url', 'ended: 0');
    // Every flag, wherever the terminal breaks the line, and no password.
    expect(left.replaceAll('\n', '')).toMatch(/--replay-url '?postgres:.* --to 3/);
    expect(left).not.toContain('s3cret');
    expect(await shell.leftovers()).toEqual(untouched);
    await run('stty -g > after; echo written');
    await shell.shows(/^written/m);
    const [before, stopped, after] = await Promise.all(['before', 'stopped', 'after'].map(folder.read));
    expect([stopped, after]).toEqual([before, before]);
    expect(await query(database.url, 'SELECT name FROM users')).toEqual([{ name: 'Ada' }]);
  },
);
