import type { ObjectId } from '../catalog/object.ts';
import type { Diagnostic } from '../errors.ts';
import { losesData } from '../plan/hazards.ts';
import type { Decision, Plan } from '../plan/plan.ts';
import { reasonAgainst } from './decisions.ts';
import { isTooSmall, type Layout, layOutScreen } from './layout.ts';
import { planHazards } from './risk.ts';
import type { Row } from './rows.ts';
import type { State } from './state.ts';
import { describeObject } from './words.ts';

/** The screen that is shown, and whose keys are live. */
export type Screen =
  | 'too small'
  | 'help'
  | 'loading'
  | 'load failed'
  | 'browse'
  | 'ignore'
  | 'renames'
  | 'map'
  | 'stale'
  | 'unfinished'
  | 'confirm'
  | 'applying'
  | 'result'
  | 'leaving';

export function screenOf(state: State): Screen {
  if (state.phase.name === 'leaving') return 'leaving';
  if (isTooSmall(state.size)) return 'too small';
  if (state.helpTop !== null) return 'help';
  if (state.phase.name !== 'browse') return state.phase.name;
  if (state.ignorePrompt) return 'ignore';
  return state.renames.prompt ? 'renames' : state.map ? 'map' : 'browse';
}

/** Whether keys are text: for the filter or for the confirmation. */
export function isTyping(state: State): boolean {
  const screen = screenOf(state);
  return screen === 'confirm' || screen === 'ignore' || (screen === 'browse' && state.editingFilter);
}

export function layoutOf(state: State): Layout {
  const row = selectedRow(state);
  return layOutScreen(state.size, {
    full: state.full,
    pinned: row?.type === 'change' && row.section === 'drift',
  });
}

export function selectedRow(state: State): Row | undefined {
  return state.rows[state.lists[state.tab].index];
}

/** The filter of the tab that is shown. */
export function filterOf(state: State): string {
  return state.lists[state.tab].filter;
}

/** The plan, when it was made under the present decisions. */
export function currentPlan(state: State): Plan | null {
  return state.plan.status === 'ready' && state.plan.decisions === state.decisions ? state.plan.plan : null;
}

/** Indexes of the first and the last marked row; null when nothing is marked. */
export function markedRange(state: State): { readonly from: number; readonly to: number } | null {
  if (!state.marks) return null;
  const { type, key } = state.marks;
  const anchor = state.rows.findIndex((row) => row.key === key);
  const start = state.rows[anchor];
  if (!start) return null;
  if (type === 'range') {
    const { index } = state.lists[state.tab];
    return { from: Math.min(anchor, index), to: Math.max(anchor, index) };
  }
  let to = anchor;
  while ((state.rows[to + 1]?.depth ?? -1) > start.depth) to++;
  return { from: anchor, to };
}

/** Drifted objects that a decision key would decide now. */
export function targets(state: State): readonly ObjectId[] {
  if (state.tab !== 'drift') return [];
  const range = markedRange(state);
  const row = selectedRow(state);
  const rows = range ? state.rows.slice(range.from, range.to + 1) : row ? [row] : [];
  const ids = rows.flatMap((one) => {
    // An open group in a range stands for nothing: its members are marked themselves, or not.
    if (one.type === 'group') return !range || one.folded || state.marks?.type === 'group' ? one.ids : [];
    return one.type === 'change' && one.section === 'drift' && !one.follows ? [one.item.change.id] : [];
  });
  return [...new Set(ids)];
}

/** Why a decision cannot be taken here; null when it can, for at least one of the targets. */
export function decideReason(state: State, decision: Decision | 'next'): string | null {
  const ids = targets(state);
  if (ids.length === 0) {
    const row = selectedRow(state);
    if (row?.type === 'change' && row.follows && row.item.change.within !== null) {
      return `It goes together with ${describeObject(row.item.change.within)}: decide there.`;
    }
    if (row?.type === 'change' && row.section === 'pending') {
      return 'It comes from a committed migration: there is nothing to decide.';
    }
    return 'There is no drifted object here to decide on.';
  }
  if (decision === 'next') return null;
  const reasons = (state.data?.drift ?? [])
    .filter((item) => ids.includes(item.change.id))
    .map((item) => reasonAgainst(item, decision));
  const first = reasons.find((reason) => reason !== null);
  return reasons.every((reason) => reason !== null) && first ? `Cannot ${decision}: ${first}` : null;
}

/** Whether the plan changes anything: runs a statement, records a migration, writes down a decision. */
function hasWork(plan: Plan): boolean {
  return (
    plan.steps.length > 0 ||
    plan.assumed.length > 0 ||
    plan.drift.some(({ decision }) => decision === 'adopt' || decision === 'ignore')
  );
}

/** Why the plan cannot be applied; null when it can. */
export function blockedReason(plan: Plan): string | null {
  const error = plan.diagnostics.find((diagnostic) => diagnostic.severity === 'error');
  if (error) return `Blocked: ${error.summary}`;
  return hasWork(plan) ? null : 'There is nothing to apply: the plan has no steps.';
}

/**
 * What must be typed to apply a plan: `yes`, or the database's name when data is lost, nothing is proven or the
 * environment is protected.
 */
export function confirmWord(
  plan: Plan,
  { data }: Pick<State, 'data'>,
): { readonly word: string; readonly isName: boolean } {
  const isLossy = planHazards(plan).some(losesData);
  // A plan without statements writes decisions down; there is nothing to prove.
  const isUnproven = plan.steps.length > 0 && plan.rehearsal.outcome !== 'proven';
  const isName = isLossy || isUnproven || data?.header.isProtected === true;
  return { word: isName ? (data?.header.databaseName ?? '') : 'yes', isName };
}

/** Whether a failure means that the server can no longer be spoken to. Source: PostgreSQL manual, appendix A. */
export function isLost(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ code }) =>
    /^(connection-lost|connection-timeout|server-down|unknown-host|08[0-9A-Z]{3}|57P0[1-5]|E(CONN[A-Z]+|PIPE|TIMEDOUT|HOSTUNREACH|NOTFOUND))$/.test(
      code,
    ),
  );
}

/** Whether a failure means that what the plan was made from has changed since. */
export function isStale(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ code }) => /^(live|history|target)-moved$/.test(code));
}

/** Whether there is nothing at all to look at: no drift, nothing pending, nothing ignored, no note. */
export function isClean({ data }: State): boolean {
  if (!data) return false;
  return [data.drift, data.pending, data.ignored, data.notes].every((list) => list.length === 0);
}
