import type { Catalog, Registry } from '../../catalog/kind.ts';
import { formatId, type ObjectId } from '../../catalog/object.ts';
import { followRenames } from '../../catalog/rename.ts';
import { readRelationSizes } from '../../database/relation-sizes.ts';
import type { Session } from '../../database/session.ts';
import type { Change } from '../../diff/change.ts';
import { diff, objectOf, reverse } from '../../diff/diff.ts';
import { type Diagnostic, throwIfErrors } from '../../errors.ts';
import { touchedRelations, weighEffects } from '../../plan/effects.ts';
import { markHazards } from '../../plan/mark-hazards.ts';
import { refuseMasked } from '../../plan/masked.ts';
import type { Online, OnlineChoice } from '../../plan/online.ts';
import { orderChanges } from '../../plan/order.ts';
import { patch, takeNames } from '../../plan/patch.ts';
import type { DecidedChange, Decision, Plan, PlannedMigration, Step, Strategy } from '../../plan/plan.ts';
import { rehearse } from '../../plan/rehearse.ts';
import { segmentSteps } from '../../plan/segments.ts';
import { generatedStep, type KeyedMigration, migrationStep } from '../../plan/steps.ts';
import { adaptSession } from '../../replay/adapt.ts';
import { openObserver } from '../../replay/observe.ts';
import { runWithStandIns } from '../../replay/run-steps.ts';
import { createStandIns, isShared, type Shared, sharedKey } from '../../replay/stand-ins.ts';
import { adoptDrift } from '../adopt.ts';
import type { Assessment } from '../assess/assessment.ts';
import { planUndo, refuseAdoption } from '../undo/undo-steps.ts';
import { readFromBackups } from '../undo/unfilled.ts';
import { refuseReordered } from './decide.ts';
import type { Copies } from './live-copy.ts';
import { measureLosses } from './measure-losses.ts';
import { refuseFailing } from './refuse-failing.ts';
import { refuseMisplaced } from './refuse-misplaced.ts';
import { planState, refuseScripts } from './state-strategy.ts';

/** What a plan is made from besides the assessment. */
export type PlanInput = {
  readonly assessment: Assessment;
  /** By id of the drifted object; what is not in it is left. */
  readonly decisions: ReadonlyMap<ObjectId, Decision>;
  readonly online: OnlineChoice;
  readonly strategy: Strategy;
  /** With the strategy `state`: leave out what pending migrations do to rows. */
  readonly skipData: boolean;
  /** The unfinished run that the plan goes on from. */
  readonly resumes?: string | undefined;
  readonly copies: Copies;
  readonly toolVersion: string;
  /** For people, no password. */
  readonly database: string;
  /** Of the live database, for the sizes of relations. */
  readonly live: Session;
  /** Where files of backups are, for a rollback. */
  readonly backupDirectory?: string | null;
  /** Locks and scans of tables from this size on are hazards. */
  readonly largeTableMegabytes: number;
  readonly now: () => Date;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((line: string) => void) | undefined;
};

/**
 * The plan under these decisions, rehearsed: repairs of drift, then the pending migrations as written, then
 * what the rehearsal finds still missing. Throws `TrueupError` when a repair cannot be made.
 */
