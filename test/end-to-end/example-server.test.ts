import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freshDatabase } from '../support/servers.ts';
import { query } from './command-line.ts';

const example = join(import.meta.dirname, '../../examples/server');

/** Starts the example; `ready` is false when it ended without listening. */
function start(url: string, variables: Readonly<Record<string, string>> = {}) {
  const { PATH = '', HOME = '', XDG_CACHE_HOME } = process.env;
  const cache = XDG_CACHE_HOME === undefined ? {} : { XDG_CACHE_HOME };
  const env = { PATH, HOME, ...cache, ...variables, DATABASE_URL: url, PORT: '0' };
  const child = spawn(process.execPath, ['server.js'], {
    cwd: example,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const ready = new Promise<boolean>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (said.includes('listening on')) resolve(true);
      });
    }
    child.once('close', () => resolve(false));
  });
  return { child, ready, said: () => said };
}

test('three replicas start at once: one applies, all serve; verifyOnly refuses before and serves after', async () => {
  await using database = await freshDatabase(18);
  const early = start(database.url, { VERIFY_ONLY: '1' });
  expect(await early.ready).toBe(false);
  expect(early.said()).toContain('lacks 2 migrations of this application');

  const replicas = [start(database.url), start(database.url), start(database.url)];
  const ready = await Promise.all(replicas.map((replica) => replica.ready));
  expect(ready, replicas.map(({ said }) => said()).join('\n')).toEqual([true, true, true]);
  expect(await query(database.url, 'SELECT outcome FROM trueup.run')).toEqual([{ outcome: 'success' }]);
  expect(await query(database.url, 'SELECT version FROM trueup.schema_version ORDER BY 1')).toEqual([
    { version: '1' },
    { version: '2' },
  ]);
  const late = start(database.url, { VERIFY_ONLY: '1' });
  expect(await late.ready).toBe(true);
  for (const { child } of [...replicas, late]) {
    child.kill('SIGTERM');
    await once(child, 'close');
  }
});
