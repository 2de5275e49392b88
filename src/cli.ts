#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { openInterrupt } from './commands/cli/interrupt.ts';
import type { ExitCode, Io } from './commands/cli/io.ts';
import { runProgram } from './commands/cli/program.ts';

// The embedded PostgreSQL runs for a second or two: optimizing its functions costs more than it gains, most of them are
// never called, and its thread need not tidy up a heap that grows from nothing.
setFlagsFromString('--no-wasm-dynamic-tiering');
setFlagsFromString('--no-wasm-tier-up');
setFlagsFromString('--wasm-lazy-validation');
setFlagsFromString('--min-semi-space-size=32');
// Nor is most JavaScript worth optimizing that soon, as later versions of Node know by themselves.
if (process.versions.node.startsWith('20.')) setFlagsFromString('--interrupt-budget=1000000');

// As Node has it from 21 on: without it `pg` asks whether this is Cloudflare in a way that loads an HTTP client.
if (!('navigator' in globalThis)) {
  Object.assign(globalThis, { navigator: { userAgent: `Node.js/${process.versions.node}` } });
}

// In the place of the arguments, which everybody on the machine can read and which may hold a URL with its password.
process.title = 'trueup';

// Only a run changes anything, and it listens: whatever else is going on may end at once.
const interrupt = openInterrupt(process, () => process.exit(130));
const io: Io = {
  cwd: process.cwd(),
  variables: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  now: () => new Date(),
  interrupt: interrupt.signal,
  onSecondInterrupt: interrupt.onSecond,
};

// A reader that has seen enough (`trueup plan | head`) closes the pipe; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

finish(await runProgram(process.argv.slice(2), io));

/** Ends the process when everything written has left it: a pipe takes its time. */
function finish(code: ExitCode): void {
  process.exitCode = code;
  process.stderr.write('', () => process.stdout.write('', () => process.exit(code)));
}
