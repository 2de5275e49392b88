import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatKind, type ObjectRef } from '../catalog/object.ts';
import type { DecidedChange, Plan } from '../plan/plan.ts';

/**
 * Writes a rule into the project's `.trueupignore` for every drifted object that was decided to be ignored.
 * Parts of an ignored object need none of their own. Returns the rules written.
 */
export async function writeIgnoreRules(root: string, plan: Plan, now: Date): Promise<readonly string[]> {
  const ignored = plan.drift.filter(({ decision }) => decision === 'ignore');
  const ids = new Set(ignored.map(({ change }) => change.id));
  const rules = ignored
    .filter(({ change }) => change.within === null || !ids.has(change.within))
    .map((decided) => `${patternOf(decided)}  # ignored in review on ${now.toISOString().slice(0, 10)}`);
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

function patternOf({ change }: DecidedChange): string {
  const ref = (change.after ?? change.before)?.ref;
  return ref ? formatPattern(ref) : change.id;
}

/** A pattern that matches exactly this object: parts that could be read as wildcards are quoted. */
export function formatPattern(ref: ObjectRef): string {
  const path = ref.path.map((part) =>
    /^[\p{L}\p{N}_$-]+$/u.test(part) ? part : `"${part.replaceAll('"', '""')}"`,
  );
  const signature = ref.signature === undefined ? '' : `(${ref.signature})`;
  return `${formatKind(ref)}:${path.join('.')}${signature}`;
}
