import { createColors } from 'picocolors';
import type { NotCompared } from '../catalog/kind.ts';
import type { Change } from '../diff/change.ts';
import type { Diagnostic } from '../errors.ts';
import type { IgnoredChange } from '../plan/plan.ts';
import { countActions, driftWords } from './changes.ts';
import { escapeControl } from './escape.ts';
import { facetsNotCompared, listNotCompared, objectsNotCompared } from './footer.ts';
import { renderTable } from './table.ts';
import { count, formatServerVersion, formatVersion, type RenderOptions } from './words.ts';

/** Where every environment of a project stands. */
export type StatusReport = {
  /** The project's name, or null. */
  readonly project: string | null;
  readonly environments: readonly EnvironmentStatus[];
  readonly diagnostics: readonly Diagnostic[];
};

/** Where one database stands; what could not be learned of it is null, and `error` says why. */
export type EnvironmentStatus = {
  /** Null when the database was named by a URL. */
  readonly environment: string | null;
  /** For people, no password. */
  readonly database: string;
  readonly serverVersion: number | null;
  /** Highest applied version; null: none. */
  readonly appliedVersion: string | null;
  readonly appliedCount: number | null;
  /** Files in the order in which they would run. */
  readonly pendingMigrations: readonly { readonly script: string; readonly version: string | null }[] | null;
  readonly drift: readonly Change[] | null;
  readonly ignored: readonly IgnoredChange[];
  readonly notCompared: readonly NotCompared[];
  readonly error: Diagnostic | null;
};

/** The status as a table with the pending migrations below it. Ends with a line feed. */
export function renderStatus(report: StatusReport, options: RenderOptions): string {
  const c = createColors(options.color);
  const head = ['environment', 'database', 'server', 'version', 'applied', 'pending', 'drift', 'ignored'];
  const rows = report.environments.map((status) => [
    escapeControl(status.environment ?? '-'),
    escapeControl(status.database),
    status.serverVersion === null ? '?' : formatServerVersion(status.serverVersion),
    status.error ? '?' : formatVersion(status.appliedVersion),
    String(status.appliedCount ?? '?'),
    String(status.pendingMigrations?.length ?? '?'),
    status.drift === null ? '?' : countActions(status.drift, driftWords),
    String(status.ignored.length),
  ]);
  const [headLine = '', ...lines] = renderTable(head, rows);
  return `${[
    ...(report.project === null ? [] : [c.bold(escapeControl(report.project)), '']),
    c.dim(headLine),
    ...lines,
    ...report.environments.flatMap((status) => renderDetails(status, options)),
  ].join('\n')}\n`;
}

function renderDetails(status: EnvironmentStatus, options: RenderOptions): readonly string[] {
  const c = createColors(options.color);
  const name = escapeControl(status.environment ?? status.database);
  const pending = status.pendingMigrations ?? [];
  const { error } = status;
  const notCompared = objectsNotCompared(status.notCompared);
  const facets = facetsNotCompared(status.notCompared);
  return [
    ...(error
      ? [
          '',
          `${name}: ${c.red('error')}: ${escapeControl(error.summary)} ${c.dim(`(${escapeControl(error.code)})`)}`,
        ]
      : []),
    ...(error?.help ? [`  ${c.cyan('help')}: ${escapeControl(error.help)}`] : []),
    ...(pending.length === 0
      ? []
      : [
          '',
          `${name}: ${count(pending.length, 'pending migration')}`,
          ...pending.map(({ script }) => `  ${escapeControl(script)}`),
        ]),
    ...(notCompared.length === 0
      ? []
      : [
          '',
          `${name}: ${count(notCompared.length, 'object')} not compared`,
          ...listNotCompared(notCompared).map((line) => `  ${line}`),
        ]),
    ...(facets === null ? [] : ['', `${name}: not compared: ${facets}`]),
  ];
}
