import type { Plan } from '../plan/plan.ts';
import { wantCheck } from './live-check.ts';
import { blockedReason, currentPlan } from './select.ts';
import type { Requests, State } from './state.ts';

/** Asks for something to happen outside: see `effects.ts`. */
export function ask(state: State, name: keyof Requests): State {
  return { ...state, requests: { ...state.requests, [name]: state.requests[name] + 1 } };
}

/** Makes the plan unless it is current or on its way; then, if wanted, asks to confirm it. */
export function wantPlan(state: State, thenConfirm: boolean): State {
  const plan = currentPlan(state);
  if (plan) return thenConfirm ? openConfirm(state, plan) : state;
  if (state.plan.status === 'making') {
    return { ...state, plan: { ...state.plan, thenConfirm: state.plan.thenConfirm || thenConfirm } };
  }
  const failed = state.plan.status === 'failed' && state.plan.decisions === state.decisions;
  if (failed && !thenConfirm) return state;
  const making: State = { ...state, plan: { status: 'making', startedMs: state.nowMs, thenConfirm } };
  // A plan of the drift as it was would drop what is renamed: it is asked for when the answers are taken.
  return state.renames.isAnswering ? making : ask(making, 'plan');
}

/** Asks for the word that applies the plan; tells why where it cannot be applied. */
export function openConfirm(state: State, plan: Plan): State {
  const blocked = blockedReason(plan);
  if (blocked) return { ...state, message: blocked };
  if (state.live.check?.isMoved) return { ...state, phase: { name: 'stale' }, helpTop: null };
  const phase = { name: 'confirm' as const, plan, typed: '', wrong: null };
  return wantCheck({ ...state, phase, helpTop: null });
}

/** Looks at the database again. With `thenConfirm` the plan is made and asked to be confirmed right after. */
export function reload(state: State, thenConfirm: boolean): State {
  return ask(
    {
      ...state,
      phase: { name: 'loading', lines: [], startedMs: state.nowMs, thenConfirm },
      plan: { status: 'none' },
      marks: null,
      map: null,
      full: false,
      focus: 'list',
      editingFilter: false,
    },
    'load',
  );
}
