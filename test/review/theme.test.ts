import { describe, expect, it } from 'vitest';
import { makeTheme } from '../../src/review/theme.ts';
import { makePort } from './fixture.ts';
import { contrast, palettes, type Rgb } from './palettes.ts';
import { openReview } from './terminal.ts';

const [blue, cyan] = [4, 6];
const plain = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];
const names = [...plain, ...plain.map((name) => `${name}Bright`)];

describe('on a light background', () => {
  it.each([
    ['that COLORFGBG tells', { COLORFGBG: '0;15' }, ''],
    ['that the terminal answers', {}, '\u001b]11;rgb:ffff/ffff/dddd\u001b\\'],
    ['that it answers in two pieces', {}, '\u001b]11;rgb:fd/f6/e3\u0007'],
  ])('%s, no text is green, yellow or cyan', async (_, env, answer) => {
    const review = openReview(makePort(), { env });
    await review.shows('0/5 decided');
    review.press(answer.slice(0, 9));
    review.press(answer.slice(9));
    await expect.poll(() => review.look('Space').color).toBe(blue);
    const colors = new Set(review.cells().flatMap((row) => row.map(({ color }) => color)));
    expect(colors).not.toContain(cyan);
    expect(colors).not.toContain(2);
    expect(colors).not.toContain(3);
    review.press('q');
    await review.result;
  });

  it('that the user chose, the terminal is not asked', async () => {
    const review = openReview(makePort(), { background: 'light' });
    await review.shows('0/5 decided');
    expect(review.look('Space').color).toBe(blue);
    expect(review.written()).not.toContain('\u001b]11;?');
    review.press('q');
    await review.result;
  });
});

it('is taken for dark where the terminal does not answer, and only the 16 colours are used', async () => {
  const review = openReview(makePort());
  await review.shows('0/5 decided');
  expect(review.look('Space').color).toBe(cyan);
  expect(review.written()).toContain('\u001b]11;?');
  expect(review.written()).not.toMatch(/\u001b\[(?:\d+;)*[34]8[;:]/);
  review.press('q');
  await review.result;
});

describe.each(palettes)('with the palette of $name', ({ colors, dark, light }) => {
  it.each([
    ['dark', dark],
    ['light', light],
  ] as const)('every colour of the theme keeps apart from a %s background', (background, behind) => {
    const { styles } = makeTheme({ color: true, ascii: false, background });
    const faint = Object.entries(styles).flatMap(([role, { color }]) => {
      const shown: Rgb | undefined = color && colors[names.indexOf(color)];
      // 3 is what WCAG 2.1 asks of large text and of signs; what stands inverse has the same two colours.
      return shown && contrast(shown, behind) < 3 ? [`${role}: ${contrast(shown, behind).toFixed(1)}`] : [];
    });
    expect(faint).toEqual([]);
  });
});

it('no text is dim and coloured, and nothing is told by dimness alone', () => {
  for (const background of ['dark', 'light'] as const) {
    const { styles } = makeTheme({ color: true, ascii: false, background });
    const dim = Object.entries(styles).filter(([, { dimColor }]) => dimColor);
    expect(dim.map(([role]) => role)).toEqual(['muted', 'border']);
    expect(dim.filter(([, { color }]) => color)).toEqual([]);
  }
});
