import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keyed } from '../../src/commands/assess/keyed-order.ts';
import { migrate } from '../../src/commands/migrate.ts';
import { openServer } from '../../src/database/server.ts';
import type { Session } from '../../src/database/session.ts';
import { recordMigration } from '../../src/migrations/history.ts';
import { readMigrations } from '../../src/migrations/read.ts';
import { migrationStep } from '../../src/plan/steps.ts';
import { inputFor, planFor, run } from '../apply/support.ts';
import { type Project, project } from '../end-to-end/command-line.ts';
import { freshDatabase } from '../support/servers.ts';

const steps = async ({ root }: Project) => {
  const folder = join(root, 'migrations');
  return (await readMigrations(folder, { cwd: root })).map((migration) => migrationStep(keyed(migration)));
};

/** Applies the files as a run, which fails. */
async function fail(session: Session, folder: Project): Promise<void> {
  const { report } = await run(inputFor(session, await planFor(session, await steps(folder))));
  expect(report.outcome).toBe('failed');
}

/** What a script that psql runs leaves: history without a run. */
async function record(session: Session, folder: Project): Promise<void> {
  for (const { migration } of await steps(folder)) {
    if (migration)
      await recordMigration(session, migration, { executionTimeMs: 0, toolVersion: '0.1.0', runId: null });
  }
}

const verify = (folder: Project, url: string) => migrate({ cwd: folder.root, url, verifyOnly: true });
const notUpToDate = {
  diagnostics: [{ code: 'not-up-to-date', summary: expect.stringContaining('did not end well') }],
};

test('a failed run that was rolled back does not count once its migrations are applied; one without an end does', async () => {
  await using database = await freshDatabase(17);
  await using session = await openServer(database.url);
  await using folder = await project({
    'migrations/V1__a.sql': 'CREATE TABLE a (id int);\n',
    'migrations/V2__b.sql': 'SELECT 1 / 0;\n',
  });
  await fail(session, folder);
  await expect(verify(folder, database.url)).rejects.toMatchObject({
    diagnostics: [{ detail: 'V1__a.sql, V2__b.sql', help: 'Apply them with `trueup apply`.' }],
  });
  await folder.write('migrations/V2__b.sql', 'SELECT 1;\n');
  await record(session, folder);
  expect(await verify(folder, database.url)).toMatchObject({ outcome: 'nothing to do' });

  await session.exec(`UPDATE trueup.run SET outcome = 'running'`);
  await expect(verify(folder, database.url)).rejects.toMatchObject(notUpToDate);
});

test('what a failed run committed is not hidden by a history that lacks nothing', async () => {
  await using database = await freshDatabase(17);
  await using session = await openServer(database.url);
  await using folder = await project({
    'migrations/V1__a.sql': '-- trueup: no-transaction\nCREATE TABLE a (id int);\nSELECT 1 / 0;\n',
  });
  await fail(session, folder);
  await folder.write('migrations/V2__b.sql', 'SELECT 1;\n');
  await unlink(join(folder.root, 'migrations/V1__a.sql'));
  await record(session, folder);
  await expect(verify(folder, database.url)).rejects.toMatchObject(notUpToDate);
});
