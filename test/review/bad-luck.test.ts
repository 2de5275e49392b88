import { expect, it } from 'vitest';
import { data, item, makePort, planned } from './fixture.ts';
import { openReview } from './terminal.ts';

const size = { columns: 80, rows: 24 };

function withDrift(before: string | null, after: string, name = 'odd') {
  const one = item({
    ref: { kind: 'function', path: ['public', name], signature: '' },
    action: before === null ? 'create' : 'alter',
    before,
    after,
    statements: [planned(after)],
  });
  return makePort({ data: { ...data, drift: [one], pending: [] } });
}

it('shows lines of 5,000 columns whole, wrapped, and never wider than the terminal', async () => {
  const words = 'SELECT a, b FROM t '.repeat(263);
  const review = openReview(withDrift(`${words}x`, `${words}y${'z'.repeat(5_000)}`), size);
  await review.shows('0/1 decided');
  review.press('\r');
  await review.shows('SELECT a, b');
  review.press('G');
  await review.shows('zzzz');
  expect(review.lines().every((line) => line.length <= size.columns)).toBe(true);
  review.press('q');
  await review.result;
});

it('shows the difference of a function of 20,000 lines, and goes to its end', async () => {
  const body = (changed: string) =>
    Array.from({ length: 20_000 }, (_, line) =>
      line === 19_990 ? changed : `  PERFORM step_${line}();`,
    ).join('\n');
  const review = openReview(withDrift(body('  RETURN 1;'), body('  RETURN 2;')), size);
  await review.shows('0/1 decided', 'RETURN', '19987 unchanged lines');
  review.press('\r');
  await review.shows('PERFORM step_0()');
  review.press('G');
  await review.shows('PERFORM step_19999()');
  review.press('q');
  await review.result;
});

it('keeps its columns where names are wide, combine, or change direction', async () => {
  const name = '訂單\u202e\u0007é\u0301ﬀ한글';
  const review = openReview(withDrift(null, `CREATE FUNCTION "${name}"()`, name), size);
  const screen = await review.shows('0/1 decided', '\\x07', '\\u{202e}', '訂單');
  expect(screen).not.toContain('\u202e');
  const rows = review.cells().slice(1, -1);
  for (const row of rows) {
    expect(['╮', '│', '╯', '┃']).toContain(row.at(-1)?.text);
    expect(['╭', '│', '╰']).toContain(row[0]?.text);
  }
  review.press('q');
  await review.result;
});

it('comes back from one cell on every screen, whatever was open', async () => {
  const review = openReview(makePort(), size);
  await review.shows('0/5 decided');
  // Each is on the screen before the next is pressed: an Escape with a key right behind it is Alt and that key.
  for (const [keys, shown] of [
    ['?', /close/],
    ['\u001b', /0\/5 decided.*q quit/],
    ['/email\rm', /close|q quit/],
    ['m', /q quit/],
    ['2', /\[2 Plan/],
    ['3', /\[3 History/],
    ['1', /\[1 Drift/],
    ['i', /Esc leaves/],
  ] as const) {
    review.press(keys);
    review.resize(1, 1);
    review.resize(2, 40);
    review.resize(80, 24);
    await review.shows(shown);
  }
  review.press('\u001b');
  await review.shows('Left as it was.');
  review.press('q');
  expect((await review.result).exitCode).toBe(0);
});

it('gives the terminal back on a signal from every screen', async () => {
  for (const keys of ['?', '/email\rm', 'i', '/x', '2A']) {
    const review = openReview(makePort(), size);
    await review.shows('0/5 decided');
    review.press(keys);
    process.emit('SIGTERM', 'SIGTERM');
    expect((await review.result).exitCode).toBe(130);
    expect(review.rawMode()).toBe(false);
    expect(review.written().endsWith('\u001b[?1049l')).toBe(true);
  }
});
