import type { SourcePosition } from '../errors.ts';
import { currentPlan, selectedRow } from './select.ts';
import type { State } from './state.ts';

/** Where the file stands that the selected row speaks of; null when there is none. */
export function fileToEdit(state: State): SourcePosition | null {
  const row = selectedRow(state);
  const steps = currentPlan(state)?.steps ?? [];
  switch (row?.type) {
    case 'change':
      return state.data?.facts(row.item.change).statements[0]?.position ?? null;
    case 'statement':
      return steps[row.step]?.statements[row.statement]?.position ?? null;
    case 'step':
      return steps[row.step]?.statements[0]?.position ?? null;
    default:
      return null;
  }
}
