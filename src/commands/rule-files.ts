import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Rules for what is no drift, at the project's root. */
export const ignoreFile = '.trueupignore';

/** The text of a file of rules at the project's root; empty where there is none. */
export async function readRuleFile(root: string, name: string): Promise<string> {
  return readFile(join(root, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
}

/** Writes it. Rejects where that cannot be done. */
export function writeRuleFile(root: string, name: string, text: string): Promise<void> {
  return writeFile(join(root, name), text);
}
