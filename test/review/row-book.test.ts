import { expect, it } from 'vitest';
import { createRowBook, styleLine } from '../../src/review/row-book.ts';
import { makeTheme } from '../../src/review/theme.ts';

it('puts each row in the place of what stands for it, and drops the blanks that were put after that', () => {
  const book = createRowBook();
  const [left, right] = [book.put('│ list │'), book.put('│ detail │')];
  expect(left).toHaveLength(2);
  expect(book.put('│ list │')).toBe(left);
  expect(book.fill(`${left}      ${right}\n${left}`)).toBe('│ list ││ detail │\n│ list │');
});

it('forgets rows that are shown no more, and none that is', () => {
  const book = createRowBook();
  const shown = book.put('shown');
  for (let row = 0; row < 50_000; row++) {
    book.put(`row ${row}`);
    if (book.put('shown') !== shown) throw new Error(`lost after ${row} rows`);
  }
  const last = book.put('row 49999');
  expect(book.fill(`${shown}${last}`)).toBe('shownrow 49999');
});

it('gives a row its looks, and nothing where there are no colours', () => {
  const line = [
    { text: 'a', role: 'danger' as const },
    { text: 'b', role: 'plain' as const },
  ];
  const dark = makeTheme({ color: true, ascii: false, background: 'dark' });
  expect(styleLine(line, dark.styles)).toBe('\u001b[1;91ma\u001b[mb');
  const none = makeTheme({ color: false, ascii: false, background: 'dark' });
  expect(styleLine(line, none.styles)).toBe('ab');
});
