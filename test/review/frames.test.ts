import { describe, expect, it } from 'vitest';
import { TrueupError } from '../../src/errors.ts';
import { data, item, makePort, planned } from './fixture.ts';
import { renamed } from './renamed.ts';
import { openReview } from './terminal.ts';

const sizes = [
  { columns: 60, rows: 15 },
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
  { columns: 200, rows: 60 },
];

/** A promise and what ends it. */
function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

describe.each(sizes)('at $columns x $rows', (size) => {
  it('shows drift, the detail of a change, the tabs and the way out on one screen', async () => {
    const review = openReview(makePort(), size);
    const screen = await review.shows('Drift 5', 'login(text,', 'q quit', '? help', '0/5 decided');
    expect(screen).toContain('[1 Drift 5]');
    expect(screen).toMatch(/function auth\.login/);
    for (const line of review.lines()) expect(line.length).toBeLessThanOrEqual(size.columns);
    // Borders meet: no row is shifted by a character whose width is disputed.
    const body = review.lines().slice(2, -2);
    expect(new Set(body.map((line) => line.length))).toEqual(new Set([size.columns]));
    review.press('q');
    expect((await review.result).exitCode).toBe(0);
  });

  it('goes from a wrong word to the right one, applies, and shows what happened', async () => {
    const calls: string[] = [];
    const review = openReview(makePort({ calls }), size);
    await review.shows('0/5 decided');
    review.press('r');
    await review.shows('1/5 decided');
    review.press('A');
    await review.shows('Type shop', 'prod', '41 → 44', 'proven');
    review.press('\r');
    await review.shows('Type shop to apply');
    review.press('prod\r');
    await review.shows('That is not "shop". Nothing was applied.');
    expect(calls).not.toContain('apply');
    review.press('shop\r');
    await review.shows('APPLIED', 'version 41 → 44', 'V44__drop_legacy.sql');
    expect(calls.at(-2)).toBe('plan revert function:auth.login(text, text)');
    review.press('q');
    const { exitCode, summary } = await review.result;
    expect(exitCode).toBe(0);
    expect(summary).toContain('Applied: app@db1/shop, 4 steps applied, version 41 -> 44');
  });
});

