import { Box } from 'ink';
import type { ReactNode } from 'react';
import { ignoreScreen } from '../ignore-prompt.ts';
import { span } from '../line.ts';
import { staleScreen } from '../live-check.ts';
import { mapScreen } from '../map-screen.ts';
import { renamesScreen } from '../renames-screen.ts';
import { applyingScreen, resultScreen } from '../run-screen.ts';
import {
  cleanScreen,
  confirmScreen,
  type FullScreen,
  loadFailedScreen,
  loadingScreen,
  planFailedScreen,
  planningScreen,
} from '../screens.ts';
import { currentPlan, isClean, layoutOf } from '../select.ts';
import type { State } from '../state.ts';
import { DetailPane } from './detail-pane.tsx';
import { FullPane } from './full-pane.tsx';
import { HelpPane } from './help-pane.tsx';
import { ListPane } from './list-pane.tsx';

/** Everything between the header and the footer. */
export function Body({ state }: { readonly state: State }): ReactNode {
  if (state.helpTop !== null) return <HelpPane state={state} />;
  const screen = fullScreen(state);
  if (screen) return <FullPane state={state} screen={screen} />;
  return (
    <Box flexDirection="row" height={layoutOf(state).bodyHeight} flexShrink={0}>
      {state.full ? null : <ListPane state={state} />}
      <DetailPane state={state} />
    </Box>
  );
}

function fullScreen(state: State): FullScreen | null {
  const { phase } = state;
  const width = Math.max(10, state.size.columns - 4);
  const height = layoutOf(state).bodyHeight - 2;
  switch (phase.name) {
    case 'loading':
      return loadingScreen(state, phase);
    case 'load failed':
      return loadFailedScreen(state, phase, width);
    case 'stale':
      return staleScreen(state, height);
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
      if (state.tab === 'plan' && state.plan.status === 'making') return planningScreen(state);
      if (state.tab === 'plan' && state.plan.status === 'failed') return planFailedScreen(state, width);
      if (state.tab === 'plan' && currentPlan(state) === null) return planningScreen(state);
      return state.tab === 'drift' && isClean(state) ? cleanScreen(state) : null;
  }
}
