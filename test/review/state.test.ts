import { describe, expect, it } from 'vitest';
import { formatId } from '../../src/catalog/object.ts';
import type { Decision } from '../../src/plan/plan.ts';
import { commandFor } from '../../src/review/command.ts';
import { expandDecisions } from '../../src/review/decisions.ts';
import { parseKeys } from '../../src/review/keys.ts';
import type { ReviewData } from '../../src/review/port.ts';
import { reduce } from '../../src/review/reduce.ts';
import { confirmWord, filterOf, isTyping, screenOf, selectedRow } from '../../src/review/select.ts';
import { type Action, initialState, type State } from '../../src/review/state.ts';
import { chooseGlyphs } from '../../src/review/theme.ts';
import { data, eventsOf, item, lockTimeout, makePlan, planned } from './fixture.ts';

const ids = {
  email: 'column:public.users.email',
  index: 'index:public.users_tmp_idx',
  key: 'constraint:public.orders.orders_user_fk',
  backup: 'table:public.users_backup',
  backupId: 'column:public.users_backup.id',
  login: 'function:auth.login(text, text)',
};

function start(size = { columns: 120, rows: 40 }): State {
  return initialState({
    size,
    nowMs: 0,
    glyphs: chooseGlyphs(false),
    color: true,
    background: 'dark',
    label: 'app@db1/shop',
  });
}

function loaded(of: ReviewData = data, size?: State['size']): State {
  return reduce(start(size), { type: 'loaded', request: 1, data: of });
}

/** The state after keys, as the terminal sends them. */
function press(state: State, input: string): State {
  return parseKeys(input).keys.reduce((current, key) => {
    const command = commandFor(current, key);
    return command ? reduce(current, command) : current;
  }, state);
}

function act(state: State, ...actions: readonly Action[]): State {
  return actions.reduce(reduce, state);
}

/** Moves to the row of an object. */
function at(state: State, id: string): State {
  let moved = press(state, 'g');
  for (let step = 0; step <= moved.rows.length; step++) {
    const row = selectedRow(moved);
    if (row?.type === 'change' && row.item.change.id === id) return moved;
    moved = press(moved, 'j');
  }
  throw new Error(`no row of ${id}`);
}

const labels = (state: State) => state.rows.map((row) => ('label' in row ? row.label : row.type));

function planReady(state: State, options: { safe?: boolean } = {}): State {
  const plan = makePlan(state.decisions, options);
  return stillThere(reduce(state, { type: 'plan made', request: state.requests.plan, plan }));
}

/** Live was looked at once more, and has not moved. */
function stillThere(state: State): State {
  const check = { isMoved: false, moved: [], losses: [] };
  return reduce(state, { type: 'checked', request: state.requests.check, check, nowMs: state.nowMs });
}

