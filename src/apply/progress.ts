import type { Diagnostic } from '../errors.ts';
import type { Plan, Restored, StatementIndex } from '../plan/plan.ts';
import type { StepOutcome } from './event.ts';

/** How far one statement came. `applied` means committed, or in a transaction that is about to be. */
export type StatementProgress = {
  readonly outcome: StepOutcome | 'running';
  readonly durationMs: number;
  /** Null for statements that do not count rows. */
  readonly rowCount: number | null;
  readonly error: Diagnostic | null;
  /** How many batches of it are committed; absent for a statement that has none. */
  readonly batches?: number;
};

/** What a run has done so far: the one mutable record of it, which the journal and the report are written from. */
export type Progress = {
  /** By step, then by statement, as in the plan. */
  readonly statements: StatementProgress[][];
  /** Indexes of the steps that are committed to their end. */
  readonly completed: Set<number>;
  /** Rows that were really put back, in transactions that are committed, or about to be. */
  readonly putBack: Map<Restored, number>;
};

/** Nothing has run yet. */
export function startProgress(plan: Plan): Progress {
  return {
    statements: plan.steps.map((step) =>
      step.statements.map(() => ({ outcome: 'not run', durationMs: 0, rowCount: null, error: null })),
    ),
    completed: new Set(),
    putBack: new Map(),
  };
}

/** Changes what is known of one statement. */
export function note(progress: Progress, index: StatementIndex, change: Partial<StatementProgress>): void {
  const step = progress.statements[index.step];
  const known = step?.[index.statement];
  if (step && known) step[index.statement] = { ...known, ...change };
}

/** The server cannot be asked what became of statements that were running when it went away. */
export function noteDoubt(progress: Progress, statements: readonly StatementIndex[]): void {
  for (const index of statements) {
    const outcome = progress.statements[index.step]?.[index.statement]?.outcome;
    if (outcome === 'running' || outcome === 'applied') note(progress, index, { outcome: 'in doubt' });
  }
}

/** Whether something of a statement stays, however it ended. */
export function isKept({ outcome, batches = 0 }: StatementProgress): boolean {
  return outcome === 'applied' || batches > 0;
}

/** A step that ended half committed has failed, even when it was an interruption that ended it. */
export function stepOutcome(progress: Progress, step: number): StepOutcome {
  if (progress.completed.has(step)) return 'applied';
  const outcomes = new Set(progress.statements[step]?.map(({ outcome }) => outcome));
  if (outcomes.has('in doubt')) return 'in doubt';
  if (outcomes.has('failed') || progress.statements[step]?.some(isKept)) return 'failed';
  return outcomes.has('rolled back') ? 'rolled back' : 'not run';
}

/** Time that the statements of a step took, in milliseconds. */
export function stepDurationMs(progress: Progress, step: number): number {
  return (progress.statements[step] ?? []).reduce((sum, { durationMs }) => sum + durationMs, 0);
}
