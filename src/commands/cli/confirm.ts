import { createInterface } from 'node:readline/promises';
import { TrueupError } from '../../errors.ts';
import { escapeControl } from '../../render/escape.ts';
import type { LiveDatabase } from '../open.ts';
import { explainLosses, refuseLosses } from '../planning/decide.ts';
import type { SharedFlags } from './arguments.ts';
import type { Io } from './io.ts';

/**
 * Asks on the terminal: `yes` for a plan that loses nothing, the database's name for one with `losses` that nobody
 * has accepted yet, which are named, or for a protected environment. Throws `TrueupError`, exit code 3, where nobody can
 * be asked; `--yes` accepts no loss.
 */
export async function confirmPlan(
  io: Io,
  flags: SharedFlags,
  live: LiveDatabase,
  losses: readonly string[],
): Promise<boolean> {
  const isAsked = flags.input && io.stdin.isTTY === true;
  if (flags.yes) refuseLosses(losses);
  if (flags.yes) return true;
  if (!isAsked) {
    throw new TrueupError(
      [
        ...explainLosses(losses),
        {
          code: 'not-confirmed',
          severity: 'error',
          summary: 'Nobody confirmed the plan, and there is no terminal to ask on. Nothing was applied.',
          help: 'Look at it with `trueup plan`, then apply it with --yes.',
        },
      ],
      { exitCode: 3 },
    );
  }
  const [row] = await live.session.query<{ name: string }>('SELECT current_database() AS name');
  const word = losses.length > 0 || live.selected.protected ? (row?.name ?? 'yes') : 'yes';
  if (losses.length > 0) io.stderr.write(`Data would be lost: ${escapeControl(losses.join(', '))}\n`);
  const question =
    word === 'yes'
      ? 'Type yes to apply: '
      : `This needs care. Type the database's name (${escapeControl(word)}) to apply: `;
  const prompt = createInterface({ input: io.stdin, output: io.stderr });
  try {
    return (await prompt.question(question, { signal: io.interrupt })).trim() === word;
  } catch {
    // Ctrl-C at the prompt.
    return false;
  } finally {
    prompt.close();
  }
}
