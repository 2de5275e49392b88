import { selectDatabase } from '../../config/target.ts';
import { TrueupError } from '../../errors.ts';
import { renderDrift } from '../../render/drift.ts';
import { renderPlan } from '../../render/plan.ts';
import type { ReviewCommands } from '../../review/summary.ts';
import { toolVersion } from '../../version.ts';
import type { SharedFlags } from '../cli/arguments.ts';
import { editFile } from '../cli/editor.ts';
import type { ExitCode, Io } from '../cli/io.ts';
import { optionsFrom, outputColor, tell } from '../cli/output.ts';
import { openDemoDatabase } from '../demo/demo-database.ts';
import { copySample } from '../demo/sample-copy.ts';
import { driftReport } from '../drift.ts';
import {
  assessLive,
  copiesFor,
  engineAhead,
  type LiveDatabase,
  type LoadedProject,
  openLive,
  openProject,
  type ProjectOptions,
} from '../open.ts';
import { planFor } from '../plan.ts';
import { refuseNoHistory } from '../planning/decide.ts';
import { openReviewPort } from './review-port.ts';

/** `trueup review`: the terminal UI, or without a terminal the drift and the plan as text. */
export async function runReviewCommand(
  io: Io,
  flags: SharedFlags,
  commands: ReviewCommands,
): Promise<ExitCode> {
  const { options, clear } = optionsFrom(io, flags);
  try {
    const loaded = await openProject(options);
    await using live = await openLive(loaded, options);
    return await review(io, flags, commands, { loaded, live, options, clear });
  } finally {
    clear();
  }
}

/** `trueup demo`: the same on a sample live database that nobody keeps. */
export async function runDemo(io: Io, flags: SharedFlags, commands: ReviewCommands): Promise<ExitCode> {
  const { options: own, clear } = optionsFrom(io, flags);
  try {
    await using sample = await copySample();
    const options = {
      ...own,
      cwd: sample.root,
      configFile: undefined,
      environment: undefined,
      url: undefined,
    };
    const loaded = await openProject(options);
    const session = await openDemoDatabase(loaded, { ...options, toolVersion });
    await using live: LiveDatabase = {
      session,
      selected: {
        ...selectDatabase(loaded.project.config, { url: 'pglite:demo' }, {}),
        environment: 'demo',
        onDrift: 'leave',
      },
      [Symbol.asyncDispose]: () => session.close(),
    };
    return await review(io, flags, commands, { loaded, live, options, clear, isSample: true });
  } finally {
    clear();
  }
}

async function review(
  io: Io,
  flags: SharedFlags,
  commands: ReviewCommands,
  {
    loaded,
    live,
    options,
    clear,
    isSample = false,
  }: {
    readonly loaded: LoadedProject;
    readonly live: LiveDatabase;
    readonly options: ProjectOptions;
    readonly clear: () => void;
    readonly isSample?: boolean;
  },
): Promise<ExitCode> {
  if (!isInteractive(io, flags)) return print(io, flags, loaded, live, options, clear);
  clear();
  const { runReview } = await import('../../review/runtime.ts');
  const [row] = await live.session.query<{ name: string }>('SELECT current_database() AS name');
  const port = openReviewPort({
    options,
    live: live.session,
    selected: live.selected,
    databaseName: row?.name ?? live.session.label,
    toolVersion,
    isSample,
  });
  try {
    const result = await runReview(port, {
      stdin: io.stdin,
      stdout: io.stdout,
      env: io.variables,
      ascii: flags.ascii === true,
      background: flags.theme === 'auto' ? undefined : flags.theme,
      databaseLabel: live.session.label,
      edit: (position) => editFile(options.cwd ?? io.cwd, io.variables, position),
      commands,
      isSample,
    });
    io.stdout.write(result.summary.endsWith('\n') ? result.summary : `${result.summary}\n`);
    return result.exitCode;
  } finally {
    await port.close();
  }
}

/** Whether a person sees what is drawn and can answer: Ink is loaded only where a person sees it and can answer. */
export function isInteractive(io: Io, flags: Pick<SharedFlags, 'input'>): boolean {
  return (
    flags.input !== false &&
    io.stdin.isTTY === true &&
    io.stdout.isTTY === true &&
    io.variables.TERM !== 'dumb' &&
    ['', undefined, 'false'].includes(io.variables.CI)
  );
}

async function print(
  io: Io,
  flags: SharedFlags,
  loaded: LoadedProject,
  live: LiveDatabase,
  options: ProjectOptions,
  clear: () => void,
): Promise<ExitCode> {
  await using ahead = engineAhead(loaded, options);
  await using copies = copiesFor(loaded, options, ahead.started);
  await using assessment = await assessLive(loaded, live.session, options, { ahead, copies });
  refuseNoHistory(assessment, options.assume);
  const plan = await planFor({ loaded, live, assessment, copies }, options).catch((error: unknown) => {
    // The drift is worth showing even where no plan can be made.
    if (!(error instanceof TrueupError)) throw error;
    return error;
  });
  clear();
  tell(io, flags, assessment.diagnostics);
  const color = outputColor(io, flags);
  io.stdout.write(`${renderDrift(driftReport(live, assessment), { color })}\n`);
  if (plan instanceof TrueupError) throw plan;
  io.stdout.write(renderPlan(plan, { color }));
  return 0;
}