export async function makePlan(input: PlanInput): Promise<Plan> {
  const { assessment } = input;
  const { registry } = assessment;
  const decided = decide(assessment.drift, input.decisions);
  const chosen = (decision: Decision) =>
    decided.filter((one) => one.decision === decision).map((one) => one.change);
  refuseReordered([...chosen('revert'), ...chosen('adopt')]);
  await refuseMisplaced(input.live, chosen('revert'), registry);
  const repair = planRepair(assessment, chosen('revert'), registry, onlineFor(assessment, input.online));
  if (assessment.rollback) refuseAdoption(chosen('adopt'));
  const adopted = adoptDrift(assessment, chosen('adopt'), input.now());

  const reverted = new Set([...chosen('revert').map(objectOf), ...repair.included]);
  const left = new Set(
    [...assessment.drift, ...assessment.ignored.map(({ change }) => change)]
      .filter((change) => !reverted.has(objectOf(change)))
      .flatMap(namesOf),
  );
  const online = onlineFor(assessment, input.online);
  const isState = input.strategy === 'state';
  if (!isState && !assessment.rollback) await refuseScripts(input.live, assessment);
  const state = isState ? await planState(input.live, assessment, left, online, input.skipData) : null;
  const undo = assessment.rollback
    ? planUndo(
        assessment,
        assessment.rollback,
        repair.catalog,
        left,
        online,
        input.skipData,
        await readFromBackups(input, assessment.rollback, repair.catalog),
      )
    : null;
  const planned = state?.steps ?? [
    ...(repair.step.statements.length > 0 ? [repair.step] : []),
    ...(undo?.steps ?? asWritten(assessment, registry)),
  ];
  const rehearsed = await rehearsePlan(input, planned, followLeft(left, assessment));
  const { rehearsal } = rehearsed;
  const ran = [...rehearsed.steps, ...(rehearsed.remainder ? [rehearsed.remainder] : [])];
  const sizes = await readRelationSizes(input.live, touchedRelations(ran));
  const weighed = weighEffects(ran, sizes, input.largeTableMegabytes * 1024 ** 2);
  const steps = undo ? await measureLosses(input.live, assessment, weighed) : weighed;
  if (undo) refuseFailing(steps);
  return {
    formatVersion: 1,
    toolVersion: input.toolVersion,
    database: input.database,
    liveServerVersion: assessment.live.serverVersion,
    liveFingerprint: assessment.liveFingerprint,
    targetFingerprint: assessment.targetFingerprint,
    ...(assessment.rollback ? { rollbackTo: assessment.rollback.to } : {}),
    ...(input.resumes === undefined ? {} : { resumes: input.resumes }),
    strategy: input.strategy,
    versionBefore: highest(assessment.applied),
    versionAfter: assessment.rollback
      ? assessment.rollback.versionAfter
      : (adopted?.version ?? highest([...assessment.applied, ...assessment.pendingMigrations])),
    snapshot: assessment.snapshot,
    drift: decided.map((one) => (reverted.has(objectOf(one.change)) ? { ...one, decision: 'revert' } : one)),
    ignored: assessment.ignored,
    pending: assessment.pending,
    steps,
    segments: segmentSteps(steps),
    assumed: [...assessment.assumed.map(toPlanned), ...(adopted ? [adopted] : [])],
    rehearsal,
    notCompared: assessment.notCompared,
    diagnostics: [
      ...assessment.diagnostics,
      ...repair.notes,
      ...(state?.notes ?? []),
      ...(undo?.notes ?? []),
    ],
  };
}

/** The pending migrations, with the hazards of what they were seen to do. */
function asWritten(assessment: Assessment, registry: Registry): readonly Step[] {
  const migrations = assessment.pendingMigrations.map(migrationStep);
  return assessment.stretches.flatMap(({ from, to, before, after }) =>
    markHazards(migrations.slice(from, to), before, after, registry),
  );
}

/** Objects of the drift that a plan leaves as they are, for the comparison after it ran. */
export function leftObjects(
  plan: Plan,
  assessment: Pick<Assessment, 'live' | 'pending'>,
): ReadonlySet<ObjectId> {
  const left = [...plan.drift.filter(({ decision }) => decision !== 'revert'), ...plan.ignored];
  return followLeft(new Set(left.flatMap(({ change }) => namesOf(change))), assessment);
}

/** What is left is a part of something that may get another name: both names of it. */
function followLeft(
  left: ReadonlySet<ObjectId>,
  { live, pending }: Pick<Assessment, 'live' | 'pending'>,
): ReadonlySet<ObjectId> {
  const renamed = pending.flatMap(({ action, before, after }) =>
    action === 'rename' && before && after ? [[formatId(before.ref), after.ref] as const] : [],
  );
  const rename = followRenames(live, new Map(renamed));
  const later = [...left]
    .flatMap((id) => live.objects.get(id)?.ref ?? [])
    .map((ref) => formatId(rename(ref)));
  return new Set([...left, ...later]);
}

/** The ids of a drifted object in both catalogs: two when it has another name in live. */
function namesOf({ before, after }: Change): readonly ObjectId[] {
  return [before, after].flatMap((object) => (object ? [formatId(object.ref)] : []));
}

