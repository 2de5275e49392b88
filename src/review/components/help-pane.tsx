import type { ReactNode } from 'react';
import { helpLines } from '../screens/help.ts';
import { layoutOf } from '../select.ts';
import type { State } from '../state.ts';
import { Pane } from './pane.tsx';

/** Every key, made from the bindings. */
export function HelpPane({ state }: { readonly state: State }): ReactNode {
  const { bodyHeight } = layoutOf(state);
  const lines = helpLines(state);
  const top = state.helpTop ?? 0;
  return (
    <Pane
      title="Keys"
      width={state.size.columns}
      height={bodyHeight}
      focused
      lines={lines.slice(top, top + bodyHeight - 2)}
      scroll={{ top, total: lines.length }}
    />
  );
}
