import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import envPaths from 'env-paths';

/** The user's cache directory for Trueup, by the operating system's convention. */
export function defaultCacheDirectory(): string {
  return envPaths('trueup', { suffix: '' }).cache;
}

/** What `readPrepared` needs to know, so that another engine version never reads this one's files. */
export type PreparedOptions = {
  readonly cacheDirectory: string;
  /** The embedded engine's version; a part of the file's name. */
  readonly engineVersion: string;
  /** `memory`: without what only an engine on disk needs (see slim.ts). A part of the file's name. */
  readonly variant: 'memory' | 'directory';
  /** Makes a fresh data directory as a gzipped tar: seconds of initdb. */
  readonly make: () => Promise<Uint8Array>;
  readonly onProgress: (line: string) => void;
};

/**
 * A fresh data directory as an unpacked tar, from the cache or made now. A damaged file is made again:
 * gzip carries a CRC-32 and a length, so damage shows when unpacking. A cache that cannot be written
 * costs time, never the command.
 */
export async function readPrepared(options: PreparedOptions): Promise<Uint8Array<ArrayBuffer>> {
  const file = preparedFile(options);
  const kept = await readFile(file).then(unpack, () => null);
  if (kept) return kept;
  options.onProgress('preparing the embedded PostgreSQL (first use)');
  const packed = await options.make();
  await keep(file, options.cacheDirectory, packed).catch((error: unknown) =>
    options.onProgress(`cannot write the cache ${options.cacheDirectory}: ${String(error)}`),
  );
  return unzip(packed);
}

/** Removes the prepared data directory, after the engine refused to start from it. */
export async function discardPrepared(options: PreparedOptions): Promise<void> {
  await rm(preparedFile(options), { force: true });
}

/** Other processes may read or write the same name: each writes its own file, and the rename is atomic. */
async function keep(file: string, directory: string, packed: Uint8Array): Promise<void> {
  await mkdir(directory, { recursive: true });
  const temporary = `${file}.${randomUUID()}`;
  try {
    await writeFile(temporary, packed);
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
}

function preparedFile({ cacheDirectory, engineVersion, variant }: PreparedOptions): string {
  return join(cacheDirectory, `pglite-${engineVersion}-${variant}.tar.gz`);
}

/** In large pieces: the default of 16 kB makes thousands of them, which are then put together. */
function unzip(packed: Uint8Array): Uint8Array<ArrayBuffer> {
  return gunzipSync(packed, { chunkSize: 64 * 1024 * 1024 });
}

function unpack(packed: Buffer): Uint8Array<ArrayBuffer> | null {
  try {
    return unzip(packed);
  } catch {
    return null;
  }
}
