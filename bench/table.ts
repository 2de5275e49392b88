import { renderTable } from '../src/render/table.ts';
import type { Row } from './measure.ts';

/** All rows as one table. */
export function renderRows(rows: readonly Row[]): string {
  const head = ['what', 'time', 'compared with', 'its time', 'ratio', 'goal', 'reached'];
  return renderTable(head, rows.map(renderRow)).join('\n');
}

function renderRow(row: Row): readonly string[] {
  if ('skipped' in row) return [row.subject, 'skipped', row.skipped, '', '', '', ''];
  const { subject, timeMs, other, goal } = row;
  const ratio = other === null ? null : timeMs / other.timeMs;
  return [
    subject,
    seconds(timeMs),
    other?.name ?? '',
    other === null ? '' : seconds(other.timeMs),
    ratio === null ? '' : ratio.toFixed(2),
    goal === null ? '' : 'maxMs' in goal ? `≤ ${seconds(goal.maxMs)}` : `≤ ${goal.maxRatio.toFixed(2)}`,
    goal === null ? '' : isReached(timeMs, ratio, goal) ? 'yes' : 'no',
  ];
}

function isReached(
  timeMs: number,
  ratio: number | null,
  goal: { readonly maxMs: number } | { readonly maxRatio: number },
): boolean {
  return 'maxMs' in goal ? timeMs <= goal.maxMs : ratio !== null && ratio <= goal.maxRatio;
}

function seconds(timeMs: number): string {
  return `${(timeMs / 1000).toFixed(2)} s`;
}
