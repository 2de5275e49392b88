const block = 512;
const page = 8192;

/**
 * Takes out of a fresh data directory, given as a tar, what an engine in memory never reads, which is most of it:
 * the files of the databases that CREATE DATABASE copies, write-ahead log after `walFile`, the current one, and the
 * part of that one that is not written yet. Its session is in database 5, `postgres`.
 */
export function slimDataDirectory(tar: Uint8Array, walFile: string): Uint8Array {
  const kept: Uint8Array[] = [];
  for (const { name, header, content } of entries(tar)) {
    if (/(?:^|\/)base\/[14]\/./.test(name)) continue;
    const wal = /(?:^|\/)pg_wal\/([0-9A-F]{24})$/.exec(name)?.[1];
    if (wal !== undefined && wal !== walFile) continue;
    const part = wal === undefined ? content : withoutZeros(content);
    kept.push(wal === undefined ? header : resized(header, part.length), part);
  }
  // The end of a tar is two empty blocks.
  return Buffer.concat([...kept, new Uint8Array(2 * block)]);
}

/** Where the files of a data directory go: what of Emscripten's file system that takes. */
export type Files = {
  readonly mkdirTree: (path: string) => void;
  readonly writeFile: (path: string, content: Uint8Array, options: { readonly canOwn: boolean }) => void;
};

/** Unpacks a data directory, given as a tar, below `root`. The files are the tar's own bytes: nothing else may use it. */
export function writeDataDirectory(tar: Uint8Array, files: Files, root: string): void {
  const made = new Set<string>();
  for (const { name, isDirectory, content, size } of entries(tar)) {
    const path = name.startsWith('/') ? `${root}${name}` : `${root}/${name}`;
    const directory = isDirectory ? path : path.slice(0, path.lastIndexOf('/'));
    if (!made.has(directory)) files.mkdirTree(directory);
    made.add(directory);
    if (!isDirectory) files.writeFile(path, content.subarray(0, size), { canOwn: true });
  }
}

/** Every file and directory, with its content padded to whole blocks. Source: the ustar format of POSIX pax. */
function* entries(tar: Uint8Array) {
  for (let at = 0; at + block <= tar.length; ) {
    const header = tar.subarray(at, at + block);
    const name = textAt(header, 0, 100);
    if (name === '') return;
    const prefix = textAt(header, 345, 155);
    const size = Number.parseInt(textAt(header, 124, 12), 8);
    const length = Math.ceil(size / block) * block;
    const content = tar.subarray(at + block, at + block + length);
    const isDirectory = textAt(header, 156, 1) === '5';
    yield { name: prefix === '' ? name : `${prefix}/${name}`, header, content, size, isDirectory };
    at += block + length;
  }
}

/** The header of the same file with another size, in bytes. */
function resized(header: Uint8Array, size: number): Uint8Array {
  const changed = Buffer.from(header);
  changed.write(`${size.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  // The checksum counts its own field as spaces.
  changed.fill(' ', 148, 156);
  const sum = changed.reduce((total, byte) => total + byte, 0);
  changed.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return changed;
}

/** Up to the last page that has anything in it. */
function withoutZeros(content: Uint8Array): Uint8Array {
  let end = content.length;
  while (end > page && content.subarray(end - page, end).every((byte) => byte === 0)) end -= page;
  return content.subarray(0, end);
}

function textAt(header: Uint8Array, offset: number, length: number): string {
  const text = Buffer.from(header.buffer, header.byteOffset + offset, length).toString('latin1');
  return text.split('\0', 1)[0]?.trim() ?? '';
}
