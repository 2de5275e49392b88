import stringWidth from 'string-width';

/** What a piece of text means; the theme says how a meaning looks. */
export type Role =
  | 'plain'
  | 'muted'
  | 'strong'
  | 'heading'
  | 'accent'
  | 'added'
  | 'removed'
  | 'added word'
  | 'removed word'
  | 'danger'
  | 'caution'
  | 'good'
  | 'keyword'
  | 'literal'
  | 'selected'
  | 'marked'
  | 'border'
  | 'focus border';

/** A piece of one screen row. Its text holds no control or bidirectional character. */
export type Span = { readonly text: string; readonly role: Role };

/** One screen row. */
export type Line = readonly Span[];

/** C0, C1, soft hyphen, zero-width, bidirectional and other invisible characters, tags, lone surrogates. */
const invisible =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|\p{Cs}/gu;

/** Shows what a terminal would obey or hide as `\x1b` or `\u{202e}`, so that no name can forge what is on screen. */
export function escapeText(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  return text.replace(invisible, (character) => {
    if (character === '\t') return '    ';
    if (character === '\n') return '\\n';
    const code = (character.codePointAt(0) ?? 0).toString(16);
    return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u{${code}}`;
  });
}

/** The only way to make a span: escapes its text. */
export function span(text: string, role: Role = 'plain'): Span {
  return { text: escapeText(text), role };
}

/** Columns a text takes. */
function textWidth(text: string): number {
  return /^[\x20-\x7e]*$/.test(text) ? text.length : stringWidth(text);
}

/** Columns a line takes. */
export function lineWidth(line: Line): number {
  return line.reduce((width, piece) => width + textWidth(piece.text), 0);
}

/** The longest start of a text that takes at most `width` columns. */
function cutText(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  if (/^[\x20-\x7e]*$/.test(text)) return text.slice(0, Math.max(0, width));
  let taken = '';
  let used = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    const next = textWidth(segment);
    if (used + next > width) break;
    taken += segment;
    used += next;
  }
  return taken;
}

/** Exactly `width` columns: cut with an ellipsis, or filled with spaces. */
export function fitLine(line: Line, width: number, ellipsis: string): Line {
  if (width <= 0) return [];
  const total = lineWidth(line);
  if (total <= width)
    return total === width ? line : [...line, { text: ' '.repeat(width - total), role: 'plain' }];
  const fitted: Span[] = [];
  let left = Math.max(0, width - textWidth(ellipsis));
  for (const piece of line) {
    const text = cutText(piece.text, left);
    if (text !== '') fitted.push({ text, role: piece.role });
    left -= textWidth(text);
    if (text !== piece.text) break;
  }
  fitted.push({ text: cutText(ellipsis, width), role: 'muted' });
  return left > 0 ? [...fitted, { text: ' '.repeat(left), role: 'plain' }] : fitted;
}

/** Left and right parts on one row of `width` columns; the right part is dropped when both do not fit. */
export function spreadLine(left: Line, right: Line, width: number, ellipsis: string): Line {
  const gap = width - lineWidth(left) - lineWidth(right);
  if (gap < 1) return fitLine(left, width, ellipsis);
  return [...left, { text: ' '.repeat(gap), role: 'plain' }, ...right];
}

/** Breaks a line into rows of at most `width` columns, at spaces where it can; later rows start with `hang` spaces. */
export function wrapLine(line: Line, width: number, hang = 0): readonly Line[] {
  if (lineWidth(line) <= width || width <= hang + 1) return [line];
  const rows: Span[][] = [];
  let row: Span[] = [];
  let used = 0;
  const startRow = () => {
    rows.push(row);
    row = hang > 0 ? [{ text: ' '.repeat(hang), role: 'plain' }] : [];
    used = hang;
  };
  for (const word of splitWords(line)) {
    const needed = lineWidth(word);
    if (used + needed > width && used > hang && needed <= width - hang) {
      startRow();
      if (/^\s/.test(word[0]?.text ?? '')) continue;
    }
    for (const piece of word) {
      let rest = piece.text;
      while (rest !== '') {
        let text = cutText(rest, width - used);
        if (text === '' && used <= hang) text = Array.from(rest)[0] ?? rest;
        if (text !== '') row.push({ text, role: piece.role });
        used += textWidth(text);
        rest = rest.slice(text.length);
        if (rest !== '') startRow();
      }
    }
  }
  rows.push(row);
  return rows;
}

/** Words and the spaces between them. A word may have several roles: `varchar(` and a marked `120`. */
function splitWords(line: Line): readonly Line[] {
  const words: Span[][] = [];
  let isInWord = false;
  for (const { text, role } of line) {
    for (const part of text.match(/\s+|[^\s]+/g) ?? []) {
      const isSpace = /^\s/.test(part);
      if (!isSpace && isInWord) words.at(-1)?.push({ text: part, role });
      else words.push([{ text: part, role }]);
      isInWord = !isSpace;
    }
  }
  return words;
}
