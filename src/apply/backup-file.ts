import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { Session } from '../database/session.ts';
import { TrueupError } from '../errors.ts';
import { makeDirectory } from '../make-directory.ts';
import { type Manifest, parseManifest } from './manifest.ts';

/** Whatever ends with this was not written to its end. */
const partial = '.partial';
const manifestEnd = '.json';

/** The name of the file for a backup: the parts of its name that every file system can hold, and its run. */
export function backupFileName(name: string, runId: string): string {
  return `${name.replace(/[^A-Za-z0-9_]/g, '_')}_${runId.slice(0, 8)}.copy.gz`;
}

/**
 * Writes the rows of a query into a compressed file, and its manifest beside it: each under another name first, which it
 * loses when all of it is on the disk. Throws Node's error when it cannot be written, `DatabaseError` when it cannot be read.
 */
export async function writeBackupFile(
  session: Session,
  directory: string,
  file: string,
  query: string,
  describe: (rows: number, sha256: string) => Manifest,
): Promise<Manifest> {
  await makeDirectory(directory, 0o700);
  // What is saved is not for a repository.
  await writeFile(join(directory, '.gitignore'), '*\n', { flag: 'wx' }).catch(() => undefined);
  const path = join(directory, file);
  const hash = createHash('sha256');
  let rows = 0;
  const gzip = createGzip();
  gzip.on('data', (chunk: Buffer) => hash.update(chunk));
  const target = createWriteStream(path + partial, { mode: 0o600, flush: true });
  const written = finished(gzip.pipe(target));
  written.catch(() => undefined);
  try {
    await session.copyOut(query, async (chunk) => {
      // In COPY's text format a line break stands at the end of a row and nowhere else.
      for (const byte of chunk) if (byte === 10) rows += 1;
      if (target.errored) throw target.errored;
      if (!gzip.write(chunk)) await Promise.race([drained(gzip), written]);
    });
    gzip.end();
    await written;
  } catch (error) {
    gzip.destroy();
    target.destroy();
    await rm(path + partial, { force: true }).catch(() => undefined);
    throw error;
  }
  const manifest = describe(rows, hash.digest('hex'));
  await writeFile(path + manifestEnd + partial, `${JSON.stringify(manifest, null, 2)}\n`, {
    mode: 0o600,
    flush: true,
  });
  await rename(path + manifestEnd + partial, path + manifestEnd);
  await rename(path + partial, path);
  await syncDirectory(directory);
  return manifest;
}

/**
 * Reads a backup's file through, and returns its manifest and its rows for `copyIn`. Throws `TrueupError` when one of them is
 * missing, or is not what was written.
 */
export async function openBackupFile(
  directory: string,
  file: string,
  sha256: string,
): Promise<{ readonly manifest: Manifest; readonly rows: () => Readable }> {
  const path = join(directory, file);
  const manifest = await readManifest(directory, file);
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  } catch (error) {
    throw refuseFile(path, `cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const found = hash.digest('hex');
  if (found !== sha256 || manifest.sha256 !== sha256)
    throw refuseFile(path, `is damaged: its checksum is ${found}, and ${sha256} was written`);
  return { manifest, rows: () => createReadStream(path).pipe(createGunzip()) };
}

/** What stands beside a backup's file. Throws `TrueupError` when it is missing, or is no manifest. */
export async function readManifest(directory: string, file: string): Promise<Manifest> {
  const path = join(directory, file);
  try {
    return parseManifest(await readFile(path + manifestEnd, 'utf8'));
  } catch (error) {
    throw refuseFile(path, `cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The size of a backup's file in bytes; null when it is gone. */
export async function sizeOfBackupFile(directory: string | null, file: string): Promise<number | null> {
  if (directory === null) return null;
  return stat(join(directory, file)).then(
    ({ size }) => size,
    () => null,
  );
}

/** Removes a backup's file and manifest; those that are gone already too. */
export async function removeBackupFile(directory: string, file: string): Promise<void> {
  for (const end of ['', manifestEnd]) await rm(join(directory, file + end), { force: true });
}

/**
 * Removes what no history knows: files of this database whose run was rolled back, and what was not written to its end. Only
 * what is older than `before`. Returns their names.
 */
export async function removeStrayFiles(
  directory: string,
  database: string,
  known: ReadonlySet<string>,
  before: Date,
): Promise<readonly string[]> {
  const names = await readdir(directory).catch((): string[] => []);
  const stray: string[] = [];
  for (const name of names) {
    const path = join(directory, name);
    const isOld = await stat(path).then(
      ({ mtime }) => mtime < before,
      () => false,
    );
    const file = name.slice(0, -manifestEnd.length);
    const isPartial = /\.copy\.gz(?:\.json)?\.partial$/.test(name);
    const isUnknown =
      name.endsWith(`.copy.gz${manifestEnd}`) &&
      !known.has(file) &&
      (await readFile(path, 'utf8').then(
        (text) => parseManifest(text).database === database,
        () => false,
      ));
    if (!isOld || !(isPartial || isUnknown)) continue;
    if (isPartial) await rm(path, { force: true });
    else await removeBackupFile(directory, file);
    stray.push(isPartial ? name : file);
  }
  return stray;
}

async function drained(stream: NodeJS.WritableStream): Promise<void> {
  await new Promise<void>((resolve) => stream.once('drain', resolve));
}

/** A name is on the disk once its directory is. Not every system lets a directory be opened. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r').catch(() => null);
  try {
    await handle?.sync().catch(() => undefined);
  } finally {
    await handle?.close();
  }
}

function refuseFile(path: string, reason: string): TrueupError {
  return new TrueupError([
    {
      code: 'backup-file',
      severity: 'error',
      subject: path,
      summary: `The backup file ${path} ${reason}. Nothing was put back.`,
      help: 'Bring back the file as it was written, with its manifest beside it.',
    },
  ]);
}
