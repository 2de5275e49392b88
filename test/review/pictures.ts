// Makes docs/pictures/*.svg: the review on the made-up data of the tests, in a terminal without a window. npm run pictures
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReviewData } from '../../src/review/port.ts';
import { data, makePort } from './fixture.ts';
import { renamed } from './renamed.ts';
import { renderSvg } from './svg.ts';
import { type OpenedReview, openReview } from './terminal.ts';

const folder = join(import.meta.dirname, '../../docs/pictures');
mkdirSync(folder, { recursive: true });

/** One picture: keys to press, and what must be on the screen when it is taken. */
type Picture = {
  readonly name: string;
  readonly keys: readonly string[];
  readonly shows: readonly string[];
  readonly data?: ReviewData;
};

const pictures: readonly Picture[] = [
  { name: 'drift', keys: ['n', 'n', 'r'], shows: ['1/5 decided', 'To revert it'] },
  { name: 'side-by-side', keys: ['\r', 's'], shows: ['RETURN QUERY'] },
  { name: 'map', keys: ['/', 'email', '\r', 'm'], shows: ['referred to by (2)'] },
  {
    name: 'plan',
    keys: ['2', '/', 'concurrently', '\r', 'g', 'j'],
    shows: ['OUTSIDE a transaction', 'When it fails'],
  },
  { name: 'history', keys: ['3', 'G', 'k'], shows: ['█'] },
  { name: 'renames', keys: ['=', 'y'], shows: ['Renames?', '0 to answer'], data: renamed },
  { name: 'confirm', keys: ['A'], shows: ['Type shop', 'live unchanged'] },
];

for (const picture of pictures) {
  const review = openReview(makePort({ data: picture.data ?? data }), { columns: 104, rows: 30 });
  await review.shows('decided');
  for (const key of picture.keys) {
    review.press(key);
    await settled(review);
  }
  await review.shows(...picture.shows);
  writeFileSync(
    join(folder, `${picture.name}.svg`),
    renderSvg(`The review: ${picture.name.replaceAll('-', ' ')}`, review.cells()),
  );
  review.press('\u0003');
  await review.result;
}

/** Waits until the screen no longer changes: colours of SQL come a little later. */
async function settled(review: OpenedReview): Promise<void> {
  let before = '';
  while (before !== review.written()) {
    before = review.written();
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}
