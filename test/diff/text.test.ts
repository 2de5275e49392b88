import { describe, expect, it } from 'vitest';
import { diffText, foldUnchanged, pairSides } from '../../src/diff/text.ts';

/** `-a[b]c`: a line with its sign, changed words in brackets. */
function show(lines: ReturnType<typeof diffText>): string[] {
  return lines.map(({ side, parts }) => {
    const sign = { before: '-', after: '+', both: ' ' }[side];
    return sign + parts.map(({ text, changed }) => (changed ? `[${text}]` : text)).join('');
  });
}

describe('comparing two texts', () => {
  it('marks the words that differ in lines that resemble each other', () => {
    expect(show(diffText('email varchar(120) NOT NULL', 'email varchar(255) NOT NULL'))).toEqual([
      '-email varchar([120]) NOT NULL',
      '+email varchar([255]) NOT NULL',
    ]);
  });

  it('shows lines with little in common as a whole', () => {
    expect(show(diffText('SELECT 1', 'RETURN QUERY EXECUTE statement'))).toEqual([
      '-SELECT 1',
      '+RETURN QUERY EXECUTE statement',
    ]);
  });

  it('takes a text that does not exist as no lines', () => {
    expect(show(diffText(null, 'a\nb\n'))).toEqual(['+a', '+b']);
    expect(show(diffText('a', null))).toEqual(['-a']);
    expect(diffText(null, null)).toEqual([]);
  });

  it('numbers the lines of each side', () => {
    const numbers = diffText('a\nb\nc', 'a\nx\ny\nc').map(({ beforeLine, afterLine }) => [
      beforeLine,
      afterLine,
    ]);
    expect(numbers).toEqual([
      [1, 1],
      [2, null],
      [null, 2],
      [null, 3],
      [3, 4],
    ]);
  });

  it('counts white space, and does not when asked to ignore it', () => {
    expect(show(diffText('a  b', 'a b')).length).toBe(2);
    expect(show(diffText('a  b', 'a b', { ignoreWhitespace: true }))).toEqual([' a b']);
  });

  it('reads every form of line end alike', () => {
    expect(show(diffText('a\r\nb\r', 'a\nb\n'))).toEqual([' a', ' b']);
  });

  it('compares texts of 20,000 lines', () => {
    const before = Array.from({ length: 20_000 }, (_, line) => `line ${line}`);
    const after = before.with(10_000, 'line changed');
    const changed = diffText(before.join('\n'), after.join('\n')).filter(({ side }) => side !== 'both');
    expect(show(changed)).toEqual(['-line [10000]', '+line [changed]']);
  });

  it('shows texts with nothing in common as replaced, whatever their length', () => {
    const text = (word: string) => Array.from({ length: 10_000 }, (_, line) => `${word} ${line}`).join('\n');
    const lines = diffText(text('a'), text('b'));
    expect(lines.filter(({ side }) => side === 'before').length).toBe(10_000);
    expect(lines.filter(({ side }) => side === 'after').length).toBe(10_000);
  });
});

describe('leaving out unchanged lines', () => {
  const lines = diffText('1\n2\n3\n4\n5\n6\n7\n8\n9', '1\n2\n3\n4\nX\n6\n7\n8\n9');

  it('keeps the context of a change and says how many lines are missing', () => {
    const folded = foldUnchanged(lines, 2).map((line) =>
      line.side === 'skipped' ? line.count : line.parts[0]?.text,
    );
    expect(folded).toEqual([2, '3', '4', '5', 'X', '6', '7', 2]);
  });

  it('keeps a gap of one line, which a note would not shorten', () => {
    const folded = foldUnchanged(lines, 3).map((line) =>
      line.side === 'skipped' ? line.count : line.parts[0]?.text,
    );
    expect(folded).toEqual(['1', '2', '3', '4', '5', 'X', '6', '7', '8', '9']);
  });
});

describe('side by side', () => {
  it('puts a removed block beside the added one and leaves blanks where one is shorter', () => {
    const pairs = pairSides<never>(diffText('a\nb\nz', 'a\nx\ny\nz'));
    expect(pairs.map(({ before, after }) => [before?.parts[0]?.text, after?.parts[0]?.text])).toEqual([
      ['a', 'a'],
      ['b', 'x'],
      [undefined, 'y'],
      ['z', 'z'],
    ]);
  });
});
