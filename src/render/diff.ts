import { createColors } from 'picocolors';
import type { NotCompared } from '../catalog/kind.ts';
import type { Change } from '../diff/change.ts';
import type { RenameSuggestion } from '../diff/suggest-renames.ts';
import type { Diagnostic } from '../errors.ts';
import type { IgnoredChange, PlannedStatement } from '../plan/plan.ts';
import { changeWords, countActions, renderChanges } from './changes.ts';
import { escapeControl } from './escape.ts';
import { renderLeftOut } from './footer.ts';
import { renderStatement } from './statements.ts';
import { count, type RenderOptions } from './words.ts';

/** What separates two catalogs, and the statements that take the first to the second, in order. */
export type DiffReport = {
  /** The sources as given, URLs without passwords. */
  readonly from: string;
  readonly to: string;
  readonly changes: readonly Change[];
  readonly statements: readonly PlannedStatement[];
  readonly ignored: readonly IgnoredChange[];
  /** Changes that may be renames. */
  readonly renameSuggestions: readonly RenameSuggestion[];
  readonly notCompared: readonly NotCompared[];
  readonly diagnostics: readonly Diagnostic[];
};

/** The changes and the SQL as text, without diagnostics. Ends with a line feed. */
export function renderDiff(report: DiffReport, options: RenderOptions): string {
  const c = createColors(options.color);
  const title = `${c.bold('Diff')} from ${escapeControl(report.from)} to ${escapeControl(report.to)}`;
  const lines = [
    title,
    '',
    ...(report.changes.length === 0
      ? [c.green('No differences.')]
      : [
          ...renderChanges(report.changes, changeWords, options),
          '',
          `${count(report.changes.length, 'object')}: ${countActions(report.changes, changeWords)}`,
          '',
          c.bold('SQL'),
          ...report.statements.flatMap((statement) => renderStatement(statement, '  ', options)),
          '',
        ]),
    ...renderLeftOut(report.ignored, report.notCompared, options),
  ];
  return `${lines.join('\n')}\n`;
}
