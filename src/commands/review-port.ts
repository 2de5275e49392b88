import type { Catalog, CatalogObject } from '../catalog/kind.ts';
import { formatId, type ObjectId } from '../catalog/object.ts';
import type { SelectedDatabase } from '../config/target.ts';
import type { Session } from '../database/session.ts';
import type { Change } from '../diff/change.ts';
import { TrueupError } from '../errors.ts';
import { registry } from '../kinds/index.ts';
import { readRunStatements, readRuns } from '../migrations/history.ts';
import { loadScanner } from '../migrations/statements.ts';
import type { Hazard } from '../plan/hazards.ts';
import type { OnlineChoice } from '../plan/online.ts';
import { generatedStep } from '../plan/steps.ts';
import { objectsNotCompared } from '../render/footer.ts';
import { formatServerVersion } from '../render/words.ts';
import type { ReviewChange, ReviewData, ReviewPort } from '../review/port.ts';
import type { Assessment } from './assessment.ts';
import { checkLive } from './check-live.ts';
import { refuseNoHistory } from './decide.ts';
import type { Copies } from './live-copy.ts';
import { makePlan, revertStatements } from './make-plan.ts';
import { readNeighbourhoods } from './neighbourhood.ts';
import { readFacts } from './object-facts.ts';
import {
  assessLive,
  copiesFor,
  engineOpener,
  type LoadedProject,
  openProject,
  type ProjectOptions,
} from './open.ts';
import { readVersions } from './read-versions.ts';
import { createReviewLive } from './review-live.ts';
import { runPlan } from './run-plan.ts';

/** What the review UI works on. */
export type ReviewInput = {
  /** Read again at each load, so that a new migration is seen. */
  readonly options: ProjectOptions;
  readonly live: Session;
  readonly selected: SelectedDatabase;
  readonly databaseName: string;
  readonly toolVersion: string;
};

/** Gives the review UI everything it may ask for, on one live session. `close` ends the engine it holds. */
export function openReviewPort(input: ReviewInput): ReviewPort & { readonly close: () => Promise<void> } {
  const { live, options } = input;
  const now = options.now ?? (() => new Date());
  const onLive = createReviewLive(live);
  let state: { loaded: LoadedProject; assessment: Assessment; copies: Copies } | null = null;
  const forget = async () => {
    const { assessment, copies } = state ?? {};
    state = null;
    await Promise.all([assessment?.[Symbol.asyncDispose](), copies?.[Symbol.asyncDispose]()]);
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
    check: (plan) => onLive.use(() => checkLive(live, current().assessment, plan)),
    loadScanner,
    readRunStatements: (runId) => onLive.use(() => readRunStatements(live, runId)),
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
    load: async (onProgress, signal) => {
      await forget();
      const here = { ...options, onProgress, signal };
      const loaded = await openProject(here);
      onProgress('connecting');
      await onLive.revive(signal);
      const copies = copiesFor(loaded, here);
      try {
        const assessment = await onLive.use(() => assessLive(loaded, live, here, { copies }));
        state = { loaded, copies, assessment };
      } catch (error) {
        await copies[Symbol.asyncDispose]();
        throw error;
      }
      refuseNoHistory(state.assessment, options.assume);
      const { assessment } = state;
      return onLive.use(() => reviewData(input, assessment));
    },
    plan: async (decisions, signal) => {
      const { loaded, assessment, copies } = current();
      const plan = await onLive.use(() =>
        makePlan({
          assessment,
          decisions,
          online: input.selected.online,
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
      const { timeouts } = input.selected;
      const release = await onLive.hold();
      try {
        yield* runPlan({ loaded, live, assessment, plan, timeouts, ignoreNotes, signal, now });
      } finally {
        release();
      }
    },
  };
}

async function reviewData(input: ReviewInput, assessment: Assessment): Promise<ReviewData> {
  const { live } = input;
  const expected = indexParts(assessment.expected);
  const ofLive = indexParts(assessment.live);
  const target = indexParts(assessment.target);
  const objects = objectsNotCompared(assessment.notCompared);
  const notes = [
    ...assessment.diagnostics.filter(({ severity }) => severity === 'warning').map(({ summary }) => summary),
    ...(objects.length > 0
      ? [`not compared: ${objects.map(({ kind, name }) => `${kind} ${name}`).join(', ')}`]
      : []),
  ];
  return {
    header: {
      environment: input.selected.environment,
      database: live.label,
      databaseName: input.databaseName,
      serverVersion: formatServerVersion(live.serverVersion),
      appliedVersion: assessment.applied.filter(({ version }) => version !== null).at(-1)?.version ?? null,
      appliedCount: assessment.applied.length,
      pendingCount: assessment.pendingMigrations.length,
    },
    drift: assessment.drift.map((change) =>
      reviewChange(change, expected, ofLive, revert(assessment, change, input.selected.online)),
    ),
    pending: assessment.pending.map((change) =>
      reviewChange(change, expected, target, { statements: [], impossible: {} }),
    ),
    ignored: assessment.ignored,
    notes,
    history: await readRuns(live),
    facts: readFacts(assessment),
    neighbourhood: readNeighbourhoods(assessment),
  };
}

type Revert = Pick<ReviewChange, 'statements' | 'impossible'>;

function revert(assessment: Assessment, change: Change, online: OnlineChoice): Revert {
  try {
    const { statements, refused } = revertStatements(assessment, change, online);
    return {
      statements: generatedStep('repair', 'revert', statements).statements,
      impossible: refused[0] ? { revert: refused[0].summary } : {},
    };
  } catch (error) {
    if (!(error instanceof TrueupError)) throw error;
    return { statements: [], impossible: { revert: error.message } };
  }
}

function reviewChange(
  change: Change,
  before: Parts,
  after: Parts,
  { statements, impossible }: Revert,
): ReviewChange {
  const object = change.after ?? change.before;
  const { ref, parent } = object ?? { ref: { kind: '', path: [] }, parent: undefined };
  const hazards: Hazard[] = statements.flatMap((statement) => statement.hazards);
  return {
    change,
    schema: ref.path.length > 1 ? (ref.path[0] ?? null) : null,
    group: groupOf(parent),
    definitionBefore: change.before && define(change.before, before),
    definitionAfter: change.after && define(change.after, after),
    statements,
    hazards,
    impossible,
  };
}

/** Parts are grouped under their whole; what stands in a schema by itself is a group of its own. */
function groupOf(parent: CatalogObject['parent']): ObjectId | null {
  return parent && parent.path.length > 1 ? formatId(parent) : null;
}

/** The parts of every whole, by the whole's id. */
type Parts = ReadonlyMap<ObjectId, readonly CatalogObject[]>;

function indexParts(catalog: Catalog): Parts {
  const parts = new Map<ObjectId, CatalogObject[]>();
  for (const object of catalog.objects.values()) {
    if (!object.parent) continue;
    const whole = formatId(object.parent);
    const known = parts.get(whole);
    if (known) known.push(object);
    else parts.set(whole, [object]);
  }
  return parts;
}

/** The SQL that makes an object, with the parts that its kind folds in. */
function define(object: CatalogObject, parts: Parts): string {
  const kind = registry.get(object.ref.kind);
  const children = (parts.get(formatId(object.ref)) ?? []).filter((child) => kind?.folds?.(child));
  return (kind?.create(object, children) ?? []).map(({ sql }) => `${sql};`).join('\n');
}
