import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of Trueup's own package.json, wherever the build has put this code. */
export const packageRoot: string = findRoot(import.meta.dirname);

function findRoot(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : findRoot(dirname(folder));
}
