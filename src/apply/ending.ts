import { InterruptedError } from '../errors.ts';
import { describeProgress, type Ending } from './report.ts';
import type { Run } from './run.ts';
import { diagnosticOf } from './survive.ts';

/** How a run ends that threw: with what was applied and what was not in the error's detail. */
export function endingOf(run: Run, error: unknown): Ending {
  const outcome = error instanceof InterruptedError ? 'interrupted' : 'failed';
  const diagnostic =
    error instanceof InterruptedError
      ? ({ code: 'interrupted', severity: 'error', summary: 'The run was interrupted.' } as const)
      : diagnosticOf(error);
  const progress = describeProgress(run.input.plan, run.progress);
  const detail = [diagnostic.detail, progress].filter(Boolean).join('\n');
  return { outcome, error: { ...diagnostic, detail }, differences: null };
}
