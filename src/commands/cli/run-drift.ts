import { renderDrift } from '../../render/drift.ts';
import { renderDriftJson } from '../../render/json.ts';
import { renderDriftMarkdown } from '../../render/markdown.ts';
import { drift } from '../drift.ts';
import type { SharedFlags } from './arguments.ts';
import type { ExitCode, Io } from './io.ts';
import { emit, outputColor, tell, withProgress } from './output.ts';

/** `trueup drift`: 2 when there is drift. */
export async function runDrift(io: Io, flags: SharedFlags): Promise<ExitCode> {
  const report = await withProgress(io, flags, drift);
  tell(io, flags, report.diagnostics);
  const text =
    flags.format === 'json'
      ? renderDriftJson(report)
      : flags.format === 'markdown'
        ? renderDriftMarkdown(report)
        : renderDrift(report, { color: outputColor(io, flags) });
  await emit(io, flags, text);
  return report.drift.length > 0 ? 2 : 0;
}
