import { introspect } from '../catalog/introspect.ts';
import { registry } from '../kinds/index.ts';
import { replay } from '../replay/replay.ts';
import type { SharedFlags } from './arguments.ts';
import { extensionsOf } from './assess.ts';
import type { ExitCode, Io } from './io.ts';
import { orderKeyed } from './keyed-order.ts';
import { engineOpener, openProject, type ProjectOptions } from './open.ts';
import { tell, withProgress } from './output.ts';

/** What validation found to be right. */
export type Validation = {
  readonly migrations: number;
  readonly objects: number;
  readonly standIns: readonly string[];
};

/** Reads all migrations and replays them from nothing. Throws `TrueupError` with all that is wrong. */
export async function validate(options: ProjectOptions = {}): Promise<Validation> {
  const loaded = await openProject(options);
  const { applied } = await orderKeyed(loaded.migrations, null, 'latest');
  const engine = await engineOpener(loaded, options)(extensionsOf(applied));
  try {
    const standIns = await replay(engine, applied, {
      standInExtensions: loaded.project.config.extensions.standIn,
      onProgress: (done, total) => options.onProgress?.(`replaying ${done}/${total}`),
      ...(options.signal ? { signal: options.signal } : {}),
    });
    const { objects } = await introspect(engine, registry);
    return {
      migrations: loaded.migrations.length,
      objects: objects.size,
      standIns: standIns.map(({ kind, name }) => `${kind} ${name}`),
    };
  } finally {
    await engine.close();
  }
}

/** `trueup validate`. */
export async function runValidate(io: Io, flags: SharedFlags): Promise<ExitCode> {
  const { migrations, objects, standIns } = await withProgress(io, flags, validate);
  tell(io, flags, []);
  io.stdout.write(`${migrations} migrations replay cleanly: ${objects} objects.\n`);
  if (standIns.length > 0) io.stdout.write(`Stand-ins of the replay: ${standIns.join(', ')}.\n`);
  return 0;
}
