import { formatKind } from '../../catalog/object.ts';
import { riskOf, riskOfChange, riskWord } from '../risk.ts';
import type { Row } from '../rows.ts';
import { currentPlan } from '../select.ts';
import type { State } from '../state.ts';
import { actionSign, actionWord, firstLine, formatDuration, refOf } from '../words.ts';
import { changeCounts } from './history-detail.ts';
import { type Line, lineWidth, type Span, span, spreadLine } from './line.ts';

/** How a row stands in its list. */
export type RowPlace = { readonly selected: boolean; readonly marked: boolean; readonly focused: boolean };

/** One row of a list as a line of exactly `width` columns. */
export function rowLine(row: Row, state: State, place: RowPlace, width: number): Line {
  const { glyphs } = state;
  const cursor = place.selected ? glyphs.cursor : place.marked ? glyphs.mark : ' ';
  const lead: Line = [
    span(cursor, place.marked ? 'marked' : 'accent'),
    decisionMark(row, state),
    span(' '.repeat(row.depth)),
  ];
  const { left, right } = content(row, state);
  // The richest right part that leaves the label enough room. Half a time says nothing.
  const least = row.type === 'run' ? width : Math.max(12, Math.floor(width / 2));
  const label = Math.min(lineWidth(left), least);
  const fitting = right.find((part) => lineWidth(lead) + label + lineWidth(part) + 2 <= width) ?? [];
  const rest = width - lineWidth(lead) - lineWidth(fitting) - (fitting.length > 0 ? 2 : 1);
  const cut = spreadLine(left, [], Math.max(0, rest), glyphs.ellipsis);
  const line: Line = [...lead, ...cut, ...(fitting.length > 0 ? [span(' '), ...fitting] : []), span(' ')];
  if (!place.selected) return line;
  return line.map(({ text }) => ({ text, role: place.focused ? 'selected' : 'strong' }));
}

type Content = { readonly left: Line; readonly right: readonly Line[] };

function content(row: Row, state: State): Content {
  const { glyphs } = state;
  const arm = 'foldable' in row && row.foldable ? `${row.folded ? glyphs.closed : glyphs.opened} ` : '';
  const plan = currentPlan(state);
  switch (row.type) {
    case 'group': {
      const decided = row.ids.filter((id) => state.decisions.has(id)).length;
      const count = decided > 0 ? `${decided}/${row.count}` : `${row.count}`;
      return { left: [span(`${arm}${row.label}`, 'strong')], right: [[span(count, 'muted')]] };
    }
    case 'change': {
      const { change } = row.item;
      const role = change.action === 'create' ? 'added' : change.action === 'drop' ? 'removed' : 'caution';
      const sign = span(`${actionSign(change.action, glyphs)} `, role);
      const known = riskOfChange(row.item);
      // Of what is pending the plan tells the risk.
      const risk = known === null ? [] : [span(riskWord(known).word.padStart(4), riskWord(known).role)];
      const kind = span(`${formatKind(refOf(change))} `, 'muted');
      const action = span(`${actionWord(change.action, row.section)} `.padEnd(8), role);
      const left = [span(arm, 'muted'), sign, span(row.label)];
      if (row.follows) return { left, right: [[kind], []] };
      return { left, right: [[kind, action, ...risk], [action, ...risk], risk] };
    }
    case 'file':
      return {
        left: [span('writes ', 'muted'), span(row.label, 'strong')],
        right: [[span(row.file.type, 'muted')]],
      };
    case 'ignored':
    case 'note':
    case 'overview':
      return { left: [span(row.label, row.type === 'overview' ? 'strong' : 'plain')], right: [] };
    case 'segment': {
      const total = plan?.segments.length ?? 0;
      const label = row.transaction ? 'transaction' : 'OUTSIDE a transaction';
      const role = row.transaction ? 'accent' : 'caution';
      return {
        left: [span(`${row.segment + 1}/${total} ${label}`, role)],
        right: [[span(String(row.count), 'muted')]],
      };
    }
    case 'step':
      return {
        left: [span(`${arm}${plan?.steps[row.step]?.title ?? ''}`, 'strong')],
        right: [[span(String(row.count), 'muted')]],
      };
    case 'statement': {
      const statement = plan?.steps[row.step]?.statements[row.statement];
      const risk = riskOf(statement?.hazards ?? []);
      const { word, role } = riskWord(risk);
      return {
        left: [span(firstLine(statement?.sql ?? '').slice(0, 300))],
        right: risk === 'safe' ? [] : [[span(word, role)]],
      };
    }
    case 'runs':
      return { left: [span(`${arm}${row.label}`, 'strong')], right: [[span(String(row.count), 'muted')]] };
    case 'versions': {
      const { evolution } = state;
      const progress = {
        reading: evolution.status === 'reading' ? evolution.progress : '',
        failed: 'failed',
      };
      const note =
        evolution.status === 'read' || evolution.status === 'none'
          ? String(row.count)
          : progress[evolution.status];
      return { left: [span(`${arm}${row.label}`, 'strong')], right: [[span(note, 'muted')]] };
    }
    case 'version': {
      const { version } = row;
      const counts = changeCounts(version.changes);
      const total = span(String(version.objectCount).padStart(6), 'muted');
      return {
        left: [span(version.script.replace(/\.sql$/, ''), version.applied ? 'plain' : 'caution')],
        right: [[span(counts), total], [span(counts)]],
      };
    }
    case 'run': {
      const { run } = row;
      const role = run.outcome === 'success' ? 'good' : run.outcome === 'failed' ? 'danger' : 'caution';
      const sign = { success: glyphs.done, failed: glyphs.failed }[run.outcome] ?? glyphs.running;
      const time = run.durationMs === null ? '' : formatDuration(run.durationMs);
      const outcome = span(`${run.outcome} `, role);
      return {
        left: [span(`${sign} `, role), span(run.startedAt.slice(0, 16).replace('T', ' '))],
        right: [[outcome, span(`${run.by} ${time}`, 'muted')], [outcome, span(time, 'muted')], [outcome]],
      };
    }
  }
}

/** The decision's letter in a column of its own; `?` while a drifted object is undecided. */
function decisionMark(row: Row, state: State): Span {
  if (row.type !== 'change' || row.section !== 'drift' || row.follows) return span('  ');
  const decision = state.decisions.get(row.item.change.id);
  return decision ? span(`${decision[0]?.toUpperCase()} `, 'strong') : span('? ', 'muted');
}
