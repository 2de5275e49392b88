import type { ReactNode } from 'react';
import { decisionList, reasonAgainst } from '../decisions.ts';
import { type Line, lineWidth, span } from '../screens/line.ts';
import { layoutOf, selectedRow } from '../select.ts';
import type { State } from '../state.ts';
import { Pane } from './pane.tsx';

/** The right pane: what there is to know of the selected row, and which decision is taken on it. */
export function DetailPane({ state }: { readonly state: State }): ReactNode {
  const { bodyHeight, detailWidth, detailRows, detailText } = layoutOf(state);
  const { title, lines } = state.detail();
  const bar = decisionBar(state, detailText);
  return (
    <Pane
      title={title}
      width={detailWidth}
      height={bodyHeight}
      focused={state.focus === 'detail' || state.full}
      lines={lines.slice(state.detailTop, state.detailTop + detailRows)}
      pinned={bar ? [bar] : []}
      scroll={{ top: state.detailTop, total: lines.length }}
    />
  );
}

/**
 * `( )revert (•)adopt  –ignore ( )leave`: an impossible one has a dash for its circle. Where that is too wide, the chosen
 * one alone is a whole word.
 */
function decisionBar(state: State, width: number): Line | null {
  const row = selectedRow(state);
  if (row?.type !== 'change' || row.section !== 'drift') return null;
  if (row.follows) return [span('decided together with its owner', 'muted')];
  const { glyphs } = state;
  const decided = state.decisions.get(row.item.change.id);
  const isNarrow =
    lineWidth([span(decisionList.map(({ decision }) => `( )${decision} `).join(''))]) > width + 1;
  return decisionList.flatMap(({ decision, key }) => {
    const chosen = decided === decision;
    const word = isNarrow && !chosen ? key : decision;
    if (reasonAgainst(row.item, decision) !== null) return [span(` ${glyphs.dash} ${word} `, 'muted')];
    const role = chosen ? 'strong' : 'plain';
    // The first letter is the key.
    return [
      span(`(${chosen ? glyphs.chosen : ' '})`, role),
      span(key, 'accent'),
      span(`${word.slice(1)} `, role),
    ];
  });
}
