import { Socket } from 'node:net';
import type { Client, ClientConfig, QueryResult } from 'pg';
import { InterruptedError, TrueupError } from '../errors.ts';
import { diagnoseConnection } from './connection-error.ts';
import { toDatabaseError } from './driver-error.ts';
import { copyIn, copyOut } from './server-copy.ts';
import { joinQueries, type Session } from './session.ts';
import { elementType, scalarParser } from './values.ts';

export type ServerOptions = {
  /** Where the URL has none; asked again for each connection, as it may expire. Without either, PGPASSWORD and ~/.pgpass are read. */
  readonly password?: (() => Promise<string>) | undefined;
  /** What pg_stat_activity shows. */
  readonly applicationName?: string;
  readonly connectTimeoutMs?: number;
  /** Gives up connecting: throws `InterruptedError`. */
  readonly signal?: AbortSignal | undefined;
};

/** A server's URL, and what gives its password. */
export type ReachedServer = Pick<ServerOptions, 'password'> & { readonly url: string };

/** The oldest server that Trueup speaks to, as `server_version_num`. */
const oldestVersion = 140000;

/** Source: PostgreSQL manual, "SSL Mode Descriptions": with these the server says whether TLS is used. */
const preferred = /[?&]sslmode=(?:prefer|allow)(?:&|$)/;

/**
 * Connects to a PostgreSQL server. `url` is `postgres://…` in libpq's form, sslmode with libpq's meaning.
 * Throws `TrueupError` when it cannot, or when the server is older than PostgreSQL 14.
 */
export async function openServer(url: string, options: ServerOptions = {}): Promise<Session> {
  const { Client, types } = (await import('pg')).default;
  const given = await readUrl(url);
  const config: ClientConfig = {
    ...given,
    ...(options.password === undefined || given.password ? {} : { password: options.password }),
    application_name: options.applicationName ?? 'trueup',
    connectionTimeoutMillis: options.connectTimeoutMs ?? 10_000,
    keepAlive: true,
    types: { getTypeParser: (oid: number) => typeParser(oid, types.arrayParser) as never },
  };
  const connect = async (signal?: AbortSignal, ssl = config.ssl): Promise<Client> => {
    const socket = new Socket();
    const client = new Client({ ...config, ...(ssl === undefined ? {} : { ssl }), stream: () => socket });
    // The driver reads the file by itself, but warns that it will not always.
    if (!client.password) Object.assign(client, { password: () => readPasswordFile(client) });
    // A connection lost between statements is told to the next statement, not to the process.
    client.on('error', () => undefined);
    const interrupt = () => socket.destroy(new InterruptedError());
    if (signal?.aborted) throw new InterruptedError();
    signal?.addEventListener('abort', interrupt, { once: true });
    try {
      await client.connect();
      return client;
    } catch (error) {
      socket.destroy();
      if (error instanceof InterruptedError || error instanceof TrueupError) throw error;
      const diagnostic = diagnoseConnection(error, labelOf(client));
      if (ssl && preferred.test(url) && diagnostic.code === 'no-tls') return await connect(signal, false);
      throw new TrueupError([diagnostic], { cause: error });
    } finally {
      signal?.removeEventListener('abort', interrupt);
    }
  };
  const client = await connect(options.signal);
  try {
    const { rows } = await client.query(
      `SELECT current_setting('server_version_num') AS version, pg_backend_pid() AS pid`,
    );
    const { version, pid } = rows[0] as { version: string; pid: number };
    refuseOld(Number(version), labelOf(client));
    const openAnother = () => openServer(url, { ...options, signal: undefined });
    return sessionOn({ client, pid }, Number(version), connect, openAnother);
  } catch (error) {
    await client.end();
    throw error;
  }
}

type Connection = { client: Client; pid: number };

