import { TrueupError } from '../errors.ts';
import { makeDirectory } from '../make-directory.ts';

/**
 * Makes the directory where it is missing, and keeps other engines out of it: two would destroy it. Returns what gives
 * it free again. Throws `TrueupError`.
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  await makeDirectory(directory).catch((cause: unknown) => {
    throw unusable(directory, 'cannot be made', cause);
  });
  const { default: lockfile } = await import('proper-lockfile');
  try {
    const release = await lockfile.lock(directory, {
      // A long statement blocks the event loop, and with it the refreshing of the lock.
      stale: 60_000,
      update: 5_000,
      // Reported after such a block; throwing from a timer would end the process.
      onCompromised: () => undefined,
    });
    return () => release().catch(() => undefined);
  } catch (cause) {
    if (codeOf(cause) !== 'ELOCKED') throw unusable(directory, 'cannot be locked', cause);
    throw new TrueupError(
      [
        {
          code: 'embedded-locked',
          severity: 'error',
          subject: `pglite:${directory}`,
          summary: `${directory} is in use by another session.`,
          detail: `Its lock is ${directory}.lock; a process that was killed keeps it for one minute.`,
          help: 'Close the other session, then try again.',
        },
      ],
      { cause },
    );
  }
}

function unusable(directory: string, what: string, cause: unknown): TrueupError {
  return new TrueupError(
    [
      {
        code: 'embedded-directory',
        severity: 'error',
        subject: `pglite:${directory}`,
        summary: `${directory} ${what}.`,
        detail: cause instanceof Error ? cause.message : String(cause),
        help: 'Name a directory that you may write to.',
      },
    ],
    { cause },
  );
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
