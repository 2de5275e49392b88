import type { Role } from './screens/line.ts';

/** How a role looks. Only named colours: a 16-colour terminal shows them, and the user's own palette applies. */
export type TextStyle = {
  readonly color?: 'red' | 'redBright' | 'green' | 'yellow' | 'blue' | 'magenta' | 'magentaBright' | 'cyan';
  readonly bold?: boolean;
  readonly dimColor?: boolean;
  readonly inverse?: boolean;
  readonly underline?: boolean;
};

/** The signs that stand for something. Every sign comes with a word or a letter somewhere: none carries meaning alone. */
export type Glyphs = {
  readonly topLeft: string;
  readonly topRight: string;
  readonly bottomLeft: string;
  readonly bottomRight: string;
  readonly horizontal: string;
  readonly vertical: string;
  readonly opened: string;
  readonly closed: string;
  readonly cursor: string;
  readonly mark: string;
  readonly done: string;
  readonly failed: string;
  readonly running: string;
  readonly toDo: string;
  readonly undone: string;
  readonly arrow: string;
  readonly ellipsis: string;
  readonly dot: string;
  readonly chosen: string;
  readonly dash: string;
  readonly barFull: string;
  readonly barEmpty: string;
  readonly scroll: string;
  /** From a low block to a whole one. */
  readonly levels: readonly string[];
  readonly spinner: readonly string[];
};

export type Theme = { readonly styles: Readonly<Record<Role, TextStyle>>; readonly glyphs: Glyphs };

/** Glyphs for a terminal: plain BMP characters one column wide, or ASCII alone. */
export function chooseGlyphs(ascii: boolean): Glyphs {
  return ascii ? asciiGlyphs : unicodeGlyphs;
}

/** What the terminal's own colour behind text is like. */
export type Background = 'dark' | 'light';

/** The theme. Without colour no style is used at all: signs, words and brackets carry everything. */
export function makeTheme(options: {
  readonly color: boolean;
  readonly ascii: boolean;
  readonly background: Background;
}): Theme {
  const coloured = options.background === 'light' ? onLight : onDark;
  return { styles: options.color ? coloured : uncoloured, glyphs: chooseGlyphs(options.ascii) };
}

/**
 * Whether the locale has no signs but ASCII's: LC_ALL, LC_CTYPE or LANG, the first that is set, names another encoding than
 * UTF-8. Source: POSIX, "Environment Variables". Where none is set nothing is known, and terminals today know Unicode.
 */
export function isAsciiLocale(env: Readonly<Record<string, string | undefined>>): boolean {
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find((value) => value !== undefined && value !== '');
  return locale !== undefined && !/utf-?8/i.test(locale);
}

/**
 * What COLORFGBG says, which some terminals set: `15;0` is white on black. Null where it is unset or says nothing.
 * Source: rxvt's manual page; 0 to 6 and 8 are the dark ones of the 16 colours.
 */
export function readBackground(colorFgBg: string | undefined): Background | null {
  const number = /;(\d{1,2})$/.exec(colorFgBg ?? '')?.[1];
  if (number === undefined) return null;
  return Number(number) < 7 || number === '8' ? 'dark' : 'light';
}

/** Dark or light, from an answer to OSC 11 such as `rgb:ffff/ffff/dddd`; null for anything else. */
export function parseBackground(answer: string): Background | null {
  const channels = /^rgba?:([\da-f]{1,4})\/([\da-f]{1,4})\/([\da-f]{1,4})/i.exec(answer)?.slice(1);
  if (!channels) return null;
  const [red = 0, green = 0, blue = 0] = channels.map(
    (hex) => Number.parseInt(hex, 16) / (16 ** hex.length - 1),
  );
  // How bright people see it, as ITU-R BT.601 weighs the channels.
  return 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 ? 'light' : 'dark';
}

// The dark red and magenta of some palettes can hardly be seen on black; blue in none can be.
// `dimColor` instead of grey: bright black is the background itself in some 16-colour palettes.
const onDark: Readonly<Record<Role, TextStyle>> = {
  plain: {},
  muted: { dimColor: true },
  strong: { bold: true },
  heading: { bold: true, underline: true },
  accent: { color: 'cyan' },
  added: { color: 'green' },
  removed: { color: 'redBright' },
  'added word': { color: 'green', inverse: true },
  'removed word': { color: 'redBright', inverse: true },
  danger: { color: 'redBright', bold: true },
  caution: { color: 'yellow' },
  good: { color: 'green' },
  keyword: { color: 'magentaBright' },
  literal: { color: 'cyan' },
  selected: { inverse: true },
  marked: { color: 'magentaBright', bold: true },
  border: { dimColor: true },
  'focus border': { color: 'cyan' },
};

// Green, yellow, cyan and all bright colours are too pale on white in some palette.
const onLight: Readonly<Record<Role, TextStyle>> = {
  ...onDark,
  accent: { color: 'blue' },
  added: { color: 'blue' },
  removed: { color: 'red' },
  'added word': { color: 'blue', inverse: true },
  'removed word': { color: 'red', inverse: true },
  danger: { color: 'red', bold: true },
  good: { color: 'blue' },
  caution: { color: 'magenta' },
  keyword: { color: 'blue' },
  literal: { color: 'magenta' },
  marked: { color: 'blue', bold: true },
  'focus border': { color: 'blue' },
};

const uncoloured: Readonly<Record<Role, TextStyle>> = {
  plain: {},
  muted: {},
  strong: {},
  heading: {},
  accent: {},
  added: {},
  removed: {},
  'added word': {},
  'removed word': {},
  danger: {},
  caution: {},
  good: {},
  keyword: {},
  literal: {},
  selected: {},
  marked: {},
  border: {},
  'focus border': {},
};

const unicodeGlyphs: Glyphs = {
  topLeft: '╭',
  topRight: '╮',
  bottomLeft: '╰',
  bottomRight: '╯',
  horizontal: '─',
  vertical: '│',
  // Not U+25B6 and the like: what has an emoji form is two columns wide in some terminals.
  opened: '▾',
  closed: '▸',
  cursor: '▌',
  mark: '●',
  done: '✓',
  failed: '✗',
  running: '▸',
  toDo: '·',
  undone: '↶',
  arrow: '→',
  ellipsis: '…',
  dot: '·',
  chosen: '•',
  dash: '–',
  barFull: '█',
  barEmpty: '░',
  scroll: '┃',
  levels: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
  spinner: ['◐', '◓', '◑', '◒'],
};

const asciiGlyphs: Glyphs = {
  topLeft: '+',
  topRight: '+',
  bottomLeft: '+',
  bottomRight: '+',
  horizontal: '-',
  vertical: '|',
  opened: 'v',
  closed: '>',
  cursor: '>',
  mark: '*',
  done: 'ok',
  failed: 'x',
  running: '>',
  toDo: '.',
  undone: '<',
  arrow: '->',
  ellipsis: '..',
  dot: '-',
  chosen: '*',
  dash: '-',
  barFull: '#',
  barEmpty: '.',
  scroll: '#',
  levels: ['.', ':', '#'],
  spinner: ['|', '/', '-', '\\'],
};
