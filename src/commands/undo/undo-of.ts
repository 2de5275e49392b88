import type { Catalog, CatalogObject, Registry } from '../../catalog/kind.ts';
import { formatId, type ObjectId } from '../../catalog/object.ts';
import { findRenames } from '../../diff/diff.ts';
import type { Diagnostic } from '../../errors.ts';
import { undoKey } from '../../migrations/history.ts';
import type { Migration } from '../../migrations/migration.ts';
import { direct } from '../../plan/online.ts';
import type { Step } from '../../plan/plan.ts';
import type { KeyedMigration } from '../../plan/steps.ts';
import { findMade } from './saved.ts';
import { planUndo } from './undo-steps.ts';
import { mustBeFilled, nothingSaved } from './unfilled.ts';

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

/** A step, what to tell of it, and the columns that it makes without their values. */
export type UndoneOne = {
  readonly step: Step;
  readonly notes: readonly Diagnostic[];
  readonly toFill: readonly CatalogObject[];
};

/**
 * The step that undoes one migration by itself, from two moments of one replay. Throws `TrueupError`, exit code 3, where
 * it changed rows and has no undo migration, unless `skipData`. With `fillsLater` what must hold a value is made without that
 * (`toFill`), and said to be whole behind it.
 */
export function undoOne(
  migration: KeyedMigration,
  script: KeyedMigration | null,
  catalogs: { readonly with: Catalog; readonly without: Catalog },
  registry: Registry,
  skipData: boolean,
  fillsLater = false,
): UndoneOne {
  const [before, after] = [catalogs.with, catalogs.without];
  const part = {
    script,
    migrations: [migration],
    before,
    after,
    renames: findRenames(before, after),
    renamed: new Set<ObjectId>(),
    moments: [],
    from: before,
    to: after,
    versionAfter: null,
  };
  const rollback = { to: '', parts: [part], earlier: [], versionAfter: null };
  const made = findMade(part, before, registry);
  const toFill = (fillsLater ? mustBeFilled(part, { live: before, registry }) : []).filter(
    ({ parent }) => parent && !made.has(formatId(parent)),
  );
  const unfilled = new Map([[part, new Set(toFill.map(({ ref }) => formatId(ref)))]]);
  const { steps, notes } = planUndo(
    { expected: before, registry },
    rollback,
    before,
    new Set(),
    direct,
    skipData,
    // What is filled behind it comes back.
    { ...nothingSaved, unfilled, done: new Set(toFill.map(({ ref }) => ref.path.join('.'))) },
  );
  const [step] = steps;
  if (!step) throw new Error(`${migration.script} has no undo.`);
  return { step, notes, toFill };
}
