// Makes docs/pictures/*.svg: the review on the made-up data of the tests, in a terminal without a window. npm run pictures
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReviewData } from '../../src/review/port.ts';
import { data, makePort } from './fixture.ts';
import { renamed } from './renamed.ts';
import { type Frame, renderRecording, renderSvg } from './svg.ts';
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
  { name: 'confirm', keys: ['A'], shows: ['Type shop', 'Counted now: 41,220 values.'] },
];

/** The recorded session: what is typed, how long its screen stays, and what must be on it. */
const session: readonly (readonly [keys: string, durationMs: number, shows: string])[] = [
  ['', 2_000, 'orders_user_fk'],
  ['n', 1_200, 'Hazards of reverting'],
  ['r', 1_200, '1/5 decided'],
  ['n', 1_500, 'public.users.email'],
  ['\r', 2_500, 'Depends on it'],
  ['s', 2_500, 'email'],
  ['\u001b', 800, 'orders_user_fk'],
  ['m', 2_500, 'referred to by (2)'],
  ['\u001b', 600, 'orders_user_fk'],
  ['l', 1_000, '2/5 decided'],
  ['2', 2_000, 'Overview'],
  ['/concurrently', 1_200, 'OUTSIDE a transaction'],
  ['\rgj', 2_500, 'When it fails'],
  ['A', 2_500, 'Type shop'],
  ['yes\r', 1_800, 'That is not "shop"'],
  ['shop', 1_000, 'shop_'],
  ['\r', 3_500, 'APPLIED'],
];

const options = { columns: 104, rows: 30 };
const losses = [{ subject: 'public.users.legacy', count: 41_220, unit: 'value' as const }];
const check = () => ({ isMoved: false, moved: [], losses });

for (const picture of pictures) {
  const review = openReview(makePort({ data: picture.data ?? data, check }), options);
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

const review = openReview(makePort({ check }), options);
await review.shows('decided');
const frames: Frame[] = [];
for (const [keys, durationMs, shows] of session) {
  review.press(keys);
  await settled(review);
  await review.shows(shows);
  frames.push({ screen: review.cells(), durationMs });
}
writeFileSync(join(folder, 'session.svg'), renderRecording('The review: a session', frames));
review.press('q');
await review.result;

/** Waits until the screen no longer changes: colours of SQL come a little later. */
async function settled(review: OpenedReview): Promise<void> {
  let before = '';
  while (before !== review.written()) {
    before = review.written();
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}
