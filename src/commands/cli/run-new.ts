import { init } from '../init.ts';
import { newMigration } from '../new.ts';
import type { SharedFlags } from './arguments.ts';
import type { ExitCode, Io } from './io.ts';

/** `trueup new`: prints the path of the file it wrote. */
export async function runNew(io: Io, description: string, flags: SharedFlags): Promise<ExitCode> {
  const file = await newMigration({ cwd: io.cwd, configFile: flags.config, description, now: io.now() });
  io.stdout.write(`${file}\n`);
  return 0;
}

/** `trueup init`: says what it wrote and what to do next. */
export async function runInit(io: Io): Promise<ExitCode> {
  const { written, kept } = await init(io.cwd);
  for (const file of written) io.stdout.write(`wrote ${file}\n`);
  for (const file of kept) io.stdout.write(`kept  ${file}\n`);
  io.stdout.write(`
Next:
  trueup new create users          write a first migration
  trueup plan                      see what it would do to an embedded database of this project
  trueup apply                     apply it there
  trueup drift --url postgres://… --assume latest
                                   compare a server that has the migrations already
`);
  return 0;
}
