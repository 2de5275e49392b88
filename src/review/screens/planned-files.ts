import type { ObjectId } from '../../catalog/object.ts';
import { formatIgnoreRules, type IgnoreNote } from '../../plan/ignore-rules.ts';
import type { Plan } from '../../plan/plan.ts';

/** A file of the project that a run writes: the migration that adopts drift, or lines added to `.trueupignore`. */
export type PlannedFile = {
  readonly name: string;
  readonly type: 'migration' | 'ignore rules';
  /** The whole migration, or the lines that are added. */
  readonly text: string;
};

/** The files that applying a plan writes. `nowMs` dates what has no reason of its own. */
export function plannedFiles(
  plan: Plan,
  notes: ReadonlyMap<ObjectId, IgnoreNote>,
  nowMs: number,
): readonly PlannedFile[] {
  const adopts = plan.drift.some(({ decision }) => decision === 'adopt');
  // The migration that adopts comes after those that are only assumed.
  const adopted = adopts ? plan.assumed.at(-1) : undefined;
  const rules = formatIgnoreRules(plan.drift, notes, new Date(nowMs).toISOString().slice(0, 10));
  return [
    ...(adopted ? [{ name: adopted.script, type: 'migration' as const, text: adopted.text }] : []),
    ...(rules.length > 0
      ? [{ name: '.trueupignore', type: 'ignore rules' as const, text: rules.join('\n') }]
      : []),
  ];
}
