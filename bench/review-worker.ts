import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { ReviewData } from '../src/review/port.ts';
import { runReview } from '../src/review/runtime.ts';
import { item, makePort, planned, data as sample } from '../test/review/fixture.ts';
import { objectCount } from './review.ts';

/** Milliseconds, and megabytes of resident memory. */
export type ReviewFigures = {
  readonly firstPaintMs: number;
  readonly moveMs: number;
  readonly filterMs: number;
  readonly diffMs: number;
  readonly burstMs: number;
  readonly memoryMb: number;
  readonly naiveKeyMs: number;
};

/** The review on a terminal that only tells when something was painted. */
function openTerminal(onPaint: () => void = () => undefined) {
  let paintedMs = 0;
  let paints = 0;
  const stdout = Object.assign(new EventEmitter(), {
    isTTY: true,
    columns: 120,
    rows: 40,
    write: () => {
      paintedMs = performance.now();
      onPaint();
      paints++;
      return true;
    },
  });
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: () => undefined,
    ref: () => undefined,
    unref: () => undefined,
  });
  const settled = async () => {
    let seen = -1;
    while (seen !== paints) {
      seen = paints;
      await wait(60);
    }
    return paintedMs;
  };
  return {
    stdout,
    stdin,
    settled,
    paints: () => paints,
    paintedMs: () => paintedMs,
  };
}

function manyChanges(): ReviewData {
  const drift = Array.from({ length: objectCount }, (_, index) => {
    const table = `t${Math.floor(index / 10)}`;
    const column = (type: string) =>
      `ALTER TABLE "s${index % 20}"."${table}" ADD COLUMN "c${index}" ${type} NOT NULL DEFAULT 'x';`;
    const ref = { kind: 'column', path: [`s${Math.floor(index / 500)}`, table, `c${index}`] };
    const one = item({
      ref,
      group: `table:s${Math.floor(index / 500)}.${table}`,
      action: 'alter',
      before: column('varchar(120)'),
      after: column('varchar(255)'),
      statements: [planned(column('varchar(120)'))],
    });
    // As an introspection makes it.
    const after = { ref, address: { classid: 0, objid: 0, objsubid: 0 }, properties: {} };
    return { ...one, change: { ...one.change, after } };
  });
  return { ...sample, drift, pending: [] };
}

let loadedMs = 0;
let before = 0;
let firstPaintedMs = 0;
const terminal = openTerminal(() => {
  if (loadedMs > 0 && firstPaintedMs === 0) firstPaintedMs = performance.now();
});
const data = manyChanges();
const loading = async () => {
  before = terminal.paints();
  loadedMs = performance.now();
};
const port = makePort({ data, loading });
const review = runReview(port, {
  stdin: terminal.stdin as unknown as NodeJS.ReadStream,
  stdout: terminal.stdout as unknown as NodeJS.WriteStream,
  env: {},
  ascii: false,
  databaseLabel: 'bench',
  edit: async () => false,
});
while (loadedMs === 0 || terminal.paints() === before) await wait(1);
const firstPaintMs = firstPaintedMs - loadedMs;
await terminal.settled();

/** From a key to the last paint that it brought about; each key waits for the one before. */
async function keyMs(keys: readonly string[]): Promise<number> {
  const times: number[] = [];
  for (const key of keys) {
    const count = terminal.paints();
    const startedMs = performance.now();
    terminal.stdin.write(key);
    while (terminal.paints() === count && performance.now() - startedMs < 500) await wait(0);
    times.push(terminal.paintedMs() - startedMs);
    await wait(20);
  }
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length * 0.95)] ?? 0;
}

const repeat = (keys: readonly string[], count: number) => Array.from({ length: count }, () => keys).flat();
const moveMs = await keyMs(repeat(['j', 'j', 'k', 'j'], 25));
const filterMs = await keyMs(repeat(['/', 'c', '1', '7', '\u001b[D', '\u007f', '\u007f', '\u007f', '\r'], 8));
const diffMs = await keyMs(repeat(['n', '\u001b[6~', 'n', 'N'], 25));
const burstStartMs = performance.now();
terminal.stdin.write('j'.repeat(200));
const burstMs = (await terminal.settled()) - burstStartMs;
globalThis.gc?.();
const memoryMb = process.memoryUsage().rss / 1024 / 1024;
terminal.stdin.write('q');
await review;

const { render, Text, Box } = await import('ink');
const { createElement: element, useState } = await import('react');
const naive = openTerminal();
let select: (index: number) => void = () => undefined;
function NaiveList() {
  const [selected, setSelected] = useState(0);
  select = setSelected;
  const rows = data.drift
    .slice(0, 2_000)
    .map(({ change }, index) => element(Text, { key: change.id, inverse: index === selected }, change.id));
  return element(Box, { flexDirection: 'column' }, ...rows);
}
const instance = render(element(NaiveList), {
  stdout: naive.stdout as unknown as NodeJS.WriteStream,
  stdin: naive.stdin as unknown as NodeJS.ReadStream,
  patchConsole: false,
  maxFps: 60,
});
await naive.settled();
const naiveTimes: number[] = [];
for (let index = 1; index <= 5; index++) {
  const startedMs = performance.now();
  select(index);
  naiveTimes.push((await naive.settled()) - startedMs);
}
instance.unmount();
naiveTimes.sort((a, b) => a - b);
const figures: ReviewFigures = {
  firstPaintMs,
  moveMs,
  filterMs,
  diffMs,
  burstMs,
  memoryMb,
  naiveKeyMs: naiveTimes[2] ?? 0,
};
process.send?.(figures, () => process.exit(0));