function sessionOn(
  connection: Connection,
  serverVersion: number,
  connect: (signal?: AbortSignal) => Promise<Client>,
  openAnother: () => Promise<Session>,
): Session {
  const runAll = async (sql: string, values?: readonly unknown[]): Promise<readonly QueryResult[]> => {
    const { client } = connection;
    try {
      // Without values the driver uses the simple protocol, and a text of several statements has several results.
      const result: QueryResult | QueryResult[] = values?.length
        ? await client.query(sql, [...values])
        : await client.query(sql);
      return Array.isArray(result) ? result : [result];
    } catch (error) {
      throw toDatabaseError(error, '08006');
    }
  };
  const run = async (sql: string, values?: readonly unknown[]) => (await runAll(sql, values)).at(-1);
  const askPid = async (client: Client): Promise<number> =>
    (await client.query('SELECT pg_catalog.pg_backend_pid() AS pid')).rows[0].pid;
  let closing: Promise<void> | null = null;
  const close = () => {
    closing ??= connection.client.end();
    return closing;
  };
  return {
    serverVersion,
    label: labelOf(connection.client),
    query: async <Row>(sql: string, values?: readonly unknown[]) =>
      ((await run(sql, values))?.rows ?? []) as readonly Row[],
    queryAll: async <Row>(queries: readonly string[]) => {
      const results = queries.length === 0 ? [] : await runAll(joinQueries(queries));
      return results.map(({ rows }) => rows as readonly Row[]);
    },
    exec: async (sql) => ({ rowCount: (await run(sql))?.rowCount ?? null }),
    copyOut: (query, write) => copyOut(connection.client, query, write),
    copyIn: (target, chunks) => copyIn(connection.client, target, chunks),
    cancel: async () => {
      const second = await connect();
      await second
        .query('SELECT pg_catalog.pg_cancel_backend($1)', [connection.pid])
        .finally(() => second.end());
    },
    backendPid: () => connection.pid,
    reconnect: async (signal) => {
      const client = await connect(signal);
      const lost = connection.client;
      connection.client = client;
      connection.pid = await askPid(client).catch((error: unknown) => {
        throw toDatabaseError(error, '08006');
      });
      await lost.end().catch(() => undefined);
    },
    openAnother,
    readPooling: async () => {
      // A pool invents the process id of its greeting: it has no one process to name.
      if (greetedAs(connection.client) === (await askPid(connection.client))) return 'none';
      const before = await askPid(connection.client);
      const second = await connect();
      // Two sessions have two processes; a pool that lends one process to both lends it by the transaction.
      const shared = await askPid(second).finally(() => second.end());
      return shared === before || (await askPid(connection.client)) !== before ? 'transaction' : 'session';
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The process id that the server named when it greeted. The driver's type declarations leave it out. */
function greetedAs(client: Client): number | null {
  const { processID } = client as Client & { readonly processID?: number | null };
  return processID ?? null;
}

async function readUrl(url: string): Promise<ClientConfig> {
  const { parse, toClientConfig } = await import('pg-connection-string');
  try {
    // The driver knows no `allow`, which encrypts only where the server insists: `prefer` serves it too.
    const known = trustSystem(url).replace(/([?&]sslmode=)allow(?=&|$)/, '$1prefer');
    return toClientConfig(parse(known, { useLibpqCompat: true }));
  } catch (cause) {
    const reason =
      cause instanceof Error && !cause.message.includes(url) ? cause.message : 'it cannot be read';
    // No cause is kept: it may hold the URL, and with it the password.
    throw new TrueupError([
      {
        code: 'database-url',
        severity: 'error',
        summary: `The database URL cannot be used: ${reason}.`,
        help: 'Write postgres://user@host:port/database; encode special characters of the password as %XX.',
      },
    ]);
  }
}

/** `sslrootcert=system`, which the driver takes for a file: the authorities that Node.js trusts, and as in libpq only with verify-full. */
function trustSystem(url: string): string {
  const bare = url.replace(/([?&])sslrootcert=system(?:&|$)/, '$1');
  if (bare === url) return url;
  const [mode] = /[?&]sslmode=[^&]*/.exec(url) ?? [];
  if (mode === undefined) return `${bare}&sslmode=verify-full`.replace(/([?&])&/, '$1');
  if (mode.endsWith('=verify-full')) return bare;
  throw new Error('sslrootcert=system needs sslmode=verify-full');
}

async function readPasswordFile({ host, port, database, user }: Client): Promise<string | undefined> {
  const { default: pgpass } = await import('pgpass');
  return new Promise((found) => pgpass({ host, port, database, user }, found));
}

function refuseOld(version: number, label: string): void {
  if (version >= oldestVersion) return;
  const found = `${Math.floor(version / 10000)}.${version % 10000}`;
  throw new TrueupError([
    {
      code: 'server-version',
      severity: 'error',
      subject: label,
      summary: `${label} is PostgreSQL ${found}; Trueup needs 14 or later.`,
      help: 'Upgrade the server.',
    },
  ]);
}

/** `app@db1/prod`; the port only when it is not 5432. */
function labelOf({ user, host, port, database }: Client): string {
  return `${user}@${host}${port === 5432 ? '' : `:${port}`}/${database}`;
}

type ArrayParser = {
  create(source: string, transform: (text: string) => unknown): { parse(): unknown };
};

function typeParser(oid: number, arrays: unknown): (text: string) => unknown {
  const element = elementType(oid);
  if (element === undefined) return scalarParser(oid);
  const transform = scalarParser(element);
  // The driver's type declarations do not describe this export.
  return (text) => (arrays as ArrayParser).create(text, transform).parse();
}
