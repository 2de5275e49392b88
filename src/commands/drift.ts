import type { NotCompared } from '../catalog/kind.ts';
import type { Change } from '../diff/change.ts';
import type { Diagnostic } from '../errors.ts';
import type { IgnoredChange } from '../plan/plan.ts';
import { refuseNoHistory } from './decide.ts';
import { assessLive, openLive, openProject, type ProjectOptions } from './open.ts';

/** What someone did to live outside migrations. */
export type DriftReport = {
  /** For people, no password. */
  readonly database: string;
  readonly serverVersion: number;
  readonly environment: string | null;
  readonly appliedVersion: string | null;
  /** From expected to live. */
  readonly drift: readonly Change[];
  readonly ignored: readonly IgnoredChange[];
  readonly notCompared: readonly NotCompared[];
  readonly diagnostics: readonly Diagnostic[];
};

/**
 * Compares live with what its history says it should be. Writes nothing, anywhere. Throws `TrueupError`; a
 * database with objects and no history needs `assume`.
 */
export async function drift(options: ProjectOptions = {}): Promise<DriftReport> {
  const loaded = await openProject(options);
  await using live = await openLive(loaded, options);
  await using assessment = await assessLive(loaded, live.session, options);
  refuseNoHistory(assessment, options.assume);
  return {
    database: live.session.label,
    serverVersion: live.session.serverVersion,
    environment: live.selected.environment,
    appliedVersion: assessment.applied.filter(({ version }) => version !== null).at(-1)?.version ?? null,
    drift: assessment.drift,
    ignored: assessment.ignored,
    notCompared: assessment.notCompared,
    diagnostics: [...loaded.diagnostics, ...assessment.diagnostics],
  };
}
