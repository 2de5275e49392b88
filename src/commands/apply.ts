import { dryRunPlan } from '../apply/dry-run.ts';
import type { ApplyEvent, RunReport } from '../apply/event.ts';
import { acquireLock, releaseLock } from '../apply/lock.ts';
import type { ApplyTimeouts } from '../apply/run.ts';
import { type InDoubt, settleUnfinished } from '../apply/settle-unfinished.ts';
import { isUndecidable, readUnfinished } from '../apply/unfinished.ts';
import type { ObjectId } from '../catalog/object.ts';
import type { Session } from '../database/session.ts';
import { TrueupError } from '../errors.ts';
import { readHistory } from '../migrations/history.ts';
import { lossesOf } from '../plan/losses.ts';
import type { Decision, Plan } from '../plan/plan.ts';
import type { Assessment } from './assess/assessment.ts';
import { orderKeyed } from './assess/keyed-order.ts';
import {
  decideHalfMade,
  describeUnfinished,
  isCutRollback,
  isToBeResumed,
  refuseHalfDone,
  refuseOtherWay,
  refuseUndecidable,
  splitPending,
  splitUndos,
} from './assess/resume.ts';
import {
  assessLive,
  copiesFor,
  engineAhead,
  type LiveDatabase,
  type LoadedProject,
  openLive,
  openProject,
} from './open.ts';
import { type PlanOptions, planFor } from './plan.ts';
import {
  decideAll,
  refuseDrift,
  refuseLosses,
  refuseNoHistory,
  refuseOtherLosses,
} from './planning/decide.ts';
import { runInput, runPlan } from './planning/run-plan.ts';
import { isUpToDate, upToDateReport } from './planning/up-to-date.ts';
import { assessRollback } from './rollback.ts';
import { undosOf } from './undo/undo-of.ts';

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
  /** `confirm` asks a person, who takes time: the lock is given back meanwhile. */
  readonly asksPerson?: boolean;
  /** The plan is null as long as there is none. */
  readonly onEvent?: (event: ApplyEvent, plan: Plan | null) => void;
  /** Goes on from a run that was cut short. Without it, one that is half done is refused. */
  readonly resume?: boolean;
  /** For a statement that was cut short and that the database says nothing of: whether it was done, or is to run again. */
  readonly inDoubt?: InDoubt;
  /** Runs everything in one transaction on live and rolls it back. */
  readonly dryRun?: boolean;
  /** How long to wait for another run, in milliseconds. Default 60,000. */
  readonly waitMs?: number | undefined;
  /** Instead of the config's. */
  readonly timeouts?: ApplyTimeouts | undefined;
  /** Hands out what asks the server to cancel the running statement. */
  readonly onCancellable?: (cancel: () => Promise<void>) => void;
};

/**
 * Applies the plan, verifies, and returns the run's report; null when `confirm` said no. A run that fails is
 * reported, not thrown. Throws `TrueupError` when nothing was run: exit code 3 for drift that nobody decided
 * about, for a plan without proof, for a loss of data that nobody accepted by name, and for a run that was cut
 * short when nobody said `resume`.
 */
export async function apply(options: ApplyOptions = {}): Promise<RunReport | null> {
  const events = applyEvents(options);
  for (;;) {
    const next = await events.next();
    if (next.done) return next.value;
  }
}

