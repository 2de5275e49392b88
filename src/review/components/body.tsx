import { Box, useIsScreenReaderEnabled } from 'ink';
import type { ReactNode } from 'react';
import { fullScreen } from '../screens/full-screen.ts';
import { layoutOf } from '../select.ts';
import type { State } from '../state.ts';
import { DetailPane } from './detail-pane.tsx';
import { FullPane } from './full-pane.tsx';
import { HelpPane } from './help-pane.tsx';
import { ListPane } from './list-pane.tsx';

/** Everything between the header and the footer. */
export function Body({ state }: { readonly state: State }): ReactNode {
  // Read aloud, one pane comes after the other.
  const direction = useIsScreenReaderEnabled() ? 'column' : 'row';
  if (state.helpTop !== null) return <HelpPane state={state} />;
  const screen = fullScreen(state);
  if (screen) return <FullPane state={state} screen={screen} />;
  return (
    <Box flexDirection={direction} height={layoutOf(state).bodyHeight} flexShrink={0}>
      {state.full ? null : <ListPane state={state} />}
      <DetailPane state={state} />
    </Box>
  );
}
