import { acquireLock, releaseLock } from '../../apply/lock.ts';
import { settleUnfinished } from '../../apply/settle-unfinished.ts';
import { isUndecidable, readUnfinished } from '../../apply/unfinished.ts';
import type { SelectedDatabase } from '../../config/target.ts';
import type { Session } from '../../database/session.ts';
import { pairFinder } from '../../diff/answer-renames.ts';
import { registry } from '../../kinds/index.ts';
import { readRunStatements } from '../../migrations/history.ts';
import { loadScanner } from '../../migrations/statements.ts';
import { describeEvent } from '../../render/event.ts';
import type { ReviewPort } from '../../review/port.ts';
import type { Resuming } from '../../review/unfinished.ts';
import type { Assessment } from '../assess/assessment.ts';
import {
  assessLive,
  copiesFor,
  engineAhead,
  engineOpener,
  type LoadedProject,
  openProject,
  type ProjectOptions,
} from '../open.ts';
import { refuseNoHistory } from '../planning/decide.ts';
import type { Copies } from '../planning/live-copy.ts';
import { makePlan } from '../planning/make-plan.ts';
import { runPlan } from '../planning/run-plan.ts';
import { assessRollback } from '../rollback.ts';
import { checkLive } from './check-live.ts';
import { type AskedRename, createRenameKeeper, takeKeptRenames } from './keep-renames.ts';
import { keepReport } from './keep-report.ts';
import { readVersions } from './read-versions.ts';
import { reviewData } from './review-data.ts';
import { createReviewLive } from './review-live.ts';

/** What the review UI works on. */
export type ReviewInput = {
  /** Read again at each load, so that a new migration is seen. */
  readonly options: ProjectOptions;
  readonly live: Session;
  readonly selected: SelectedDatabase;
  readonly databaseName: string;
  readonly toolVersion: string;
  /** The project is a copy of the sample, which is gone afterwards: no report of a run is written into it. */
  readonly isSample?: boolean;
};

/** How long a load that settles a run waits for another run. */
const lockTimeoutMs = 60_000;

type Reviewed = {
  readonly loaded: LoadedProject;
  /** As it was found. */
  readonly base: Assessment;
  /** Holds what a rollback opened for itself. */
  readonly wayBack: AsyncDisposable | null;
  /** With the answers to what may be renames. */
  readonly assessment: Assessment;
  readonly asked: readonly AskedRename[];
  readonly copies: Copies;
};

