import type { Decision } from '../plan/plan.ts';
import { decideReason, type Screen, screenOf } from './select.ts';
import type { Command, State } from './state.ts';

/** A key and what it does. The same records make the keys work, the footer, the help and docs/keys.md. */
export type Binding = {
  /** Names as `keys.ts` reports them. */
  readonly keys: readonly string[];
  /** The keys as people write them. */
  readonly label: string;
  readonly topic: 'Move' | 'Look' | 'Decide' | 'Act' | 'Run' | 'Leave';
  readonly description: string;
  /** A word for the footer; absent: not shown there. The footer's order is that of the bindings. */
  readonly hint?: string;
  /** Whether the key means this on what is shown now. */
  readonly when: (state: State) => boolean;
  /** Why it can do nothing now, shown when it is pressed; null when it can. */
  readonly disabledReason: (state: State) => string | null;
  readonly action: (state: State) => Command;
};

/** Holds on these screens. */
export const on =
  (...screens: readonly Screen[]) =>
  (state: State) =>
    screens.includes(screenOf(state));
/** Holds where the lists are shown. */
export const browsing = on('browse');
/** For a key that can always do something. */
export const always = () => null;
/** For a key that needs a row. */
export const needsRows = (state: State) => (state.rows.length > 0 ? null : 'There is nothing in this list.');

/** A key that decides. */
export function decisionBinding(decision: Decision, key: string, meaning: string): Binding {
  return {
    keys: [key],
    label: key,
    topic: 'Decide',
    description: `${decision}: ${meaning}`,
    when: (state) => browsing(state) && state.tab === 'drift',
    disabledReason: (state) => decideReason(state, decision),
    action: () => ({ type: 'decide', decision }),
  };
}

/** A key that shows the lists in another way, or something over them. */
export function lookBinding(key: string, description: string, command: Command, hint?: string): Binding {
  return {
    keys: [key],
    label: key,
    topic: 'Look',
    description,
    ...(hint === undefined ? {} : { hint }),
    when: browsing,
    disabledReason: always,
    action: () => command,
  };
}

/** A key on a screen that asks something. */
export function questionBinding(
  screen: Screen,
  key: { readonly key: string; readonly label?: string; readonly description: string; readonly hint: string },
  command: Command,
  disabledReason: Binding['disabledReason'] = always,
): Binding {
  const { key: name, label = name, description, hint } = key;
  return {
    keys: [name],
    label,
    topic: 'Decide',
    description,
    hint,
    when: on(screen),
    disabledReason,
    action: () => command,
  };
}

/** Keys that move or scroll. */
export function moveBinding(
  keys: readonly string[],
  label: string,
  description: string,
  command: Command,
): Binding {
  return {
    keys,
    label,
    topic: 'Move',
    description,
    when: on('browse', 'help', 'map', 'renames', 'load failed', 'stale', 'unfinished', 'confirm', 'result'),
    disabledReason: always,
    action: () => command,
  };
}

/** A key that shows a tab. */
export function tabBinding(key: string, tab: State['tab'], description: string): Binding {
  return {
    keys: [key],
    label: key,
    topic: 'Look',
    description,
    when: browsing,
    disabledReason: always,
    action: () => ({ type: 'show tab', tab }),
  };
}
