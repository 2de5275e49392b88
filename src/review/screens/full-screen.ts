import { ignoreScreen } from '../ignore-prompt.ts';
import { staleScreen } from '../live-check.ts';
import { currentPlan, isClean, layoutOf } from '../select.ts';
import type { State } from '../state.ts';
import { unfinishedScreen } from '../unfinished.ts';
import { span } from './line.ts';
import { mapScreen } from './map-screen.ts';
import { renamesScreen } from './renames-screen.ts';
import { applyingScreen, resultScreen } from './run-screen.ts';
import {
  cleanScreen,
  confirmScreen,
  type FullScreen,
  loadFailedScreen,
  loadingScreen,
  planFailedScreen,
  planningScreen,
} from './screens.ts';

/** What takes the place of the list and the detail; null where those are shown. */
export function fullScreen(state: State): FullScreen | null {
  const { phase } = state;
  const { width, height } = roomOf(state);
  switch (phase.name) {
    case 'loading':
      return loadingScreen(state, phase);
    case 'load failed':
      return loadFailedScreen(state, phase, width);
    case 'unfinished':
      return unfinishedScreen(state, width);
    case 'stale':
      return staleScreen(state, width);
    case 'confirm':
      return confirmScreen(state, phase, width, height);
    case 'applying':
      return applyingScreen(state, phase, width, height);
    case 'result':
      return resultScreen(state, phase, width);
    case 'leaving':
      return { title: '', lines: [[], [span('Leaving')]], pinned: [] };
    case 'browse':
      if (state.map) return mapScreen(state, state.map, width, height);
      if (state.renames.prompt) return renamesScreen(state, state.renames.prompt, width, height);
      if (state.ignorePrompt) return ignoreScreen(state, state.ignorePrompt, width, height);
      if (state.tab === 'plan' && state.plan.status === 'making') return planningScreen(state, width);
      if (state.tab === 'plan' && state.plan.status === 'failed') return planFailedScreen(state, width);
      if (state.tab === 'plan' && currentPlan(state) === null) return planningScreen(state, width);
      return state.tab === 'drift' && isClean(state) ? cleanScreen(state, width) : null;
  }
}

/** The first row that is shown when a screen is scrolled to a row, as far as it can be. */
export function clampScreen(state: State, wanted: number): number {
  const screen = fullScreen(state);
  if (!screen) return 0;
  return Math.max(0, Math.min(wanted, screen.lines.length - visibleRows(state)));
}

/** How many rows of a screen scroll: those above its pinned ones. */
export function visibleRows(state: State): number {
  return Math.max(1, roomOf(state).height - (fullScreen(state)?.pinned.length ?? 0));
}

/** Columns and rows inside the border. */
function roomOf(state: State): { readonly width: number; readonly height: number } {
  return { width: Math.max(10, state.size.columns - 4), height: layoutOf(state).bodyHeight - 2 };
}
