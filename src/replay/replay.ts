import type { Session } from '../database/session.ts';
import { InterruptedError } from '../errors.ts';
import type { MigrationStatement } from '../migrations/migration.ts';
import { type KeyedMigration, migrationStep } from '../plan/steps.ts';
import { runWithStandIns } from './run-steps.ts';
import {
  createdShared,
  createStandIn,
  foreignShared,
  readShared,
  type Shared,
  type StandIn,
  sharedKey,
} from './stand-ins.ts';

/** What a replay is told besides its migrations. */
export type ReplayOptions = {
  /** Extensions that the engine lacks and that the config says to do without. */
  readonly standInExtensions?: readonly string[];
  readonly onProgress?: (done: number, total: number, script: string) => void;
  /** Looks at the engine after each migration. */
  readonly afterEach?: (migration: KeyedMigration) => Promise<void>;
  readonly signal?: AbortSignal;
};

/**
 * Runs migrations in order on an engine, each as it would run live, and returns what had to be made up. Call it
 * again with the next ones to go on. Throws `TrueupError` naming file, line and column of the statement that
 * failed, `InterruptedError` when the signal asks.
 */
export async function replay(
  engine: Session,
  migrations: readonly KeyedMigration[],
  options: ReplayOptions = {},
): Promise<readonly StandIn[]> {
  const standIns: StandIn[] = [];
  const existing = await readShared(engine);
  const created = createdShared(migrations.flatMap(({ statements }) => statements));
  const note = (one: Shared, file: string) => {
    existing.add(sharedKey(one));
    standIns.push({ ...one, file });
  };

  for (const [done, migration] of migrations.entries()) {
    if (options.signal?.aborted)
      throw new InterruptedError('Interrupted while replaying. Nothing was applied.');
    options.onProgress?.(done, migrations.length, migration.script);
    for (const one of foreignShared(migration.statements, existing, created)) {
      await createStandIn(engine, one);
      note(one, migration.script);
    }
    const { runnable, left } = leaveOut(migration, options.standInExtensions ?? []);
    standIns.push(...left);
    const { made } = await runWithStandIns(engine, [migrationStep(runnable)], { signal: options.signal });
    for (const one of made) note(one, migration.script);
    await options.afterEach?.(migration);
    // PGlite works on this thread: let a pending Ctrl-C and the screen have their turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
  options.onProgress?.(migrations.length, migrations.length, '');
  return standIns;
}

/** What an embedded engine must not be given: subscriptions break it, and some extensions and all providers of labels it does not have. */
function leaveOut(
  migration: KeyedMigration,
  extensions: readonly string[],
): { readonly runnable: KeyedMigration; readonly left: readonly StandIn[] } {
  const left: StandIn[] = [];
  const keeps = ({ traits }: MigrationStatement) => {
    const extension =
      traits.node === 'CreateExtensionStmt'
        ? traits.extensions.find((name) => extensions.includes(name))
        : undefined;
    if (extension !== undefined) left.push({ kind: 'extension', name: extension, file: migration.script });
    if (traits.subscription) left.push({ kind: 'subscription', name: traits.node, file: migration.script });
    const isLabel = traits.node === 'SecLabelStmt';
    if (isLabel) left.push({ kind: 'security label', name: traits.node, file: migration.script });
    return extension === undefined && !traits.subscription && !isLabel;
  };
  const statements = migration.statements.filter(keeps);
  return { runnable: left.length === 0 ? migration : { ...migration, statements }, left };
}
