import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { MemoryFS, PGlite, PGliteOptions } from '@electric-sql/pglite';
import { TrueupError } from '../errors.ts';
import { type Cached, defaultCacheDirectory, discardCached, readCached } from './cache.ts';
import { slimDataDirectory, writeDataDirectory } from './data-directory.ts';
import { lockDirectory } from './directory-lock.ts';
import { toDatabaseError } from './driver-error.ts';
import { loadExtensions } from './extensions.ts';
import { DatabaseError, joinQueries, type Session, withoutServer } from './session.ts';
import { parsedTypes, scalarParser } from './values.ts';

export type EmbeddedOptions = {
  /** Keeps the database in this directory; absent: in memory. Made when it does not exist. */
  readonly directory?: string;
  /** Names as CREATE EXTENSION writes them. Those that PGlite lacks are left out: see `loadExtensions`. */
  readonly extensions: readonly string[];
  /** Where packages of extensions are looked for besides Trueup's own dependencies. */
  readonly projectDirectory?: string;
  readonly cacheDirectory?: string;
  readonly onProgress?: (line: string) => void;
  /** What search_path is before anybody sets it, and after RESET. Default: PostgreSQL's. */
  readonly searchPath?: string | undefined;
};

/**
 * Starts an embedded PostgreSQL and returns its only session, as superuser `postgres`. Always `await using`:
 * an instance left open keeps the process alive. Throws `TrueupError` when the directory is in use, is no
 * database of this engine, or is damaged.
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<Session> {
  const release = options.directory === undefined ? null : await lockDirectory(options.directory);
  try {
    const engine = await start(options);
    return await openSessionOn(engine, options.directory, release);
  } catch (error) {
    await release?.();
    throw error;
  }
}

/** The engine's code, loaded only when it is needed: by itself it takes longer than all the rest of Trueup. */
export function loadEngine(): Promise<typeof import('@electric-sql/pglite')> {
  return import('@electric-sql/pglite');
}

async function start(options: EmbeddedOptions): Promise<PGlite> {
  const { PGlite } = await loadEngine();
  const { loaded } = await loadExtensions(options.extensions, { projectDirectory: options.projectDirectory });
  const common: PGliteOptions = {
    extensions: loaded,
    parsers: Object.fromEntries(parsedTypes.map((oid) => [oid, scalarParser(oid)])),
    startParams: [
      ...startParameters(PGlite.defaultStartParams),
      ...(options.searchPath === undefined ? [] : ['-c', `search_path=${options.searchPath}`]),
    ],
  };
  const { directory } = options;
  if (directory !== undefined && (await holdsDatabase(directory))) {
    // The engine's exception only says that it aborted; PostgreSQL says why on its standard error.
    let complaint = '';
    const onStderr = (text: string) => {
      if (/(?:FATAL|PANIC):/.test(text)) complaint = text;
      return false;
    };
    return PGlite.create({ ...common, dataDir: directory, onStderr }).catch((error: unknown) => {
      throw damaged(directory, error, complaint);
    });
  }
  const variant = directory === undefined ? 'memory' : 'directory';
  const onProgress = options.onProgress ?? (() => undefined);
  const prepared: Cached = {
    cacheDirectory: options.cacheDirectory ?? defaultCacheDirectory(),
    name: `pglite-${await readEngineVersion()}-${variant}.tar`,
    make: async () => {
      onProgress('preparing the embedded PostgreSQL (first use)');
      await using fresh = await PGlite.create();
      return await makePrepared(fresh, directory === undefined);
    },
    onProgress,
  };
  const startPrepared = async () => {
    const tar = await readCached(prepared);
    if (directory === undefined) return PGlite.create({ ...common, fs: await memoryWith(tar) });
    return PGlite.create({ ...common, dataDir: directory, loadDataDir: blobOver(tar) });
  };
  try {
    return await startPrepared();
  } catch (error) {
    // A half-filled directory cannot be started from again; memory can.
    if (directory !== undefined) throw damaged(directory, error);
    await discardCached(prepared);
    return startPrepared();
  }
}

/** A fresh engine's data directory as a tar, seconds of initdb: in memory without what only an engine on disk needs. */
async function makePrepared(fresh: PGlite, isForMemory: boolean): Promise<Uint8Array> {
  const dump = async () => new Uint8Array(await (await fresh.dumpDataDir('none')).arrayBuffer());
  if (!isForMemory) return dump();
  // What follows needs no log from before, and starting from it has little to recover.
  await fresh.exec('SELECT pg_switch_wal(); CHECKPOINT');
  const { rows } = await fresh.query<{ file: string }>(
    'SELECT pg_walfile_name(pg_current_wal_lsn()) AS file',
  );
  return slimDataDirectory(await dump(), rows[0]?.file ?? '');
}

