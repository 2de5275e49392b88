import { commandFor } from './command.ts';
import type { Key } from './keys.ts';
import { reduce } from './reduce.ts';
import type { Action, State } from './state.ts';

/** Holds the state; what React subscribes to. */
export type Store = {
  readonly get: () => State;
  /** Called after each change, once for keys that came together. Returns what ends the subscription. */
  readonly subscribe: (listener: () => void) => () => void;
  readonly dispatch: (action: Action) => void;
  /** Keys of one chunk: each meets the state that the one before it left, and the screen is painted once. */
  readonly press: (keys: readonly Key[]) => void;
};

/** `onChange` is told of every step, also of those between the keys of one chunk: what must happen may not be
 * skipped. `now` is milliseconds since the epoch. */
export function createStore(
  initial: State,
  onChange: (before: State, after: State) => void,
  now: () => number,
): Store {
  let state = initial;
  const listeners = new Set<() => void>();
  const step = (action: Action) => {
    const before = state;
    state = reduce(before, action);
    if (state !== before) onChange(before, state);
  };
  const notify = () => {
    for (const listener of listeners) listener();
  };
  return {
    get: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispatch: (action) => {
      const before = state;
      step(action);
      if (state !== before) notify();
    },
    press: (keys) => {
      const before = state;
      step({ type: 'ticked', nowMs: now() });
      for (const key of keys) {
        const command = commandFor(state, key);
        if (command) step(command);
      }
      if (state !== before) notify();
    },
  };
}
