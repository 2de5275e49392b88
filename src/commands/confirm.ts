import { createInterface } from 'node:readline/promises';
import { TrueupError } from '../errors.ts';
import { losesData } from '../plan/hazards.ts';
import type { Plan } from '../plan/plan.ts';
import type { SharedFlags } from './arguments.ts';
import type { Io } from './io.ts';
import type { LiveDatabase } from './open.ts';

/** Whether a plan destroys something that cannot come back without a backup. */
function planLosesData(plan: Plan): boolean {
  return plan.steps.some(({ statements }) => statements.some(({ hazards }) => hazards.some(losesData)));
}

/**
 * Asks on the terminal: `yes` for a plan that loses nothing, the database's name for one that does or for a
 * protected environment. Throws `TrueupError`, exit code 3, where nobody can be asked.
 */
export async function confirmPlan(
  io: Io,
  flags: SharedFlags,
  plan: Plan,
  live: LiveDatabase,
): Promise<boolean> {
  if (flags.yes) return true;
  if (!flags.input || !io.stdin.isTTY) {
    throw new TrueupError(
      [
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
  const word = planLosesData(plan) || live.selected.protected ? (row?.name ?? 'yes') : 'yes';
  const question =
    word === 'yes' ? 'Type yes to apply: ' : `This needs care. Type the database's name (${word}) to apply: `;
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
