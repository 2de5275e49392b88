import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { openServer } from '../../src/database/server.ts';
import { InterruptedError, TrueupError } from '../../src/errors.ts';
import { freshDatabase, serverUrl } from '../support/servers.ts';

describe('a session of a server', () => {
  test('is named without its password, and shows itself to the server', async () => {
    await using database = await freshDatabase(18);
    await using session = await openServer(database.url);
    const { username, hostname, port } = new URL(database.url);
    expect(session.label).toBe(`${username}@${hostname}:${port}/${database.name}`);
    expect(await session.query(`SELECT current_setting('application_name') AS name`)).toEqual([
      { name: 'trueup' },
    ]);
  });

  test('can cancel what it is running', async () => {
    await using database = await freshDatabase(18);
    await using session = await openServer(database.url);
    const running = session.exec('SELECT pg_sleep(60)');
    await Promise.all([expect(running).rejects.toMatchObject({ code: '57014' }), session.cancel()]);
    expect(await session.query('SELECT 1 AS a')).toEqual([{ a: 1 }]);
  });

  test('says so when the connection is lost, in a statement and before one', async () => {
    await using database = await freshDatabase(18);
    await using other = await openServer(database.url);
    await using session = await openServer(database.url);
    const [row] = await session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const running = session.exec('SELECT pg_sleep(60)');
    await Promise.all([
      expect(running).rejects.toMatchObject({
        name: 'DatabaseError',
        code: expect.stringMatching(/^(57P01|08006)$/),
      }),
      other.query('SELECT pg_terminate_backend($1)', [row?.pid]),
    ]);
    await expect(session.exec('SELECT 1')).rejects.toMatchObject({ name: 'DatabaseError', code: '08006' });
  });
});

describe('a server that cannot be reached', () => {
  const secret = 'hunter2';

  async function failure(change: (url: URL) => void, options = {}): Promise<TrueupError> {
    const url = new URL(await serverUrl(18));
    change(url);
    const error = await openServer(url.href, options).then(
      (session) => session.close().then(() => new Error('it connected')),
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof TrueupError)) throw error;
    expect(JSON.stringify(error.diagnostics) + error.message).not.toContain(secret);
    return error;
  }

  test('is not running', async () => {
    const { diagnostics } = await failure((url) => {
      url.password = secret;
      url.port = '1';
    });
    expect(diagnostics).toMatchObject([{ code: 'server-down', subject: expect.stringContaining(':1/') }]);
  });

  test('is on an unknown host', async () => {
    const { diagnostics } = await failure((url) => {
      url.password = secret;
      url.hostname = 'nowhere.invalid';
    });
    expect(diagnostics).toMatchObject([{ code: 'unknown-host' }]);
  });

  test('wants another password', async () => {
    const { diagnostics } = await failure((url) => {
      url.password = secret;
    });
    expect(diagnostics).toMatchObject([{ code: '28P01', help: expect.stringContaining('PGPASSWORD') }]);
  });

  test('takes the password option where the URL has none', async () => {
    const { diagnostics } = await failure(
      (url) => {
        url.password = '';
      },
      { password: async () => secret },
    );
    expect(diagnostics).toMatchObject([{ code: '28P01' }]);
  });

  test('has no such database', async () => {
    const { diagnostics } = await failure((url) => {
      url.pathname = '/nope';
    });
    expect(diagnostics).toMatchObject([{ code: '3D000', detail: expect.stringContaining('"nope"') }]);
  });

  test('does not speak TLS', async () => {
    const { diagnostics } = await failure((url) => {
      url.searchParams.set('sslmode', 'require');
    });
    expect(diagnostics).toMatchObject([{ code: 'no-tls' }]);
  });

  test('is given by an unreadable URL', async () => {
    await expect(openServer(`postgres://app:${secret}@db:port/x`)).rejects.toMatchObject({
      message: expect.not.stringContaining(secret),
      diagnostics: [{ code: 'database-url' }],
    });
  });

  test('does not answer: in time, or until interrupted', async () => {
    const silent = createServer((socket) => socket.resume());
    await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening));
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const url = `postgres://app:${secret}@127.0.0.1:${port}/x`;
    await expect(openServer(url, { connectTimeoutMs: 50 })).rejects.toMatchObject({
      diagnostics: [{ code: 'connection-timeout' }],
    });
    const interrupt = new AbortController();
    const connecting = openServer(url, { signal: interrupt.signal });
    silent.once('connection', () => interrupt.abort());
    await expect(connecting).rejects.toBeInstanceOf(InterruptedError);
    await new Promise((closed) => silent.close(closed));
  });
});
