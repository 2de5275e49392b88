import type { ReactNode } from 'react';
import { type Span, span } from '../screens/line.ts';
import { rowLine } from '../screens/row-line.ts';
import { filterOf, layoutOf, markedRange } from '../select.ts';
import type { State } from '../state.ts';
import { Pane } from './pane.tsx';

/** The left pane: the visible part of the tab's rows. */
export function ListPane({ state }: { readonly state: State }): ReactNode {
  const { bodyHeight, listWidth, listRows } = layoutOf(state);
  const { index: selected, top } = state.lists[state.tab];
  const focused = state.focus === 'list';
  const marks = markedRange(state);
  const lines = state.rows.slice(top, top + listRows).map((row, offset) => {
    const index = top + offset;
    const marked = marks !== null && index >= marks.from && index <= marks.to;
    return rowLine(row, state, { selected: index === selected, marked, focused }, listWidth - 2);
  });
  return (
    <Pane
      title={titleOf(state)}
      note={noteOf(state)}
      width={listWidth}
      height={bodyHeight}
      focused={focused}
      lines={lines.length > 0 ? lines : [[], [span(emptyText(state), 'muted')]]}
      scroll={{ top, total: state.rows.length }}
      padding={0}
    />
  );
}

function titleOf(state: State): string {
  if (state.tab === 'history') return 'History';
  if (state.tab === 'plan') return 'Plan';
  // The filter needs the room.
  if (filterOf(state) !== '' || state.editingFilter) return 'Drift';
  const drift = state.totals.decidable;
  const pending = state.data?.pending.length ?? 0;
  const word = state.data?.header.rollbackTo == null ? 'pending' : 'going back';
  return pending > 0 ? `Drift ${drift}, ${word} ${pending}` : `Drift (${drift})`;
}

function noteOf(state: State): readonly Span[] {
  if (filterOf(state) !== '' || state.editingFilter) {
    return [span(`/${filterOf(state)}${state.editingFilter ? '_' : ''}`, 'accent')];
  }
  const ignored = state.data?.ignored.length ?? 0;
  return state.tab === 'drift' && ignored > 0
    ? [span(`${state.glyphs.dot} ${ignored} ignored`, 'muted')]
    : [];
}

function emptyText(state: State): string {
  if (filterOf(state) !== '') return '  Nothing matches it.';
  return state.tab === 'history' ? '  No run is recorded.' : '  Nothing here.';
}
