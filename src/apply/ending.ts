import { DatabaseError } from '../database/session.ts';
import { type Diagnostic, InterruptedError, TrueupError } from '../errors.ts';
import { describeProgress, type Ending } from './report.ts';
import type { Run } from './run.ts';

/** How a run ends that threw: with what was applied and what was not in the error's detail. */
export function endingOf(run: Run, error: unknown): Ending {
  const outcome = error instanceof InterruptedError ? 'interrupted' : 'failed';
  const diagnostic = diagnosticOf(error);
  const progress = describeProgress(run.input.plan, run.progress);
  const detail = [diagnostic.detail, progress].filter(Boolean).join('\n');
  return { outcome, error: { ...diagnostic, detail }, differences: null };
}

function diagnosticOf(error: unknown): Diagnostic {
  if (error instanceof TrueupError && error.diagnostics[0]) return error.diagnostics[0];
  if (error instanceof InterruptedError)
    return { code: 'interrupted', severity: 'error', summary: 'The run was interrupted.' };
  const summary = error instanceof Error ? error.message : String(error);
  if (error instanceof DatabaseError)
    return { code: error.code, severity: 'error', summary: `${summary} (${error.code})` };
  return { code: 'unexpected', severity: 'error', summary };
}
