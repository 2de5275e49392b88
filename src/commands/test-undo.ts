import { introspect } from '../catalog/introspect.ts';
import type { Catalog } from '../catalog/kind.ts';
import type { Session } from '../database/session.ts';
import { quoteName } from '../database/sql.ts';
import { type Diagnostic, InterruptedError, TrueupError } from '../errors.ts';
import { registry } from '../kinds/index.ts';
import type { Step } from '../plan/plan.ts';
import { leftover } from '../plan/rehearse.ts';
import type { KeyedMigration } from '../plan/steps.ts';
import type { TestedUndo } from '../render/undo.ts';
import { type ReplayOptions, replay } from '../replay/replay.ts';
import { runWithStandIns } from '../replay/run-steps.ts';
import { extensionsOf } from './assess/assess.ts';
import { orderKeyed } from './assess/keyed-order.ts';
import { engineOpener, openProject, type ProjectOptions } from './open.ts';
import { requireVersion } from './undo/require-version.ts';
import { findUndo, undoOne } from './undo/undo-of.ts';

/**
 * Replays each migration, its undo, and the migration again: the undo migration where there is one, else generated
 * statements. Says where the schema is not exactly what it was before. What leaves its rows is not applied again: they
 * would be in its way, and the schema is the one that it was applied to. Needs no database. Throws `TrueupError` for
 * the project's own faults.
 */
export async function testUndo(
  options: ProjectOptions & { readonly version?: string | undefined } = {},
): Promise<readonly TestedUndo[]> {
  const loaded = await openProject(options);
  const { applied } = await orderKeyed(loaded.migrations, null, 'latest');
  const versioned = applied.filter(({ kind }) => kind !== 'repeatable');
  const only = options.version === undefined ? null : requireVersion(versioned, options.version);
  const openEngine = engineOpener(loaded, { ...options, onProgress: undefined });
  const replayOptions: ReplayOptions = {
    standInExtensions: loaded.project.config.extensions.standIn,
    ...(options.signal ? { signal: options.signal } : {}),
  };
  const openAt = async (count: number): Promise<Session> => {
    const engine = await openEngine(extensionsOf(versioned));
    try {
      await replay(engine, versioned.slice(0, count), replayOptions);
      return engine;
    } catch (error) {
      await engine.close();
      throw error;
    }
  };
  const tested: TestedUndo[] = [];
  const last = only ? versioned.indexOf(only) : versioned.length - 1;
  let engine = await openAt(only ? last : 0);
  try {
    for (const [index, migration] of versioned.entries()) {
      if (index < (only ? last : 0) || index > last) continue;
      options.onProgress?.(`testing ${migration.script}`);
      const without = await introspect(engine, registry);
      await replay(engine, [migration], replayOptions);
      if (migration.kind === 'baseline') continue;
      const script = findUndo(loaded.migrations, migration.version);
      const leavesRows = script === null && migration.statements.some(({ traits }) => traits.changesData);
      const skipData = options.skipData ?? false;
      const found = await testOne(
        engine,
        { migration, script, without, leavesRows },
        replayOptions,
        skipData,
      );
      const { isSpoiled, ...outcome } = found;
      tested.push({ script: migration.script, by: script?.script ?? null, leavesRows, ...outcome });
      // What did not lead back, or left or lost rows, must not spoil what is tested next.
      if (isSpoiled && index < last) {
        await engine.close();
        engine = await openAt(index + 1);
      }
    }
    return tested;
  } finally {
    await engine.close();
  }
}

type Tested = {
  readonly migration: KeyedMigration;
  readonly script: KeyedMigration | null;
  readonly without: Catalog;
  readonly leavesRows: boolean;
};

/** From right after the migration; when it is proven and leaves no rows, the engine stands there again. */
async function testOne(
  engine: Session,
  { migration, script, without, leavesRows }: Tested,
  options: ReplayOptions,
  skipData: boolean,
): Promise<Pick<TestedUndo, 'outcome' | 'differences' | 'diagnostics'> & { readonly isSpoiled: boolean }> {
  const proven = { outcome: 'proven', differences: [], diagnostics: [] } as const;
  let what = 'cannot be undone';
  try {
    const catalogs = { with: await introspect(engine, registry), without };
    const { step } = undoOne(migration, script, catalogs, registry, skipData);
    const isEmptied = script === null && mustBeFilled(step);
    // A rollback fills it from backups, which a replay has none of: without rows there is nothing to fill.
    if (isEmptied) await emptyTables(engine, catalogs.with);
    await runWithStandIns(engine, [step], { signal: options.signal });
    const differences = leftover(await introspect(engine, registry), without, new Set(), registry);
    if (differences.length > 0) return { outcome: 'differs', differences, diagnostics: [], isSpoiled: true };
    if (leavesRows) return { ...proven, isSpoiled: true };
    what = 'is undone, and cannot be applied again';
    await replay(engine, [migration], options);
    return { ...proven, isSpoiled: isEmptied };
  } catch (error) {
    if (error instanceof InterruptedError || !(error instanceof TrueupError)) throw error;
    const diagnostics = error.diagnostics.map(
      (one): Diagnostic => ({ ...one, summary: `${migration.script} ${what}: ${one.summary}` }),
    );
    return { outcome: 'failed', differences: [], diagnostics, isSpoiled: true };
  }
}

function mustBeFilled({ statements }: Step): boolean {
  return statements.some(({ hazards }) => hazards.some(({ code }) => code === 'required-column'));
}

async function emptyTables(engine: Session, { objects }: Catalog): Promise<void> {
  const tables = [...objects.values()].flatMap(({ ref }) =>
    ref.kind === 'table' ? [quoteName(ref.path)] : [],
  );
  await engine.exec(`TRUNCATE ${tables.join(', ')} CASCADE`);
}
