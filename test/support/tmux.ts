import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';

/** Whether there is a tmux to open real terminals with. */
export const hasTmux = (() => {
  try {
    execFileSync('tmux', ['-V']);
    return true;
  } catch {
    return false;
  }
})();

/** A shell in a real terminal. */
export type Shell = AsyncDisposable & {
  /** Types text, as it stands. */
  readonly type: (text: string) => Promise<void>;
  /** Presses keys by tmux's names: `Enter`, `Escape`, `C-c`. */
  readonly press: (...keys: readonly string[]) => Promise<void>;
  /** The rows of the screen. */
  readonly screen: () => Promise<string>;
  /** Waits until the screen holds every text; throws with the screen when it does not come to that. */
  readonly shows: (...texts: readonly (string | RegExp)[]) => Promise<string>;
  /** What a program could have left behind: all of it is false where the terminal is the shell's own again. */
  readonly leftovers: () => Promise<{
    readonly alternateScreen: boolean;
    readonly hiddenCursor: boolean;
    readonly mouse: boolean;
  }>;
};

/** Opens a shell in a folder. Its prompt is `$ `. */
export async function openShell(options: {
  readonly cwd: string;
  readonly columns: number;
  readonly rows: number;
}): Promise<Shell> {
  const folder = await mkdtemp(join(tmpdir(), 'trueup-tmux-'));
  const socket = join(folder, 'socket');
  const tmux = async (...args: readonly string[]) => {
    const { stdout } = await promisify(execFile)('tmux', ['-S', socket, '-f', '/dev/null', ...args]);
    return stdout;
  };
  const { PATH = '', HOME = '', XDG_CACHE_HOME } = process.env;
  const cache = XDG_CACHE_HOME === undefined ? [] : [`XDG_CACHE_HOME=${XDG_CACHE_HOME}`];
  const variables = [`PATH=${PATH}`, `HOME=${HOME}`, ...cache, 'TERM=screen-256color', 'PS1=$ ', 'CI=false'];
  const size = ['-x', String(options.columns), '-y', String(options.rows)];
  await tmux('new-session', '-d', ...size, '-c', options.cwd, 'env', '-i', ...variables, 'sh', '-i');
  const screen = () => tmux('capture-pane', '-p');
  return {
    type: async (text) => {
      await tmux('send-keys', '-l', '--', text);
    },
    press: async (...keys) => {
      for (const key of keys) await tmux('send-keys', key);
    },
    screen,
    shows: async (...texts) => {
      const deadlineMs = Date.now() + 30_000;
      for (;;) {
        const shown = await screen();
        const missing = texts.filter((text) =>
          typeof text === 'string' ? !shown.includes(text) : !text.test(shown),
        );
        if (missing.length === 0) return shown;
        if (Date.now() > deadlineMs) throw new Error(`never showed ${missing.join(', ')}:\n${shown}`);
        await wait(40);
      }
    },
    leftovers: async () => {
      const flags = await tmux('display', '-p', '#{alternate_on}#{cursor_flag}#{mouse_any_flag}');
      return {
        alternateScreen: flags[0] === '1',
        hiddenCursor: flags[1] === '0',
        mouse: flags[2] === '1',
      };
    },
    [Symbol.asyncDispose]: async () => {
      await tmux('kill-server').catch(() => undefined);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
