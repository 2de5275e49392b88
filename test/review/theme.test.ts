import { describe, expect, it } from 'vitest';
import { makePort } from './fixture.ts';
import { openReview } from './terminal.ts';

const [blue, cyan] = [4, 6];

describe('on a light background', () => {
  it.each([
    ['that COLORFGBG tells', { COLORFGBG: '0;15' }, ''],
    ['that the terminal answers', {}, '\u001b]11;rgb:ffff/ffff/dddd\u001b\\'],
    ['that it answers in two pieces', {}, '\u001b]11;rgb:fd/f6/e3\u0007'],
  ])('%s, no text is yellow or cyan', async (_, env, answer) => {
    const review = openReview(makePort(), { env });
    await review.shows('0/5 decided');
    review.press(answer.slice(0, 9));
    review.press(answer.slice(9));
    await expect.poll(() => review.look('Space').color).toBe(blue);
    const colors = new Set(review.cells().flatMap((row) => row.map(({ color }) => color)));
    expect(colors).not.toContain(cyan);
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
