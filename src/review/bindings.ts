import type { Decision } from '../plan/plan.ts';
import { decisionList } from './decisions.ts';
import { blockedReason, currentPlan, decideReason, type Screen, screenOf, selectedRow } from './select.ts';
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

const on =
  (...screens: readonly Screen[]) =>
  (state: State) =>
    screens.includes(screenOf(state));
const browsing = on('browse');
const always = () => null;
const needsRows = (state: State) => (state.rows.length > 0 ? null : 'There is nothing in this list.');

function decisionBinding(decision: Decision, key: string, meaning: string): Binding {
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

function moveBinding(keys: readonly string[], label: string, description: string, command: Command): Binding {
  return {
    keys,
    label,
    topic: 'Move',
    description,
    when: on('browse', 'help'),
    disabledReason: always,
    action: () => command,
  };
}

function tabBinding(key: string, tab: State['tab'], description: string): Binding {
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

/** Every key. Where several match, the first whose `when` holds counts. */
export const bindings: readonly Binding[] = [
  {
    keys: ['space'],
    label: 'Space',
    topic: 'Decide',
    description: 'the next possible decision',
    hint: 'decide',
    when: (state) => browsing(state) && state.tab === 'drift',
    disabledReason: (state) => decideReason(state, 'next'),
    action: () => ({ type: 'decide', decision: 'next' }),
  },
  ...decisionList.map(({ decision, key, meaning }) => decisionBinding(decision, key, meaning)),
  {
    keys: ['*'],
    label: '*',
    topic: 'Decide',
    description: 'mark all in the group, for the next decision',
    when: (state) => browsing(state) && state.tab === 'drift',
    disabledReason: needsRows,
    action: () => ({ type: 'mark', marks: 'group' }),
  },
  {
    keys: ['v'],
    label: 'v',
    topic: 'Decide',
    description: 'mark a range from here, for the next decision',
    when: (state) => browsing(state) && state.tab === 'drift',
    disabledReason: needsRows,
    action: () => ({ type: 'mark', marks: 'range' }),
  },
  {
    keys: ['A'],
    label: 'A',
    topic: 'Act',
    description: 'apply the plan; it is shown and must be confirmed by typing a word',
    hint: 'apply',
    when: browsing,
    disabledReason: (state) => {
      const plan = currentPlan(state);
      return plan ? blockedReason(plan) : null;
    },
    action: () => ({ type: 'apply' }),
  },
  {
    keys: ['r'],
    label: 'r',
    topic: 'Run',
    description: 'look at the database again, make a new plan and ask to confirm it',
    hint: 'retry',
    when: (state) => screenOf(state) === 'result' && !succeeded(state),
    disabledReason: always,
    action: () => ({ type: 'retry' }),
  },
  {
    keys: ['R', 'enter'],
    label: 'R',
    topic: 'Run',
    description: 'after a run: look at the database again and go back to the review',
    hint: 'review again',
    when: on('result'),
    disabledReason: always,
    action: () => ({ type: 'review again' }),
  },
  {
    keys: ['/'],
    label: '/',
    topic: 'Look',
    description: 'filter: text, !not, kind:index, risk:data, schema:name',
    hint: 'filter',
    when: browsing,
    disabledReason: always,
    action: () => ({ type: 'filter' }),
  },
  {
    keys: ['enter'],
    label: 'Enter',
    topic: 'Look',
    description: 'the whole definition on the full width; on a heading: fold or unfold',
    hint: 'open',
    when: (state) => browsing(state) && state.rows.length > 0,
    disabledReason: always,
    action: () => ({ type: 'open' }),
  },
  moveBinding(['j', 'down'], 'j Down', 'down', { type: 'move', by: 1 }),
  moveBinding(['k', 'up'], 'k Up', 'up', { type: 'move', by: -1 }),
  moveBinding(['pagedown', 'ctrl+f', 'ctrl+d'], 'PgDn Ctrl-F', 'a page down', { type: 'page', by: 1 }),
  moveBinding(['pageup', 'ctrl+b', 'ctrl+u'], 'PgUp Ctrl-B', 'a page up', { type: 'page', by: -1 }),
  moveBinding(['g', 'home'], 'g Home', 'to the first row', { type: 'move to', end: 'first' }),
  moveBinding(['G', 'end'], 'G End', 'to the last row', { type: 'move to', end: 'last' }),
  moveBinding(['n'], 'n', 'the next change', { type: 'next change', by: 1 }),
  moveBinding(['N'], 'N', 'the change before', { type: 'next change', by: -1 }),
  moveBinding(['right'], 'Right', 'unfold a heading', { type: 'fold', folded: false }),
  moveBinding(['left'], 'Left', 'fold a heading, or go out to it', { type: 'fold', folded: true }),
  {
    keys: ['tab', 'shift+tab'],
    label: 'Tab',
    topic: 'Move',
    description: 'between the list and the detail',
    when: browsing,
    disabledReason: always,
    action: () => ({ type: 'switch pane' }),
  },
  tabBinding('1', 'drift', 'the drift and what is pending'),
  tabBinding('2', 'plan', 'the plan: statements by transaction, hazards, the rehearsal'),
  tabBinding('3', 'history', 'the runs so far'),
  {
    keys: ['s'],
    label: 's',
    topic: 'Look',
    description: 'definitions side by side, where there is room for two columns',
    when: browsing,
    disabledReason: always,
    action: () => ({ type: 'toggle', what: 'side by side' }),
  },
  {
    keys: ['w'],
    label: 'w',
    topic: 'Look',
    description: 'ignore white space in definitions',
    when: browsing,
    disabledReason: always,
    action: () => ({ type: 'toggle', what: 'whitespace' }),
  },
  {
    keys: ['y'],
    label: 'y',
    topic: 'Look',
    description: 'copy the SQL to the clipboard, where the terminal allows it (OSC 52)',
    when: browsing,
    disabledReason: (state) => (selectedRow(state) ? null : 'There is no SQL here to copy.'),
    action: () => ({ type: 'copy' }),
  },
  {
    keys: ['R'],
    label: 'R',
    topic: 'Act',
    description: 'look at the database again; decisions are kept',
    hint: 'again',
    when: on('browse', 'load failed'),
    disabledReason: always,
    action: () => ({ type: 'reload' }),
  },
  {
    keys: ['?', 'q'],
    label: '?',
    topic: 'Look',
    description: 'close the help',
    hint: 'close',
    when: on('help'),
    disabledReason: always,
    action: () => ({ type: 'toggle', what: 'help' }),
  },
  {
    keys: ['?'],
    label: '?',
    topic: 'Look',
    description: 'this help',
    hint: 'help',
    when: browsing,
    disabledReason: always,
    action: () => ({ type: 'toggle', what: 'help' }),
  },
  {
    keys: ['escape'],
    label: 'Esc',
    topic: 'Leave',
    description: 'one step back; never leaves',
    when: on('browse', 'help', 'confirm'),
    disabledReason: always,
    action: () => ({ type: 'escaped' }),
  },
  {
    keys: ['q'],
    label: 'q',
    topic: 'Leave',
    description: 'leave; nothing is applied',
    hint: 'quit',
    when: on('browse', 'loading', 'load failed', 'result', 'too small'),
    disabledReason: (state) =>
      state.phase.name === 'applying' ? 'A run is going on: Ctrl-C stops it.' : null,
    action: () => ({ type: 'quit' }),
  },
  {
    keys: ['ctrl+c'],
    label: 'Ctrl-C',
    topic: 'Run',
    description: 'during a run: stop after this statement; once more: cancel it on the server',
    hint: 'stop after this statement',
    when: (state) => state.phase.name === 'applying',
    disabledReason: always,
    action: () => ({ type: 'interrupt' }),
  },
  {
    keys: ['ctrl+c'],
    label: 'Ctrl-C',
    topic: 'Leave',
    description: 'leave at once, with exit code 130',
    when: () => true,
    disabledReason: always,
    action: () => ({ type: 'interrupt' }),
  },
  {
    keys: ['ctrl+z'],
    label: 'Ctrl-Z',
    topic: 'Leave',
    description: 'to the shell and back (fg)',
    when: () => true,
    disabledReason: (state) =>
      state.phase.name === 'applying' ? 'Not during a run: it would hold its locks.' : null,
    action: () => ({ type: 'suspend' }),
  },
];

function succeeded(state: State): boolean {
  const outcome = state.lastRun?.report?.outcome;
  return outcome === 'success' || outcome === 'nothing to do';
}
