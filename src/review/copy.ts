import { currentPlan, selectedRow } from './select.ts';
import type { State } from './state.ts';
import { countOf, firstLine } from './words.ts';

/** Asks for the SQL of the selected row to be copied: what reverts it, its definition, its statements. */
export function copy(state: State): State {
  const statements = selectedSql(state);
  if (statements.length === 0) return { ...state, message: 'There is no SQL here to copy.' };
  const clipboard = statements.map((sql) => (sql.trimEnd().endsWith(';') ? sql : `${sql};`)).join('\n');
  const message = `Copied ${countOf(statements.length, 'statement')}: ${firstLine(clipboard)}`;
  return { ...state, clipboard, message, requests: { ...state.requests, copy: state.requests.copy + 1 } };
}

function selectedSql(state: State): readonly string[] {
  const row = selectedRow(state);
  const steps = currentPlan(state)?.steps ?? [];
  if (row?.type === 'change') {
    const { statements, definitionAfter } = row.item;
    if (statements.length > 0) return statements.map((statement) => statement.sql);
    return definitionAfter === null ? [] : [definitionAfter];
  }
  if (row?.type === 'statement') {
    const statement = steps[row.step]?.statements[row.statement];
    return statement ? [statement.sql] : [];
  }
  if (row?.type === 'step') return (steps[row.step]?.statements ?? []).map((statement) => statement.sql);
  if (row?.type !== 'segment') return [];
  const segment = currentPlan(state)?.segments[row.segment];
  return (segment?.statements ?? []).flatMap((at) => steps[at.step]?.statements[at.statement]?.sql ?? []);
}