async function rehearsePlan(input: PlanInput, steps: readonly Step[], left: ReadonlySet<ObjectId>) {
  const { assessment, signal } = input;
  const { registry, liveShared } = assessment;
  if (steps.length === 0) {
    return {
      rehearsal: { outcome: 'skipped' as const, reason: 'the plan has no statements' },
      steps,
      remainder: null,
    };
  }
  input.onProgress?.('rehearsing');
  const taken = await input.copies.take(assessment.live);
  // The copy may have been begun before live's name was known.
  const engine = adaptSession(taken.engine, { database: assessment.liveSettings.database });
  const copy = { ...taken, engine };
  try {
    // A server that lends scratch databases has what the replay made there. What live lacks is made up by nobody when
    // the plan is applied.
    const mayMake = (one: Shared) => liveShared.has(sharedKey(one));
    await createStandIns(engine, assessment.standIns.filter(isShared).filter(mayMake));
    return await rehearse({
      copy,
      steps,
      target: assessment.target,
      left,
      registry,
      run: async (session, toRun, { observed }) =>
        (
          await runWithStandIns(session, toRun, {
            signal,
            mayMake,
            ...(observed ? { observer: openObserver(session) } : {}),
          })
        ).steps,
      nowMs: () => input.now().getTime(),
    });
  } finally {
    await engine.close();
  }
}

/** The step that makes live conform where that was decided, and what had to come along. */
function planRepair(
  { live, expected, drift, ignored }: Assessment,
  chosen: readonly Change[],
  registry: Registry,
  online: Online,
): {
  readonly step: Step;
  readonly catalog: Catalog;
  readonly included: readonly ObjectId[];
  readonly notes: readonly Diagnostic[];
} {
  const all = [...drift, ...ignored.map(({ change }) => change)].map(reverse);
  const ids = new Set(chosen.map((change) => change.id));
  const named = takeNames(live, expected, chosen.map(reverse), all, registry);
  const { catalog, included } = patch(named.base, expected, named.chosen, named.all);
  const notes = included
    .filter(({ change }) => !ids.has(change.id))
    .map(
      ({ change, because }): Diagnostic => ({
        code: 'decision-included',
        severity: 'note',
        subject: change.id,
        summary: `${change.id} is reverted too, because ${because} cannot be without it.`,
      }),
    );
  const changes = diff(live, catalog, registry, { renames: named.renames });
  const { statements, refused } = orderChanges(live, catalog, registry, changes, online);
  throwIfErrors([...refused, ...refuseMasked(statements)]);
  return {
    step: generatedStep('repair', 'repair drift', statements),
    catalog,
    included: included.map(({ change }) => change.id),
    notes,
  };
}

function onlineFor({ live, empty }: Assessment, choice: OnlineChoice): Online {
  return { choice, serverVersion: live.serverVersion, empty };
}

function decide(
  drift: readonly Change[],
  decisions: ReadonlyMap<ObjectId, Decision>,
): readonly DecidedChange[] {
  return drift.map((change) => {
    // What comes or goes with its whole follows the decision about that one.
    const decision =
      decisions.get(change.id) ?? (change.within === null ? undefined : decisions.get(change.within));
    return { change, decision: decision ?? 'leave' };
  });
}

function highest(migrations: readonly KeyedMigration[]): string | null {
  return migrations.filter(({ version }) => version !== null).at(-1)?.version ?? null;
}

function toPlanned({
  key,
  kind,
  version,
  description,
  script,
  checksum,
  text,
}: KeyedMigration): PlannedMigration {
  return { key, kind, version, description, script, checksum, text };
}

/** Statements that revert one drifted object by itself, for showing. Empty when it cannot be done alone. */
export function revertStatements(assessment: Assessment, change: Change, online: OnlineChoice) {
  const { registry } = assessment;
  const reversed = reverse(change);
  const { live, expected } = assessment;
  const named = takeNames(live, expected, [reversed], assessment.drift.map(reverse), registry);
  const { catalog } = patch(named.base, expected, named.chosen, named.all);
  const changes = diff(live, catalog, registry, { renames: named.renames });
  const ways = onlineFor(assessment, online);
  const { statements, refused } = orderChanges(live, catalog, registry, changes, ways);
  return { statements, refused: [...refused, ...refuseMasked(statements)] };
}
