import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import envPaths from 'env-paths';
import { makeDirectory } from '../make-directory.ts';

/** The user's cache directory for Trueup, by the operating system's convention. */
export function defaultCacheDirectory(): string {
  return envPaths('trueup', { suffix: '' }).cache;
}

/** Bytes that take longer to make than to read. */
export type Cached = {
  readonly cacheDirectory: string;
  /** Of the file: names everything that the bytes depend on, so that no other version reads them. */
  readonly name: string;
  readonly make: () => Promise<Uint8Array>;
  readonly onProgress: (line: string) => void;
};

/**
 * The bytes from the cache, or made now. A damaged file is made again: gzip carries a CRC-32 and a length, so damage
 * shows when unpacking. A cache that cannot be written costs time, never the command.
 */
export async function readCached(cached: Cached): Promise<Uint8Array<ArrayBuffer>> {
  const kept = await readFile(fileOf(cached)).then(unpack, () => null);
  if (kept) return kept;
  const made = new Uint8Array(await cached.make());
  await keep(cached, made).catch((error: unknown) =>
    cached.onProgress(`cannot write the cache ${cached.cacheDirectory}: ${String(error)}`),
  );
  return made;
}

/** Removes the file, of which it turned out that it is of no use. */
export async function discardCached(cached: Cached): Promise<void> {
  await rm(fileOf(cached), { force: true });
}

/** Other processes may read or write the same name: each writes its own file, and the rename is atomic. */
async function keep(cached: Cached, made: Uint8Array): Promise<void> {
  await makeDirectory(cached.cacheDirectory);
  const temporary = `${fileOf(cached)}.${randomUUID()}`;
  try {
    await writeFile(temporary, gzipSync(made));
    await rename(temporary, fileOf(cached));
  } finally {
    await rm(temporary, { force: true });
  }
}

function fileOf({ cacheDirectory, name }: Cached): string {
  return join(cacheDirectory, `${name}.gz`);
}

/** In large pieces: the default of 16 kB makes thousands of them, which are then put together. */
function unpack(packed: Buffer): Uint8Array<ArrayBuffer> | null {
  try {
    return gunzipSync(packed, { chunkSize: 64 * 1024 * 1024 });
  } catch {
    return null;
  }
}
