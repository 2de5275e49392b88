import { describe, expect, it } from 'vitest';
import { item, makePort } from './fixture.ts';
import { renamed, to } from './renamed.ts';
import { openReview } from './terminal.ts';

describe('a rename', () => {
  it.each([
    [60, 15],
    [80, 24],
    [120, 40],
    [200, 60],
  ])(
    'is asked about with both definitions, and an answer makes one entry of two, at %ix%i',
    async (columns, rows) => {
      const review = openReview(makePort({ data: renamed }), { columns, rows });
      await review.shows('0/7 decided', '1 rename?');
      review.press('=');
      await review.shows(
        'Renames? 1 pair, 1 to answer',
        /100 %( alike)? +\? open/,
        '"note" text',
        '"remark"',
      );
      review.press('y');
      await review.shows('0 to answer', '(•) y renamed');
      review.press('\r');
      await review.shows('answers are kept in .trueuprenames');
      review.press('k');
      await review.shows('0/6 decided');
      review.press('/note\r');
      await review.shows('renamed');
      review.press('q');
      await review.result;
    },
  );

  it('has a comparison that scrolls by pages where it is long', async () => {
    const long = Array.from({ length: 30 }, (_, line) => `line ${line}`).join('\n');
    const renames = renamed.renames.map((one) => ({ ...one, definitionAfter: `${long}\nthe end` }));
    const review = openReview(makePort({ data: { ...renamed, renames } }), { columns: 60, rows: 15 });
    await review.shows('1 rename?');
    review.press('=');
    await review.shows('expected', 'y renamed');
    review.press('\u001b[6~'.repeat(20));
    await review.shows('the end', 'y renamed');
    review.press('\u001b=');
    await review.shows('Renames?', 'expected');
    review.press('\u0003');
    await review.result;
  });

  it('keeps its answer and its decision when live is looked at again, and can be unanswered', async () => {
    const calls: string[] = [];
    const review = openReview(makePort({ data: renamed, calls }));
    await review.shows('1 rename?');
    review.press('=y\r');
    await review.shows('answers are kept in .trueuprenames');
    review.press('k');
    await review.shows('0/6 decided');
    review.press('/note\rr');
    await review.shows('1/6 decided');
    review.press('R');
    await expect.poll(() => calls).toEqual(['load', 'load']);
    await review.shows('1/6 decided', 'renamed');
    review.press('=u\r');
    await review.shows('answers are kept in .trueuprenames');
    review.press('k');
    await review.shows('0/7 decided', '1 rename?');
    review.press('q');
    await review.result;
  });

  it('is asked about before half of it is applied, and Esc applies nothing', async () => {
    const calls: string[] = [];
    const review = openReview(makePort({ data: renamed, calls, safe: true }));
    await review.shows('1 rename?');
    review.press('/remark\r');
    await review.shows('Perhaps it is column', 'public.orders.note');
    review.press('rA');
    await review.shows('Renames?', 'goes on to the plan');
    review.press('\u001b');
    await review.shows('1/7 decided');
    expect(calls).toEqual(['load']);
    review.press('An\r');
    await review.shows('Type yes');
    expect(calls.at(-1)).toContain(`revert ${to}`);
    review.press('\u0003');
    await review.result;
  });

  it('of a value is asked about before its enum is reverted', async () => {
    const define = (label: string) => `CREATE TYPE "public"."stage" AS ENUM ('new', '${label}');`;
    const [before, after] = [define('paid'), define('settled')];
    const ref = { kind: 'enum', path: ['public', 'stage'] };
    const stage = item({ ref, action: 'alter', before, after, statements: [] });
    const [from, to] = ['enum value:public.stage.paid', 'enum value:public.stage.settled'];
    const question = { from, to, changes: ['enum:public.stage'], likeness: 1, answer: null };
    const renames = [{ ...question, definitionBefore: before, definitionAfter: after }];
    const review = openReview(makePort({ data: { ...renamed, drift: [stage], renames } }));
    await review.shows('1 rename?');
    review.press('/stage\r');
    await review.shows('Perhaps enum value public.stage.settled', 'is enum value public.stage.paid');
    review.press('rA');
    await review.shows('Renames?', 'goes on to the plan');
    review.press('\u0003');
    await review.result;
  });

  it('is two objects from then on, and the drift stays as it is', async () => {
    const calls: string[] = [];
    const review = openReview(makePort({ data: renamed, calls }));
    await review.shows('1 rename?');
    review.press('=n\r');
    await review.shows('answers are kept in .trueuprenames');
    review.press('k');
    await review.shows('0/7 decided');
    review.press('R');
    await expect.poll(() => calls).toEqual(['load', 'load']);
    await review.shows('0/7 decided');
    review.press('=');
    await review.shows('0 to answer', '(•) n two objects');
    review.press('\u0003');
    await review.result;
  });

  it('holds for this review alone where its answer cannot be written, and says so', async () => {
    const review = openReview(makePort({ data: renamed, readOnly: true }));
    await review.shows('1 rename?');
    review.press('=y\r');
    await review.shows('hold for this review only: EACCES');
    review.press('k');
    await review.shows('0/6 decided');
    review.press('q');
    await review.result;
  });

  it('is known before a plan is made, however long its answer takes to be written', async () => {
    const calls: string[] = [];
    let write: () => void = () => undefined;
    const writing = () => new Promise<void>((written) => (write = written));
    const review = openReview(makePort({ data: renamed, calls, safe: true, writing }));
    await review.shows('1 rename?');
    review.press('/remark\r');
    await review.shows('public.orders.note');
    review.press('rAy\r');
    await review.shows('[2 Plan]', 'making the plan');
    expect(calls).toEqual(['load']);
    write();
    await review.shows('Type yes');
    expect(calls.slice(1)).toHaveLength(1);
    review.press('\u0003');
    await review.result;
  });
});
