import type { ObjectId } from '../../catalog/object.ts';
import { formatIgnoreRules, type IgnoreNote } from '../../plan/ignore-rules.ts';
import type { Plan } from '../../plan/plan.ts';
import { ignoreFile, readRuleFile, writeRuleFile } from '../assess/rule-files.ts';

/** Writes a rule into the project's `.trueupignore` for every drifted object that was decided to be ignored. Returns the rules. */
export async function writeIgnoreRules(
  root: string,
  plan: Plan,
  now: Date,
  notes: ReadonlyMap<ObjectId, IgnoreNote> = new Map(),
): Promise<readonly string[]> {
  const rules = formatIgnoreRules(plan.drift, notes, now.toISOString().slice(0, 10));
  if (rules.length === 0) return rules;
  const before = await readRuleFile(root, ignoreFile);
  const separator = before === '' || before.endsWith('\n') ? '' : '\n';
  await writeRuleFile(root, ignoreFile, `${before}${separator}${rules.join('\n')}\n`);
  return rules;
}