describe('looking', () => {
  it('marks the words that differ', async () => {
    const review = openReview(makePort(), { columns: 120, rows: 40 });
    await review.shows('0/5 decided');
    review.press('/email\r');
    await review.shows('varchar(255)', 'DATA LOSS', 'To revert it');
    expect(review.look('120)')).toMatchObject({ color: 9, inverse: true });
    expect(review.look('255)')).toMatchObject({ color: 2, inverse: true });
    review.press('q');
    await review.result;
  });

  it('tells what depends on an object, where it was last defined, and by which statements', async () => {
    const review = openReview(makePort(), { columns: 120, rows: 60 });
    await review.shows('0/5 decided');
    review.press('/email\r');
    await review.shows(
      'last defined at migrations/V12__email.sql:3',
      'expected @41 → live',
      'Depends on it 2',
      'view public.mailing_list',
      'V43__email.sql:2 pending COMMENT ON',
      'V1__users.sql:1 CREATE TABLE users',
      'safer',
    );
    review.press('q');
    await review.result;
  });

  it('colours SQL, once the scanner is there', async () => {
    const review = openReview(makePort(), { columns: 120, rows: 40 });
    await review.shows('0/5 decided');
    review.press('/users_backup\r');
    await review.shows('DROP TABLE "public"."users_backup";');
    await expect.poll(() => review.look('DROP TABLE').color).toBe(13);
    await expect.poll(() => review.look('CREATE TABLE').color).toBe(13);
    review.press('q');
    await review.result;
  });

  it('filters while typing, several keys at once too', async () => {
    const review = openReview(makePort());
    await review.shows('0/5 decided');
    review.press('/kind:index');
    expect(await review.shows('/kind:index_', 'Filter: Enter keeps it')).not.toContain('orders_user_fk');
    review.press('\u007f\u007f\u007f\u007f\u007f');
    await review.shows('/kind:_', 'orders_user_fk');
    review.press('\u001b');
    await review.shows('0/5 decided');
    review.press('gjjjjj');
    await review.shows('Missing: the migrations made it');
    review.press('q');
    await review.result;
  });

  it('shows help made from the keys, scrolls it, and comes back', async () => {
    const review = openReview(makePort());
    await review.shows('0/5 decided');
    review.press('?');
    await review.shows('Keys', 'Move', 'filter: text, !not, kind:index');
    review.press('G');
    await review.shows('leave at once, with exit code 130', 'REWRITE');
    review.press('?');
    await review.shows('0/5 decided');
    review.press('q');
    await review.result;
  });

  it('shows a definition on the full width and side by side', async () => {
    const review = openReview(makePort(), { columns: 120, rows: 40 });
    await review.shows('0/5 decided');
    review.press('\rs');
    await review.shows(/- {3}RETURN QUERY SELECT id FROM users WHERE name = +│ \+ {3}RETURN QUERY/);
    expect(review.lines().join('\n')).not.toContain('Pending');
    review.press('\u001b');
    await review.shows('Pending');
    review.press('q');
    await review.result;
  });

  it('shows the plan by transaction, and the runs', async () => {
    const review = openReview(makePort(), { columns: 120, rows: 40 });
    await review.shows('0/5 decided');
    review.press('2');
    await review.shows(
      '1/3 transaction',
      '2/3 OUTSIDE a transaction',
      'V43__orders_idx.sql',
      'proven: 0 differences',
    );
    review.press('/concurrently\rn');
    await review.shows('migrations/V43__orders_idx.sql:1:1', 'outside a transaction');
    review.press('3');
    await review.shows('Runs', '2026-11-02 03:04', '40 → 41');
    review.press('q');
    await review.result;
  });

  it('tells of each part of the plan what stays when it fails', async () => {
    const review = openReview(makePort(), { columns: 120, rows: 40 });
    await review.shows('0/5 decided');
    review.press('2');
    await review.shows('2/3 OUTSIDE');
    review.press('/concurrently\rgj');
    await review.shows('When it fails', 'V42__add_phone.sql', 'an INVALID index', 'V44__drop_legacy.sql');
    review.press('q');
    await review.result;
  });

  it.each(sizes)(
    'shows the statements of a run, and the schema over its versions, at $columns x $rows',
    async (size) => {
      const { opened, open } = gate();
      const review = openReview(makePort({ versions: () => opened }), size);
      await review.shows('0/5 decided');
      review.press('3j');
      await review.shows('V41__orders.sql', 'rolled back', 'failed', 'version 3/44');
      open();
      review.press('/V12\r');
      await review.shows('V12__email');
      review.press('G');
      await review.shows('36 objects', '- view public.old_mail');
      review.press('k');
      await review.shows('132 objects after 44', '█');
      review.press('q');
      await review.result;
    },
  );

  it.each(sizes)('draws a map around a table, at $columns x $rows', async (size) => {
    const review = openReview(makePort(), size);
    await review.shows('0/5 decided');
    review.press('/email\rm');
    await review.shows('Map: table public.users', 'referred to by (2)', '~ public.orders', 'public.users');
    review.press('G');
    await review.shows('uses (1)', 'domain public.email_address');
    review.press('gj\r');
    await review.shows('Map: table public.orders', 'through orders');
    review.press('\u001b');
    await review.shows('Map: table public.users');
    review.press('m');
    await review.shows('0/5 decided', '/email');
    for (const line of review.lines()) expect(line.length).toBeLessThanOrEqual(size.columns);
    review.press('q');
    await review.result;
  });

  it('shows an impossible decision with a dash, and its reason', async () => {
    const review = openReview(makePort());
    await review.shows('0/5 decided');
    review.press('/orders_user\r');
    await review.shows('– adopt', 'Not possible', 'while V42 needs it');
    review.press('a');
    await review.shows('Cannot adopt: A missing foreign key');
    review.press('q');
    await review.result;
  });

  it('escapes what a name would make the terminal do, or hide', async () => {
    const evil = item({
      ref: { kind: 'index', path: ['public', 'a\u001b[2J\u202eb'] },
      action: 'create',
      before: null,
      after: 'CREATE INDEX "a\u001b[2J\u202eb"',
      statements: [planned('DROP INDEX "a\u001b[2J\u202eb"')],
    });
    const review = openReview(makePort({ data: { ...data, drift: [evil], pending: [] } }), {
      columns: 120,
      rows: 40,
    });
    const screen = await review.shows('a\\x1b[2J\\u{202e}b');
    expect(screen).not.toContain('\u202e');
    review.press('q');
    await review.result;
    expect(review.written()).not.toContain('a\u001b[2J');
  });

  it('says so when there is nothing', async () => {
    const nothing = { ...data, drift: [], pending: [], ignored: [], notes: [] };
    const review = openReview(makePort({ data: nothing }));
    await review.shows('Clean', 'nothing is pending');
    review.press('q');
    await review.result;
  });
});

