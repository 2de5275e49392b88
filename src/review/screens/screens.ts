import { planFingerprint } from '../../plan/plan-fingerprint.ts';
import { countDecisions } from '../decisions.ts';
import { minSize } from '../layout.ts';
import { countedLosses, freshnessLine } from '../live-check.ts';
import { planHazards } from '../risk.ts';
import { confirmWord, isLost } from '../select.ts';
import type { Phase, State } from '../state.ts';
import { countOf, formatDuration } from '../words.ts';
import { diagnosticLines } from './diagnostic-lines.ts';
import { fitLine, type Line, span, wrapLine } from './line.ts';
import { rehearsalSpans, riskCounts } from './overview.ts';
import { plannedFiles } from './planned-files.ts';
import { hazardLines } from './statement-lines.ts';

/** A whole-width pane: lines that scroll away at the end, and lines at the bottom that are always seen. */
export type FullScreen = {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly pinned: readonly Line[];
  /** Which part of how many rows `lines` are, where the screen itself keeps something in sight. */
  readonly shown?: { readonly top: number; readonly total: number };
};

/** Shown instead of anything else in a terminal that is too small. */
export function tooSmallLines(state: State): readonly Line[] {
  const { columns, rows } = state.size;
  const run =
    state.phase.name === 'applying' ? [[span('A run is going on. Ctrl-C stops it.', 'caution')]] : [];
  return [
    [span('Too small', 'strong')],
    [span(`Needs ${minSize.columns}x${minSize.rows}, has ${columns}x${rows}.`)],
    ...run,
  ].map((line) => fitLine(line, columns, ''));
}

/** While the database is looked at: what was done so far and what is being done. */
export function loadingScreen(state: State, phase: Phase & { readonly name: 'loading' }): FullScreen {
  const { glyphs } = state;
  const lines = phase.lines.map((line, index): Line => {
    const isLast = index === phase.lines.length - 1;
    return isLast
      ? [span(`${spinner(state)} `, 'accent'), span(line)]
      : [span(`${glyphs.done} `, 'good'), span(line, 'muted')];
  });
  const elapsed = formatDuration(Math.max(0, state.nowMs - phase.startedMs));
  const first: readonly Line[] =
    lines.length > 0 ? lines : [[span(`${spinner(state)} `, 'accent'), span('connecting')]];
  return { title: `Looking at ${state.label}`, lines: [[], ...first], pinned: [[span(elapsed, 'muted')]] };
}

/** When the database could not be looked at: every problem in full. */
export function loadFailedScreen(
  state: State,
  phase: Phase & { readonly name: 'load failed' },
  width: number,
): FullScreen {
  const lost = isLost(phase.diagnostics);
  const isInFile = phase.diagnostics.some(({ position }) => position !== undefined);
  const other = isInFile ? 'Something is wrong in the project' : 'Cannot look at the database';
  const title = lost ? (state.data ? 'Connection lost' : 'No connection') : other;
  const lines = phase.diagnostics.flatMap((diagnostic) => [...diagnosticLines(diagnostic, width), []]);
  return {
    title,
    lines: [[], ...lines],
    pinned: [[span(`${state.lastRun ? 'Nothing ran since.' : 'Nothing was applied.'} R tries again.`)]],
  };
}

/** When there is no drift and nothing pending. */
export function cleanScreen({ glyphs, data }: State, width: number): FullScreen {
  const to = data?.header.rollbackTo ?? null;
  const said =
    to === null
      ? 'Live is what its applied migrations made, and nothing is pending.'
      : `Live is what it was at ${to} already.`;
  return {
    title: 'Clean',
    lines: [[], ...wrapLine([span(` ${glyphs.done} `, 'good'), span(said)], width, 3)],
    pinned: [],
  };
}

/** While a plan is made. */
export function planningScreen(state: State, width: number): FullScreen {
  if (state.plan.status !== 'making') return { title: 'Plan', lines: [], pinned: [] };
  const elapsed = formatDuration(Math.max(0, state.nowMs - state.plan.startedMs));
  const then = state.plan.thenConfirm ? 'Then you are asked to confirm it; nothing runs before that.' : '';
  return {
    title: 'Plan',
    lines: [
      [],
      ...wrapLine(
        [
          span(`${spinner(state)} `, 'accent'),
          span('making the plan and rehearsing it on an embedded copy of live'),
        ],
        width,
        2,
      ),
      [span(`  ${elapsed}`, 'muted')],
      [],
      ...wrapLine([span(`  ${then}`)], width, 2),
    ],
    pinned: [],
  };
}

