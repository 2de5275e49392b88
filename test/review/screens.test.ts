import { describe, expect, it } from 'vitest';
import type { ApplyEvent } from '../../src/apply/event.ts';
import { TrueupError } from '../../src/errors.ts';
import type { ReviewData, ReviewPort } from '../../src/review/port.ts';
import { data, eventsOf, lockTimeout, makePlan, makePort } from './fixture.ts';
import { type OpenedReview, openReview } from './terminal.ts';

const sizes = [
  [60, 15],
  [80, 24],
  [120, 40],
  [200, 60],
] as const;

/** A screen or state: how it is reached, and what it says whatever the size of the terminal. */
type Case = {
  readonly name: string;
  readonly port?: ReviewPort;
  /** Each is pressed when the texts beside it are on the screen. */
  readonly path?: readonly (readonly [shown: string, keys: string])[];
  readonly shows: readonly (string | RegExp)[];
  /** Ends what the screen waits for. */
  readonly end?: () => void;
};

const never = new Promise<never>(() => undefined);
const loading = (...lines: readonly string[]) =>
  makePort({
    loading: async (onProgress) => {
      for (const line of lines) onProgress(line);
      await never;
    },
  });
const failing = (code: string, summary: string) =>
  new TrueupError([{ code, severity: 'error', summary, help: 'Look at the server.' }]);
/** A run that stops after these events, for as long as someone looks. */
const running = (...events: readonly ApplyEvent[]): ReviewPort => ({
  ...makePort({ safe: true }),
  apply: async function* () {
    yield* events;
    await never;
  },
});
const begun = eventsOf(makePlan(new Map(), { safe: true })).slice(0, 3);
const at = { step: 0, statement: 0 } as const;
const batch = { batchRows: 2_000, durationMs: 210, rows: 120_000, rowsPerSecond: 9_800, leftMs: 8_200 };
const blocker = { pid: 8812, role: 'report', application: 'psql', ageMs: 720_000, query: 'LOCK TABLE users' };
const empty: ReviewData = { ...data, drift: [], pending: [], ignored: [], notes: [] };
const cutShort = (inDoubt: string | null): ReviewData => ({
  ...data,
  unfinished: {
    described: {
      code: 'unfinished-run',
      severity: 'warning',
      summary: 'The run r-0041 of deploy, started 2026-11-02T03:04:05Z, ended without a word.',
      detail: 'applied: V42__add_phone.sql; not applied: V44__drop_legacy.sql',
    },
    isGoingOn: false,
    mustGoOn: true,
    inDoubt,
    decisions: new Map([['column:public.users.email', 'revert']]),
  },
});
const toConfirm = [
  ['0/5 decided', 'A'],
  ['live unchanged', ''],
] as const;
const confirmed = (word: string) => [...toConfirm, ['Type', `${word}\r`]] as const;