describe('waiting and failing', () => {
  it('shows progress while it looks at the database, and can be left then', async () => {
    const { opened, open } = gate();
    const loading = (onProgress: (line: string) => void) => {
      onProgress('replaying 11/41');
      onProgress('replaying 12/41');
      return opened;
    };
    const review = openReview(makePort({ loading }));
    const screen = await review.shows('Looking at app@db1/shop', 'replaying 12/41', '✓ connecting');
    expect(screen).not.toContain('11/41');
    review.press('\u0003');
    const { exitCode, summary } = await review.result;
    open();
    expect(exitCode).toBe(130);
    expect(summary).toBe(
      'Interrupted. Nothing was applied to app@db1/shop.\nTo come back: trueup review -e prod',
    );
  });

  it('shows every problem when the database cannot be looked at, and tries again with R', async () => {
    let failures = 1;
    const loading = async () => {
      if (failures-- === 0) return;
      throw new TrueupError([
        {
          code: '42601',
          severity: 'error',
          position: { file: 'migrations/V7__x.sql', line: 3, column: 8 },
          summary: 'syntax error at or near "TABEL"',
          sourceLine: 'CREATE TABEL x();',
          help: 'Correct the migration.',
        },
        { code: 'migration-name', severity: 'error', summary: 'V8_x.sql is not a name.' },
      ]);
    };
    const review = openReview(makePort({ loading }));
    const screen = await review.shows(
      'syntax error',
      'CREATE TABEL x();',
      'V8_x.sql',
      'next: Correct the migration.',
    );
    const [source, caret] = screen.split('\n').filter((line) => /TABEL x|\^/.test(line));
    expect(caret?.indexOf('^')).toBe(source?.indexOf('TABEL'));
    review.press('R');
    await review.shows('Drift 5');
    review.press('q');
    expect((await review.result).exitCode).toBe(0);
  });

  it('shows a run that fails where it failed, what stays applied, and leaves with 1', async () => {
    const review = openReview(makePort({ failAt: 3 }), { columns: 120, rows: 40 });
    await review.shows('0/5 decided');
    review.press('A');
    await review.shows('Type shop');
    review.press('shop\r');
    await review.shows(
      'FAILED at migrations/V44__drop_legacy.sql:12:13',
      '2 of 3 parts stay applied',
      'canceling statement due to lock timeout (55P03)',
      'ALTER TABLE users DROP COLUMN legacy;',
      'r retry',
    );
    review.press('r');
    await review.shows('Type shop');
    review.press('\u001b');
    await review.shows('Nothing was applied.');
    review.press('q');
    const { exitCode, summary } = await review.result;
    expect(exitCode).toBe(1);
    expect(summary).toContain('FAILED');
  });

  it('stops a run after its statement on Ctrl-C, cancels it on the second, and leaves with 130', async () => {
    const calls: string[] = [];
    const { opened, open } = gate();
    const port = makePort({
      calls,
      gate: (event) => (event.type === 'statement finished' && event.step === 0 ? opened : Promise.resolve()),
    });
    const review = openReview(port);
    await review.shows('0/5 decided');
    review.press('A');
    await review.shows('Type shop');
    review.press('shop\r');
    await review.shows('Applying to app@db1/shop', 'ADD COLUMN phone', 'Ctrl-C stop after this statement');
    review.press('\u0003');
    await review.shows('Stopping after this statement', 'Ctrl-C again');
    review.press('\u0003');
    await review.shows('Cancelling on the server');
    open();
    await review.shows('INTERRUPTED', 'Nothing stays applied');
    expect(calls).toEqual(expect.arrayContaining(['cancel', 'stopped']));
    review.press('q');
    expect((await review.result).exitCode).toBe(130);
  });
});