describe('the list', () => {
  it('groups drift and pending changes by schema and table, with what is ignored and noted at the end', () => {
    expect(labels(loaded())).toEqual([
      'Drift',
      'auth',
      'login(text, text)',
      'public',
      'orders',
      'orders_user_fk',
      'users',
      'email',
      'users_tmp_idx',
      'users_backup',
      'Pending',
      'public',
      'users',
      'legacy',
      'phone',
      'Ignored',
      'Notes',
      'not compared: publication reporting',
    ]);
  });

  it('selects a change at first, not a heading', () => {
    expect(selectedRow(loaded())?.type).toBe('change');
  });

  it('folds what comes with a table until it is asked for', () => {
    const folded = at(loaded(), ids.backup);
    expect(labels(folded)).not.toContain('id');
    expect(labels(press(folded, '\u001b[C'))).toContain('id');
    expect(labels(press(folded, '\u001b[C\u001b[D'))).not.toContain('id');
  });

  it('goes out to the heading with Left and folds it with the next', () => {
    const state = press(at(loaded(), ids.email), '\u001b[D');
    expect(selectedRow(state)).toMatchObject({ type: 'group', label: 'users' });
    expect(labels(press(state, '\u001b[D'))).not.toContain('email');
  });

  it.each([
    ['tmp', ['users_tmp_idx']],
    ['kind:index', ['users_tmp_idx']],
    ['kind:col !phone schema:public', ['email', 'id', 'legacy']],
    ['risk:data', ['email', 'users_backup']],
    ['risk:safe', ['login(text, text)', 'users_tmp_idx']],
    ['schema:auth', ['login(text, text)']],
    ['!user !kind:function', []],
    ['(', ['login(text, text)']],
  ])('filters by %s', (filter, expected) => {
    const state = press(loaded(), `/${filter}\r`);
    expect(state.editingFilter).toBe(false);
    expect(state.rows.flatMap((row) => (row.type === 'change' ? [row.label] : []))).toEqual(expected);
  });

  it('types keys into the filter instead of obeying them, and clears it with Esc', () => {
    const typing = press(loaded(), '/qrA');
    expect(typing).toMatchObject({ editingFilter: true, phase: { name: 'browse' } });
    expect(filterOf(typing)).toBe('qrA');
    expect(filterOf(press(typing, '\u007f'))).toBe('qr');
    expect(filterOf(press(typing, '\u007f\u007f\u007f\u007f'))).toBe('');
    const cleared = reduce(typing, { type: 'escaped' });
    expect(cleared.editingFilter).toBe(false);
    expect(filterOf(cleared)).toBe('');
  });

  it('counts below each heading what the filter leaves', () => {
    const shown = press(loaded(), '/users');
    const counts = shown.rows.flatMap((row) => (row.type === 'group' ? [[row.label, row.count]] : []));
    expect(counts.slice(0, 3)).toEqual([
      ['Drift', 3],
      ['public', 3],
      ['users', 2],
    ]);
  });

  it('keeps a filter for each tab', () => {
    const state = press(loaded(), '/tmp\r3');
    expect(filterOf(state)).toBe('');
    expect(filterOf(press(state, '1'))).toBe('tmp');
  });

  it('keeps the selected object selected while a filter comes and goes', () => {
    const state = press(at(loaded(), ids.index), '/users\r');
    expect(selectedRow(state)).toMatchObject({ label: 'users_tmp_idx' });
    expect(selectedRow(reduce(state, { type: 'escaped' }))).toMatchObject({ label: 'users_tmp_idx' });
  });

  it('keeps the selection in the window of a short terminal', () => {
    let state = loaded(data, { columns: 60, rows: 15 });
    for (const keys of ['G', 'g', 'jjjjjjjjjjjj', 'kkkk', '\u001b[6~', '\u001b[5~']) {
      state = press(state, keys);
      const { index, top } = state.lists.drift;
      expect(index).toBeGreaterThanOrEqual(top);
      expect(index).toBeLessThan(top + 11);
    }
  });

  it('stops at both ends', () => {
    const state = press(loaded(), 'gkkk');
    expect(state.lists.drift.index).toBe(0);
    expect(press(state, 'Gjjj').lists.drift.index).toBe(state.rows.length - 1);
  });

  it('moves through 10,000 objects', () => {
    const many: ReviewData = {
      ...data,
      drift: Array.from({ length: 10_000 }, (_, index) =>
        item({
          ref: { kind: 'index', path: ['public', `index_${index}`] },
          group: formatId({ kind: 'table', path: ['public', `table_${index % 500}`] }),
          action: 'create',
          before: null,
          after: 'CREATE INDEX',
          statements: [planned('DROP INDEX')],
        }),
      ),
    };
    const state = loaded(many);
    expect(press(state, 'j'.repeat(200)).lists.drift.index).toBe(state.lists.drift.index + 200);
  });
});

