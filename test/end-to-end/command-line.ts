import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';

export const cliFile = join(import.meta.dirname, '../../dist/cli/trueup.js');

/** How a command ended. `code` is null when a signal killed it. */
export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

export type Running = {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves once standard error holds the text. Rejects when the command ends without it. */
  stderrHolds(text: string): Promise<void>;
};

/** Starts the built command line without a terminal. Whatever it prints must hold no password and no escape code. */
export function start(
  cwd: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Running {
  const { PATH = '', HOME = '', XDG_CACHE_HOME } = process.env;
  const cache = XDG_CACHE_HOME === undefined ? {} : { XDG_CACHE_HOME };
  const child = spawn(process.execPath, [cliFile, ...args], {
    cwd,
    env: { PATH, HOME, ...cache, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  const text = (chunks: readonly Buffer[]) => Buffer.concat(chunks).toString();
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      const result = { code, stdout: text(out), stderr: text(err) };
      const said = result.stdout + result.stderr;
      const fault = ['s3cret', '\u001b', 'defect of Trueup'].find((forbidden) => said.includes(forbidden));
      if (fault === undefined) resolve(result);
      else reject(new Error(`printed ${JSON.stringify(fault)}:\n${said}`));
    });
  });
  // A test that fails before it waits must not fail a second time for that.
  ended.catch(() => undefined);
  return {
    child,
    ended,
    stderrHolds: (wanted) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (text(err).includes(wanted)) resolve();
        };
        child.stderr.on('data', look);
        child.once('close', () => reject(new Error(`ended without saying "${wanted}":\n${text(err)}`)));
        look();
      }),
  };
}

/** Runs the built command line to its end. */
export function trueup(
  cwd: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return start(cwd, args, variables).ended;
}

export type Project = {
  readonly root: string;
  write(path: string, text: string): Promise<void>;
  read(path: string): Promise<string>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** A temporary folder with these files, by path. */
export async function project(files: Readonly<Record<string, string>>): Promise<Project> {
  const root = await mkdtemp(join(tmpdir(), 'trueup-cli-'));
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  };
  for (const [path, text] of Object.entries(files)) await write(path, text);
  return {
    root,
    write,
    read: (path) => readFile(join(root, path), 'utf8'),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

/** A small shop: two versions and a repeatable view. */
export const shop: Readonly<Record<string, string>> = {
  'migrations/V1__users.sql':
    'CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);\n',
  'migrations/V2__orders.sql': `CREATE TABLE orders (
  id bigint PRIMARY KEY,
  user_id bigint NOT NULL REFERENCES users,
  total numeric(10, 2) NOT NULL DEFAULT 0 CHECK (total >= 0)
);
CREATE INDEX orders_user_idx ON orders (user_id);
`,
  'migrations/R__totals.sql':
    'CREATE OR REPLACE VIEW totals AS SELECT user_id, sum(total) AS total FROM orders GROUP BY user_id;\n',
};

/** Runs SQL on a server by plain pg, as psql would, and returns the last result's rows. */
export async function query(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const result: pg.QueryResult | pg.QueryResult[] = await client.query(sql);
    return (Array.isArray(result) ? result.at(-1) : result)?.rows ?? [];
  } finally {
    await client.end();
  }
}

/** Asks until the query has a row: waiting for what another process does. */
export async function until(url: string, sql: string): Promise<void> {
  while ((await query(url, sql)).length === 0);
}

/** The URL for another role, password `s3cret`. */
export function asRole(url: string, role: string): string {
  const changed = new URL(url);
  changed.username = role;
  changed.password = 's3cret';
  return changed.href;
}

/** Flags for a live database whose server also lends the databases to replay on, which starts faster than an embedded one. */
export function onServer(databaseUrl: string, liveUrl = databaseUrl): readonly string[] {
  const server = new URL(databaseUrl);
  server.pathname = '/postgres';
  return ['--url', liveUrl, '--replay-url', server.href];
}
