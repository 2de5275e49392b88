import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Diagnostic } from '../../errors.ts';
import { renderDiagnostics } from '../../render/diagnostics.ts';
import type { ProjectOptions } from '../open.ts';
import { colorEnabled, type SharedFlags } from './arguments.ts';
import { type Io, openProgress } from './io.ts';

/** Project options from flags, with progress on standard error. `clear` ends the progress line. */
export function optionsFrom(
  io: Io,
  flags: SharedFlags,
): { readonly options: ProjectOptions; readonly clear: () => void } {
  const progress = openProgress(io, flags.quiet === true);
  return {
    clear: progress.clear,
    options: {
      cwd: io.cwd,
      configFile: flags.config,
      environment: flags.env,
      url: flags.url,
      replayUrl: flags.replayUrl,
      onDrift: flags.onDrift,
      online: flags.online,
      strategy: flags.strategy,
      skipData: flags.skipData,
      assume: flags.assume,
      renames: flags.rename,
      renameChoice: flags.renames,
      rollbackTo: flags.to,
      snapshots: flags.snapshot,
      variables: io.variables,
      onProgress: progress.show,
      // Where nobody watches the progress, the log still says why it takes so long.
      onDelay: (line) => {
        if (io.stderr.isTTY) progress.show(line);
        else if (!flags.quiet) io.stderr.write(`${line}\n`);
      },
      signal: io.interrupt,
      now: io.now,
    },
  };
}

/** Runs `work` with a progress line that is gone whichever way it ends. */
export async function withProgress<T>(
  io: Io,
  flags: SharedFlags,
  work: (options: ProjectOptions) => Promise<T>,
): Promise<T> {
  const { options, clear } = optionsFrom(io, flags);
  try {
    return await work(options);
  } finally {
    clear();
  }
}

/** Writes data to `-o FILE`, else to standard output. */
export async function emit(io: Io, flags: SharedFlags, text: string): Promise<void> {
  if (flags.output === undefined) io.stdout.write(text);
  else await writeFile(resolve(io.cwd, flags.output), text);
}

/** Whether what goes to standard output or a file is coloured. */
export function outputColor(io: Io, flags: SharedFlags): boolean {
  return (flags.output === undefined || flags.color === 'always') && terminalColor(io, flags);
}

/** Whether what goes to standard output is coloured, wherever the data goes. */
export function terminalColor(io: Io, flags: SharedFlags): boolean {
  return colorEnabled(flags.color, io.variables, io.stdout.isTTY === true);
}

/** Warnings go to standard error; notes too, unless nobody asked for them. */
export function tell(io: Io, flags: SharedFlags, diagnostics: readonly Diagnostic[]): void {
  const shown = diagnostics.filter(({ severity }) => severity !== 'note' || flags.verbose === true);
  if (flags.quiet || shown.length === 0) return;
  const color = colorEnabled(flags.color, io.variables, io.stderr.isTTY === true);
  io.stderr.write(renderDiagnostics(shown, { color }));
}
