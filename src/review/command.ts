import { bindings } from './bindings.ts';
import type { Key } from './keys.ts';
import { isTyping } from './select.ts';
import type { Command, State } from './state.ts';

/** The command of a key in a state; null when the key means nothing there. */
export function commandFor(state: State, key: Key): Command | null {
  // The mouse is no key: it never types, and what it hits depends on where it is.
  if (key.cell) {
    if (key.name === 'click') return { type: 'click', cell: key.cell };
    return { type: 'wheel', cell: key.cell, by: key.name === 'wheel up' ? -1 : 1 };
  }
  const background = /^(dark|light) background$/.exec(key.name)?.[1];
  if (background) return { type: 'background', is: background === 'light' ? 'light' : 'dark' };
  if (isTyping(state)) {
    const typed = typingCommand(key);
    if (typed) return typed;
  }
  const binding = bindings.find((one) => one.keys.includes(key.name) && one.when(state));
  if (!binding) return null;
  const reason = binding.disabledReason(state);
  return reason === null ? binding.action(state) : { type: 'refused', reason };
}

function typingCommand(key: Key): Command | null {
  if (key.name === 'enter') return { type: 'submitted' };
  if (key.name === 'escape') return { type: 'escaped' };
  // Most terminals send DEL for the backspace key, which some report as delete.
  if (key.name === 'backspace' || key.name === 'delete') return { type: 'erased' };
  return key.text === null ? null : { type: 'typed', text: key.text };
}
