import type { Catalog, Registry } from '../catalog/kind.ts';
import { findRenames } from '../diff/diff.ts';
import type { Diagnostic } from '../errors.ts';
import type { Migration } from '../migrations/migration.ts';
import { direct } from '../plan/online.ts';
import type { Step } from '../plan/plan.ts';
import type { KeyedMigration } from '../plan/steps.ts';
import { planUndo } from './undo-steps.ts';

/** The undo migration of a version; null when there is none. */
export function findUndo(migrations: readonly Migration[], version: string | null): Migration | null {
  return migrations.find((one) => one.kind === 'undo' && one.version === version) ?? null;
}

/**
 * The step that undoes one migration by itself, from two moments of one replay. Throws `TrueupError`, exit code 3, where
 * it changed rows and has no undo migration, unless `skipData`.
 */
export function undoOne(
  migration: KeyedMigration,
  script: Migration | null,
  catalogs: { readonly with: Catalog; readonly without: Catalog },
  registry: Registry,
  skipData: boolean,
): { readonly step: Step; readonly notes: readonly Diagnostic[] } {
  const [before, after] = [catalogs.with, catalogs.without];
  const part = {
    script,
    migrations: [migration],
    before,
    after,
    renames: findRenames(before, after),
    from: before,
    to: after,
    versionAfter: null,
  };
  const rollback = { to: '', parts: [part], earlier: [], versionAfter: null };
  const { steps, notes } = planUndo(
    { expected: before, registry },
    rollback,
    before,
    new Set(),
    direct,
    skipData,
  );
  const [step] = steps;
  if (!step) throw new Error(`${migration.script} has no undo.`);
  return { step, notes };
}
