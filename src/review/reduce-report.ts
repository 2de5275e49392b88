import { renamesFile } from '../diff/kept-renames.ts';
import type { Diagnostic } from '../errors.ts';
import { keepDecisions } from './decisions.ts';
import { isCheckDue, takeCheck, wantCheck } from './live-check.ts';
import type { ReviewData } from './port.ts';
import { keptAnswers } from './renames.ts';
import { openConfirm, reload, wantPlan } from './request.ts';
import { foldEvent } from './run.ts';
import type { Action, Report, State } from './state.ts';
import { mustSeeTo } from './unfinished.ts';

const reportTypes: ReadonlySet<Action['type']> = new Set<Report['type']>([
  'resized',
  'ticked',
  'load progressed',
  'loaded',
  'load failed',
  'renames answered',
  'renames refused',
  'plan made',
  'plan failed',
  'run progressed',
  'run ended',
  'scanner loaded',
  'file edited',
  'checked',
  'check failed',
  'server progressed',
  'versions progressed',
  'versions read',
  'run statements read',
]);

/** Tells what comes from outside from what the user asks for. */
export function isReport(action: Action): action is Report {
  return reportTypes.has(action.type);
}

/** The state after something was reported from outside. */
export function reduceReport(state: State, report: Report): State {
  const { phase } = state;
  switch (report.type) {
    case 'resized':
      return { ...state, size: report.size };
    case 'ticked':
      return isCheckDue(state, report.nowMs)
        ? wantCheck({ ...state, nowMs: report.nowMs })
        : { ...state, nowMs: report.nowMs };
    case 'load progressed': {
      if (phase.name !== 'loading' || report.request !== state.requests.load) return state;
      return { ...state, phase: { ...phase, lines: addProgress(phase.lines, report.line) } };
    }
    case 'loaded': {
      if (phase.name !== 'loading' || report.request !== state.requests.load) return state;
      const loaded: State = {
        ...withData(state, report.data),
        phase: { name: 'browse' },
        evolution: { status: 'none' },
        runStatements: new Map(),
        live: { isChecking: false, checkedMs: state.nowMs, check: null },
      };
      if (mustSeeTo(loaded)) return { ...loaded, phase: { name: 'unfinished' }, resuming: null };
      if (phase.thenConfirm) return wantPlan({ ...loaded, tab: 'plan' }, true);
      return loaded.tab === 'plan' ? wantPlan(loaded, false) : loaded;
    }
    case 'load failed':
      if (phase.name !== 'loading' || report.request !== state.requests.load) return state;
      return { ...state, phase: { name: 'load failed', diagnostics: report.diagnostics } };
    case 'renames answered': {
      if (report.request !== state.requests.answer) return state;
      const isKept = report.problem === null;
      const message = isKept
        ? `The answers are kept in ${renamesFile}.`
        : `The answers hold for this review only: ${report.problem}`;
      // That two objects are two changes no drift.
      const kept = isKept ? { ...state, renames: { ...state.renames, isKept } } : state;
      if (!state.renames.isAnswering) return { ...kept, message };
      const answered = { ...withData(kept, report.data), message };
      // A plan that was asked for has waited.
      if (state.plan.status === 'making') return wantPlan(answered, state.plan.thenConfirm);
      return answered.tab === 'plan' ? wantPlan(answered, false) : answered;
    }
    case 'renames refused': {
      if (report.request !== state.requests.answer) return state;
      const answers = state.data ? keptAnswers(state.data) : new Map();
      const renames = { ...state.renames, answers, prompt: null, isAnswering: false };
      // A plan that waited for the answers is not made without them.
      const plan = state.plan.status === 'making' ? ({ status: 'none' } as const) : state.plan;
      return { ...state, renames, plan, message: report.diagnostics[0]?.summary ?? null };
    }
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
      return { ...state, nowMs: report.nowMs, phase: { ...phase, run, progress: null } };
    }
    case 'checked':
      return report.request === state.requests.check ? takeCheck(state, report.check, report.nowMs) : state;
    case 'check failed': {
      if (report.request !== state.requests.check) return state;
      const live = { ...state.live, isChecking: false, checkedMs: state.nowMs };
      if (phase.name === 'confirm')
        return { ...state, live, phase: { name: 'load failed', diagnostics: report.diagnostics } };
      const [first] = report.diagnostics;
      return {
        ...state,
        live,
        message: `Live could not be looked at: ${first?.summary ?? 'no reason is known'}`,
      };
    }
    case 'server progressed':
      return phase.name === 'applying' ? { ...state, phase: { ...phase, progress: report.progress } } : state;
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

/** What was found, with the decisions and answers that still speak of it. Plans of what was there before are gone. */
function withData(state: State, data: ReviewData): State {
  // A run that goes on does so under its own decisions.
  const resumed = state.resuming === null ? [] : [...(state.data?.unfinished?.decisions ?? [])];
  const known = new Map([...resumed, ...state.decisions]);
  const answers = keptAnswers(data);
  return {
    ...state,
    data,
    decisions: keepDecisions(data, known),
    resuming: data.unfinished === null ? null : state.resuming,
    renames: { ...state.renames, answers, isAnswering: false },
    plan: { status: 'none' },
  };
}

/** Progress like `replaying 12/41` replaces the line it counts on from; another kind of work starts a new line. */
function addProgress(lines: readonly string[], line: string): readonly string[] {
  const stem = (text: string) => text.replace(/\d.*$/, '');
  const last = lines[lines.length - 1];
  const kept = last !== undefined && stem(last) === stem(line) ? lines.slice(0, -1) : lines;
  return [...kept, line].slice(-100);
}

function endRun(state: State, diagnostics: readonly Diagnostic[]): State {
  if (state.phase.name !== 'applying') return state;
  const { plan, run } = state.phase;
  return { ...state, phase: { name: 'result', plan, run, diagnostics }, lastRun: run, helpTop: null };
}