async function openSessionOn(
  engine: PGlite,
  directory: string | undefined,
  release: (() => Promise<void>) | null,
): Promise<Session> {
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    if (engine.closed) throw new DatabaseError('the session is closed', { code: '08003' });
    try {
      return await work();
    } catch (error) {
      throw toDatabaseError(error, 'XX000');
    }
  };
  let closing: Promise<void> | null = null;
  const close = () => {
    closing ??= engine.close().finally(() => release?.());
    return closing;
  };
  const session: Omit<Session, 'serverVersion'> = {
    label: directory === undefined ? 'embedded' : `pglite:${directory}`,
    query: <Row>(sql: string, values?: readonly unknown[]) =>
      attempt(async () => {
        const result = values?.length
          ? await engine.query(sql, [...values])
          : (await engine.exec(sql)).at(-1);
        return (result?.rows ?? []) as readonly Row[];
      }),
    queryAll: <Row>(queries: readonly string[]) =>
      attempt(async () => {
        const results = queries.length === 0 ? [] : await engine.exec(joinQueries(queries));
        return results.map(({ rows }) => rows as unknown as readonly Row[]);
      }),
    exec: (sql) => attempt(async () => ({ rowCount: (await engine.exec(sql)).at(-1)?.rowCount ?? null })),
    copyOut: async (query, write) => {
      const { blob } = await attempt(() => engine.query(`COPY (${query}) TO '/dev/blob'`));
      await write(new Uint8Array((await blob?.arrayBuffer()) ?? []));
    },
    copyIn: async (target, chunks) => {
      const parts: Uint8Array<ArrayBuffer>[] = [];
      for await (const chunk of chunks) parts.push(new Uint8Array(chunk));
      const blob = new Blob(parts);
      const { affectedRows } = await attempt(() =>
        engine.query(`COPY ${target} FROM '/dev/blob'`, [], { blob }),
      );
      return affectedRows ?? 0;
    },
    ...withoutServer,
    close,
    [Symbol.asyncDispose]: close,
  };
  const [row] = await session.query<{ version: string }>(
    `SELECT current_setting('server_version_num') AS version`,
  );
  return { ...session, serverVersion: Number(row?.version) };
}

/**
 * PGlite starts with search_path=public and may alter system tables (-O); a server does neither, and RESET
 * ALL goes back to what the engine was started with. Its shared memory is zeroed at the start, which for the
 * default of 128 MB takes longer than all the rest; pages that leave the buffers only go to memory.
 */
function startParameters(defaults: readonly string[]): string[] {
  const kept = defaults.filter(
    (parameter, index) =>
      parameter !== '-O' &&
      parameter !== 'search_path=public' &&
      !(parameter === '-c' && defaults[index + 1] === 'search_path=public'),
  );
  return [...kept, '-c', 'shared_buffers=16MB'];
}

/** PGlite unpacks a tar too, but looks up every folder of every file anew: a tenth of a second for a data directory. */
async function memoryWith(tar: Uint8Array): Promise<MemoryFS> {
  const { MemoryFS, PGlite } = await loadEngine();
  const memory = new MemoryFS();
  const init: MemoryFS['init'] = memory.init.bind(memory);
  memory.init = async (engine, options) => {
    const { emscriptenOpts } = await init(engine, options);
    const unpack = ({ FS }: Parameters<NonNullable<typeof emscriptenOpts.preRun>[number]>[0]) =>
      writeDataDirectory(tar, FS, PGlite.paths.PGDATA);
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), unpack] } };
  };
  return memory;
}

/** A Blob copies what it is made of, and again what it gives. PGlite asks for the bytes alone. */
function blobOver(bytes: Uint8Array<ArrayBuffer>): Blob {
  const { buffer, byteOffset, byteLength } = bytes;
  const whole = byteLength === buffer.byteLength;
  const arrayBuffer = async () => (whole ? buffer : buffer.slice(byteOffset, byteOffset + byteLength));
  return Object.assign(new Blob([], { type: 'application/x-tar' }), { arrayBuffer });
}

/** False for a directory that is missing or empty. Throws for one that holds anything but this engine's database. */
async function holdsDatabase(directory: string): Promise<boolean> {
  const entries = await readdir(directory);
  if (entries.length === 0) return false;
  const major = await readFile(join(directory, 'PG_VERSION'), 'utf8').catch(() => null);
  if (major?.trim() === '18') return true;
  throw new TrueupError([
    {
      code: 'embedded-directory',
      severity: 'error',
      subject: `pglite:${directory}`,
      summary: `${directory} is not a database directory of the embedded PostgreSQL.`,
      detail:
        major === null
          ? 'It is not empty and has no PG_VERSION file.'
          : `Its PG_VERSION is ${major.trim()}; the embedded PostgreSQL is 18.`,
      help: 'Name an empty or new directory, or one that Trueup made.',
    },
  ]);
}

function damaged(directory: string, cause: unknown, complaint = ''): TrueupError {
  return new TrueupError(
    [
      {
        code: 'embedded-directory',
        severity: 'error',
        subject: `pglite:${directory}`,
        summary: `The embedded PostgreSQL cannot start from ${directory}: its files are damaged.`,
        detail: complaint || (cause instanceof Error ? cause.message : String(cause)),
        help: 'Restore the directory from a backup, or name an empty one.',
      },
    ],
    { cause },
  );
}

/** The version of PGlite. The package does not export its package.json, so it is found from the module beside it. */
export async function readEngineVersion(): Promise<string> {
  const module = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const { version } = JSON.parse(await readFile(join(dirname(module), '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}