const cases: readonly Case[] = [
  { name: 'connecting', port: loading(), shows: ['Looking at', 'connecting', 'q quit'] },
  {
    name: 'replaying',
    port: loading('replaying 3/41', 'replaying 12/41'),
    shows: [/[◐◓◑◒] replaying 12\/41/],
  },
  {
    name: 'introspecting',
    port: loading('introspecting live'),
    shows: [/✓ connecting/, 'introspecting live'],
  },
  {
    name: 'no connection',
    port: { ...makePort(), load: () => Promise.reject(failing('ECONNREFUSED', 'connection refused')) },
    shows: ['No connection', 'connection refused', 'Look at the server.', 'Nothing was applied.', 'R again'],
  },
  {
    name: 'a project that does not work',
    port: { ...makePort(), load: () => Promise.reject(failing('config', 'no migrations folder')) },
    shows: ['Cannot look at the database', 'no migrations folder', 'q quit'],
  },
  {
    name: 'a run that was cut short',
    port: makePort({ data: cutShort(null) }),
    shows: ['A run was cut short', 'run r-0041 of deploy', 'applied: V42__add_phone.sql', 'c continue'],
  },
  {
    name: 'a statement in doubt',
    port: makePort({ data: cutShort('CREATE INDEX CONCURRENTLY i ON t (a)') }),
    shows: ['In doubt: CREATE INDEX CONCURRENTLY i', 'd done', 'a again'],
  },
  {
    name: 'clean',
    port: makePort({ data: empty }),
    shows: ['Clean', '✓ Live is what its applied migrations made', 'q quit'],
  },
  { name: 'drift', shows: ['[1 Drift 5]', '0/5 decided', 'login(text,', 'q quit'] },
  { name: 'a filter', path: [['0/5 decided', '/email']], shows: ['/email_', 'Filter: Enter keeps it'] },
  { name: 'a filter that fits nothing', path: [['0/5', '/zzz']], shows: ['Nothing matches it.'] },
  { name: 'marked rows', path: [['0/5 decided', '*']], shows: ['Marked: decide for all of them'] },
  {
    name: 'a whole diff',
    path: [['0/5 decided', '\r']],
    shows: ['function auth.login', 'Changed: live differs'],
  },
  { name: 'definitions side by side', path: [['0/5 decided', '\rs']], shows: ['Changed: live differs'] },
  { name: 'the help', path: [['0/5 decided', '?']], shows: ['Keys', 'Move', 'j Down', '? close'] },
  { name: 'the map', path: [['0/5 decided', '/email\rm']], shows: ['Map: table public.users', 'orders'] },
  {
    name: 'ignoring',
    path: [['0/5 decided', 'i']],
    shows: ['Ignore 1 object', 'why', '.trueupignore', 'Esc leaves'],
  },
  {
    name: 'making the plan',
    port: makePort({ planning: () => never }),
    path: [['0/5 decided', '2']],
    shows: ['making the plan and rehearsing'],
  },
  {
    name: 'the plan',
    path: [['0/5 decided', '2']],
    shows: ['[2 Plan 4]', 'Overview', 'transaction', 'V42__add_phone'],
  },
  {
    name: 'a part of the plan',
    path: [
      ['0/5 decided', '2'],
      ['Overview', 'j'],
    ],
    shows: ['part 1 of 3', 'When it fails'],
  },
  {
    name: 'a file that is written',
    path: [
      ['0/5 decided', 'a2'],
      ['writes', 'j'],
    ],
    shows: ['V45__adopt_drift.sql', 'Written into the'],
  },
  {
    name: 'no plan',
    port: { ...makePort(), plan: () => Promise.reject(failing('masked', 'a password is not known')) },
    path: [['0/5 decided', '2']],
    shows: ['No plan', 'a password is not known', 'Nothing was applied.'],
  },
  {
    name: 'a plan that is blocked',
    port: {
      ...makePort(),
      plan: async (decisions) => ({
        ...makePlan(decisions),
        diagnostics: [{ code: 'policy', severity: 'error', summary: 'Not on a Friday.' }],
      }),
    },
    path: [
      ['0/5 decided', '2'],
      ['Overview', 'A'],
    ],
    shows: ['Blocked: Not on a Friday.'],
  },
  { name: 'the history', path: [['0/5 decided', '3']], shows: ['[3 History]', '2026-11-02', 'success'] },
  {
    name: 'a version',
    path: [
      ['0/5 decided', '3'],
      ['V44__', '/V12\r'],
    ],
    shows: ['V12__email', /objects, /],
  },
  {
    name: 'a safe plan to confirm',
    port: makePort({ safe: true }),
    path: toConfirm,
    shows: ['Confirm', 'Type yes and Enter'],
  },
  {
    name: 'a loss to confirm',
    path: toConfirm,
    shows: ['DATA LOSS', 'public.users.legacy', 'Type shop', 'Esc goes back; nothing is applied.'],
  },
  { name: 'a wrong word', path: confirmed('yes'), shows: ['That is not "shop". Nothing was applied.'] },
  {
    name: 'live that moved',
    port: makePort({
      check: () => ({ isMoved: true, moved: [{ action: 'create', id: 'index:public.new' }], losses: [] }),
    }),
    path: [['0/5 decided', 'A']],
    shows: ['STALE', '1 object moved', 'index public.new', 'R looks again and keeps your decisions'],
  },
  {
    name: 'waiting for another run',
    port: running({ type: 'waiting for lock', detail: 'run r-0007 of deploy, in process 99' }),
    path: confirmed('yes'),
    shows: ['Applying to', '0/4 statements', 'waiting: run r-0007', 'Ctrl-C stop'],
  },
  {
    name: 'a statement that others block',
    port: running(...begun, {
      type: 'blocked',
      ...at,
      blockers: [{ ...blocker, state: 'idle in transaction' }],
    }),
    path: confirmed('yes'),
    shows: ['blocked by process 8812', 'idle in transaction', '12 min', 'ADD COLUMN phone'],
  },
  {
    name: 'a statement that is tried again',
    port: running(...begun, {
      type: 'retrying',
      segment: 0,
      attempt: 2,
      attempts: 10,
      delayMs: 200,
      lockMs: 3_000,
      diagnostic: lockTimeout,
    }),
    path: confirmed('yes'),
    shows: ['running', 'attempt 2 of 10, lock_timeout 3.0 s', 'tried again 1 time'],
  },
  {
    name: 'a statement in batches',
    port: running(...begun, { type: 'batch committed', ...at, ...batch }),
    path: confirmed('yes'),
    shows: ['60 %', '120,000 rows, 9,800 rows/s', '8.2 s'],
  },
  {
    name: 'a connection that is made again',
    port: running(...begun, { type: 'reconnecting', diagnostic: { ...lockTimeout, summary: 'terminated' } }),
    path: confirmed('yes'),
    shows: ['connection lost, connecting again:', 'terminated'],
  },
  {
    name: 'a run that is to stop',
    port: running(...begun),
    path: [...confirmed('yes'), ['ADD COLUMN phone', '\u0003']],
    shows: ['Stopping after this statement.'],
  },
  {
    name: 'verifying',
    port: running(...begun, { type: 'verifying' }),
    path: confirmed('yes'),
    shows: ['verifying: looking at live again'],
  },
  {
    name: 'applied',
    port: makePort({ safe: true }),
    path: confirmed('yes'),
    shows: ['APPLIED', 'Verified: live is the target', 'R review again', 'q quit'],
  },
  {
    name: 'failed',
    port: makePort({ safe: true, failAt: 3 }),
    path: confirmed('yes'),
    shows: ['FAILED at', 'lock timeout', 'parts stay', 'report .trueup/runs/', 'r retry', 'q quit'],
  },
  {
    name: 'a connection that is lost',
    port: {
      ...makePort({ safe: true }),
      apply: async function* () {
        yield* begun;
        throw failing('57P01', 'terminating connection');
      },
    },
    path: confirmed('yes'),
    shows: ['CONNECTION LOST', 'CONNECTION LOST', 'terminating connection'],
  },
];

