import { isUndecidable } from '../../apply/unfinished.ts';
import type { Catalog, CatalogObject } from '../../catalog/kind.ts';
import { formatId, type ObjectId, type ObjectRef } from '../../catalog/object.ts';
import type { SelectedDatabase } from '../../config/target.ts';
import type { Session } from '../../database/session.ts';
import type { Change } from '../../diff/change.ts';
import { TrueupError } from '../../errors.ts';
import { registry } from '../../kinds/index.ts';
import { readRuns } from '../../migrations/history.ts';
import type { Hazard } from '../../plan/hazards.ts';
import type { OnlineChoice } from '../../plan/online.ts';
import { generatedStep } from '../../plan/steps.ts';
import { objectsNotCompared } from '../../render/footer.ts';
import { formatServerVersion } from '../../render/words.ts';
import type { ReviewChange, ReviewData } from '../../review/port.ts';
import type { UnfinishedRun } from '../../review/unfinished.ts';
import type { Assessment } from '../assess/assessment.ts';
import { isToBeResumed, notesOn } from '../assess/resume.ts';
import { ignoreFile } from '../assess/rule-files.ts';
import { revertStatements } from '../planning/make-plan.ts';
import type { AskedRename } from './keep-renames.ts';
import { readNeighbourhoods } from './neighbourhood.ts';
import { readFacts, readSubjects } from './object-facts.ts';

/**
 * Everything that a review shows of an assessment. `asked` are the pairs that may be renames, also those that the
 * assessment takes for renames already.
 */
export async function reviewData(
  input: { readonly live: Session; readonly selected: SelectedDatabase; readonly databaseName: string },
  assessment: Assessment,
  asked: readonly AskedRename[],
): Promise<ReviewData> {
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
      isProtected: input.selected.protected,
      serverVersion: formatServerVersion(live.serverVersion),
      appliedVersion: assessment.applied.filter(({ version }) => version !== null).at(-1)?.version ?? null,
      appliedCount: assessment.applied.length,
      pendingCount: assessment.pendingMigrations.length,
      rollbackTo: assessment.rollback?.to ?? null,
    },
    drift: assessment.drift.map((change) =>
      reviewChange(change, expected, ofLive, revert(assessment, change, input.selected.online)),
    ),
    pending: assessment.pending.map((change) =>
      reviewChange(change, expected, target, { statements: [], impossible: {} }),
    ),
    renames: asked.flatMap((one) => {
      const [before, after] = [
        assessment.expected.objects.get(one.from),
        assessment.live.objects.get(one.to),
      ];
      if (!before || !after) return [];
      const [had, has] = [definedIn(before, assessment.expected), definedIn(after, assessment.live)];
      const changes = has === after ? [one.from, one.to] : [formatId(has.ref)];
      return [
        { ...one, changes, definitionBefore: define(had, expected), definitionAfter: define(has, ofLive) },
      ];
    }),
    unfinished: unfinishedRun(assessment),
    ignored: assessment.ignored,
    notes,
    history: await readRuns(live),
    facts: readFacts(assessment),
    subjects: readSubjects(assessment),
    neighbourhood: readNeighbourhoods(assessment),
  };
}

/** A run that failed and was rolled back as a whole has said so itself. */
function unfinishedRun({ unfinished, pendingMigrations }: Assessment): UnfinishedRun | null {
  const [described] = notesOn(unfinished, pendingMigrations);
  if (!unfinished || !described) return null;
  const { doubt, holder, decisions } = unfinished;
  return {
    described,
    isGoingOn: holder !== null,
    mustGoOn: isToBeResumed(unfinished, pendingMigrations),
    inDoubt: doubt && isUndecidable(doubt) ? doubt.statement.sql : null,
    decisions,
  };
}

type Revert = Pick<ReviewChange, 'statements' | 'impossible'>;

function revert(assessment: Assessment, change: Change, online: OnlineChoice): Revert {
  const never = {
    ...(assessment.rollback ? { adopt: 'A rollback adopts nothing.' } : {}),
    ...(/[\r\n]/.test(change.id)
      ? { ignore: `A name with a line break fits on no line of ${ignoreFile}.` }
      : {}),
  };
  try {
    const { statements, refused } = revertStatements(assessment, change, online);
    return {
      statements: generatedStep('repair', 'revert', statements).statements,
      impossible: { ...never, ...(refused[0] ? { revert: refused[0].summary } : {}) },
    };
  } catch (error) {
    if (!(error instanceof TrueupError)) throw error;
    return { statements: [], impossible: { ...never, revert: error.message } };
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
    group: groupOf(ref, parent),
    definitionBefore: change.before && define(change.before, before),
    definitionAfter: change.after && define(change.after, after),
    statements,
    hazards,
    impossible,
  };
}

/** Parts, and what is said about an object, are grouped under it; what stands in a schema by itself is a group of its own. */
function groupOf({ on }: ObjectRef, parent: CatalogObject['parent']): ObjectId | null {
  return parent && (parent.path.length > 1 || on !== undefined) ? formatId(parent) : null;
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

/** The object whose definition says what an object is: mostly the object itself. */
function definedIn(object: CatalogObject, { objects }: Catalog): CatalogObject {
  const { ref, parent } = object;
  return (registry.get(ref.kind)?.inDefinition && parent && objects.get(formatId(parent))) || object;
}

/** The SQL that makes an object, with the parts that its kind folds in. */
function define(object: CatalogObject, parts: Parts): string {
  const kind = registry.get(object.ref.kind);
  const children = (parts.get(formatId(object.ref)) ?? []).filter((child) => kind?.folds?.(child));
  return (kind?.create(object, children) ?? []).map(({ sql }) => `${sql};`).join('\n');
}
