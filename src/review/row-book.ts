import type { Line, Role } from './screens/line.ts';
import type { TextStyle } from './theme.ts';

/**
 * Rows that Ink lays out without reading them: it gets two characters for each, and the screen puts the row in their
 * place. Ink would take every character of every row apart for each key, which is nearly all that a key costs.
 */
export type RowBook = {
  /** What stands for a row, two columns wide: another one for another text. */
  readonly put: (text: string) => string;
  /** A frame with the rows in their places. A row brings its own blanks, so those that Ink put after it go. */
  readonly fill: (frame: string) => string;
};

/** Private use characters, which no terminal's answer and no row that Ink reads has. */
const first = 0xe000;
const count = 0xf8ff - first + 1;
/** Older rows are forgotten; a frame has far fewer. */
const kept = 4_000;

export function createRowBook(): RowBook {
  const texts = new Map<string, string>();
  const markers = new Map<string, string>();
  let next = 0;
  return {
    put: (text) => {
      const known = markers.get(text);
      if (known !== undefined) {
        // The oldest are those that were not asked for.
        texts.delete(known);
        texts.set(known, text);
        return known;
      }
      const high = Math.floor(next / count) % count;
      const marker = String.fromCharCode(first + high, first + (next % count));
      next++;
      texts.set(marker, text);
      markers.set(text, marker);
      if (texts.size > kept) {
        for (const [old, oldText] of texts) {
          if (texts.size <= kept / 2) break;
          texts.delete(old);
          markers.delete(oldText);
        }
      }
      return marker;
    },
    fill: (frame) => frame.replace(/([\ue000-\uf8ff]{2}) */g, (_, marker: string) => texts.get(marker) ?? ''),
  };
}

const colors = {
  red: 31,
  redBright: 91,
  green: 32,
  yellow: 33,
  blue: 34,
  magenta: 35,
  magentaBright: 95,
  cyan: 36,
} as const;

/** A row as a terminal takes it. */
export function styleLine(line: Line, styles: Readonly<Record<Role, TextStyle>>): string {
  return line.map(({ text, role }) => styleText(text, styles[role])).join('');
}

function styleText(text: string, { color, bold, dimColor, underline, inverse }: TextStyle): string {
  const codes = [
    ...(bold ? [1] : []),
    ...(dimColor ? [2] : []),
    ...(underline ? [4] : []),
    ...(inverse ? [7] : []),
    ...(color ? [colors[color]] : []),
  ];
  return codes.length === 0 ? text : `\u001b[${codes.join(';')}m${text}\u001b[m`;
}
