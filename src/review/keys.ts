import { parseBackground } from './theme.ts';

/**
 * One key press. `text` is what it types; null for keys that type nothing. `cell` is where the mouse was, counted from 0:
 * for `click`, `wheel up` and `wheel down`.
 */
export type Key = { readonly name: string; readonly text: string | null; readonly cell?: Cell };
export type Cell = { readonly column: number; readonly row: number };

/** Keys found in a chunk of input, and what at its end may be the start of more. */
export type ParsedKeys = { readonly keys: readonly Key[]; readonly rest: string };

const bracketed: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  H: 'home',
  F: 'end',
  Z: 'shift+tab',
  '1~': 'home',
  '3~': 'delete',
  '4~': 'end',
  '5~': 'pageup',
  '6~': 'pagedown',
  '7~': 'home',
  '8~': 'end',
};

/**
 * Splits terminal input into keys. Keys come in chunks (`jjj`), a sequence may be cut in two, and mouse reports,
 * focus reports, pasted text's brackets and answers to queries are dropped so that they never count as keys.
 * `rest` is to be put before the next chunk; when none comes soon, `flushKeys` makes a key of it.
 */
export function parseKeys(input: string): ParsedKeys {
  const keys: Key[] = [];
  let at = 0;
  while (at < input.length) {
    const rest = input.slice(at);
    if (rest.startsWith('\u001b')) {
      const sequence = readSequence(rest);
      if (sequence === 'more') return { keys, rest };
      if (sequence.key) keys.push(sequence.key);
      at += sequence.length;
      continue;
    }
    const character = String.fromCodePoint(rest.codePointAt(0) ?? 0);
    const key = plainKey(character);
    if (key) keys.push(key);
    at += character.length;
  }
  return { keys, rest: '' };
}

/** What is left when no more input comes: a lone escape is the Escape key, anything else is dropped. */
export function flushKeys(rest: string): readonly Key[] {
  return rest === '\u001b' || rest === '\u001b\u001b' ? [{ name: 'escape', text: null }] : [];
}

type Sequence = { readonly key: Key | null; readonly length: number };

function readSequence(input: string): Sequence | 'more' {
  if (input.length === 1) return 'more';
  const kind = input[1];
  if (kind === '[') {
    // X10 mouse report: three bytes of any value follow.
    if (input.startsWith('\u001b[M')) return input.length < 6 ? 'more' : { key: null, length: 6 };
    const match = /^\u001b\[([0-?]*)[ -/]*([@-~])/.exec(input);
    if (!match) return /^\u001b\[[0-?]*[ -/]*$/.test(input) ? 'more' : { key: null, length: 2 };
    return { key: bracketedKey(match[1] ?? '', match[2] ?? ''), length: match[0].length };
  }
  if (kind === 'O') {
    if (input.length < 3) return 'more';
    const name = bracketed[input[2] ?? ''];
    return { key: name ? { name, text: null } : null, length: 3 };
  }
  // Strings (OSC, DCS, APC, PM) are answers of the terminal.
  if (kind === ']' || kind === 'P' || kind === '_' || kind === '^') {
    const end = /\u0007|\u001b\\/.exec(input.slice(2));
    if (!end) return 'more';
    return { key: answerKey(input.slice(1, 2 + end.index)), length: 2 + end.index + end[0].length };
  }
  // Alt and a key is nothing here, and over a slow line it is Escape and then that key.
  return { key: { name: 'escape', text: null }, length: 1 };
}

function bracketedKey(parameters: string, final: string): Key | null {
  if (parameters.startsWith('<')) return mouseKey(parameters.slice(1), final);
  // An answer to a query has a `?`; modifiers after `;` are not told apart.
  if (/[<=>?]/.test(parameters)) return null;
  const first = parameters.split(';')[0] ?? '';
  const name =
    final === '~' ? bracketed[`${first}~`] : final === 'u' ? codePointKey(first) : bracketed[final];
  return name ? { name, text: null } : null;
}

/** Reports of xterm's mode 1006: button, column and row from 1; `M` pressed, `m` released. Motion and other buttons say nothing. */
function mouseKey(parameters: string, final: string): Key | null {
  const [button, column, row] = parameters.split(';').map(Number);
  const name = { 0: 'click', 64: 'wheel up', 65: 'wheel down' }[button ?? -1];
  if (final !== 'M' || name === undefined || !column || !row) return null;
  return { name, text: null, cell: { column: column - 1, row: row - 1 } };
}

/** The terminal's answer to what its background is, as a key of that name. */
function answerKey(text: string): Key | null {
  const background = text.startsWith(']11;') ? parseBackground(text.slice(4)) : null;
  return background && { name: `${background} background`, text: null };
}

function codePointKey(code: string): string | undefined {
  return { '9': 'tab', '13': 'enter', '27': 'escape', '127': 'backspace' }[code];
}

function plainKey(character: string): Key | null {
  const code = character.codePointAt(0) ?? 0;
  if (character === '\r' || character === '\n') return { name: 'enter', text: null };
  if (character === '\t') return { name: 'tab', text: null };
  if (code === 0x7f || code === 0x08) return { name: 'backspace', text: null };
  if (code < 0x20)
    return code === 0 ? null : { name: `ctrl+${String.fromCharCode(code + 0x60)}`, text: null };
  if (code >= 0x80 && code < 0xa0) return null;
  return { name: character === ' ' ? 'space' : character, text: character };
}
