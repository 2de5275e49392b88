import { type Diagnostic, throwIfErrors } from '../errors.ts';
import type { KeyedMigration } from '../plan/steps.ts';
import { count } from '../render/words.ts';
import { keyed, orderKeyed } from './assess/keyed-order.ts';
import { proveSnapshots } from './assess/prove-snapshots.ts';
import type { SharedFlags } from './cli/arguments.ts';
import type { ExitCode, Io } from './cli/io.ts';
import { tell, withProgress } from './cli/output.ts';
import { openProject, type ProjectOptions, readMaking } from './open.ts';
import { makeSnapshot } from './snapshot.ts';

/** What validation found to be right. */
export type Validation = {
  readonly migrations: number;
  readonly objects: number;
  readonly standIns: readonly string[];
  /** Snapshots that are true, relative to the project. */
  readonly snapshots: readonly string[];
  /** Warnings: snapshots that can no longer be proven. */
  readonly diagnostics: readonly Diagnostic[];
};

/**
 * Reads all migrations, replays them from nothing, and proves that the snapshots are what the replay of their
 * migrations gives. Throws `TrueupError` with all that is wrong.
 */
export async function validate(options: ProjectOptions = {}): Promise<Validation> {
  const loaded = await openProject(options);
  const { applied } = await orderKeyed(loaded.migrations, null, 'latest');
  const latest = await makeSnapshot(loaded, applied, options);
  const chain = (migrations: readonly KeyedMigration[]) => migrations.map(({ script }) => script).join();
  const { proven, diagnostics } = await proveSnapshots({
    root: loaded.project.root,
    migrations: loaded.migrations.filter(({ kind }) => kind !== 'undo').map(keyed),
    making: await readMaking(loaded, options),
    make: async (migrations) =>
      chain(migrations) === chain(applied) ? latest : makeSnapshot(loaded, migrations, options),
  });
  throwIfErrors(diagnostics);
  return {
    migrations: loaded.migrations.length,
    objects: latest.catalog.objects.size,
    standIns: latest.standIns.map(({ kind, name }) => `${kind} ${name}`),
    snapshots: proven,
    diagnostics,
  };
}

/** `trueup validate`. */
export async function runValidate(io: Io, flags: SharedFlags): Promise<ExitCode> {
  const { migrations, objects, standIns, snapshots, diagnostics } = await withProgress(io, flags, validate);
  tell(io, flags, diagnostics);
  io.stdout.write(`${count(migrations, 'migration')} replayed cleanly: ${count(objects, 'object')}.\n`);
  if (standIns.length > 0) io.stdout.write(`Stand-ins of the replay: ${standIns.join(', ')}.\n`);
  if (snapshots.length > 0) io.stdout.write(`True to their replay: ${snapshots.join(', ')}.\n`);
  return 0;
}
