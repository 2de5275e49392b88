import { createColors } from 'picocolors';
import type { Change } from '../diff/change.ts';
import type { Diagnostic } from '../errors.ts';
import { changeWords, renderChanges } from './changes.ts';
import { renderDiagnostics } from './diagnostics.ts';
import { escapeControl } from './escape.ts';
import { count, type RenderOptions } from './words.ts';

/** What became of one migration that was applied, undone and applied again. */
export type TestedUndo = {
  readonly script: string;
  /** The undo migration; null: generated statements. */
  readonly by: string | null;
  /** It changed rows, and generated statements left them as they are: then it is not applied again over them. */
  readonly leavesRows: boolean;
  /** `proven`: the schema was exactly what it was before. */
  readonly outcome: 'proven' | 'differs' | 'failed';
  /** What would still be needed to get back. */
  readonly differences: readonly Change[];
  readonly diagnostics: readonly Diagnostic[];
};

/** The tests of undo as text, one line for each migration, and what is wrong below it. */
export function renderUndoTest(tested: readonly TestedUndo[], options: RenderOptions): string {
  const c = createColors(options.color);
  const paint = { proven: c.green, differs: c.red, failed: c.red };
  const lines = tested.flatMap(({ script, by, leavesRows, outcome, differences, diagnostics }) => [
    `${paint[outcome](outcome.padEnd(7))}  ${escapeControl(script)} ${c.dim(`undone by ${by === null ? 'generated statements' : escapeControl(by)}${leavesRows ? ', its rows aside' : ''}`)}`,
    ...(differences.length > 0
      ? ['  what is still needed to get back:', ...renderChanges(differences, changeWords, options)]
      : []),
    ...(diagnostics.length > 0 ? [renderDiagnostics(diagnostics, options).trimEnd()] : []),
  ]);
  const proven = tested.filter(({ outcome }) => outcome === 'proven').length;
  return `${[...lines, `${proven} of ${count(tested.length, 'migration')} can be undone exactly.`].join('\n')}\n`;
}
