import type { RunReport } from '../apply/event.ts';
import type { Property } from '../catalog/kind.ts';
import type { ObjectId } from '../catalog/object.ts';
import type { Change } from '../diff/change.ts';
import type { Diagnostic } from '../errors.ts';
import { losesData } from '../plan/hazards.ts';
import { lossesOf } from '../plan/losses.ts';
import type { IgnoredChange, Plan, PlannedStatement, Undo } from '../plan/plan.ts';
import type { DiffReport } from './diff.ts';
import type { DriftReport } from './drift.ts';
import { escapeUnseen } from './escape.ts';
import { objectsNotCompared } from './footer.ts';
import { refOf } from './group.ts';
import type { EnvironmentStatus, StatusReport } from './status.ts';
import type { TestedUndo } from './undo.ts';

/** Version of the documents' shape: raised when a member changes its meaning or goes, not when one is added. */
const jsonFormatVersion = 1;

/** Where a change comes from: someone changed live, the migrations say so, or two catalogs were compared. */
type Source = 'live' | 'migrations' | 'comparison';
type Json = Property | { readonly [key: string]: unknown };
type StatementsOf = (id: ObjectId) => readonly PlannedStatement[];

/** The document of `trueup drift --format json`: one JSON document, members always in the same order. */
export function renderDriftJson(report: DriftReport): string {
  return write({
    ...head('drift', {
      ...countChanges(report.drift),
      ignored: report.ignored.length,
      notCompared: objectsNotCompared(report.notCompared).length,
    }),
    target: {
      environment: report.environment,
      database: report.database,
      serverVersion: report.serverVersion,
      appliedVersion: report.appliedVersion,
    },
    snapshot: report.snapshot,
    drift: changesToJson(report.drift, 'live'),
    renameSuggestions: report.renameSuggestions,
    pending: [],
    plan: [],
    ...tail(report),
  });
}

/** The document of `trueup plan --format json`. Not what `apply` reads: that is the plan's own file. */
export function renderPlanJson(plan: Plan): string {
  const statements = plan.steps.flatMap((step) => step.statements);
  const decisions = new Map(plan.drift.map(({ change, decision }) => [change, decision]));
  const { rehearsal } = plan;
  return write({
    ...head('plan', {
      drift: plan.drift.length,
      pending: plan.pending.length,
      steps: plan.steps.length,
      statements: statements.length,
      hazards: statements.flatMap(({ hazards }) => hazards).length,
      dataLoss: statements.flatMap(({ hazards }) => hazards).filter(losesData).length,
      ignored: plan.ignored.length,
      notCompared: objectsNotCompared(plan.notCompared).length,
      versionBefore: plan.versionBefore,
      versionAfter: plan.versionAfter,
      rehearsal: rehearsal.outcome,
      losses: lossesOf(plan),
    }),
    target: {
      database: plan.database,
      serverVersion: plan.liveServerVersion,
      liveFingerprint: plan.liveFingerprint,
      targetFingerprint: plan.targetFingerprint,
    },
    snapshot: plan.snapshot,
    rollbackTo: plan.rollbackTo ?? null,
    drift: plan.drift.map(({ change }) => ({
      ...changeToJson(change, 'live', statementsByObject(statements)),
      decision: decisions.get(change) ?? null,
    })),
    pending: changesToJson(plan.pending, 'migrations'),
    plan: stepsToJson(plan),
    assumed: plan.assumed.map(({ script, version, checksum }) => ({ script, version, checksum })),
    rehearsal: {
      outcome: rehearsal.outcome,
      durationMs: 'durationMs' in rehearsal ? rehearsal.durationMs : null,
      differences: rehearsal.outcome === 'differs' ? changesToJson(rehearsal.differences, 'comparison') : [],
      diagnostic: rehearsal.outcome === 'failed' ? diagnosticToJson(rehearsal.diagnostic) : null,
      reason: rehearsal.outcome === 'skipped' ? rehearsal.reason : null,
    },
    ...tail(plan),
  });
}

/** The document of `trueup diff --format json`. */
export function renderDiffJson(report: DiffReport): string {
  return write({
    ...head('diff', {
      ...countChanges(report.changes),
      statements: report.statements.length,
      ignored: report.ignored.length,
      notCompared: objectsNotCompared(report.notCompared).length,
    }),
    from: report.from,
    to: report.to,
    changes: changesToJson(report.changes, 'comparison', statementsByObject(report.statements)),
    renameSuggestions: report.renameSuggestions,
    plan: report.statements.map(statementToJson),
    ...tail(report),
  });
}

/** The document of `trueup status --format json`. */
export function renderStatusJson(report: StatusReport): string {
  const { environments } = report;
  return write({
    ...head('status', {
      environments: environments.length,
      drift: environments.reduce((sum, { drift }) => sum + (drift?.length ?? 0), 0),
      pending: environments.reduce((sum, { pendingMigrations }) => sum + (pendingMigrations?.length ?? 0), 0),
      errors: environments.filter(({ error }) => error !== null).length,
    }),
    project: report.project,
    environments: environments.map(environmentToJson),
    diagnostics: report.diagnostics.map(diagnosticToJson),
  });
}

/** The document of `trueup test-undo --format json`. */
export function renderUndoTestJson(tested: readonly TestedUndo[]): string {
  return write({
    ...head('test-undo', {
      proven: tested.filter(({ outcome }) => outcome === 'proven').length,
      tested: tested.length,
    }),
    migrations: tested.map(({ script, by, leavesRows, outcome, differences, diagnostics }) => ({
      script,
      by,
      leavesRows,
      outcome,
      differences: changesToJson(differences, 'comparison'),
      diagnostics: diagnostics.map(diagnosticToJson),
    })),
  });
}

