import { copy } from './copy.ts';
import { decide, mark } from './decide.ts';
import { fileToEdit } from './edit-file.ts';
import { wantHistory } from './history.ts';
import { askIgnore } from './ignore-prompt.ts';
import { backInMap, mapTarget, openMap } from './map.ts';
import { clicked, wheeled } from './mouse.ts';
import { reduceMove } from './move.ts';
import { isReport, reduceReport } from './reduce-report.ts';
import { answerRename, askRenames, mustAskRenames } from './renames.ts';
import { ask, reload, wantPlan } from './request.ts';
import { settle } from './settle.ts';
import type { Action, Command, State } from './state.ts';
import { edit, submit, withFilter } from './typing.ts';
import { goOn, mustSeeTo } from './unfinished.ts';

/** The state after an action. Pure: what must happen outside is asked for in `requests`. */
export function reduce(state: State, action: Action): State {
  const next = isReport(action)
    ? reduceReport(state, action)
    : reduceCommand({ ...state, message: null }, action);
  return wantHistory(settle(state, next));
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
            message: `White space ${state.ignoreWhitespace ? 'counts' : 'is ignored'}.`,
          }
        : { ...state, sideBySide: !state.sideBySide };
    case 'copy':
      return copy(state);
    case 'reload':
    case 'review again':
      return reload({ ...state, tab: command.type === 'reload' ? state.tab : 'drift' }, false);
    case 'retry':
      // Who tries again after a failure has seen what it left.
      return reload({ ...state, resuming: state.resuming ?? { inDoubt: null } }, true);
    case 'go on':
      return goOn(state, command.inDoubt);
    case 'apply':
      if (mustSeeTo(state)) return { ...state, phase: { name: 'unfinished' } };
      return mustAskRenames(state)
        ? askRenames(state, null, true)
        : wantPlan({ ...state, tab: 'plan', marks: null, full: false, focus: 'list' }, true);
    case 'quit':
      return { ...state, phase: { name: 'leaving', exitCode: exitCodeOf(state) } };
    case 'interrupt':
      return interrupt(state);
    case 'suspend':
      return ask(state, 'suspend');
    case 'mouse':
      return {
        ...state,
        isMouseOn: !state.isMouseOn,
        message: `The mouse ${state.isMouseOn ? 'is left to the terminal' : 'selects and scrolls here'}.`,
      };
    case 'click': {
      const found = clicked(state, command.cell);
      if (found === null) return state;
      return 'type' in found ? reduceCommand(state, found) : found;
    }
    case 'wheel':
      return wheeled(state, command.cell, command.by);
    case 'ask renames':
      return askRenames(state, mapTarget(state), false);
    case 'answer rename':
      return state.renames.prompt ? answerRename(state, state.renames.prompt, command.answer) : state;
    case 'map':
      return state.map ? { ...state, map: null } : openMap(state);
    case 'background':
      return { ...state, background: command.is };
    case 'edit file':
      return ask({ ...state, editing: fileToEdit(state) }, 'edit');
    case 'refused':
      return { ...state, message: command.reason };
  }
}

/** One step back: help, the field being edited, the full diff, marks, the filter. It never leaves the review. */
function stepBack(state: State): State {
  if (state.helpTop !== null) return { ...state, helpTop: null };
  if (state.phase.name === 'stale' || state.phase.name === 'unfinished')
    return { ...state, phase: { name: 'browse' } };
  if (state.phase.name === 'confirm')
    return { ...state, phase: { name: 'browse' }, message: 'Nothing was applied.' };
  if (state.phase.name !== 'browse') return state;
  if (state.ignorePrompt) return { ...state, ignorePrompt: null, message: 'Left as it was.' };
  if (state.renames.prompt) return { ...state, renames: { ...state.renames, prompt: null } };
  if (state.map) return backInMap(state, state.map);
  if (state.editingFilter) return withFilter({ ...state, editingFilter: false }, '');
  if (state.full) return { ...state, full: false, focus: 'list' };
  if (state.marks) return { ...state, marks: null };
  if (state.focus === 'detail') return { ...state, focus: 'list' };
  return withFilter(state, '');
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
