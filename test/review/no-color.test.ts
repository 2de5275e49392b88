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
