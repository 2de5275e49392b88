import type { Diagnostic } from '../errors.ts';
import type { Segment } from '../plan/plan.ts';
import type { Attempt } from './attempt.ts';
import { note } from './progress.ts';
import type { Run } from './run.ts';

/** Of the statements that ran, those that are committed stay and the others are rolled back; the one at `attempt.at` gets the blame. */
export function settle(
  run: Run,
  segment: Segment,
  attempt: Attempt,
  diagnostic: Diagnostic | undefined,
): void {
  segment.statements.forEach((index, position) => {
    const outcome = run.progress.statements[index.step]?.[index.statement]?.outcome;
    if (index === attempt.at && diagnostic && position >= attempt.committed)
      note(run.progress, index, { outcome: 'failed', error: diagnostic });
    else if (outcome === 'running')
      note(run.progress, index, { outcome: index === attempt.at ? 'rolled back' : 'not run' });
    else if (outcome === 'applied' && position >= attempt.committed)
      note(run.progress, index, { outcome: 'rolled back' });
  });
}
