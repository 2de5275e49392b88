import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectId } from '../catalog/object.ts';
import { formatIgnoreRules, type IgnoreNote } from '../plan/ignore-rules.ts';
import type { Plan } from '../plan/plan.ts';

/** Writes a rule into the project's `.trueupignore` for every drifted object that was decided to be ignored. Returns the rules. */
export async function writeIgnoreRules(
  root: string,
  plan: Plan,
  now: Date,
  notes: ReadonlyMap<ObjectId, IgnoreNote> = new Map(),
): Promise<readonly string[]> {
  const rules = formatIgnoreRules(plan.drift, notes, now.toISOString().slice(0, 10));
  if (rules.length === 0) return rules;
  const file = join(root, '.trueupignore');
  const before = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const separator = before === '' || before.endsWith('\n') ? '' : '\n';
  await writeFile(file, `${before}${separator}${rules.join('\n')}\n`);
  return rules;
}
