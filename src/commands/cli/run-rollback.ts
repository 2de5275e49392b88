import type { ReviewCommands } from '../../review/summary.ts';
import { isInteractive, runReviewCommand } from '../review/review.ts';
import type { ExitCode, Io } from './io.ts';
import { type ApplyFlags, runApply } from './run-apply.ts';

/**
 * `trueup rollback`: the review of the way back, where a person can look at it. Flags that answer what the review asks, or
 * say what is to be printed, run it without.
 */
export async function runRollback(io: Io, flags: ApplyFlags, commands: ReviewCommands): Promise<ExitCode> {
  const { yes, onDrift, accept, dryRun, resume, inDoubt, output, quiet } = flags;
  const isAnswered = [yes, onDrift, accept, dryRun, resume, inDoubt, output, quiet].some(Boolean);
  const reviews = isInteractive(io, flags) && !isAnswered && flags.format === 'text';
  return reviews ? runReviewCommand(io, flags, commands) : runApply(io, undefined, flags);
}
