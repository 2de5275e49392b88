import type { ObjectId } from '../catalog/object.ts';
import type { Change } from '../diff/change.ts';
import { type Hazard, losesData } from '../plan/hazards.ts';
import { type Line, span, wrapLine } from './screens/line.ts';
import type { FullScreen } from './screens/screens.ts';
import type { State } from './state.ts';
import { actionSign, countOf, describeObject } from './words.ts';

/** Live looked at again, after the plan was made from it. */
export type LiveCheck = {
  readonly isMoved: boolean;
  /** From live as it was to live as it is; empty too when only something moved that is not compared. */
  readonly moved: readonly { readonly id: ObjectId; readonly action: Change['action'] }[];
  /** What the plan would lose now; a count is null when counting took too long. */
  readonly losses: readonly {
    readonly subject: string;
    readonly count: number | null;
    readonly unit: 'row' | 'value';
  }[];
};

/** When live was last looked at, and what was found. Times are milliseconds since the epoch. */
export type LiveState = {
  readonly isChecking: boolean;
  readonly checkedMs: number;
  readonly check: LiveCheck | null;
};

/** While someone reads, live is looked at this often. */
const checkEveryMs = 60_000;

/** Asks for another look at live. */
export function wantCheck(state: State): State {
  if (state.live.isChecking) return state;
  const requests = { ...state.requests, check: state.requests.check + 1 };
  return { ...state, live: { ...state.live, isChecking: true }, requests };
}

/** Whether the last look is so old that another is due. Never beside other work on the database. */
export function isCheckDue(state: State, nowMs: number): boolean {
  const isOpen = ['browse', 'confirm'].includes(state.phase.name);
  const isIdle = isOpen && state.plan.status !== 'making' && !state.live.isChecking;
  return state.data !== null && isIdle && nowMs - state.live.checkedMs >= checkEveryMs;
}

/** After a look: a confirmation that is open gives way when live has moved. */
export function takeCheck(state: State, check: LiveCheck, nowMs: number): State {
  const live: LiveState = { isChecking: false, checkedMs: nowMs, check };
  const isOpen = state.phase.name === 'confirm';
  if (isOpen && check.isMoved) return { ...state, nowMs, live, phase: { name: 'stale' } };
  // Who was asked to press Enter again need not be asked any more.
  const phase = state.phase.name === 'confirm' ? { ...state.phase, wrong: null } : state.phase;
  return { ...state, nowMs, live, phase };
}

/** What moved, and the one key that goes on from here. */
export function staleScreen(state: State, width: number): FullScreen {
  const moved = state.live.check?.moved ?? [];
  const lines = moved.map(({ action, id }): Line => {
    const role = action === 'create' ? 'added' : action === 'drop' ? 'removed' : 'caution';
    return [span(` ${actionSign(action, state.glyphs)} `, role), span(describeObject(id))];
  });
  const none: Line[] = moved.length === 0 ? [[span(' Something that is not shown here.', 'muted')]] : [];
  const said: Line = [
    span(' STALE ', 'danger'),
    span('Someone changed the database after this review looked at it.'),
  ];
  return {
    title: 'Live has moved',
    lines: [
      [],
      ...wrapLine(said, width, 1),
      [span(` ${countOf(moved.length, 'object')} moved; nothing was applied.`)],
      [],
      ...lines,
      ...none,
    ],
    pinned: [[span(' R looks again and keeps your decisions. Esc goes back.')]],
  };
}

/** For the confirmation: how fresh its facts are. */
export function freshnessLine({ live: { isChecking, checkedMs, check }, nowMs }: State): Line {
  if (isChecking || check === null) return [span('  looking at live once more', 'muted')];
  const age = Math.floor(Math.max(0, nowMs - checkedMs) / 1_000);
  return [span('  live unchanged', 'good'), span(`, checked ${age} s ago`, 'muted')];
}

/** The losses of a plan, each with what it would lose now where that was counted. */
export function countedLosses({ live: { isChecking, check } }: State, hazards: readonly Hazard[]) {
  const counts = new Map((isChecking ? [] : (check?.losses ?? [])).map((one) => [one.subject, one]));
  return hazards.filter(losesData).map((hazard): Hazard => {
    const found = counts.get(hazard.subject);
    if (!found) return hazard;
    const { count, unit } = found;
    const amount = count === null ? `too many ${unit}s to count` : countOf(count, unit);
    return { ...hazard, consequence: `${hazard.consequence} Counted now: ${amount}.` };
  });
}
