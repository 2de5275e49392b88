import { describe, expect, it } from 'vitest';
import { escapeText, fitLine, type Line, lineWidth, span, wrapLine } from '../../src/review/screens/line.ts';

const text = (line: Line) => line.map((piece) => piece.text).join('');

describe('what a terminal would obey or hide', () => {
  it.each([
    ['a control sequence', 'a\u001b[2Jb', 'a\\x1b[2Jb'],
    ['a newline', 'a\nb', 'a\\nb'],
    ['a C1 control', 'a\u009bb', 'a\\x9bb'],
    ['a right-to-left override', 'a\u202eb', 'a\\u{202e}b'],
    ['an isolate', 'a\u2066b', 'a\\u{2066}b'],
    ['a zero-width space', 'a\u200bb', 'a\\u{200b}b'],
    ['a tag character', 'a\u{e0041}b', 'a\\u{e0041}b'],
    ['half a surrogate pair', 'a\ud800b', 'a\\u{d800}b'],
    ['a tab, as spaces', 'a\tb', 'a    b'],
  ])('shows %s', (_, raw, shown) => {
    expect(escapeText(raw)).toBe(shown);
    expect(span(raw).text).toBe(shown);
  });

  it('leaves readable text of any script alone', () => {
    expect(escapeText('Größe 漢字 שלום')).toBe('Größe 漢字 שלום');
  });
});

describe('fitting a line', () => {
  it.each([
    ['fills', 'ab', 4, 'ab  '],
    ['keeps', 'abcd', 4, 'abcd'],
    ['cuts', 'abcdef', 4, 'abc…'],
    ['does not halve a wide character', '漢字漢', 4, '漢… '],
    ['survives no room', 'abc', 0, ''],
    ['survives one column', 'abc', 1, '…'],
  ])('%s', (_, raw, width, expected) => {
    const line = fitLine([span(raw)], width, '…');
    expect(text(line)).toBe(expected);
    expect(lineWidth(line)).toBe(width);
  });
});

describe('wrapping a line', () => {
  it('breaks at spaces and indents what follows', () => {
    expect(wrapLine([span('ALTER TABLE users ADD COLUMN x')], 14, 2).map(text)).toEqual([
      'ALTER TABLE ',
      '  users ADD ',
      '  COLUMN x',
    ]);
  });

  it('breaks a word that is longer than a row, and keeps every character', () => {
    const rows = wrapLine([span('x'.repeat(5_000))], 40, 4).map(text);
    expect(rows.map((row) => row.trim()).join('')).toBe('x'.repeat(5_000));
    expect(Math.max(...rows.map((row) => row.length))).toBe(40);
  });

  it('keeps the roles of its pieces', () => {
    const rows = wrapLine([span('aaa ', 'added'), span('bbb', 'added word')], 5);
    expect(rows.flat().map(({ role }) => role)).toEqual(['added', 'added', 'added word']);
  });
});
