import { extname } from 'node:path';
import { writePlan } from '../../plan/artifact.ts';
import type { Plan } from '../../plan/plan.ts';
import { renderPlanJson } from '../../render/json.ts';
import { renderPlanMarkdown } from '../../render/markdown.ts';
import { renderPlan } from '../../render/plan.ts';
import { renderPlanSql } from '../../render/sql.ts';
import { hasWork } from '../apply.ts';
import { plan } from '../plan.ts';
import type { SharedFlags } from './arguments.ts';
import type { ExitCode, Io } from './io.ts';
import { emit, outputColor, tell, terminalColor, withProgress } from './output.ts';

type PlanFlags = SharedFlags & { readonly detailedExitcode?: boolean };

/** `trueup plan`: the plan as text, and with `-o FILE.json` also as what `trueup apply` takes. */
export async function runPlanCommand(io: Io, flags: PlanFlags): Promise<ExitCode> {
  const made = await withProgress(io, flags, plan);
  tell(io, flags, made.diagnostics);
  const isArtifact =
    flags.output !== undefined && flags.format === 'text' && extname(flags.output) === '.json';
  if (isArtifact) {
    await emit(io, flags, writePlan(made));
    io.stdout.write(renderPlan(made, { color: terminalColor(io, flags), verbose: flags.verbose === true }));
  } else await emit(io, flags, renderAs(made, io, flags));
  return flags.detailedExitcode && (hasWork(made) || made.drift.length > 0) ? 2 : 0;
}

function renderAs(made: Plan, io: Io, flags: PlanFlags): string {
  if (flags.format === 'json') return renderPlanJson(made);
  if (flags.format === 'sql') return renderPlanSql(made);
  if (flags.format === 'markdown') return renderPlanMarkdown(made);
  return renderPlan(made, { color: outputColor(io, flags), verbose: flags.verbose === true });
}