/** When no plan could be made. */
export function planFailedScreen(state: State, width: number): FullScreen {
  const diagnostics = state.plan.status === 'failed' ? state.plan.diagnostics : [];
  const lines = diagnostics.flatMap((diagnostic) => [...diagnosticLines(diagnostic, width), []]);
  const next = isLost(diagnostics)
    ? 'R connects again; your decisions are kept.'
    : 'Change a decision, or press A to try again, R to look again.';
  return {
    title: 'No plan',
    lines: [[], ...lines],
    pinned: wrapLine([span(`Nothing was applied. ${next}`)], width),
  };
}

/** Asks for the word that applies the plan. What would be lost is said first, in full as far as there is room. */
export function confirmScreen(
  state: State,
  phase: Phase & { readonly name: 'confirm' },
  width: number,
  height: number,
): FullScreen {
  const { plan, typed, wrong } = phase;
  const { glyphs } = state;
  const header = state.data?.header;
  const { word, isName } = confirmWord(plan, state);
  const guarded = header?.isProtected ? '(protected) ' : '';
  const target = header?.environment ? `${header.environment} ${guarded}` : guarded;
  const statements = plan.steps.reduce((sum, step) => sum + step.statements.length, 0);
  const left = countDecisions(plan, 'leave');
  const files = plannedFiles(plan, state.ignoreNotes, state.nowMs).map(({ name }) => name);
  const outside = plan.segments.filter((segment) => !segment.transaction).length;
  const parts = `  Not all or nothing: ${plan.segments.length} parts, ${outside} outside a transaction.`;
  // What gives way in a short terminal, so that what is lost is on the screen.
  const spare = (...lines: readonly Line[]) => lines.map((line) => ({ line, isSpare: true }));
  const kept = (...lines: readonly Line[]) => lines.map((line) => ({ line, isSpare: false }));
  const all = [
    ...spare([]),
    ...kept([
      span(plan.rollbackTo === undefined ? '  Apply to ' : '  Take back ', 'strong'),
      span(`${target}${plan.database}`, isName ? 'danger' : 'strong'),
    ]),
    ...kept([
      span(`  ${countOf(plan.steps.length, 'step')}, ${countOf(statements, 'statement')}, `),
      span(`version ${plan.versionBefore ?? 'none'} ${glyphs.arrow} ${plan.versionAfter ?? 'none'}`),
      // As the history will name it.
      span(`, plan ${planFingerprint(plan).slice(0, 8)}`, 'muted'),
    ]),
    ...kept(
      [span('  '), ...riskCounts(plan, ` ${glyphs.dot} `)],
      [span('  '), ...rehearsalSpans(plan.rehearsal)],
      freshnessLine(state),
    ),
    ...spare(
      ...(left > 0 ? [[span(`  ${countOf(left, 'drifted object')} left as found`, 'muted' as const)]] : []),
      ...(files.length > 0 ? [[span(`  writes ${files.join(' and ')}: see tab 2`, 'muted' as const)]] : []),
    ),
    ...kept(...(plan.segments.length > 1 ? wrapLine([span(parts, 'caution')], width, 2) : [])),
  ];
  const losses = countedLosses(state, planHazards(plan));
  const listLosses = (withWays: boolean) =>
    hazardLines(losses, width - 4, withWays).map((line): Line => [span('  '), ...line]);
  const question: Line = [
    span('  Type '),
    span(word, 'strong'),
    span(isName ? ', the name of the database, and Enter: ' : ' and Enter: '),
    span(typed, 'accent'),
    span('_'),
  ];
  const pinnedWith = (more: string): readonly Line[] => [
    ...(wrong === null ? [] : [[span(`  ${wrong}`, 'caution' as const)]]),
    ...wrapLine(question, width, 2),
    [span(`  ${more}Esc goes back; nothing is applied.`, 'muted')],
  ];
  const room = height - pinnedWith('').length;
  const lineOf = ({ line }: { readonly line: Line }) => line;
  const needed = all.filter(({ isSpare }) => !isSpare).map(lineOf);
  const spared = all.filter(({ isSpare, line }) => isSpare && line.length > 0).map(lineOf);
  const blank: readonly Line[] = losses.length > 0 ? [[]] : [];
  // What is lost goes before the safer ways and before what can be spared.
  const layouts = [
    [...all.map(lineOf), ...blank, ...listLosses(true)],
    [...all.map(lineOf), ...blank, ...listLosses(false)],
    [...needed, ...listLosses(false)],
  ];
  const lines = layouts.find(({ length }) => length <= room);
  if (lines) return { title: 'Confirm', lines, pinned: pinnedWith('') };
  const rest = [...needed, ...listLosses(true), ...spared];
  return { title: 'Confirm', lines: rest, pinned: pinnedWith('PgDn shows more. ') };
}

/** A sign that turns with the clock. */
export function spinner(state: State): string {
  return state.glyphs.spinner[Math.floor(state.nowMs / 250) % state.glyphs.spinner.length] ?? '';
}
