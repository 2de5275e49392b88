import type { ObjectId } from '../catalog/object.ts';
import type { Decision } from '../plan/plan.ts';
import { nextDecision, reasonAgainst } from './decisions.ts';
import { selectedRow, targets } from './select.ts';
import type { State } from './state.ts';
import { countOf } from './words.ts';

/** Decides for the selected object, group or marked rows; impossible ones among them are left out and told. */
export function decide(state: State, decision: Decision | 'next'): State {
  if (!state.data) return state;
  return decideFor(state, targets(state), decision);
}

/** The same for objects that were chosen before. */
export function decideFor(state: State, chosen: readonly ObjectId[], decision: Decision | 'next'): State {
  const ids = new Set<ObjectId>(chosen);
  const items = (state.data?.drift ?? []).filter((item) => ids.has(item.change.id));
  const first = items[0];
  if (!first) return state;
  const wanted = decision === 'next' ? nextDecision(first, state.decisions.get(first.change.id)) : decision;
  if (!wanted) return state;
  const decisions = new Map(state.decisions);
  const refused = items.filter((item) => reasonAgainst(item, wanted) !== null);
  for (const item of items) if (!refused.includes(item)) decisions.set(item.change.id, wanted);
  const done = items.length - refused.length;
  const reason = refused[0] ? ` ${refused.length} cannot: ${reasonAgainst(refused[0], wanted)}` : '';
  const shown = wanted === 'adopt' ? ' Tab 2 shows the migration before it is written.' : '';
  const message =
    items.length > 1 || shown !== '' ? `${countOf(done, 'object')}: ${wanted}.${reason}${shown}` : null;
  // A plan that is being made for other decisions is of no use any more.
  const plan = state.plan.status === 'making' ? { status: 'none' as const } : state.plan;
  return { ...state, decisions, plan, message, marks: null };
}

/** Marks from the selected row, or the group it stands in; the same key again unmarks. */
export function mark(state: State, type: 'range' | 'group'): State {
  if (state.marks?.type === type) return { ...state, marks: null };
  const row = selectedRow(state);
  if (!row) return state;
  if (type === 'range') return { ...state, marks: { type, key: row.key } };
  let index = state.lists[state.tab].index;
  while (index > 0 && state.rows[index]?.type !== 'group') index--;
  const group = state.rows[index];
  return group?.type === 'group' ? { ...state, marks: { type, key: group.key } } : state;
}
