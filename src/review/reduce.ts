import type { Diagnostic } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import { copy } from './copy.ts';
import { decide, mark } from './decide.ts';
import { keepDecisions } from './decisions.ts';
import { fileToEdit } from './edit-file.ts';
import { wantHistory } from './history.ts';
import { askIgnore } from './ignore-prompt.ts';
import { backInMap, openMap } from './map.ts';
import { reduceMove } from './move.ts';
import { foldEvent } from './run.ts';
import { blockedReason, currentPlan } from './select.ts';
import { settle } from './settle.ts';
import type { Action, Command, Report, Requests, State } from './state.ts';
import { edit, submit, withFilter } from './typing.ts';

/** The state after an action. Pure: what must happen outside is asked for in `requests`. */
export function reduce(state: State, action: Action): State {
  const next = isReport(action)
    ? reduceReport(state, action)
    : reduceCommand({ ...state, message: null }, action);
  return wantHistory(settle(state, next));
}

const reportTypes: ReadonlySet<Action['type']> = new Set<Report['type']>([
  'resized',
  'ticked',
  'load progressed',
  'loaded',
  'load failed',
  'plan made',
  'plan failed',
  'run progressed',
  'run ended',
  'scanner loaded',
  'file edited',
  'versions progressed',
  'versions read',
  'run statements read',
]);

function isReport(action: Action): action is Report {
  return reportTypes.has(action.type);
}

function reduceReport(state: State, report: Report): State {
  const { phase } = state;
  switch (report.type) {
    case 'resized':
      return { ...state, size: report.size };
    case 'ticked':
      return { ...state, nowMs: report.nowMs };
    case 'load progressed': {
      if (phase.name !== 'loading' || report.request !== state.requests.load) return state;
      return { ...state, phase: { ...phase, lines: addProgress(phase.lines, report.line) } };
    }
    case 'loaded': {
      if (phase.name !== 'loading' || report.request !== state.requests.load) return state;
      const decisions = keepDecisions(report.data, state.decisions);
      const loaded: State = {
        ...state,
        phase: { name: 'browse' },
        data: report.data,
        evolution: { status: 'none' },
        runStatements: new Map(),
        decisions,
        plan: { status: 'none' },
      };
      if (phase.thenConfirm) return wantPlan({ ...loaded, tab: 'plan' }, true);
      return loaded.tab === 'plan' ? wantPlan(loaded, false) : loaded;
    }
    case 'load failed':
      if (phase.name !== 'loading' || report.request !== state.requests.load) return state;
      return { ...state, phase: { name: 'load failed', diagnostics: report.diagnostics } };
    case 'plan made': {
      if (state.plan.status !== 'making' || report.request !== state.requests.plan) return state;
      const { thenConfirm } = state.plan;
      const ready: State = {
        ...state,
        plan: { status: 'ready', plan: report.plan, decisions: state.decisions },
        lists: { ...state.lists, plan: { key: null, index: 0, top: 0, filter: '' } },
      };
      return thenConfirm && phase.name === 'browse' && state.tab === 'plan'
        ? openConfirm(ready, report.plan)
        : ready;
    }
    case 'plan failed': {
      if (state.plan.status !== 'making' || report.request !== state.requests.plan) return state;
      return {
        ...state,
        plan: { status: 'failed', diagnostics: report.diagnostics, decisions: state.decisions },
      };
    }
    case 'run progressed': {
      if (phase.name !== 'applying') return state;
      const run = foldEvent(phase.run, report.event, phase.plan, report.nowMs);
      return { ...state, nowMs: report.nowMs, phase: { ...phase, run } };
    }
    case 'versions progressed': {
      if (state.evolution.status !== 'reading' || report.request !== state.requests.evolution) return state;
      return { ...state, evolution: { status: 'reading', progress: report.line } };
    }
    case 'versions read':
      return report.request === state.requests.evolution ? { ...state, evolution: report.evolution } : state;
    case 'run statements read': {
      const runStatements = new Map(state.runStatements).set(report.runId, report.statements);
      return { ...state, runStatements };
    }
    case 'file edited': {
      if (report.problem !== null) return { ...state, message: report.problem };
      return report.changed ? reload({ ...state, message: null }, false) : state;
    }
    case 'scanner loaded':
      return { ...state, highlight: report.highlight };
    case 'run ended':
      return phase.name === 'applying' ? endRun(state, report.diagnostics) : state;
  }
}

