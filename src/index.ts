// What the types below need, whatever the importer's own settings name.
/// <reference types="node" preserve="true" />
/// <reference lib="esnext.disposable" preserve="true" />

export type { ApplyEvent, RunReport } from './apply/event.ts';
export type { Catalog, CatalogObject, NotCompared } from './catalog/kind.ts';
export { formatId, type ObjectId, type ObjectRef, parseId } from './catalog/object.ts';
export { type ApplyOptions, apply, applyEvents } from './commands/apply.ts';
export { diff } from './commands/diff.ts';
export { drift } from './commands/drift.ts';
export { type Initialised, init } from './commands/init.ts';
export { type Logger, type MigrateOptions, migrate } from './commands/migrate.ts';
export type { ProjectOptions } from './commands/open.ts';
export { type PlanOptions, plan } from './commands/plan.ts';
export { revert, type WrittenRevert } from './commands/revert.ts';
export { snapshot, type WrittenSnapshot } from './commands/snapshot.ts';
export { status } from './commands/status.ts';
export { testUndo } from './commands/test-undo.ts';
export { type Validation, validate } from './commands/validate.ts';
export { type Config, defineConfig } from './config/config.ts';
export type { Change, PropertyChange } from './diff/change.ts';
export { type Diagnostic, InterruptedError, TrueupError } from './errors.ts';
export { readPlan, writePlan } from './plan/artifact.ts';
export type { Hazard } from './plan/hazards.ts';
export type { Decision, Plan, PlannedStatement, Step } from './plan/plan.ts';
export type { DiffReport } from './render/diff.ts';
export type { DriftReport } from './render/drift.ts';
export type { EnvironmentStatus, StatusReport } from './render/status.ts';
export type { TestedUndo } from './render/undo.ts';
