import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readProjectFile } from './project-file.ts';

/** Rules for what is no drift, at the project's root. */
export const ignoreFile = '.trueupignore';

/** The text of a file of rules at the project's root; empty where there is none. Throws Node's error for what is no file. */
export async function readRuleFile(root: string, name: string): Promise<string> {
  return (await readProjectFile(root, name)) ?? '';
}

/** Writes it. Rejects where that cannot be done. */
export function writeRuleFile(root: string, name: string, text: string): Promise<void> {
  return writeFile(join(root, name), text);
}