function reduceCommand(state: State, command: Command): State {
  switch (command.type) {
    case 'move':
    case 'page':
    case 'move to':
    case 'next change':
    case 'fold':
    case 'open':
      return reduceMove(state, command);
    case 'show tab': {
      const shown: State = {
        ...state,
        tab: command.tab,
        marks: null,
        full: false,
        focus: 'list',
        editingFilter: false,
      };
      return command.tab === 'plan' ? wantPlan(shown, false) : shown;
    }
    case 'switch pane':
      return state.full ? state : { ...state, focus: state.focus === 'list' ? 'detail' : 'list' };
    case 'decide':
      return command.decision === 'ignore' ? askIgnore(state) : decide(state, command.decision);
    case 'mark':
      return mark(state, command.marks);
    case 'filter':
      return { ...state, editingFilter: true, focus: 'list', full: false, marks: null };
    case 'typed':
      return edit(state, (text) => text + command.text);
    case 'erased':
      return edit(state, (text) => Array.from(text).slice(0, -1).join(''));
    case 'submitted':
      return submit(state);
    case 'escaped':
      return stepBack(state);
    case 'toggle':
      if (command.what === 'help') return { ...state, helpTop: state.helpTop === null ? 0 : null };
      return command.what === 'whitespace'
        ? {
            ...state,
            ignoreWhitespace: !state.ignoreWhitespace,
            message: `Whitespace ${state.ignoreWhitespace ? 'counts' : 'is ignored'}.`,
          }
        : { ...state, sideBySide: !state.sideBySide };
    case 'copy':
      return copy(state);
    case 'reload':
    case 'review again':
      return reload({ ...state, tab: command.type === 'reload' ? state.tab : 'drift' }, false);
    case 'retry':
      return reload(state, true);
    case 'apply':
      return wantPlan({ ...state, tab: 'plan', marks: null, full: false, focus: 'list' }, true);
    case 'quit':
      return { ...state, phase: { name: 'leaving', exitCode: exitCodeOf(state) } };
    case 'interrupt':
      return interrupt(state);
    case 'suspend':
      return ask(state, 'suspend');
    case 'map':
      return state.map ? { ...state, map: null } : openMap(state);
    case 'edit file':
      return ask({ ...state, editing: fileToEdit(state) }, 'edit');
    case 'refused':
      return { ...state, message: command.reason };
  }
}

function ask(state: State, name: keyof Requests): State {
  return { ...state, requests: { ...state.requests, [name]: state.requests[name] + 1 } };
}

/** Progress like `replaying 12/41` replaces the line it counts on from; another kind of work starts a new line. */
function addProgress(lines: readonly string[], line: string): readonly string[] {
  const stem = (text: string) => text.replace(/\d.*$/, '');
  const last = lines[lines.length - 1];
  const kept = last !== undefined && stem(last) === stem(line) ? lines.slice(0, -1) : lines;
  return [...kept, line].slice(-100);
}

/** Makes the plan unless it is current or on its way; then, if wanted, asks to confirm it. */
function wantPlan(state: State, thenConfirm: boolean): State {
  const plan = currentPlan(state);
  if (plan) return thenConfirm ? openConfirm(state, plan) : state;
  if (state.plan.status === 'making') {
    return { ...state, plan: { ...state.plan, thenConfirm: state.plan.thenConfirm || thenConfirm } };
  }
  const failed = state.plan.status === 'failed' && state.plan.decisions === state.decisions;
  if (failed && !thenConfirm) return state;
  return ask({ ...state, plan: { status: 'making', startedMs: state.nowMs, thenConfirm } }, 'plan');
}

function openConfirm(state: State, plan: Plan): State {
  const blocked = blockedReason(plan);
  if (blocked) return { ...state, message: blocked };
  return { ...state, phase: { name: 'confirm', plan, typed: '', wrong: null }, helpTop: null };
}

/** One step back: help, the field being edited, the full diff, marks, the filter. It never leaves the review. */
function stepBack(state: State): State {
  if (state.helpTop !== null) return { ...state, helpTop: null };
  if (state.phase.name === 'confirm')
    return { ...state, phase: { name: 'browse' }, message: 'Nothing was applied.' };
  if (state.phase.name !== 'browse') return state;
  if (state.ignorePrompt) return { ...state, ignorePrompt: null, message: 'Left as it was.' };
  if (state.map) return backInMap(state, state.map);
  if (state.editingFilter) return withFilter({ ...state, editingFilter: false }, '');
  if (state.full) return { ...state, full: false, focus: 'list' };
  if (state.marks) return { ...state, marks: null };
  if (state.focus === 'detail') return { ...state, focus: 'list' };
  return withFilter(state, '');
}

function reload(state: State, thenConfirm: boolean): State {
  return ask(
    {
      ...state,
      phase: { name: 'loading', lines: [], startedMs: state.nowMs, thenConfirm },
      plan: { status: 'none' },
      marks: null,
      map: null,
      full: false,
      focus: 'list',
      editingFilter: false,
    },
    'load',
  );
}

function endRun(state: State, diagnostics: readonly Diagnostic[]): State {
  if (state.phase.name !== 'applying') return state;
  const { plan, run } = state.phase;
  return { ...state, phase: { name: 'result', plan, run, diagnostics }, lastRun: run, helpTop: null };
}

/** Ctrl-C: leaves, but during a run first stops after the statement, then cancels it. The run itself ends the rest. */
function interrupt(state: State): State {
  const { phase } = state;
  if (phase.name !== 'applying') return { ...state, phase: { name: 'leaving', exitCode: 130 } };
  if (phase.stop === 'no') return ask({ ...state, phase: { ...phase, stop: 'after statement' } }, 'stop');
  if (phase.stop === 'after statement')
    return ask({ ...state, phase: { ...phase, stop: 'cancel' } }, 'cancel');
  return { ...state, message: 'Already cancelled on the server; waiting for its answer.' };
}

/** 1 when the last run did not succeed, or the database could not be looked at; else 0. */
function exitCodeOf(state: State): 0 | 1 | 130 {
  if (state.phase.name === 'load failed') return 1;
  if (!state.lastRun) return 0;
  const outcome = state.lastRun.report?.outcome;
  if (outcome === 'interrupted') return 130;
  return outcome === 'success' || outcome === 'nothing to do' ? 0 : 1;
}
