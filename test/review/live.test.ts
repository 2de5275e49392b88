import { describe, expect, it } from 'vitest';
import type { LiveCheck } from '../../src/review/live-check.ts';
import { makePort } from './fixture.ts';
import { openReview } from './terminal.ts';

const sizes = [
  { columns: 60, rows: 15 },
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
  { columns: 200, rows: 60 },
];
const still: LiveCheck = { isMoved: false, moved: [], losses: [] };
const moved: LiveCheck = {
  isMoved: true,
  moved: [
    { id: 'index:public.users_new_idx', action: 'create' },
    { id: 'column:public.users.email', action: 'alter' },
  ],
  losses: [],
};

describe.each(sizes)('at $columns x $rows', (size) => {
  it('counts once more what is lost before a plan is confirmed, and says how fresh that is', async () => {
    const losses = [
      { subject: 'public.users.legacy', count: 41_220, unit: 'value' as const },
      { subject: 'public.users_backup', count: null, unit: 'row' as const },
    ];
    const review = openReview(makePort({ check: () => ({ ...still, losses }) }), size);
    await review.shows('0/5 decided');
    review.press('gr');
    await review.shows('5 objects: revert');
    review.press('A');
    await review.shows('Type shop', 'live unchanged', /DATA LOSS public.users.email becomes/);
    // A short terminal has room for one loss; the others are a page further.
    if (size.rows < 20) await review.shows('PgDn shows more.');
    review.press('\u001b[6~');
    await review.shows(
      'Type shop',
      /Counted now:[\s│┃]+41,220/,
      /Counted now: too[\s│┃]+many|too many rows to/,
    );
    review.press('\u001b');
    await review.shows('Nothing was applied.');
    review.press('q');
    await review.result;
  });

  it('does not let a plan be confirmed when live has moved, shows what moved, and looks again with R', async () => {
    const calls: string[] = [];
    const answers = [moved, still];
    const review = openReview(makePort({ calls, check: () => answers.shift() ?? still }), size);
    await review.shows('0/5 decided');
    review.press('r');
    await review.shows('1/5 decided');
    review.press('A');
    await review.shows(
      'STALE',
      '+ index public.users_new_idx',
      '~ column public.users.email',
      'R looks again',
    );
    review.press('\u001b');
    await review.shows('LIVE HAS MOVED (2)');
    review.press('A');
    await review.shows('STALE');
    review.press('R');
    await review.shows('[2 Plan 5]');
    review.press('1');
    await review.shows('1/5 decided');
    expect(calls).not.toContain('apply');
    review.press('q');
    await review.result;
  });

  it('shows how far the server says a statement is', async () => {
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const review = openReview(
      makePort({
        progress: { phase: 'building index: scanning table', done: 0.63 },
        gate: (event) => (event.type === 'statement finished' ? opened : Promise.resolve()),
      }),
      size,
    );
    await review.shows('0/5 decided');
    review.press('A');
    await review.shows('live unchanged');
    review.press('shop\r');
    await review.shows('63 % building index');
    open();
    await review.shows('APPLIED');
    review.press('q');
    await review.result;
  });
});

it('says when live can no longer be looked at, and nothing is applied', async () => {
  const lost = Object.assign(new Error('terminating connection'), { code: '57P01' });
  const review = openReview(
    makePort({
      check: () => {
        throw lost;
      },
    }),
  );
  await review.shows('0/5 decided');
  review.press('A');
  await review.shows('Connection lost', 'terminating connection', 'Nothing was applied.');
  review.press('R');
  await review.shows('0/5 decided');
  review.press('q');
  await review.result;
});