describe('decisions', () => {
  it.each([
    ['r', 'revert'],
    ['a', 'adopt'],
    ['iwhy\r\r', 'ignore'],
    ['l', 'leave'],
    [' ', 'revert'],
    ['  ', 'adopt'],
    ['    ', 'leave'],
    ['     ', 'revert'],
  ])('%j decides %s', (keys, decision) => {
    expect(press(at(loaded(), ids.index), keys).decisions).toEqual(new Map([[ids.index, decision]]));
  });

  it('refuses an impossible one and says why', () => {
    const state = press(at(loaded(), ids.key), 'a');
    expect(state.decisions.size).toBe(0);
    expect(state.message).toContain('cannot be adopted while V42 needs it');
  });

  it('leaves an impossible one out when Space goes through them', () => {
    expect(press(at(loaded(), ids.key), '  ').decisions.get(ids.key)).toBe('ignore');
  });

  it('decides a whole group from its heading', () => {
    const heading = press(at(loaded(), ids.email), '\u001b[D');
    expect([...press(heading, 'iwhy\r\r').decisions]).toEqual([
      [ids.email, 'ignore'],
      [ids.index, 'ignore'],
    ]);
  });

  it('decides a whole group from inside it after *', () => {
    expect(press(at(loaded(), ids.index), '*r').decisions.size).toBe(2);
  });

  it('decides a marked range, and says which of it could not be', () => {
    const state = press(at(loaded(), ids.login), 'v');
    const marked = press(state, 'jjj');
    const decided = press(marked, 'a');
    expect([...decided.decisions]).toEqual([[ids.login, 'adopt']]);
    expect(decided.message).toContain('1 cannot');
    expect(decided.marks).toBeNull();
  });

  it('takes what comes with a table along, and does not let it be decided alone', () => {
    const open = press(at(loaded(), ids.backup), '\u001b[C');
    const child = press(open, 'j');
    const refused = press(child, 'r');
    expect(refused.decisions.size).toBe(0);
    expect(refused.message).toContain('table public.users_backup');
    const decided = press(open, 'r');
    expect(expandDecisions(data, decided.decisions)).toEqual(
      new Map([
        [ids.backup, 'revert'],
        [ids.backupId, 'revert'],
      ]),
    );
  });

  it('refuses to decide what a migration brings', () => {
    const state = press(at(loaded(), 'column:public.users.phone'), 'r');
    expect(state.decisions.size).toBe(0);
    expect(state.message).toContain('committed migration');
  });

  it('keeps decisions when live is looked at again, as far as the objects are still there', () => {
    const decided = press(at(press(at(loaded(), ids.index), 'r'), ids.login), 'a');
    const reloading = press(decided, 'R');
    expect(reloading.requests.load).toBe(2);
    const fewer = { ...data, drift: data.drift.filter((one) => one.change.id !== ids.login) };
    const again = reduce(reloading, { type: 'loaded', request: 2, data: fewer });
    expect([...again.decisions]).toEqual([[ids.index, 'revert']]);
  });
});

describe('the plan', () => {
  it('is made when its tab is first opened, and not again while nothing was decided', () => {
    const opened = press(loaded(), '2');
    expect(opened.requests.plan).toBe(1);
    const ready = planReady(opened);
    expect(press(ready, '12').requests.plan).toBe(1);
    expect(press(ready, '1r2').requests.plan).toBe(2);
  });

  it('takes no answer to a question that is out of date', () => {
    const first = press(loaded(), '2');
    const second = press(first, '1r2');
    const late = reduce(second, { type: 'plan made', request: 1, plan: makePlan(new Map()) });
    expect(late.plan.status).toBe('making');
    expect(reduce(second, { type: 'loaded', request: 0, data })).toEqual(second);
  });

  it('shows transactions, steps and statements', () => {
    const state = planReady(press(loaded(), '2'));
    expect(state.rows.map((row) => row.type)).toEqual([
      'overview',
      'segment',
      'step',
      'statement',
      'statement',
      'segment',
      'step',
      'statement',
      'segment',
      'step',
      'statement',
    ]);
  });

  it('is not applied when it is blocked', () => {
    const plan = {
      ...makePlan(new Map()),
      diagnostics: [{ code: 'policy', severity: 'error', summary: 'Not on Fridays.' } as const],
    };
    const opened = press(loaded(), '2');
    const ready = reduce(opened, { type: 'plan made', request: 1, plan });
    const refused = press(ready, 'A');
    expect(refused.phase.name).toBe('browse');
    expect(refused.message).toContain('Not on Fridays');
  });
});

