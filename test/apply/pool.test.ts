import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import pg from 'pg';
import { expect, test } from 'vitest';
import { openServer } from '../../src/database/server.ts';
import { startProxy } from '../support/proxy.ts';
import { freshDatabase } from '../support/servers.ts';
import { inputFor, migration, planFor, run } from './support.ts';

/** Greets every client by itself and lends all of them one session of the server, as a pool in transaction mode does. */
async function startPool(
  url: string,
): Promise<{ readonly url: string; [Symbol.asyncDispose](): Promise<void> }> {
  const lent = new pg.Client({ connectionString: url });
  lent.on('error', () => undefined);
  await lent.connect();
  const { stream } = (lent as unknown as { connection: { stream: Socket } }).connection;
  stream.removeAllListeners('data');
  let borrower: Socket | null = null;
  const sockets = new Set<Socket>();
  stream.on('data', (chunk: Buffer) => borrower?.write(chunk));
  const pool = createServer((client) => {
    sockets.add(client);
    client.on('error', () => undefined);
    client.once('data', () => {
      // AuthenticationOk; BackendKeyData with a process id of nobody's; ReadyForQuery.
      client.write(Buffer.from('520000000800000000' + '4b0000000c7fffffff00000001' + '5a0000000549', 'hex'));
      client.on('data', (chunk: Buffer) => {
        if (chunk.toString('latin1', 0, 1) === 'X') return;
        borrower = client;
        stream.write(chunk);
      });
    });
  }).listen(0, '127.0.0.1');
  await once(pool, 'listening');
  const address = pool.address();
  const pooled = new URL(url);
  pooled.port = String(typeof address === 'object' ? address?.port : '');
  return {
    url: pooled.href,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      pool.close();
      stream.destroy();
    },
  };
}

test('a pool that lends connections by the transaction is refused for applying, and serves to look', async () => {
  await using database = await freshDatabase(17);
  await using pool = await startPool(database.url);
  await using session = await openServer(pool.url);
  expect(await session.readPooling()).toBe('transaction');
  const plan = await planFor(session, [migration('1', 'CREATE TABLE a (id int)')]);
  const { report } = await run(inputFor(session, plan));
  expect(report).toMatchObject({
    outcome: 'failed',
    error: { code: 'pooled-connection', help: expect.stringContaining('session mode') },
  });
  expect(await session.query(`SELECT 1 AS a FROM pg_namespace WHERE nspname = 'trueup'`)).toEqual([]);
});

test('a proxy that lends nothing is no pool', async () => {
  await using database = await freshDatabase(17);
  await using proxy = await startProxy(database.url);
  await using session = await openServer(proxy.url);
  expect(await session.readPooling()).toBe('none');
});