describe('a run that cannot go on', () => {
  it.each([
    [
      { code: 'live-moved', severity: 'error', summary: 'Live has moved.', detail: 'index:public.new' },
      'STALE',
    ],
    [{ code: '57P01', severity: 'error', summary: 'terminating connection' }, 'CONNECTION LOST'],
    [{ code: 'ECONNRESET', severity: 'error', summary: 'read ECONNRESET' }, 'CONNECTION LOST'],
  ] as const)('says what is known: %o', async (diagnostic, title) => {
    const port = makePort();
    const review = openReview({
      ...port,
      apply: async function* () {
        yield { type: 'run started', runId: 'r-0042' };
        throw new TrueupError([diagnostic]);
      },
    });
    await review.shows('0/5 decided');
    review.press('A');
    await review.shows('Type shop');
    review.press('shop\r');
    await review.shows(title, diagnostic.summary, 'r retry');
    review.press('q');
    expect((await review.result).exitCode).toBe(1);
  });
});

describe('the terminal', () => {
  it('is given back as it was', async () => {
    const review = openReview(makePort());
    await review.shows('0/5 decided');
    expect(review.onAlternateScreen()).toBe(true);
    expect(review.rawMode()).toBe(true);
    review.press('\u0003');
    expect((await review.result).exitCode).toBe(130);
    await review.shows(/^\s*$/);
    expect(review.onAlternateScreen()).toBe(false);
    expect(review.rawMode()).toBe(false);
    expect(review.written().endsWith('\u001b[?7h\u001b[?25h\u001b[?1049l')).toBe(true);
  });

  it('is given back on SIGTERM and SIGHUP too', async () => {
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
      const review = openReview(makePort());
      await review.shows('0/5 decided');
      process.emit(signal, signal);
      expect((await review.result).exitCode).toBe(130);
      expect(review.rawMode()).toBe(false);
      expect(review.written().endsWith('\u001b[?1049l')).toBe(true);
    }
  });

  it('may change its size at any time, down to one cell and back', async () => {
    const review = openReview(makePort(), { columns: 120, rows: 40 });
    await review.shows('0/5 decided');
    review.resize(80, 24);
    await review.shows('login(text, text)', 'q quit');
    expect(review.lines().at(-1)).toContain('q quit');
    expect(
      review
        .lines()
        .slice(2, -2)
        .every((line) => line.length === 80),
    ).toBe(true);
    review.resize(50, 10);
    expect((await review.shows('Too small', 'Needs 60x15, has 50x10.')).trim().split('\n').length).toBe(2);
    review.resize(1, 1);
    review.resize(100, 30);
    await review.shows('login(text, text)', 'q quit');
    expect(review.lines()[29]).toContain('q quit');
    review.press('q');
    await review.result;
  });

  it('gets only the rows that changed', async () => {
    // Without colours, for those of SQL come when the scanner is there.
    const review = openReview(makePort(), { columns: 120, rows: 40, env: { NO_COLOR: '1' } });
    await review.shows('0/5 decided');
    const before = review.written().length;
    review.press('r');
    await review.shows('1/5 decided');
    const update = review.written().slice(before);
    const rows = new Set(Array.from(update.matchAll(/\u001b\[(\d+);1H/g), ([, row]) => row));
    expect(rows.size).toBeGreaterThan(0);
    expect(rows.size).toBeLessThan(10);
    expect(update).not.toContain('\u001b[2J');
    review.press('q');
    await review.result;
  });

  it('never takes a mouse report for keys', async () => {
    const review = openReview(makePort());
    await review.shows('0/5 decided');
    review.press('/\u001b[<0;12;7Mx\u001b[<0;12;7m');
    await review.shows('/x_');
    review.press('\u001b');
    await review.shows('0/5 decided');
    review.press('q');
    await review.result;
  });

  it.each(sizes)('takes clicks and the wheel at $columns x $rows, and gives the mouse back', async (size) => {
    const review = openReview(makePort(), size);
    await review.shows('0/5 decided', '[1 Drift');
    const click = (row: number, column: number) =>
      review.press(`\u001b[<0;${column + 1};${row + 1}M\u001b[<0;${column + 1};${row + 1}m`);
    const row = review
      .lines()
      .findIndex((line) => line.includes('users_backup') || line.includes('orders_user'));
    click(row, 5);
    await review.shows('Missing: the migrations');
    const selected = () => review.lines().findIndex((line) => line.includes('▌'));
    expect(selected()).toBe(row);
    review.press('\u001b[<65;3;5M');
    await expect.poll(selected).not.toBe(row);
    click(0, review.lines()[0]?.indexOf('History') ?? 0);
    await review.shows('[3 History]');
    click(0, review.lines()[0]?.indexOf('1 Drift') ?? 0);
    await review.shows('[1 Drift');
    expect(review.written()).toContain('\u001b[?1006h');
    review.press('M');
    await review.shows('left to the terminal');
    expect(review.written().split('\u001b[?1000h').length).toBe(2);
    review.press('q');
    await review.result;
    expect(review.written()).toContain('\u001b[?1006l\u001b[?1000l\u001b[?2026l');
  });

  it("stays the shell's own for a screen reader", async () => {
    const review = openReview(makePort(), { env: { INK_SCREEN_READER: 'true' } });
    await review.shows('0/5 decided', 'q quit');
    // Each pane begins on a line of its own.
    expect(review.written()).toMatch(/\n[^\n]{0,12}function auth\.login\(text, text\)/);
    expect(review.onAlternateScreen()).toBe(false);
    expect(review.written()).toContain('orders_user_fk');
    expect(review.written()).not.toMatch(/[╭│╰]/);
    review.press('q');
    expect((await review.result).exitCode).toBe(0);
  });

  it('says the map without its boxes for a screen reader', async () => {
    const review = openReview(makePort(), { env: { INK_SCREEN_READER: 'true' } });
    await review.shows('0/5 decided', 'q quit');
    review.press('nnm');
    await review.shows('Map: table public.users', 'referred to by (2)', 'public.logins');
    expect(review.written()).not.toMatch(/[╭│╰─]/);
    review.press('mq');
    await review.result;
  });

  it('shows everything in ASCII when asked to', async () => {
    const review = openReview(makePort(), { ascii: true, columns: 120, rows: 40 });
    await review.shows('0/5 decided');
    for (const [keys, text] of [
      ['?', 'Keys'],
      ['?nnm', 'referred to by'],
      ['mi', 'Ignore 1 object'],
      ['why\r3\r', '1/5 decided'],
      ['3', 'V44__more_tables'],
      ['gjjj', '132 objects'],
      ['2', 'writes .trueupignore'],
      ['/conc\rgj', 'an INVALID index'],
    ] as const) {
      review.press(keys);
      expect(await review.shows(text)).toMatch(/^[\x20-\x7e\n]*$/);
    }
    review.press('A');
    await review.shows('Type shop');
    review.press('shop\r');
    expect(await review.shows('APPLIED')).toMatch(/^[\x20-\x7e\n]*$/);
    review.press('q');
    await review.result;
  });

  it.each([
    [{ LANG: 'C' }, true],
    [{ LC_ALL: 'de_DE.ISO-8859-1', LANG: 'C.UTF-8' }, true],
    [{ LC_ALL: '', LANG: 'en_US.utf8' }, false],
    [{}, false],
  ])('shows ASCII where the locale has nothing else: %o', async (env, isAscii) => {
    const review = openReview(makePort(), { env });
    expect(/^[\x20-\x7e\n]*$/.test(await review.shows('0/5 decided'))).toBe(isAscii);
    review.press('q');
    await review.result;
  });
});

