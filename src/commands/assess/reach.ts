import { runPasswordCommand } from '../../config/password-command.ts';
import { withService } from '../../config/service-file.ts';
import type { Variables } from '../../config/target.ts';
import type { ReachedServer } from '../../database/server.ts';

/** A URL as somebody wrote it, and what belongs to it. */
export type WrittenUrl = {
  readonly url: string;
  /** A program and its arguments, which prints the password; null where the URL has none that is meant for it. */
  readonly passwordCommand: readonly string[] | null;
  /** The folder of the project, in which that program runs; null outside of one. */
  readonly root: string | null;
};

/** How a database is reached, whichever of them it is: its connection service looked up, its password asked for when it is needed. */
export async function reach(
  { url, passwordCommand, root }: WrittenUrl,
  variables: Variables = {},
): Promise<ReachedServer> {
  return {
    url: await withService(url, variables),
    ...(passwordCommand && root !== null
      ? { password: () => runPasswordCommand(passwordCommand, root) }
      : {}),
  };
}

/** A URL of the command line: no password command is meant for it. */
export function asGiven(url: string): WrittenUrl {
  return { url, passwordCommand: null, root: null };
}
