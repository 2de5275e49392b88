import type { Change } from '../diff/change.ts';
import type { Diagnostic } from '../errors.ts';
import { compareVersions } from '../migrations/version.ts';
import type { Plan, Step } from '../plan/plan.ts';
import type { RunReport, StepOutcome } from './event.ts';
import { isKept, type Progress, stepDurationMs, stepOutcome } from './progress.ts';

/** How a run ended. */
export type Ending = {
  readonly outcome: RunReport['outcome'];
  readonly error: Diagnostic | null;
  readonly differences: readonly Change[] | null;
};

/** The report of a run that has ended. */
export function buildReport(
  plan: Plan,
  progress: Progress,
  ending: Ending,
  times: { readonly runId: string; readonly startedAt: Date; readonly endedAt: Date },
): RunReport {
  return {
    formatVersion: 1,
    runId: times.runId,
    outcome: ending.outcome,
    database: plan.database,
    toolVersion: plan.toolVersion,
    startedAt: times.startedAt.toISOString(),
    durationMs: times.endedAt.getTime() - times.startedAt.getTime(),
    versionBefore: plan.versionBefore,
    versionAfter: versionAfter(plan, progress, ending.outcome),
    steps: plan.steps.map((step, index) => ({
      title: step.title,
      kind: step.kind,
      version: step.migration?.version ?? null,
      outcome: stepOutcome(progress, index),
      durationMs: stepDurationMs(progress, index),
      statements: step.statements.length,
      kept: (progress.statements[index] ?? []).filter(isKept).length,
      rows: (progress.statements[index] ?? []).reduce((sum, { rowCount }) => sum + (rowCount ?? 0), 0),
    })),
    putBack: plan.steps.flatMap((step, index) => restoredIn(step, index, progress)),
    differences: ending.differences,
    error: ending.error,
  };
}

/** What stays of what a step has put back: in the transaction of a statement, or of its end. */
function restoredIn({ undo }: Step, step: number, progress: Progress): RunReport['putBack'] {
  return (undo?.restores ?? []).flatMap((one) => {
    const { backup, subjects, rows: saved, after } = one;
    const rows = progress.putBack.get(one);
    const isKept =
      progress.completed.has(step) ||
      (after !== null && progress.statements[step]?.[after]?.outcome === 'applied');
    return rows !== undefined && isKept ? [{ backup, subjects, rows, saved }] : [];
  });
}

/** Highest version that the database has now. */
export function versionAfter(plan: Plan, progress: Progress, outcome: RunReport['outcome']): string | null {
  if (outcome === 'success' || outcome === 'nothing to do') return plan.versionAfter;
  return plan.steps.reduce<string | null>((highest, { migration, undo }, index) => {
    const isCompleted = progress.completed.has(index);
    if (isCompleted && undo) return undo.versionAfter;
    const version = isCompleted ? (migration?.version ?? null) : null;
    if (version === null) return highest;
    return highest === null || compareVersions(version, highest) > 0 ? version : highest;
  }, plan.versionBefore);
}

/** What is in the database now and what is not, for the detail of an error: `applied: …; rolled back: …; not run: …`. */
export function describeProgress(plan: Plan, progress: Progress): string {
  const titles = (outcome: StepOutcome) =>
    plan.steps.filter((_, index) => stepOutcome(progress, index) === outcome).map(({ title }) => title);
  const partly = plan.steps
    .filter((_, index) => !progress.completed.has(index) && progress.statements[index]?.some(isKept))
    .map(({ title }) => title);
  const parts: readonly (readonly [string, readonly string[]])[] = [
    ['applied', titles('applied')],
    ['applied in part', partly],
    ['in doubt', titles('in doubt')],
    ['rolled back', titles('rolled back')],
    ['failed', titles('failed').filter((title) => !partly.includes(title))],
    ['not run', titles('not run')],
  ];
  const shown = parts
    .filter(([, names]) => names.length > 0)
    .map(([word, names]) => `${word}: ${names.join(', ')}`);
  const changed = titles('applied').length + titles('in doubt').length + partly.length;
  const nothing = changed === 0 ? ['nothing was applied'] : [];
  return [...nothing, ...shown].join('; ');
}
