import { moveInMap } from './map.ts';
import { moveInRenames } from './renames.ts';
import { clampScreen, fullScreen, visibleRows } from './screens/full-screen.ts';
import { helpLines } from './screens/help.ts';
import { layoutOf, selectedRow } from './select.ts';
import type { ListState, MoveCommand, State, Tab } from './state.ts';

/** Moves the selection, scrolls, folds. What is scrolled: the help, else the pane that has the focus. */
export function reduceMove(state: State, command: MoveCommand): State {
  if (state.helpTop !== null) return scrollHelp(state, command);
  if (state.renames.prompt && command.type !== 'page')
    return moveInRenames(state, state.renames.prompt, command);
  if (state.map) return moveInMap(state, state.map, command);
  if (fullScreen(state) !== null) return scrollScreen(state, command);
  const inDetail = state.focus === 'detail' || state.full;
  switch (command.type) {
    case 'move':
      return inDetail
        ? scrollDetail(state, state.detailTop + command.by)
        : selectRow(state, indexOf(state) + command.by);
    case 'page': {
      const { listRows, detailRows } = layoutOf(state);
      if (inDetail) return scrollDetail(state, state.detailTop + command.by * Math.max(1, detailRows - 1));
      return selectRow(state, indexOf(state) + command.by * Math.max(1, listRows - 1));
    }
    case 'move to': {
      const last = command.end === 'last';
      if (inDetail) return scrollDetail(state, last ? state.detail().lines.length : 0);
      return selectRow(state, last ? state.rows.length - 1 : 0);
    }
    case 'next change':
      return nextChange(state, command.by);
    case 'fold':
      return fold(state, command.folded);
    case 'open': {
      const row = selectedRow(state);
      if (!row) return state;
      if ('foldable' in row && row.type !== 'change') return toggle(state, row.key);
      return { ...state, full: !state.full, focus: state.full ? 'list' : 'detail' };
    }
  }
}

function indexOf(state: State): number {
  return state.lists[state.tab].index;
}

/** Selects a row of the list, the nearest one that there is. */
export function selectRow(state: State, wanted: number): State {
  const index = Math.max(0, Math.min(wanted, state.rows.length - 1));
  const row = state.rows[index];
  if (!row || index === indexOf(state)) return state;
  return withList(state, state.tab, { ...state.lists[state.tab], index, key: row.key });
}

function withList(state: State, tab: Tab, list: ListState): State {
  return { ...state, lists: { ...state.lists, [tab]: list } };
}

function scrollDetail(state: State, wanted: number): State {
  const last = state.detail().lines.length - layoutOf(state).detailRows;
  return { ...state, detailTop: Math.max(0, Math.min(wanted, last)) };
}

/** To the next row that is not a heading; stays where it is when there is none. */
function nextChange(state: State, by: 1 | -1): State {
  for (let index = indexOf(state) + by; index >= 0 && index < state.rows.length; index += by) {
    const type = state.rows[index]?.type;
    if (type && ['change', 'statement', 'run', 'version'].includes(type)) return selectRow(state, index);
  }
  return { ...state, message: by > 0 ? 'This is the last one.' : 'This is the first one.' };
}

function fold(state: State, folded: boolean): State {
  const row = selectedRow(state);
  if (!row) return state;
  if ('foldable' in row && row.foldable && row.folded !== folded) return toggle(state, row.key);
  if (!folded) return selectRow(state, indexOf(state) + 1);
  // Already folded, or not foldable: go out to the heading.
  for (let index = indexOf(state) - 1; index >= 0; index--) {
    if ((state.rows[index]?.depth ?? 0) < row.depth) return selectRow(state, index);
  }
  return state;
}

function toggle(state: State, key: string): State {
  const toggled = new Set(state.toggled);
  if (!toggled.delete(key)) toggled.add(key);
  return { ...state, toggled };
}

function scrollScreen(state: State, command: MoveCommand): State {
  const page = Math.max(1, visibleRows(state) - 1);
  const wanted =
    command.type === 'move'
      ? state.screenTop + command.by
      : command.type === 'page'
        ? state.screenTop + command.by * page
        : command.type === 'move to'
          ? command.end === 'last'
            ? Number.MAX_SAFE_INTEGER
            : 0
          : state.screenTop;
  return { ...state, screenTop: clampScreen(state, wanted) };
}

function scrollHelp(state: State, command: MoveCommand): State {
  const top = state.helpTop ?? 0;
  const visible = layoutOf(state).bodyHeight - 2;
  const last = Math.max(0, helpLines(state).length - visible);
  const wanted =
    command.type === 'move'
      ? top + command.by
      : command.type === 'page'
        ? top + command.by * visible
        : command.type === 'move to'
          ? command.end === 'last'
            ? last
            : 0
          : top;
  return { ...state, helpTop: Math.max(0, Math.min(wanted, last)) };
}
