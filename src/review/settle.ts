import { decidable, isBlocked } from './decisions.ts';
import { historyRows } from './history-rows.ts';
import { scrollTo } from './layout.ts';
import { planRows } from './plan-rows.ts';
import { openQuestions } from './renames.ts';
import { driftRows, type Row, treeOf } from './rows.ts';
import { type Detail, detailOf } from './screens/detail.ts';
import { clampScreen } from './screens/full-screen.ts';
import { plannedFiles } from './screens/planned-files.ts';
import { currentPlan, filterOf, layoutOf, selectedRow } from './select.ts';
import type { ListState, State } from './state.ts';

/**
 * Brings what follows from the rest of the state up to date: rows, selection, scrolling, detail. Only what its
 * inputs changed is worked out again, so that a key costs little whatever the number of objects.
 */
export function settle(before: State, after: State): State {
  let state = after;
  if (before.data !== state.data && state.data) {
    const own = decidable(state.data);
    const totals = { decidable: own.length, blocked: own.filter(isBlocked).length };
    state = { ...state, totals, tree: treeOf(state.data) };
  }
  if (
    before.data !== state.data ||
    before.tab !== state.tab ||
    filterOf(before) !== filterOf(state) ||
    before.toggled !== state.toggled ||
    before.plan !== state.plan ||
    before.evolution !== state.evolution ||
    // Decisions make a plan outdated; the other lists do not depend on them.
    (state.tab === 'plan' && before.decisions !== state.decisions)
  ) {
    state = { ...state, rows: rowsOf(state) };
  }
  const list = state.lists[state.tab];
  if (state.rows !== before.rows || list !== before.lists[before.tab] || state.size !== before.size) {
    const settled = settleList(list, state);
    state = { ...state, lists: { ...state.lists, [state.tab]: settled } };
  }
  // Another screen begins at its top; another size may leave less to scroll.
  if (state.screenTop !== 0) {
    const isSame =
      before.phase.name === state.phase.name &&
      before.tab === state.tab &&
      before.renames.prompt?.index === state.renames.prompt?.index;
    const screenTop = isSame
      ? state.size === before.size
        ? state.screenTop
        : clampScreen(state, state.screenTop)
      : 0;
    if (screenTop !== state.screenTop) state = { ...state, screenTop };
  }
  const row = selectedRow(state);
  const moved = row?.key !== selectedRow(before)?.key || state.tab !== before.tab;
  if (
    moved ||
    row !== selectedRow(before) ||
    state.renames.answers !== before.renames.answers ||
    state.size !== before.size ||
    state.full !== before.full ||
    state.highlight !== before.highlight ||
    state.evolution !== before.evolution ||
    state.runStatements !== before.runStatements ||
    state.sideBySide !== before.sideBySide ||
    state.ignoreWhitespace !== before.ignoreWhitespace ||
    (row?.type === 'group' && state.decisions !== before.decisions)
  ) {
    state = { ...state, detail: once(() => makeDetail(state, row)), detailTop: moved ? 0 : state.detailTop };
  }
  if (state.detailTop !== before.detailTop || state.size !== before.size || state.full !== before.full) {
    const detailTop = clampDetail(state, state.detailTop);
    if (detailTop !== state.detailTop) state = { ...state, detailTop };
  }
  return state;
}

function rowsOf(state: State): readonly Row[] {
  const options = { filter: filterOf(state), toggled: state.toggled };
  if (!state.data || !state.tree) return [];
  if (state.tab === 'drift') return driftRows(state.data, state.tree, options);
  if (state.tab === 'history') return historyRows(state.data, state.evolution, options);
  const plan = currentPlan(state);
  if (!plan) return [];
  const files = plannedFiles(plan, state.ignoreNotes, state.nowMs);
  return planRows(plan, files, options, state.data.subjects);
}

function settleList(list: ListState, state: State): ListState {
  const { rows } = state;
  let index = list.index;
  if (rows[index]?.key !== list.key) {
    const found = list.key === null ? -1 : rows.findIndex((row) => row.key === list.key);
    // At first, and when a filter took the selected row away, a row is selected that has something to read.
    const fresh = list.key === null || list.filter !== '';
    const first = fresh
      ? rows.findIndex((row) => ['change', 'overview', 'run', 'version'].includes(row.type))
      : -1;
    index = found >= 0 ? found : first >= 0 ? first : Math.min(index, rows.length - 1);
  }
  index = Math.max(0, index);
  const visible = layoutOf(state).listRows;
  const top = scrollTo(list.top, index, visible, rows.length);
  return { ...list, key: rows[index]?.key ?? list.key, index, top };
}

function makeDetail(state: State, row: Row | undefined): Detail {
  return detailOf(row, {
    width: layoutOf(state).detailText,
    glyphs: state.glyphs,
    color: state.color,
    sideBySide: state.sideBySide,
    ignoreWhitespace: state.ignoreWhitespace,
    whole: state.full,
    highlight: state.highlight,
    facts: state.data?.facts ?? null,
    appliedVersion: state.data?.header.appliedVersion ?? null,
    rollbackTo: state.data?.header.rollbackTo ?? null,
    plan: currentPlan(state),
    decisions: state.decisions,
    questions: openQuestions(state),
    evolution: state.evolution,
    runStatements: state.runStatements,
  });
}

function clampDetail(state: State, top: number): number {
  return Math.max(0, Math.min(top, state.detail().lines.length - layoutOf(state).detailRows));
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
