import type { Plan } from '../../plan/plan.ts';
import { type Decisions, decisionList } from '../decisions.ts';
import type { Evolution, RunStatements } from '../history.ts';
import type { ReviewData } from '../port.ts';
import type { RenameQuestion } from '../renames.ts';
import type { Row } from '../rows.ts';
import { countOf, describeObject } from '../words.ts';
import { changeLines } from './change-detail.ts';
import type { DefinitionView } from './definition.ts';
import { evolutionDetail, runDetail, versionDetail } from './history-detail.ts';
import { type Line, span } from './line.ts';
import { fileLines, planDetail } from './plan-detail.ts';
import { paragraphs } from './statement-lines.ts';

/** What the right pane shows for one row. */
export type Detail = { readonly title: string; readonly lines: readonly Line[] };

/** What a detail is made from besides its row. */
export type DetailSource = DefinitionView & {
  readonly plan: Plan | null;
  readonly decisions: Decisions;
  readonly appliedVersion: string | null;
  readonly rollbackTo: string | null;
  /** Null until something is loaded. */
  readonly facts: ReviewData['facts'] | null;
  /** Pairs that may be renames and nobody has answered. */
  readonly questions: readonly RenameQuestion[];
  readonly evolution: Evolution;
  readonly runStatements: RunStatements;
};

/** The detail of a row; an empty one when there is no row. */
export function detailOf(row: Row | undefined, source: DetailSource): Detail {
  if (!row) return { title: '', lines: [] };
  switch (row.type) {
    case 'change':
      return {
        title: describeObject(row.item.change.id),
        lines: changeLines(row.item, row.section, row.follows, source),
      };
    case 'group':
      return { title: row.label, lines: groupLines(row, source) };
    case 'ignored':
      return {
        title: row.label,
        lines: paragraphs(source, [
          [span('Covered by an ignore rule; it is not part of the plan.')],
          [],
          [span('rule    ', 'muted'), span(row.ignored.rule)],
          [span('reason  ', 'muted'), span(row.ignored.reason ?? 'none given')],
        ]),
      };
    case 'note':
      return { title: 'Note', lines: paragraphs(source, [[span(row.label)]]) };
    case 'file':
      return { title: row.label, lines: fileLines(row.file, source) };
    case 'run':
      return runDetail(row.run, source.runStatements.get(row.run.runId) ?? null, source);
    case 'runs':
      return { title: row.label, lines: [[span(`${countOf(row.count, 'run')}, newest first.`)]] };
    case 'versions':
      return evolutionDetail(source.evolution, source);
    case 'version':
      return versionDetail(row.version, source.evolution, source);
    default:
      return source.plan ? planDetail(row, source.plan, source) : { title: '', lines: [] };
  }
}

function groupLines(row: Row & { readonly type: 'group' }, source: DetailSource): readonly Line[] {
  const lines: Line[] = [[span(`${countOf(row.count, 'entry', 'entries')} below.`)]];
  if (row.ids.length === 0) return lines;
  const counts = decisionList.map(({ decision }) => {
    return { decision, count: row.ids.filter((id) => source.decisions.get(id) === decision).length };
  });
  const undecided = row.ids.filter((id) => !source.decisions.has(id)).length;
  lines.push([]);
  for (const { decision, count } of counts) {
    if (count > 0) lines.push([span(`${decision.padEnd(10)}`, 'muted'), span(String(count))]);
  }
  if (undecided > 0) lines.push([span('undecided '.padEnd(10), 'muted'), span(String(undecided))]);
  lines.push([], ...paragraphs(source, [[span('r a i l and Space decide for all of them.', 'muted')]]));
  return lines;
}
