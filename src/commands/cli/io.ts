import type { Variables } from '../../config/target.ts';

/** The world a command runs in: everything that is not its arguments. `cli.ts` makes the real one. */
export type Io = {
  readonly cwd: string;
  readonly variables: Variables;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly now: () => Date;
  /** Aborted by the first Ctrl-C or SIGTERM. */
  readonly interrupt: AbortSignal;
  /** Called at the second Ctrl-C. Returns what takes the listener away. */
  readonly onSecondInterrupt: (listener: () => void) => () => void;
};

/** What a command ends with; `cli.ts` makes it the process's. */
export type ExitCode = 0 | 1 | 2 | 3 | 130;

/** One line on standard error that is written over: progress of long work, only where someone watches. */
export type Progress = { readonly show: (line: string) => void; readonly clear: () => void };

/** Progress for a terminal; silent when standard error is none, or with `-q`. */
export function openProgress(io: Io, quiet: boolean): Progress {
  if (quiet || !io.stderr.isTTY) return { show: () => undefined, clear: () => undefined };
  let shown = false;
  return {
    show: (line) => {
      shown = true;
      io.stderr.write(`\r\u001b[K${line.slice(0, Math.max(10, (io.stderr.columns ?? 80) - 1))}`);
    },
    clear: () => {
      if (shown) io.stderr.write('\r\u001b[K');
      shown = false;
    },
  };
}
