import { createColors } from 'picocolors';
import type { NotCompared } from '../catalog/kind.ts';
import type { Change } from '../diff/change.ts';
import type { RenameSuggestion } from '../diff/suggest-renames.ts';
import type { Diagnostic } from '../errors.ts';
import type { IgnoredChange } from '../plan/plan.ts';
import { countActions, driftWords, renderChanges } from './changes.ts';
import { escapeControl } from './escape.ts';
import { renderLeftOut } from './footer.ts';
import { count, formatServerVersion, formatVersion, type RenderOptions, renderSnapshot } from './words.ts';

/** What someone did to live outside migrations, as far as it is shown. */
export type DriftReport = {
  /** For people, no password. */
  readonly database: string;
  readonly serverVersion: number;
  readonly environment: string | null;
  readonly appliedVersion: string | null;
  /** The snapshot that was read in place of a replay, relative to the project; null when the migrations were replayed. */
  readonly snapshot: string | null;
  /** From expected to live. */
  readonly drift: readonly Change[];
  /** What is missing and what is extra that may be one object; the diagnostics say how to answer. */
  readonly renameSuggestions: readonly RenameSuggestion[];
  readonly ignored: readonly IgnoredChange[];
  readonly notCompared: readonly NotCompared[];
  readonly diagnostics: readonly Diagnostic[];
};

/** The drift report as text, without its diagnostics. Ends with a line feed. */
export function renderDrift(report: DriftReport, options: RenderOptions): string {
  const c = createColors(options.color);
  const lines = [
    `${c.bold('Drift')} of ${describeDatabase(report)}`,
    `Compared with the migrations that its history says are applied: version ${formatVersion(report.appliedVersion)}`,
    ...renderSnapshot(report.snapshot),
    '',
    ...(report.drift.length === 0
      ? [c.green('No drift.')]
      : [
          ...renderChanges(report.drift, driftWords, options),
          '',
          `${count(report.drift.length, 'object')}: ${countActions(report.drift, driftWords)}`,
        ]),
    ...renderLeftOut(report.ignored, report.notCompared, options),
  ];
  return `${lines.join('\n')}\n`;
}

/** `prod (app@db1/prod, PostgreSQL 17.4)`. */
export function describeDatabase(report: {
  readonly database: string;
  readonly serverVersion: number;
  readonly environment: string | null;
}): string {
  const server = `PostgreSQL ${formatServerVersion(report.serverVersion)}`;
  const database = escapeControl(report.database);
  return report.environment === null
    ? `${database} (${server})`
    : `${escapeControl(report.environment)} (${database}, ${server})`;
}
