import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Row } from './measure.ts';
import type { ReviewFigures } from './review-worker.ts';

/** Changed objects that the review is measured with. */
export const objectCount = 10_000;

/** How fast the review paints and answers, in a process of its own, beside a list that paints every row. */
export async function measureReview(): Promise<readonly Row[]> {
  const figures = await runWorker();
  const subject = (what: string) => `review, ${objectCount.toLocaleString('en')} changes: ${what}`;
  const naive = { name: 'a list that draws all rows', timeMs: figures.naiveKeyMs };
  return [
    { subject: subject('first paint'), timeMs: figures.firstPaintMs, other: null, goal: { maxMs: 300 } },
    { subject: subject('move, p95'), timeMs: figures.moveMs, other: naive, goal: { maxMs: 33 } },
    { subject: subject('filter, p95'), timeMs: figures.filterMs, other: null, goal: { maxMs: 33 } },
    { subject: subject('another diff, p95'), timeMs: figures.diffMs, other: null, goal: { maxMs: 33 } },
    { subject: subject('200 keys at once'), timeMs: figures.burstMs, other: null, goal: { maxMs: 100 } },
    {
      subject: subject(`memory ${Math.round(figures.memoryMb)} MB, goal 400 MB`),
      timeMs: 0,
      other: null,
      goal: null,
    },
  ];
}

function runWorker(): Promise<ReviewFigures> {
  return new Promise((resolve, reject) => {
    // Without the garbage of other benchmarks, and with React's production build.
    const worker = fork(fileURLToPath(new URL('review-worker.ts', import.meta.url)), {
      execArgv: ['--import', 'tsx', '--expose-gc'],
    });
    worker.once('message', (figures) => resolve(figures as ReviewFigures));
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the review's benchmark ended with ${code}`)));
  });
}