describe('confirming', () => {
  it('waits for the look at live', () => {
    const opened = reduce(press(loaded(), 'A'), { type: 'plan made', request: 1, plan: makePlan(new Map()) });
    const early = press(opened, 'shop\r');
    expect(early.phase).toMatchObject({ name: 'confirm', wrong: expect.stringContaining('still') });
    expect(press(stillThere(early), '\r').phase.name).toBe('applying');
  });

  const confirming = (options: { safe?: boolean } = {}) => planReady(press(loaded(), 'A'), options);

  it('opens when the plan is made that A asked for', () => {
    expect(confirming().phase.name).toBe('confirm');
  });

  it.each([
    ['Enter alone', '\r'],
    ['yes where data is lost', 'yes\r'],
    ['the name in another case', 'SHOP\r'],
    ['the name with a space', 'shop \r'],
    ['y', 'y\r'],
  ])('does not apply on %s', (_, keys) => {
    const state = press(confirming(), keys);
    expect(state.phase.name).toBe('confirm');
    expect(state.requests.apply).toBe(0);
    expect(state.phase).toMatchObject({ typed: '', wrong: expect.any(String) });
  });

  it('applies on the name of the database when data is lost', () => {
    const state = press(confirming(), 'shop\r');
    expect(state.phase.name).toBe('applying');
    expect(state.requests.apply).toBe(1);
  });

  it('applies a safe plan on yes', () => {
    expect(press(confirming({ safe: true }), 'shop\r').requests.apply).toBe(0);
    expect(press(confirming({ safe: true }), 'yes\r').requests.apply).toBe(1);
  });

  it.each([
    ['while somebody reads', () => loaded()],
    ['while the word is typed', () => press(confirming(), 'sh')],
  ])('live is looked at again when a minute is over, %s', (_, make) => {
    const state = make();
    const ticked = (nowMs: number) => reduce(state, { type: 'ticked', nowMs: state.live.checkedMs + nowMs });
    expect(ticked(59_999).requests.check).toBe(state.requests.check);
    expect(ticked(60_000).requests.check).toBe(state.requests.check + 1);
    expect(ticked(60_000).phase).toEqual(state.phase);
  });

  it('wants the name for a plan that is not proven', () => {
    const plan = {
      ...makePlan(new Map(), { safe: true }),
      rehearsal: { outcome: 'skipped', reason: 'x' },
    } as const;
    expect(confirmWord(plan, { data })).toEqual({ word: 'shop', isName: true });
  });

  it('wants the name for a protected environment', () => {
    const plan = makePlan(new Map(), { safe: true });
    const isProtected = { ...data, header: { ...data.header, isProtected: true } };
    expect(confirmWord(plan, { data })).toEqual({ word: 'yes', isName: false });
    expect(confirmWord(plan, { data: isProtected })).toEqual({ word: 'shop', isName: true });
  });

  it('goes back on Esc with nothing applied', () => {
    const state = reduce(press(confirming(), 'sho'), { type: 'escaped' });
    expect(state).toMatchObject({ phase: { name: 'browse' }, requests: { apply: 0 } });
  });

  it('types q, ? and A instead of obeying them', () => {
    expect(press(confirming(), 'q?A').phase).toMatchObject({ name: 'confirm', typed: 'q?A' });
  });

  it('does not open by itself when the user has gone elsewhere meanwhile', () => {
    expect(planReady(press(loaded(), 'A1')).phase.name).toBe('browse');
  });
});