/** Gives the review UI everything it may ask for, on one live session. `close` ends the engine it holds. */
export function openReviewPort(input: ReviewInput): ReviewPort & { readonly close: () => Promise<void> } {
  const { live, options } = input;
  const now = options.now ?? (() => new Date());
  const onLive = createReviewLive(live);
  const renames = createRenameKeeper(now);
  let state: Reviewed | null = null;
  let loads = 0;
  const forget = async () => {
    const { base, wayBack, copies } = state ?? {};
    state = null;
    // What cannot be closed is gone with its server: the next replay there cleans up.
    await Promise.allSettled([wayBack, base, copies].map((one) => one?.[Symbol.asyncDispose]()));
  };
  /** The same with what is known to be renamed; of the flags, what live no longer fits is left out of later loads. */
  const withRenames = async (loaded: LoadedProject, base: Assessment) => {
    const find = pairFinder(base.drift, registry);
    const flagged = (options.renames ?? []).filter((one) => loads === 1 || find(one).length === 1);
    return takeKeptRenames(base, {
      ignoreRules: loaded.ignoreRules,
      keptRenames: await renames.read(loaded.project.root),
      today: now().toISOString().slice(0, 10),
      flagged,
    });
  };
  const current = () => {
    if (!state) throw new Error('The review UI asked for a plan before anything was loaded.');
    return state;
  };
  return {
    close: async () => {
      await forget();
      await onLive.close();
    },
    cancel: () => live.cancel(),
    readProgress: onLive.readProgress,
    check: (plan) => onLive.look(() => checkLive(live, current().assessment, plan)),
    loadScanner,
    readRunStatements: (runId) => onLive.look(() => readRunStatements(live, runId)),
    readVersions: (onProgress, signal) => {
      const { loaded, assessment } = current();
      const { standIn } = loaded.project.config.extensions;
      const openEngine = engineOpener(loaded, options);
      return readVersions({
        assessment,
        registry,
        openEngine,
        standInExtensions: standIn,
        onProgress,
        signal,
      });
    },
    answerRenames: async (answers) => {
      const { loaded, base } = current();
      const problem = await renames.keep(loaded.project.root, answers);
      const told = await withRenames(loaded, base);
      state = { ...current(), ...told };
      return { data: await onLive.look(() => reviewData(input, told.assessment, told.asked)), problem };
    },
    load: async ({ resuming }, onProgress, signal) => {
      await forget();
      loads++;
      const here = { ...options, renames: [], onProgress, onDelay: onProgress, signal };
      const loaded = await openProject(here);
      onProgress('connecting');
      await onLive.revive(signal);
      if (resuming) await onLive.use(() => settleUnderLock(live, resuming, { onProgress, signal, now }));
      await using ahead = engineAhead(loaded, here);
      const copies = copiesFor(loaded, here, ahead.started);
      try {
        const base = await onLive.use(() =>
          assessLive({ ...loaded, keptRenames: [] }, live, here, {
            ahead,
            copies,
            withTarget: options.rollbackTo === undefined,
          }),
        );
        // From here on `forget` closes what is open, whatever fails.
        state = { loaded, copies, base, wayBack: null, assessment: base, asked: [] };
        const told = await withRenames(loaded, base);
        const assessment = await onLive.use(() => assessRollback(loaded, live, here, told.assessment));
        // Going back, nobody asks: what is missing is compared with another moment than what is extra.
        const asked = assessment.rollback ? [] : told.asked;
        state = { loaded, copies, base, wayBack: assessment, assessment, asked };
      } catch (error) {
        if (state) await forget();
        else await copies[Symbol.asyncDispose]();
        throw error;
      }
      refuseNoHistory(state.assessment, options.assume);
      const { assessment, asked } = state;
      return onLive.use(() => reviewData(input, assessment, asked));
    },
    plan: async (decisions, signal) => {
      const { loaded, assessment, copies } = current();
      const plan = await onLive.look(() =>
        makePlan({
          assessment,
          decisions,
          online: input.selected.online,
          resumes: assessment.rollback ? undefined : assessment.unfinished?.runId,
          strategy: options.strategy ?? 'scripts',
          skipData: options.skipData ?? false,
          copies,
          toolVersion: input.toolVersion,
          database: live.label,
          live,
          largeTableMegabytes: loaded.project.config.largeTableMegabytes,
          now,
          signal,
        }),
      );
      // People change a decision and look again: the next rehearsal's copy is built while they read.
      copies.begin(assessment.live);
      return plan;
    },
    apply: async function* (plan, ignoreNotes, signal) {
      const { loaded, assessment } = current();
      const { timeouts, backup } = input.selected;
      const release = await onLive.hold();
      try {
        // It may have gone while somebody typed the word; the run itself looks whether live is what was reviewed.
        await onLive.reviveHeld(signal);
        const run = runPlan({ loaded, live, assessment, plan, timeouts, backup, ignoreNotes, signal, now });
        for await (const event of run) {
          if (event.type === 'run finished' && !input.isSample) {
            const file = await keepReport(loaded.project.root, event.report);
            if (file !== null) yield { type: 'file written', is: 'report', file };
          }
          yield event;
        }
      } finally {
        release();
      }
    },
  };
}

/** Finishes or takes away what the latest run left half made, where it is known or said what became of it. */
async function settleUnderLock(
  session: Session,
  { inDoubt }: Resuming,
  {
    onProgress,
    signal,
    now,
  }: { readonly onProgress: (line: string) => void; readonly signal: AbortSignal; readonly now: () => Date },
): Promise<void> {
  for await (const event of acquireLock({ session, timeoutMs: lockTimeoutMs, now, signal })) {
    onProgress(describeEvent(event, null) ?? '');
  }
  try {
    const unfinished = await readUnfinished(session);
    const isOpen = unfinished?.doubt != null && isUndecidable(unfinished.doubt);
    if (unfinished && (!isOpen || inDoubt !== null)) await settleUnfinished(session, unfinished, inDoubt);
  } finally {
    await releaseLock(session);
  }
}
