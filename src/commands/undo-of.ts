import type { Catalog, Registry } from '../catalog/kind.ts';
import { findRenames } from '../diff/diff.ts';
import type { Diagnostic } from '../errors.ts';
import { undoKey } from '../migrations/history.ts';
import type { Migration } from '../migrations/migration.ts';
import { direct } from '../plan/online.ts';
import type { Step } from '../plan/plan.ts';
import type { KeyedMigration } from '../plan/steps.ts';
import { planUndo } from './undo-steps.ts';

/** The undo migration of a version, under the key that the journal knows it by; null when there is none. */
export function findUndo(migrations: readonly Migration[], version: string | null): KeyedMigration | null {
  const found = migrations.find((one) => one.kind === 'undo' && one.version === version);
  return found ? { ...found, kind: 'versioned', key: undoKey(found.version) } : null;
}

/** The undo migrations of what is applied. */
export function undosOf(
  migrations: readonly Migration[],
  applied: readonly KeyedMigration[],
): readonly KeyedMigration[] {
  return applied.flatMap(({ kind, version }) =>
    kind === 'versioned' ? (findUndo(migrations, version) ?? []) : [],
  );
}

/**
 * The step that undoes one migration by itself, from two moments of one replay. Throws `TrueupError`, exit code 3, where
 * it changed rows and has no undo migration, unless `skipData`.
 */
export function undoOne(
  migration: KeyedMigration,
  script: KeyedMigration | null,
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
    moments: [],
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
