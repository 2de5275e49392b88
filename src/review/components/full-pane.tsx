import type { ReactNode } from 'react';
import type { FullScreen } from '../screens/screens.ts';
import { layoutOf } from '../select.ts';
import type { State } from '../state.ts';
import { Pane } from './pane.tsx';

/** One pane over the whole width, for the screens that leave no room for anything else. */
export function FullPane({
  state,
  screen,
}: {
  readonly state: State;
  readonly screen: FullScreen;
}): ReactNode {
  const { bodyHeight } = layoutOf(state);
  const { title, lines, pinned, shown } = screen;
  return (
    <Pane
      title={title}
      width={state.size.columns}
      height={bodyHeight}
      focused
      lines={lines.slice(state.screenTop)}
      pinned={pinned}
      scroll={shown ?? { top: state.screenTop, total: lines.length }}
    />
  );
}