/** `apply` as a stream of what happens. What it returns at the end is what `apply` returns. */
export async function* applyEvents(given: ApplyOptions = {}): AsyncGenerator<ApplyEvent, RunReport | null> {
  const options = { ...given, rollbackTo: given.plan ? given.plan.rollbackTo : given.rollbackTo };
  const goesForward = options.rollbackTo === undefined;
  const mustPlan = options.plan === undefined;
  const loaded = await openProject(options, 1);
  await using ahead = engineAhead(loaded, options);
  await using live = await openLive(loaded, options);
  const hasWaited = yield* holdLock(live.session, options);
  if (hasWaited && goesForward && options.plan === undefined && (await isUpToDate(loaded, live.session))) {
    return upToDateReport(live.session.label, options);
  }
  await settle(loaded, live.session, options);
  await using copies = copiesFor(loaded, options, mustPlan ? ahead.started : null);
  await using assessed = await assessLive(loaded, live.session, options, {
    withTarget: goesForward,
    ahead,
    ...(mustPlan ? { copies } : {}),
  });
  await using assessment = await assessRollback(loaded, live.session, options, assessed);
  refuseNoHistory(assessment, options.assume);
  if (!options.accept?.includes('half-undone')) refuseOtherWay(assessment);
  const resumed = new Map<ObjectId, Decision>(
    options.resume
      ? [
          ...(assessment.rollback ? decideHalfMade(assessment) : []),
          ...(assessment.unfinished?.decisions ?? []),
        ]
      : [],
  );
  const { onDrift } = live.selected;
  if (!options.plan && !options.decisions) refuseDrift(assessment, onDrift, new Set(resumed.keys()));
  // Drift that the unfinished run had decisions about keeps them; the policy decides on the rest.
  const decisions = options.decisions ?? new Map([...decideAll(assessment, onDrift), ...resumed]);
  const plan =
    options.plan ?? (await planFor({ loaded, live, assessment, copies }, { ...options, decisions }));
  refuseOtherTarget(plan, assessment);
  const accepted = new Set(options.accept);
  if (!accepted.has('unproven')) refuseUnproven(plan);
  // What a run that goes on was allowed to lose may be lost already.
  if (hasWork(plan) && !options.resume) refuseOtherLosses(accepted, lossesOf(plan));
  const losses = lossesOf(plan).filter((name) => !accepted.has(name));
  if (!options.confirm) refuseLosses(losses);
  else if (hasWork(plan)) {
    // Nobody else waits while a person thinks: the run takes the lock again, and looks again.
    if (options.asksPerson) await releaseLock(live.session);
    if (!(await options.confirm(plan, live, losses))) return null;
  }
  return yield* run(loaded, live, assessment, plan, options);
}

/** Whether a plan would change anything, if only the history. */
export function hasWork(plan: Plan): boolean {
  return plan.steps.length > 0 || plan.assumed.length > 0;
}

/** Waits for other runs. True when there was one to wait for. */
async function* holdLock(session: Session, options: ApplyOptions): AsyncGenerator<ApplyEvent, boolean> {
  const {
    now = () => new Date(),
    signal = new AbortController().signal,
    waitMs: timeoutMs = 60_000,
  } = options;
  let hasWaited = false;
  for await (const event of acquireLock({ session, timeoutMs, now, signal })) {
    hasWaited = true;
    options.onEvent?.(event, null);
    yield event;
  }
  return hasWaited;
}

/** What an earlier run left half done is finished or taken away, when somebody says that it is to go on. */
async function settle(loaded: LoadedProject, session: Session, options: ApplyOptions): Promise<void> {
  if (options.dryRun) return;
  const order = await orderKeyed(loaded.migrations, await readHistory(session), options.assume);
  const undos = undosOf(loaded.migrations, order.applied);
  const unfinished = await readUnfinished(
    session,
    [...order.pending, ...undos].map(({ key }) => key),
  );
  if (!unfinished) return;
  const pending = [
    ...splitPending(order.pending, unfinished).pending,
    ...splitUndos(loaded.migrations, order.applied, unfinished),
  ];
  const isHalfUndone = isCutRollback(unfinished) && !options.accept?.includes('half-undone');
  if (options.resume !== true && (isHalfUndone || isToBeResumed(unfinished, pending))) {
    throw refuseHalfDone(describeUnfinished(unfinished, pending));
  }
  const isOpen = unfinished.doubt !== null && isUndecidable(unfinished.doubt);
  if (isOpen && options.inDoubt === undefined) throw refuseUndecidable(unfinished);
  await settleUnfinished(session, unfinished, options.inDoubt ?? null);
}

async function* run(
  loaded: LoadedProject,
  live: LiveDatabase,
  assessment: Assessment,
  plan: Plan,
  options: ApplyOptions,
): AsyncGenerator<ApplyEvent, RunReport> {
  options.onCancellable?.(() => live.session.cancel());
  const { signal = new AbortController().signal, now = () => new Date(), waitMs, dryRun } = options;
  let report: RunReport | null = null;
  const acceptsLarge = options.accept?.includes('large-backup') === true;
  const { backup } = live.selected;
  const timeouts = { ...live.selected.timeouts, ...options.timeouts };
  const input = {
    loaded,
    live: live.session,
    assessment,
    plan,
    timeouts,
    waitMs,
    acceptsLarge,
    signal,
    now,
    backup,
  };
  for await (const event of dryRun ? dryRunPlan(runInput(input)) : runPlan(input)) {
    options.onEvent?.(event, plan);
    yield event;
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
