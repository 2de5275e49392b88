import { execFile } from 'node:child_process';
import { TrueupError } from '../errors.ts';

const timeoutMs = 30_000;

/**
 * The password that a program prints, such as a cloud's token for a role: all that it prints but the end of the line.
 * It is run without a shell, so that no character of its arguments means anything, in the folder `cwd`. Throws
 * `TrueupError` when it fails or prints nothing; what it printed is never part of a message.
 */
export function runPasswordCommand(command: readonly string[], cwd: string): Promise<string> {
  const [program = '', ...args] = command;
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd, timeout: timeoutMs, windowsHide: true }, (error, stdout) => {
      const password = stdout.replace(/\r?\n$/, '');
      if (error === null && password !== '') resolve(password);
      else reject(failed(program, error === null ? 'it printed nothing' : reasonOf(error)));
    });
  });
}

function reasonOf(error: Error & { code?: unknown; killed?: boolean }): string {
  if (error.killed) return `it took longer than ${timeoutMs / 1000} s`;
  if (error.code === 'ENOENT') return 'there is no such program';
  return `it ended with ${String(error.code)}`;
}

function failed(program: string, reason: string): TrueupError {
  // No cause is kept: it holds the arguments and what was printed.
  return new TrueupError([
    {
      code: 'password-command',
      severity: 'error',
      subject: program,
      summary: `The password command ${program} gave no password: ${reason}.`,
      help: 'Run it by hand. It must print the password and nothing else.',
    },
  ]);
}
