import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { openServer } from '../../src/database/server.ts';
import { project } from '../end-to-end/command-line.ts';
import { serverUrl } from '../support/servers.ts';

// An authority of our own, and the certificate of a server called localhost that it signed. They serve these tests alone.
const tls = join(import.meta.dirname, 'tls');
const authority = join(tls, 'ca.crt');
let secure = '';

beforeAll(async () => {
  secure = await serverUrl(16);
  await using session = await openServer(secure);
  for (const name of ['server.crt', 'server.key']) {
    const lines = (await readFile(join(tls, name), 'utf8')).trim().split('\n');
    const rows = `SELECT unnest(ARRAY[${lines.map((line) => `'${line}'`).join(', ')}])`;
    await session.exec(`COPY (${rows}) TO PROGRAM 'umask 077; cat > ${name}'`);
  }
  await session.exec(`ALTER SYSTEM SET ssl = on`);
  await session.exec('SELECT pg_reload_conf()');
  for (;;) {
    await using other = await openServer(secure);
    const [row] = await other.query<{ ssl: string }>(`SELECT current_setting('ssl') AS ssl`);
    if (row?.ssl === 'on') return;
  }
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** Whether the connection is encrypted, or the code of why there is none. */
async function connect(server: string, host: string, parameters: string): Promise<unknown> {
  const url = new URL(server);
  url.hostname = host;
  url.search = parameters;
  try {
    await using session = await openServer(url.href);
    const [row] = await session.query<{ ssl: boolean }>(
      'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
    );
    return row?.ssl;
  } catch (error) {
    expect(JSON.stringify(error) + String(error)).not.toContain('s3cret');
    return (error as { diagnostics?: readonly { code: string }[] }).diagnostics?.[0]?.code;
  }
}

describe('sslmode means what it means to libpq', () => {
  const trusted = `&sslrootcert=${authority}`;
  test.each([
    ['disable', '', '127.0.0.1', false],
    ['allow', '', '127.0.0.1', true],
    ['prefer', '', '127.0.0.1', true],
    ['require', '', '127.0.0.1', true],
    ['require', trusted, '127.0.0.1', true],
    ['verify-ca', trusted, '127.0.0.1', true],
    ['verify-ca', '', '127.0.0.1', 'database-url'],
    ['verify-full', trusted, 'localhost', true],
    ['verify-full', trusted, '127.0.0.1', 'tls'],
    ['verify-full', '', 'localhost', 'tls'],
    ['verify-full', '&sslrootcert=system', 'localhost', 'tls'],
    ['require', '&sslrootcert=system', 'localhost', 'database-url'],
    ['require', `&sslrootcert=${join(tls, 'server.crt')}`, '127.0.0.1', 'tls'],
  ])('%s%s to %s: %s', async (mode, root, host, outcome) => {
    expect(await connect(secure, host, `sslmode=${mode}${root}`)).toBe(outcome);
  });

  test('where the server speaks no TLS, prefer does without and require does not', async () => {
    const plain = await serverUrl(15);
    expect(await connect(plain, '127.0.0.1', 'sslmode=prefer')).toBe(false);
    expect(await connect(plain, '127.0.0.1', 'sslmode=require')).toBe('no-tls');
  });
});

describe('a URL without a password', () => {
  async function withoutPassword() {
    const url = new URL(await serverUrl(16));
    const password = decodeURIComponent(url.password);
    url.password = '';
    return { url, password };
  }

  test('takes PGPASSWORD', async () => {
    const { url, password } = await withoutPassword();
    await expect(openServer(url.href)).rejects.toMatchObject({ diagnostics: [{ code: 'password-missing' }] });
    vi.stubEnv('PGPASSWORD', password);
    await (await openServer(url.href)).close();
  });

  test('takes the line of PGPASSFILE that fits', async () => {
    const { url, password } = await withoutPassword();
    await using folder = await project({});
    const file = join(folder.root, 'pgpass');
    await writeFile(file, `elsewhere:*:*:*:wrong\n127.0.0.1:${url.port}:*:postgres:${password}\n`, {
      mode: 0o600,
    });
    vi.stubEnv('PGPASSFILE', file);
    const warned = vi.spyOn(process, 'emitWarning');
    await (await openServer(url.href)).close();
    expect(warned).not.toHaveBeenCalled();
  });

  test('asks for one at each connection, as a token may have expired', async () => {
    const { url, password } = await withoutPassword();
    let asked = 0;
    await using session = await openServer(url.href, {
      password: async () => {
        asked += 1;
        return password;
      },
    });
    await session.reconnect();
    expect(asked).toBe(2);
  });
});
