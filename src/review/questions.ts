import { type Binding, questionBinding } from './binding.ts';
import type { State } from './state.ts';
import { goOnReason } from './unfinished.ts';

/** Keys that answer what a screen asks: part of `bindings`. */
export const questions: readonly Binding[] = [
  questionBinding(
    'renames',
    { key: 'y', description: 'of two alike: one that was renamed', hint: 'renamed' },
    { type: 'answer rename', answer: 'renamed' },
  ),
  questionBinding(
    'renames',
    { key: 'n', description: 'of two alike: two objects', hint: 'two objects' },
    { type: 'answer rename', answer: 'two objects' },
  ),
  questionBinding(
    'renames',
    { key: 'u', description: 'of two alike: unanswered again', hint: 'unanswer' },
    { type: 'answer rename', answer: null },
  ),
  questionBinding(
    'renames',
    { key: 'enter', label: 'Enter', description: 'of renames: keep the answers', hint: 'keep' },
    { type: 'open' },
  ),
  questionBinding(
    'unfinished',
    { key: 'c', description: 'of a run that was cut short: go on from there', hint: 'continue' },
    { type: 'go on', inDoubt: null },
    (state) => goOnReason(state, null),
  ),
  {
    ...questionBinding(
      'unfinished',
      { key: 'd', description: 'of a statement in doubt: it was done; go on', hint: 'done' },
      { type: 'go on', inDoubt: 'done' },
      (state) => goOnReason(state, 'done'),
    ),
    when: isInDoubt,
  },
  {
    ...questionBinding(
      'unfinished',
      { key: 'a', description: 'of a statement in doubt: it runs again; go on', hint: 'again' },
      { type: 'go on', inDoubt: 'again' },
      (state) => goOnReason(state, 'again'),
    ),
    when: isInDoubt,
  },
];

function isInDoubt(state: State): boolean {
  return state.phase.name === 'unfinished' && typeof state.data?.unfinished?.inDoubt === 'string';
}
