import type { ObjectId } from '../catalog/object.ts';
import type { Decision, Plan } from '../plan/plan.ts';
import { toolVersion } from '../version.ts';
import type { Assessment } from './assess/assessment.ts';
import { isCutRollback } from './assess/resume.ts';
import {
  assessLive,
  copiesFor,
  engineAhead,
  type LiveDatabase,
  type LoadedProject,
  openLive,
  openProject,
  type ProjectOptions,
} from './open.ts';
import { decideAll, refuseNoHistory } from './planning/decide.ts';
import type { Copies } from './planning/live-copy.ts';
import { makePlan } from './planning/make-plan.ts';
import { backupDirectory } from './planning/run-plan.ts';
import { assessRollback } from './rollback.ts';

/** Decisions for a plan made without a terminal: for each drifted object, or by policy (`onDrift`) for all. */
export type PlanOptions = ProjectOptions & { readonly decisions?: ReadonlyMap<ObjectId, Decision> };

/** The plan that takes live to target, rehearsed. Writes nothing to live. Throws `TrueupError`. */
export async function plan(options: PlanOptions = {}): Promise<Plan> {
  const loaded = await openProject(options, 1);
  await using ahead = engineAhead(loaded, options);
  await using copies = copiesFor(loaded, options, ahead.started);
  await using live = await openLive(loaded, options);
  const withTarget = options.rollbackTo === undefined;
  await using assessed = await assessLive(loaded, live.session, options, { ahead, copies, withTarget });
  await using assessment = await assessRollback(loaded, live.session, options, assessed);
  refuseNoHistory(assessment, options.assume);
  return await planFor({ loaded, live, assessment, copies }, options);
}

/** A project with its live database opened and assessed, and copies of it to rehearse on. */
export type AssessedProject = {
  readonly loaded: LoadedProject;
  readonly live: LiveDatabase;
  readonly assessment: Assessment;
  readonly copies: Copies;
};

/** The plan of an assessment that is at hand. */
export function planFor(
  { loaded, live, assessment, copies }: AssessedProject,
  options: PlanOptions,
): Promise<Plan> {
  return makePlan({
    assessment,
    decisions: options.decisions ?? decideAll(assessment, live.selected.onDrift),
    // A rollback starts from live as it is, and goes on from nothing but a rollback.
    resumes:
      assessment.rollback && !isCutRollback(assessment.unfinished) ? undefined : assessment.unfinished?.runId,
    backupDirectory: backupDirectory(loaded, live.selected.backup),
    online: live.selected.online,
    strategy: options.strategy ?? 'scripts',
    skipData: options.skipData ?? false,
    copies,
    toolVersion,
    database: live.session.label,
    live: live.session,
    largeTableMegabytes: loaded.project.config.largeTableMegabytes,
    now: options.now ?? (() => new Date()),
    signal: options.signal,
    onProgress: options.onProgress,
  });
}
