import { editIgnore, submitIgnore } from './ignore-prompt.ts';
import { startRun } from './run.ts';
import { confirmWord, filterOf, isTyping } from './select.ts';
import type { State } from './state.ts';

/** Text that is typed or erased goes to the confirmation, the question or the filter that is open. */
export function edit(state: State, change: (text: string) => string): State {
  if (!isTyping(state)) return state;
  if (state.phase.name === 'confirm') {
    const typed = change(state.phase.typed).slice(0, 200);
    return { ...state, phase: { ...state.phase, typed, wrong: null } };
  }
  if (state.ignorePrompt) return editIgnore(state, state.ignorePrompt, change);
  return withFilter(state, change(filterOf(state)).slice(0, 200));
}

/** Enter, while text is typed. */
export function submit(state: State): State {
  if (!isTyping(state)) return state;
  const { phase } = state;
  if (phase.name !== 'confirm') {
    return state.ignorePrompt ? submitIgnore(state, state.ignorePrompt) : { ...state, editingFilter: false };
  }
  const { word } = confirmWord(phase.plan, state);
  // An empty word would let Enter alone confirm.
  if (phase.typed !== word || word === '') {
    const wrong =
      phase.typed === ''
        ? `Type ${word} to apply, or press Esc.`
        : `That is not "${word}". Nothing was applied.`;
    return { ...state, phase: { ...phase, typed: '', wrong } };
  }
  if (state.live.isChecking) {
    return { ...state, phase: { ...phase, wrong: 'Live is still being looked at: press Enter again.' } };
  }
  const run = startRun(phase.plan, state.nowMs, state.lastRun);
  const requests = { ...state.requests, apply: state.requests.apply + 1 };
  return {
    ...state,
    requests,
    phase: { name: 'applying', plan: phase.plan, run, stop: 'no', progress: null },
  };
}

/** The filter of the tab that is shown, replaced. */
export function withFilter(state: State, filter: string): State {
  const list = state.lists[state.tab];
  return { ...state, lists: { ...state.lists, [state.tab]: { ...list, filter } } };
}