describe('a terminal of 60 by 15', () => {
  const small = { columns: 60, rows: 15 };

  it('shows every decision, the chosen one as a word', async () => {
    const review = openReview(makePort(), small);
    await review.shows('0/5 decided', '( )r ( )a ( )i ( )l');
    review.press('l');
    await review.shows('( )r ( )a ( )i (•)leave');
    review.press('q');
    await review.result;
  });

  it('says before all else what is lost', async () => {
    const review = openReview(makePort(), small);
    await review.shows('0/5 decided');
    review.press('A');
    await review.shows('Type shop', 'DATA LOSS All values of', 'public.users.legacy', 'lost.');
    review.press('\u0003');
    await review.result;
  });

  it('shows when a run was, and all that a question says', async () => {
    const review = openReview(makePort({ data: renamed }), small);
    await review.shows('0/7 decided');
    review.press('=');
    await review.shows('them as they were.');
    review.press('\u001b');
    await review.shows('0/7 decided');
    review.press('i');
    await review.shows('Esc leaves it', 'undecided.');
    review.press('\u001b3');
    await review.shows('2026-10-28 03:02');
    review.press('q');
    await review.result;
  });
});

it('a plan is filtered by the risk of its statements and by what they are about', async () => {
  const review = openReview(makePort(), { columns: 120, rows: 40 });
  await review.shows('0/5 decided');
  review.press('2');
  await review.shows('ADD COLUMN phone');
  review.press('/risk:data\r');
  expect(await review.shows('/risk:data', 'DROP COLUMN legacy')).not.toContain('ADD COLUMN phone');
  review.press('\u001b');
  await review.shows('ADD COLUMN phone');
  review.press('/kind:column\r');
  expect(await review.shows('/kind:column', 'ADD COLUMN phone')).not.toContain('DROP COLUMN legacy');
  review.press('\u001b');
  await review.shows('DROP COLUMN legacy');
  review.press('/!schema:public\r');
  expect(await review.shows('/!schema', 'DROP COLUMN legacy')).not.toContain('ADD COLUMN phone');
  review.press('q');
  await review.result;
});

it('a run is shown with its id, a result with the files that it wrote', async () => {
  const review = openReview(makePort({ safe: true }), { columns: 120, rows: 40 });
  await review.shows('0/5 decided');
  review.press('3gj');
  await review.shows('run       r-00');
  review.press('1/tmp\riwhy\r\r');
  await review.shows('1/5 decided');
  review.press('A');
  await review.shows('Type yes');
  review.press('yes\r');
  await review.shows('APPLIED', '✓ .trueupignore  written');
  review.press('q');
  await review.result;
});

it('a database that is protected is said to be', async () => {
  const isProtected = { ...data, header: { ...data.header, isProtected: true } };
  const review = openReview(makePort({ safe: true, data: isProtected }));
  await review.shows('0/5 decided');
  review.press('A');
  await review.shows('Apply to prod (protected) ', 'Type shop');
  review.press('\u0003');
  await review.result;
});
