import type { DriftReport } from '../render/drift.ts';
import type { Assessment } from './assess/assessment.ts';
import { assessLive, type LiveDatabase, openLive, openProject, type ProjectOptions } from './open.ts';
import { refuseNoHistory } from './planning/decide.ts';

/**
 * Compares live with what its history says it should be. Writes nothing, anywhere. Throws `TrueupError`; a
 * database with objects and no history needs `assume`.
 */
export async function drift(options: ProjectOptions = {}): Promise<DriftReport> {
  const loaded = await openProject(options);
  await using live = await openLive(loaded, options);
  await using assessment = await assessLive(loaded, live.session, options, { withTarget: false });
  refuseNoHistory(assessment, options.assume);
  return driftReport(live, assessment);
}

export function driftReport({ session, selected }: LiveDatabase, assessment: Assessment): DriftReport {
  return {
    database: session.label,
    serverVersion: session.serverVersion,
    environment: selected.environment,
    appliedVersion: assessment.applied.filter(({ version }) => version !== null).at(-1)?.version ?? null,
    snapshot: assessment.snapshot,
    drift: assessment.drift,
    renameSuggestions: assessment.renameSuggestions,
    ignored: assessment.ignored,
    notCompared: assessment.notCompared,
    diagnostics: assessment.diagnostics,
  };
}
