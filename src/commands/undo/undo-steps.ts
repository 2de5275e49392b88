import type { Catalog } from '../../catalog/kind.ts';
import { type ObjectId, parseId } from '../../catalog/object.ts';
import type { Change } from '../../diff/change.ts';
import { diff } from '../../diff/diff.ts';
import { type Diagnostic, TrueupError } from '../../errors.ts';
import { type Hazard, hazard, losesData } from '../../plan/hazards.ts';
import { followBack, markHazards } from '../../plan/mark-hazards.ts';
import type { Online } from '../../plan/online.ts';
import { orderChanges } from '../../plan/order.ts';
import type { PlannedMigration, Restored, Step } from '../../plan/plan.ts';
import { generatedStep, type KeyedMigration, migrationStep, recordedStep } from '../../plan/steps.ts';
import type { Assessment } from '../assess/assessment.ts';
import { generateBetween, readDataStatements } from '../planning/state-strategy.ts';
import type { Rollback, UndoPart } from '../rollback.ts';
import { undoTitle } from './generated-undo.ts';
import { placeInGenerated, placeInWritten } from './place-restores.ts';
import { type FromBackups, leaveUnfilled, nothingSaved } from './unfilled.ts';

/**
 * The steps that take live back: undo migrations as written, generated statements for what has none. `live` is what
 * it is once drift is repaired. Throws `TrueupError`, exit code 3, naming file and line, where rows were changed that
 * generated statements cannot change back, unless `skipData`.
 */
export function planUndo(
  { expected, registry }: Pick<Assessment, 'expected' | 'registry'>,
  rollback: Rollback,
  live: Catalog,
  left: ReadonlySet<ObjectId>,
  online: Online,
  skipData: boolean,
  { saved, unfilled, done }: FromBackups = nothingSaved,
): { readonly steps: readonly Step[]; readonly notes: readonly Diagnostic[] } {
  const generated = rollback.parts.filter(({ script }) => script === null);
  const data = readDataStatements(
    generated.flatMap(({ migrations }) => migrations.filter(({ kind }) => kind === 'versioned')),
    skipData,
    (line) => `this statement changed rows, or may have, and nothing changes them back: ${line}`,
    'Write an undo migration that does (U<version>__<description>.sql), or leave the rows as they are with --skip-data.',
  );
  const steps = rollback.parts.map((part): Step => {
    const lost = lossesOfPart(part, registry);
    const back = saved.get(part) ?? [];
    const remain = lost.filter(
      ({ subject }) => !done.has(subject) && !back.some(({ subjects }) => subjects.includes(subject)),
    );
    const held = back.filter(({ rows }) => rows > 0);
    if (part.script) {
      const step = writtenStep(part, part.script, registry);
      const { statements, restores } = placeInWritten(step.statements, held);
      return withLosses(withRestores({ ...step, statements }, restores), remain);
    }
    const from = part.from ?? live;
    const to = leaveUnfilled(part.to, unfilled.get(part) ?? new Set(), registry);
    const { statements, renames } = generateBetween(from, to, registry, online, {
      renames: part.renames,
      start: part.before,
      renamed: part.renamed,
      left,
      wanted: diff(part.from ?? expected, to, registry, { renames: part.renames }),
    });
    const rest = to === part.to ? [] : orderChanges(to, part.to, registry).statements;
    const placed = placeInGenerated(statements, held, rest);
    const step = {
      ...generatedStep('undo', undoTitle(part.migrations), placed.statements),
      undo: undoOf(part),
      renames,
    };
    return withLosses(withRestores(step, placed.restores), remain);
  });
  return { steps: [...steps, ...rollback.earlier.map(recordedStep)], notes: data };
}

/** Throws, exit code 3, when drift is to be adopted: its migration would come after those that are undone. */
export function refuseAdoption(adopted: readonly Change[]): void {
  if (adopted.length === 0) return;
  throw new TrueupError(
    [
      {
        code: 'rollback-adopt',
        severity: 'error',
        summary: 'A rollback cannot adopt drift. Nothing was applied.',
        detail: adopted.map(({ action, id }) => `${action} ${id}`).join('\n'),
        help: 'Adopt it before with `trueup apply`, or say --on-drift leave or revert.',
      },
    ],
    { exitCode: 3 },
  );
}

function writtenStep(
  part: UndoPart,
  script: NonNullable<UndoPart['script']>,
  registry: Assessment['registry'],
): Step {
  const step = migrationStep(script);
  const [marked = step] = markHazards([step], part.before, part.after, registry);
  return {
    ...marked,
    kind: 'undo',
    migration: null,
    undo: undoOf(part),
  };
}

function withRestores(step: Step, restores: readonly Restored[]): Step {
  return step.undo && restores.length > 0 ? { ...step, undo: { ...step.undo, restores } } : step;
}

function undoOf({ script, migrations, versionAfter }: UndoPart): NonNullable<Step['undo']> {
  return { migrations: migrations.map(toPlanned), script: script?.script ?? null, versionAfter };
}

/** What the migrations took away when they ran. An undo migration that changes rows itself may know where they are. */
function lossesOfPart(
  { script, migrations, before, after }: UndoPart,
  registry: Assessment['registry'],
): readonly Hazard[] {
  if (script?.statements.some(({ traits }) => traits.changesData)) return [];
  const forward = migrations.filter(({ kind }) => kind === 'versioned').toReversed();
  // It comes back under the name that it had before.
  const nameThen = followBack(before, after, registry);
  return markHazards(forward.map(migrationStep), after, before, registry).flatMap(({ title, statements }) =>
    statements
      .flatMap(({ hazards }) => hazards)
      .filter(losesData)
      .map(({ subject, takes }) =>
        hazard('not-restored', nameThen(takes?.column ?? subject), { script: title }),
      ),
  );
}

/** Each at the statement that makes its object again, else at the last. */
function withLosses(step: Step, losses: readonly Hazard[]): Step {
  const bySubject = new Map(losses.map((loss) => [loss.subject, loss]));
  const last = step.statements.length - 1;
  const places = [...bySubject.values()].map((loss) => {
    const found = step.statements.findIndex(({ object, sql }) => {
      const ref = object === null ? null : parseId(object);
      const name = loss.subject.split('.').at(-1) ?? '';
      return ref ? ref.on === undefined && ref.path.join('.') === loss.subject : sql.includes(name);
    });
    return { loss, at: found < 0 ? last : found };
  });
  return {
    ...step,
    statements: step.statements.map((statement, index) => ({
      ...statement,
      hazards: [...statement.hazards, ...places.filter(({ at }) => at === index).map(({ loss }) => loss)],
    })),
  };
}

function toPlanned(migration: KeyedMigration): PlannedMigration {
  const { key, kind, version, description, script, checksum, text } = migration;
  return { key, kind, version, description, script, checksum, text };
}
