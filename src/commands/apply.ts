import type { ApplyEvent, RunReport } from '../apply/event.ts';
import { warmEmbedded } from '../database/embedded-thread.ts';
import { TrueupError } from '../errors.ts';
import { lossesOf } from '../plan/losses.ts';
import type { Plan } from '../plan/plan.ts';
import type { Assessment } from './assess.ts';
import { refuseDrift, refuseLosses, refuseNoHistory } from './decide.ts';
import {
  assessLive,
  copiesFor,
  type LiveDatabase,
  type LoadedProject,
  openLive,
  openProject,
} from './open.ts';
import { type PlanOptions, planFor } from './plan.ts';
import { runPlan } from './run-plan.ts';

export type ApplyOptions = PlanOptions & {
  /** A plan made before; without one, the plan is made now. */
  readonly plan?: Plan;
  /** `unproven` runs a plan that its rehearsal could not prove; `drop-column:public.orders.note` accepts that loss. */
  readonly accept?: readonly string[];
  /**
   * Asked once with the plan before anything runs; `false` ends without a run. Default: run. `losses` are the names of
   * the data losses that nobody has accepted yet: `true` accepts them. Nobody is asked about a plan with nothing to do.
   */
  readonly confirm?: (plan: Plan, live: LiveDatabase, losses: readonly string[]) => Promise<boolean>;
  readonly onEvent?: (event: ApplyEvent, plan: Plan) => void;
  /** Hands out what asks the server to cancel the running statement. */
  readonly onCancellable?: (cancel: () => Promise<void>) => void;
};

/**
 * Applies the plan, verifies, and returns the run's report; null when `confirm` said no. A run that fails is
 * reported, not thrown. Throws `TrueupError` when nothing was run: exit code 3 for drift that nobody decided
 * about, for a plan without proof and for a loss of data that nobody accepted by name.
 */
export async function apply(options: ApplyOptions = {}): Promise<RunReport | null> {
  warmEmbedded(options.plan ? 1 : 2);
  const loaded = await openProject(options);
  await using live = await openLive(loaded, options);
  const mustPlan = options.plan === undefined;
  await using copies = copiesFor(loaded, options, mustPlan);
  await using assessment = await assessLive(loaded, live.session, options, mustPlan ? { copies } : {});
  refuseNoHistory(assessment, options.assume);
  if (!options.plan && !options.decisions) refuseDrift(assessment, live.selected.onDrift);
  const plan = options.plan ?? (await planFor({ loaded, live, assessment, copies }, options));
  refuseOtherTarget(plan, assessment);
  const accepted = new Set(options.accept);
  if (!accepted.has('unproven')) refuseUnproven(plan);
  const losses = lossesOf(plan).filter((name) => !accepted.has(name));
  if (!options.confirm) refuseLosses(losses);
  else if (hasWork(plan) && !(await options.confirm(plan, live, losses))) return null;
  return await run(loaded, live, assessment, plan, options);
}

/** Whether a plan would change anything, if only the history. */
export function hasWork(plan: Plan): boolean {
  return plan.steps.length > 0 || plan.assumed.length > 0;
}

async function run(
  loaded: LoadedProject,
  live: LiveDatabase,
  assessment: Assessment,
  plan: Plan,
  options: ApplyOptions,
): Promise<RunReport> {
  options.onCancellable?.(() => live.session.cancel());
  const signal = options.signal ?? new AbortController().signal;
  const now = options.now ?? (() => new Date());
  let report: RunReport | null = null;
  const { timeouts } = live.selected;
  const input = { loaded, live: live.session, assessment, plan, timeouts, signal, now };
  for await (const event of runPlan(input)) {
    options.onEvent?.(event, plan);
    if (event.type === 'run finished') report = event.report;
  }
  if (!report) throw new Error('A run ended without a report.');
  return report;
}

function refuseOtherTarget(plan: Plan, assessment: Assessment): void {
  if (plan.targetFingerprint === assessment.targetFingerprint) return;
  throw new TrueupError([
    {
      code: 'target-moved',
      severity: 'error',
      summary: 'The migrations have changed since this plan was made. Nothing was applied.',
      detail: `The plan's target is ${plan.targetFingerprint.slice(0, 12)}; the migrations now lead to ${assessment.targetFingerprint.slice(0, 12)}.`,
      help: 'Make the plan again with `trueup plan -o plan.json`.',
    },
  ]);
}

function refuseUnproven(plan: Plan): void {
  const { rehearsal } = plan;
  if (rehearsal.outcome === 'proven' || plan.steps.length === 0) return;
  const reason =
    rehearsal.outcome === 'failed'
      ? rehearsal.diagnostic.summary
      : rehearsal.outcome === 'differs'
        ? `the result differs from target in ${rehearsal.differences.map(({ id }) => id).join(', ')}`
        : rehearsal.reason;
  throw new TrueupError(
    [
      ...(rehearsal.outcome === 'failed' ? [{ ...rehearsal.diagnostic, severity: 'warning' as const }] : []),
      {
        code: 'unproven',
        severity: 'error',
        summary: `The plan is not proven: ${reason}. Nothing was applied.`,
        help: 'Look at it with `trueup plan`; `--accept unproven` applies it all the same.',
      },
    ],
    { exitCode: 3 },
  );
}
