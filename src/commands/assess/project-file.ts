import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The text of a file below the project's root; null where there is none. Throws Node's error, with the file's name, for what cannot be read. */
export async function readProjectFile(root: string, name: string): Promise<string | null> {
  return readFile(join(root, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    // A folder can be opened, so that what fails is a read of no name.
    throw Object.assign(error, { path: name });
  });
}
