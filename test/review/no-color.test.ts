import { expect, it } from 'vitest';
import { makePort } from './fixture.ts';
import { openReview } from './terminal.ts';

// In a file of its own: chalk decides on colours once, when it is loaded.
it('uses no colour and no style with NO_COLOR, and still tells everything', async () => {
  const review = openReview(makePort(), { columns: 120, rows: 40, env: { NO_COLOR: '1' } });
  await review.shows('0/5 decided');
  review.press('/email\r');
  await review.shows('[-120-]', '{+255+}', 'DATA LOSS', '▌?');
  review.press('l');
  await review.shows('▌L', '(•)leave');
  review.press('2');
  await review.shows('[2 Plan', 'OUTSIDE a transaction');
  review.press('q');
  await review.result;
  // Resetting before a row is not a style.
  expect(review.written().replaceAll('\u001b[m', '')).not.toMatch(/\u001b\[[\d;]*m/);
});

it.each([
  ['drift', '', '0/5 decided'],
  ['a definition', '/email\r', 'expected @41'],
  ['two definitions side by side', '/email\r\rs', 'To revert it'],
  ['a decision', 'l', '1/5 decided'],
  ['a range', 'vjj', 'Esc'],
  ['the plan', '2', 'OUTSIDE a transaction'],
  ['history', '3', 'V44__more_tables'],
  ['a map', '/users\rm', 'Enter go there'],
  ['a confirmation', 'A', 'Type shop'],
])('says without colours whatever it says with them: %s', async (_, keys, shown) => {
  const reviews = [{ NO_COLOR: '1' }, {}].map((env) =>
    openReview(makePort(), { columns: 120, rows: 40, env }),
  );
  for (const review of reviews) {
    await review.shows('0/5 decided');
    for (const key of keys) review.press(key);
    await review.shows(shown);
  }
  // Words that differ are marked where no colour marks them, so lines may break elsewhere; the clock goes on.
  const [bare, coloured] = reviews.map((review) => () => {
    const text = review
      .lines()
      .join('\n')
      .replaceAll(/\[-|-\]|\{\+|\+\}/g, '');
    const words = text.replaceAll(/checked \d+ s ago/g, '').split(/[\s─│┃]+/);
    return words.sort().join(' ');
  });
  const differing = () => (bare?.() === coloured?.() ? [] : [bare?.(), coloured?.()]);
  await expect.poll(differing, { timeout: 25_000 }).toEqual([]);
  for (const review of reviews) {
    review.press('\u0003');
    await review.result;
  }
});