describe.concurrent('at every size there is room for', () => {
  it.each(cases)('$name', async ({ port = makePort(), path = [], shows }) => {
    const [columns, rows] = sizes[0];
    const review = openReview(port, { columns, rows });
    for (const [shown, keys] of path) {
      await review.shows(shown);
      review.press(keys);
    }
    for (const [columns, rows] of sizes) {
      review.resize(columns, rows);
      await fills(review, columns, rows);
      await review.shows(...shows);
    }
    review.resize(59, 15);
    await review.shows('Too small');
    for (let press = 0; press < 3; press++) review.press('\u0003');
    process.exitCode = undefined;
  });
});

/** The header, a frame whose borders meet, and the footer: nothing is shifted, nothing is cut off at the bottom. */
async function fills(review: OpenedReview, columns: number, rows: number): Promise<void> {
  await review.shows(new RegExp(`^╰[^\n]{${columns - 2}}╯$`, 'm'));
  const lines = review.lines();
  expect(lines).toHaveLength(rows);
  expect(lines[1]).toMatch(new RegExp(`^╭.{${columns - 2}}╮$`));
  for (const line of lines.slice(2, -2)) expect(line).toMatch(new RegExp(`^│.{${columns - 2}}[│┃]$`));
}

it('goes on from a run that was cut short under its own decisions, and applies nothing before', async () => {
  const calls: string[] = [];
  const review = openReview(makePort({ data: cutShort(null), calls }));
  await review.shows('A run was cut short');
  review.press('\u001b');
  await review.shows('A run was cut short: A says how it goes on.');
  review.press('A');
  await review.shows('c continue');
  review.press('c');
  await review.shows('Type shop', 'live unchanged');
  expect(calls).toEqual(['load', 'load and settle, in doubt: null', 'plan revert column:public.users.email']);
  review.press('\u0003');
  await review.result;
});
