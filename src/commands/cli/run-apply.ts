import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { RunReport } from '../../apply/event.ts';
import { TrueupError } from '../../errors.ts';
import { readPlan } from '../../plan/artifact.ts';
import type { Plan } from '../../plan/plan.ts';
import { describeEvent, isDelay } from '../../render/event.ts';
import { renderRunReportJson } from '../../render/json.ts';
import { renderPlan } from '../../render/plan.ts';
import { renderRunReport } from '../../render/report.ts';
import { type ApplyOptions, apply } from '../apply.ts';
import { colorEnabled, type SharedFlags } from './arguments.ts';
import { confirmPlan } from './confirm.ts';
import type { ExitCode, Io } from './io.ts';
import { emit, optionsFrom, tell, terminalColor } from './output.ts';

/** Flags of `apply` and `rollback`. */
export type ApplyFlags = SharedFlags & {
  readonly accept?: readonly string[];
  readonly resume?: boolean;
  readonly inDoubt?: 'done' | 'again';
  readonly dryRun?: boolean;
  /** Milliseconds. */
  readonly wait?: number;
};

/** `trueup apply [plan.json]`: 1 when the run failed or live then differs from target, 130 when it was interrupted. */
export async function runApply(io: Io, file: string | undefined, flags: ApplyFlags): Promise<ExitCode> {
  const { options, clear } = optionsFrom(io, flags);
  const given = file === undefined ? undefined : await readPlanFile(io, file);
  const show = options.onProgress ?? (() => undefined);
  let removeListener = () => {};
  const onInterrupt = () => {
    clear();
    io.stderr.write('Interrupted: the running statement ends first. Once more cancels it.\n');
  };
  const wanted: ApplyOptions = {
    ...options,
    ...(given ? { plan: given } : {}),
    accept: flags.accept ?? [],
    resume: flags.resume === true,
    ...(flags.inDoubt ? { inDoubt: flags.inDoubt } : {}),
    dryRun: flags.dryRun === true,
    waitMs: flags.wait,
    asksPerson: flags.yes !== true,
    confirm: async (plan, live, losses) => {
      clear();
      tell(io, flags, plan.diagnostics);
      if (flags.format === 'text' && !flags.quiet) {
        const color = colorEnabled(flags.color, io.variables, io.stderr.isTTY === true);
        io.stderr.write(`${renderPlan(plan, { color, verbose: flags.verbose === true })}\n`);
      }
      return confirmPlan(io, flags, live, losses);
    },
    onEvent: (event, plan) => {
      const line = describeEvent(event, plan);
      // Where nobody watches the progress, the log still says why it takes so long.
      if (line && isDelay(event) && !flags.quiet && !io.stderr.isTTY) io.stderr.write(`${line}\n`);
      else show(line ?? 'applying');
    },
    onCancellable: (cancel) => {
      // A server that cannot be reached for that has told the statement as well.
      removeListener = io.onSecondInterrupt(() => void cancel().catch(() => undefined));
      io.interrupt.addEventListener('abort', onInterrupt, { once: true });
    },
  };
  try {
    const report = await apply(wanted);
    clear();
    if (!report) {
      io.stderr.write('Not confirmed. Nothing was applied.\n');
      return 1;
    }
    await writeReport(io, flags, report);
    return codeOf(report);
  } finally {
    clear();
    removeListener();
    io.interrupt.removeEventListener('abort', onInterrupt);
  }
}

async function writeReport(io: Io, flags: ApplyFlags, report: RunReport): Promise<void> {
  const json = renderRunReportJson(report);
  if (flags.output !== undefined) await emit(io, flags, json);
  io.stdout.write(
    flags.format === 'json' ? json : renderRunReport(report, { color: terminalColor(io, flags) }),
  );
}

function codeOf(report: RunReport): ExitCode {
  if (report.outcome === 'interrupted') return 130;
  return report.outcome === 'failed' || (report.differences?.length ?? 0) > 0 ? 1 : 0;
}

async function readPlanFile(io: Io, file: string): Promise<Plan> {
  try {
    return readPlan(await readFile(resolve(io.cwd, file), 'utf8'), file);
  } catch (error) {
    if (error instanceof TrueupError) throw error;
    throw new TrueupError([
      {
        code: 'plan-artifact',
        severity: 'error',
        position: { file },
        summary: 'The plan cannot be read. Nothing was applied.',
        detail: error instanceof Error ? error.message : String(error),
        help: 'Make one with `trueup plan -o plan.json`.',
      },
    ]);
  }
}