describe('a run', () => {
  const running = () => press(planReady(press(loaded(), 'A')), 'shop\r');
  const plan = makePlan(new Map());
  const run = (state: State, options: { failAt?: number } = {}, count = Number.POSITIVE_INFINITY) =>
    eventsOf(plan, options)
      .slice(0, count)
      .reduce((current, event) => reduce(current, { type: 'run progressed', event, nowMs: 1_000 }), state);

  it('stops after the statement on the first Ctrl-C, is cancelled on the second, and is not left by a third', () => {
    const once = press(running(), '\u0003');
    expect(once).toMatchObject({ phase: { stop: 'after statement' }, requests: { stop: 1, cancel: 0 } });
    const twice = press(once, '\u0003');
    expect(twice).toMatchObject({ phase: { stop: 'cancel' }, requests: { stop: 1, cancel: 1 } });
    const thrice = press(twice, '\u0003');
    expect(thrice).toMatchObject({ phase: { name: 'applying' }, requests: { stop: 1, cancel: 1 } });
  });

  it('is not left by q, Esc, or any other key', () => {
    expect(press(running(), 'qR12A\r').phase.name).toBe('applying');
  });

  it('marks what was rolled back, and keeps what was committed', () => {
    const state = run(running(), { failAt: 3 });
    if (state.phase.name !== 'applying') throw new Error('not applying');
    expect(state.phase.run.segments).toEqual(['committed', 'committed', 'rolled back']);
    expect(state.phase.run.failure?.diagnostic).toBe(lockTimeout);
    expect([...state.phase.run.statements.values()].map(({ status }) => status)).toEqual([
      'done',
      'done',
      'done',
      'failed',
    ]);
  });

  it('takes back the statements of a transaction that fails', () => {
    const state = run(running(), { failAt: 1 });
    if (state.phase.name !== 'applying') throw new Error('not applying');
    expect([...state.phase.run.statements.values()].map(({ status }) => status)).toEqual([
      'rolled back',
      'failed',
    ]);
  });

  it.each([
    ['success', {}, 0],
    ['failed', { failAt: 3 }, 1],
  ])('leaves with the exit code of a run that ended in %s', (_, options, exitCode) => {
    const ended = reduce(run(running(), options), { type: 'run ended', diagnostics: [] });
    expect(ended.phase.name).toBe('result');
    expect(press(ended, 'q').phase).toEqual({ name: 'leaving', exitCode });
  });

  it('that broke off without a report leaves with 1', () => {
    const lost = { code: '57P01', severity: 'error', summary: 'terminating connection' } as const;
    const ended = act(run(running(), {}, 3), { type: 'run ended', diagnostics: [lost] });
    expect(press(ended, 'q').phase).toEqual({ name: 'leaving', exitCode: 1 });
  });

  it('is tried again only after a fresh look, a new plan and a new confirmation', () => {
    const failed = reduce(run(running(), { failAt: 3 }), { type: 'run ended', diagnostics: [] });
    const retrying = press(failed, 'r');
    expect(retrying).toMatchObject({ phase: { name: 'loading' }, requests: { load: 2, apply: 1 } });
    const again = reduce(retrying, { type: 'loaded', request: 2, data });
    expect(again).toMatchObject({ tab: 'plan', plan: { status: 'making' } });
    expect(planReady(again)).toMatchObject({ phase: { name: 'confirm' }, requests: { apply: 1 } });
  });

  it('that succeeded cannot be retried', () => {
    const ended = reduce(run(running()), { type: 'run ended', diagnostics: [] });
    expect(press(ended, 'r')).toEqual({ ...ended, message: ended.message });
  });
});

describe('leaving', () => {
  it.each([
    ['q while looking around', () => loaded(), 'q', 0],
    ['Ctrl-C while looking around', () => loaded(), '\u0003', 130],
    ['Ctrl-C while loading', () => start(), '\u0003', 130],
    ['q while loading', () => start(), 'q', 0],
    ['Ctrl-C while typing a filter', () => press(loaded(), '/x'), '\u0003', 130],
    ['Ctrl-C while confirming', () => planReady(press(loaded(), 'A')), '\u0003', 130],
    [
      'q after a failed load',
      () => reduce(start(), { type: 'load failed', request: 1, diagnostics: [] }),
      'q',
      1,
    ],
    ['q in a terminal too small', () => loaded(data, { columns: 10, rows: 3 }), 'q', 0],
  ])('%s', (_, state, keys, exitCode) => {
    expect(press(state(), keys).phase).toEqual({ name: 'leaving', exitCode });
  });

  it('is not what Esc does', () => {
    let state = press(loaded(), '/x');
    for (let step = 0; step < 6; step++) state = reduce(state, { type: 'escaped' });
    expect(screenOf(state)).toBe('browse');
    expect(isTyping(state)).toBe(false);
  });
});

describe('odd input', () => {
  it('survives a terminal of one cell and comes back', () => {
    const tiny = reduce(at(loaded(), ids.index), { type: 'resized', size: { columns: 1, rows: 1 } });
    expect(screenOf(tiny)).toBe('too small');
    const back = press(reduce(tiny, { type: 'resized', size: { columns: 80, rows: 24 } }), 'j');
    expect(screenOf(back)).toBe('browse');
    expect(back.detail().lines.length).toBeGreaterThan(0);
  });

  it('shows nothing of a decision map that speaks of unknown objects', () => {
    const decisions = new Map<string, Decision>([['index:gone', 'revert']]);
    expect(expandDecisions(data, decisions)).toEqual(new Map());
  });
});