/** The run report as JSON: what `trueup apply -o report.json` writes. */
export function renderRunReportJson(report: RunReport): string {
  const { formatVersion, error, differences, steps, ...rest } = report;
  return write({
    formatVersion,
    command: 'apply',
    summary: {
      outcome: report.outcome,
      applied: steps.filter(({ outcome }) => outcome === 'applied').length,
      notApplied: steps.filter(({ outcome }) => outcome !== 'applied').length,
      differences: differences?.length ?? null,
    },
    ...rest,
    steps,
    differences: differences === null ? null : changesToJson(differences, 'comparison'),
    error: error === null ? null : diagnosticToJson(error),
  });
}

function write(document: { readonly [key: string]: unknown }): string {
  return `${escapeUnseen(JSON.stringify(document, null, 2))}\n`;
}

function head(command: string, summary: Json) {
  return { formatVersion: jsonFormatVersion, command, summary };
}

function tail(report: Pick<DriftReport, 'ignored' | 'notCompared' | 'diagnostics'>) {
  return {
    ignored: report.ignored.map(ignoredToJson),
    notCompared: report.notCompared,
    diagnostics: report.diagnostics.map(diagnosticToJson),
  };
}

function countChanges(changes: readonly Change[]) {
  const of = (action: Change['action']) => changes.filter((change) => change.action === action).length;
  return {
    changes: changes.length,
    create: of('create'),
    alter: of('alter'),
    rename: of('rename'),
    drop: of('drop'),
  };
}

function changesToJson(changes: readonly Change[], source: Source, statementsOf?: StatementsOf) {
  return changes.map((change) => changeToJson(change, source, statementsOf));
}

/** `hazards` and `sql` are those of the statements made for the object; null where none are known by object. */
function changeToJson(change: Change, source: Source, statementsOf?: StatementsOf) {
  const ref = refOf(change);
  const statements = statementsOf?.(change.id);
  return {
    id: change.id,
    kind: ref.kind,
    identity: { path: ref.path, signature: ref.signature ?? null, on: ref.on ?? null },
    action: change.action,
    renamedFrom: change.action === 'rename' ? (change.before?.ref.path ?? null) : null,
    within: change.within,
    properties: propertiesOf(change),
    hazards: statements?.flatMap(({ hazards }) => hazards) ?? null,
    sql: statements?.map(({ sql }) => sql) ?? null,
    source,
  };
}

/** Those that differ; of an object that is created or dropped, all of them. */
function propertiesOf({ action, before, after, properties }: Change) {
  if (action === 'alter' || action === 'rename') {
    return properties.map((property) => ({
      name: property.name,
      before: property.before,
      after: property.after,
    }));
  }
  return Object.entries((after ?? before)?.properties ?? {})
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => ({ name, before: after ? null : value, after: after ? value : null }));
}

function stepsToJson(plan: Plan) {
  const segmentOf = new Map(
    plan.segments.flatMap((segment, index) =>
      segment.statements.map(({ step, statement }) => [`${step}.${statement}`, index] as const),
    ),
  );
  return plan.steps.map((step, index) => ({
    kind: step.kind,
    title: step.title,
    migration: step.migration && {
      script: step.migration.script,
      kind: step.migration.kind,
      version: step.migration.version,
      description: step.migration.description,
      checksum: step.migration.checksum,
    },
    undo: step.undo ? undoToJson(step.undo) : null,
    statements: step.statements.map((statement, number) => ({
      ...statementToJson(statement),
      segment: segmentOf.get(`${index}.${number}`) ?? null,
    })),
  }));
}

function undoToJson({ script, migrations, versionAfter, restores = [] }: Undo) {
  return { script, migrations: migrations.map((one) => one.script), versionAfter, restores };
}

function statementToJson({ sql, transaction, object, position, hazards, effects }: PlannedStatement) {
  return { sql, transaction, object, position, hazards, effects: effects ?? null };
}

function statementsByObject(statements: readonly PlannedStatement[]): StatementsOf {
  const byObject = new Map<ObjectId, PlannedStatement[]>();
  for (const statement of statements) {
    if (statement.object !== null) {
      byObject.set(statement.object, [...(byObject.get(statement.object) ?? []), statement]);
    }
  }
  return (id) => byObject.get(id) ?? [];
}

function environmentToJson(status: EnvironmentStatus) {
  return {
    environment: status.environment,
    target: { database: status.database, serverVersion: status.serverVersion },
    appliedVersion: status.appliedVersion,
    appliedCount: status.appliedCount,
    pendingMigrations: status.pendingMigrations,
    drift: status.drift && changesToJson(status.drift, 'live'),
    ignored: status.ignored.map(ignoredToJson),
    notCompared: status.notCompared,
    error: status.error && diagnosticToJson(status.error),
  };
}

function ignoredToJson({ change, rule, reason }: IgnoredChange) {
  return { ...changeToJson(change, 'live'), rule, reason };
}

function diagnosticToJson(diagnostic: Diagnostic) {
  const { code, severity, subject, position, summary, detail, help } = diagnostic;
  return {
    code,
    severity,
    subject: subject ?? null,
    position: position ?? null,
    summary,
    detail: detail ?? null,
    help: help ?? null,
  };
}
