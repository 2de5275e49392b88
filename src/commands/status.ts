import { describeUrl } from '../config/database-url.ts';
import { selectDatabase } from '../config/target.ts';
import { type Diagnostic, InterruptedError, TrueupError } from '../errors.ts';
import { renderStatusJson } from '../render/json.ts';
import { type EnvironmentStatus, renderStatus, type StatusReport } from '../render/status.ts';
import type { SharedFlags } from './cli/arguments.ts';
import type { ExitCode, Io } from './cli/io.ts';
import { emit, outputColor, tell, withProgress } from './cli/output.ts';
import { assessLive, type LoadedProject, openLive, openProject, type ProjectOptions } from './open.ts';
import { refuseNoHistory } from './planning/decide.ts';

/**
 * Where every environment of the project stands, or the one that the options name. What cannot be reached is
 * in the report, with its error. Throws `TrueupError` for the project's own faults.
 */
export async function status(options: ProjectOptions = {}): Promise<StatusReport> {
  const loaded = await openProject(options);
  const all = [...loaded.project.config.environments.keys()];
  const named = options.environment !== undefined || options.url !== undefined || all.length === 0;
  const environments: EnvironmentStatus[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const environment of named ? [options.environment] : all) {
    environments.push(await statusOf(loaded, { ...options, environment }, diagnostics));
  }
  return { project: loaded.project.config.name, environments, diagnostics };
}

async function statusOf(
  loaded: LoadedProject,
  options: ProjectOptions,
  diagnostics: Diagnostic[],
): Promise<EnvironmentStatus> {
  try {
    await using live = await openLive(loaded, options);
    await using assessment = await assessLive(loaded, live.session, options, { withTarget: false });
    refuseNoHistory(assessment, options.assume);
    diagnostics.push(
      ...assessment.diagnostics.filter(({ subject }) => subject === assessment.unfinished?.runId),
    );
    return {
      environment: live.selected.environment,
      database: live.session.label,
      serverVersion: live.session.serverVersion,
      appliedVersion: assessment.applied.filter(({ version }) => version !== null).at(-1)?.version ?? null,
      appliedCount: assessment.applied.length,
      pendingMigrations: assessment.pendingMigrations.map(({ script, version }) => ({ script, version })),
      drift: assessment.drift,
      ignored: assessment.ignored,
      notCompared: assessment.notCompared,
      error: null,
    };
  } catch (error) {
    if (error instanceof InterruptedError || !(error instanceof TrueupError)) throw error;
    return unknownStatus(loaded, options, error.diagnostics[0] ?? null);
  }
}

function unknownStatus(
  loaded: LoadedProject,
  options: ProjectOptions,
  error: Diagnostic | null,
): EnvironmentStatus {
  return {
    environment: options.environment ?? null,
    database: describeSelected(loaded, options),
    serverVersion: null,
    appliedVersion: null,
    appliedCount: null,
    pendingMigrations: null,
    drift: null,
    ignored: [],
    notCompared: [],
    error,
  };
}

function describeSelected(loaded: LoadedProject, options: ProjectOptions): string {
  try {
    return describeUrl(selectDatabase(loaded.project.config, options, options.variables ?? {}).url);
  } catch {
    return '?';
  }
}

/** `trueup status`: 1 when an environment could not be looked at. */
export async function runStatus(io: Io, flags: SharedFlags): Promise<ExitCode> {
  const report = await withProgress(io, flags, status);
  tell(io, flags, report.diagnostics);
  const text =
    flags.format === 'json'
      ? renderStatusJson(report)
      : renderStatus(report, { color: outputColor(io, flags) });
  await emit(io, flags, text);
  return report.environments.some(({ error }) => error !== null) ? 1 : 0;
}
