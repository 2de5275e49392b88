import { writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { introspect } from '../catalog/introspect.ts';
import { registry } from '../kinds/index.ts';
import { makeDirectory } from '../make-directory.ts';
import type { KeyedMigration } from '../plan/steps.ts';
import { count } from '../render/words.ts';
import { replay } from '../replay/replay.ts';
import { type Snapshot, writeSnapshot } from '../replay/snapshot.ts';
import { extensionsOf } from './assess/assess.ts';
import { highestVersion, snapshotFile } from './assess/find-snapshot.ts';
import { orderKeyed } from './assess/keyed-order.ts';
import type { SharedFlags } from './cli/arguments.ts';
import type { ExitCode, Io } from './cli/io.ts';
import { withProgress } from './cli/output.ts';
import { engineOpener, type LoadedProject, openProject, type ProjectOptions, readMaking } from './open.ts';

/** Where a snapshot was written, relative to the working directory, and what it holds. */
export type WrittenSnapshot = {
  readonly file: string;
  readonly migrations: number;
  readonly objects: number;
};

/**
 * Replays all migrations and writes their catalog to `file`, by default `snapshots/V<version>.json` of the
 * project. Throws `TrueupError`.
 */
export async function snapshot(
  options: ProjectOptions & { readonly file?: string | undefined } = {},
): Promise<WrittenSnapshot> {
  const loaded = await openProject(options);
  const { applied } = await orderKeyed(loaded.migrations, null, 'latest');
  const made = await makeSnapshot(loaded, applied, options);
  const cwd = resolve(options.cwd ?? '.');
  const path =
    options.file === undefined
      ? join(loaded.project.root, snapshotFile(applied))
      : resolve(cwd, options.file);
  await makeDirectory(dirname(path));
  await writeFile(path, writeSnapshot(made));
  return { file: relative(cwd, path), migrations: applied.length, objects: made.catalog.objects.size };
}

/** Replays exactly these migrations and returns their catalog with what made it. Throws `TrueupError`. */
export async function makeSnapshot(
  loaded: LoadedProject,
  migrations: readonly KeyedMigration[],
  options: ProjectOptions,
): Promise<Snapshot> {
  const making = await readMaking(loaded, options);
  const engine = await engineOpener(loaded, options)(extensionsOf(migrations));
  try {
    const standIns = await replay(engine, migrations, {
      standInExtensions: making.standInExtensions,
      onProgress: (done, total) => options.onProgress?.(`replaying ${done}/${total}`),
      ...(options.signal ? { signal: options.signal } : {}),
    });
    return {
      ...making,
      version: highestVersion(migrations),
      migrations,
      standIns,
      catalog: await introspect(engine, registry),
    };
  } finally {
    await engine.close();
  }
}

/** `trueup snapshot`: prints the path of the file it wrote. */
export async function runSnapshot(io: Io, flags: SharedFlags): Promise<ExitCode> {
  const { file, migrations, objects } = await withProgress(io, flags, (options) =>
    snapshot({ ...options, file: flags.output }),
  );
  io.stdout.write(`${file}: ${count(objects, 'object')} of ${count(migrations, 'migration')}.\n`);
  return 0;
}
