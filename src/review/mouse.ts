import type { Cell } from './keys.ts';
import { reduceMove, selectRow } from './move.ts';
import { tabAt } from './screens/bars.ts';
import { layoutOf, screenOf } from './select.ts';
import type { Command, State } from './state.ts';

/** How many rows a notch of the wheel scrolls. */
const wheelRows = 3;

/** What a click asks for: a tab, a row (once more: open it), or the detail. Null where it means nothing. */
export function clicked(state: State, { column, row }: Cell): Command | State | null {
  const screen = screenOf(state);
  if (screen !== 'browse') return null;
  if (row === 0) {
    const tab = tabAt(state, column);
    return tab && { type: 'show tab', tab };
  }
  const { listWidth, listRows } = layoutOf(state);
  if (column >= listWidth) return { ...state, focus: 'detail' };
  const list = state.lists[state.tab];
  const index = list.top + row - 2;
  if (row < 2 || row - 2 >= listRows || !state.rows[index]) return { ...state, focus: 'list' };
  return index === list.index && state.focus === 'list'
    ? { type: 'open' }
    : selectRow({ ...state, focus: 'list' }, index);
}

/** The wheel scrolls what is under it, whatever has the focus. */
export function wheeled(state: State, { column }: Cell, by: 1 | -1): State {
  const screen = screenOf(state);
  const scrolls = [
    'browse',
    'help',
    'map',
    'renames',
    'load failed',
    'stale',
    'unfinished',
    'confirm',
    'result',
  ];
  if (!scrolls.includes(screen)) return state;
  if (screen !== 'browse') return reduceMove(state, { type: 'move', by });
  const focus = column >= layoutOf(state).listWidth ? 'detail' : 'list';
  const moved = reduceMove({ ...state, focus }, { type: 'move', by: by * wheelRows });
  return { ...moved, focus: state.focus };
}
