import { formatPosition } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import { changeLines } from './change-detail.ts';
import { type Decisions, decisionList } from './decisions.ts';
import type { DefinitionView } from './definition.ts';
import { type Line, span, wrapLine } from './line.ts';
import { overviewLines } from './overview.ts';
import type { PlannedFile } from './planned-files.ts';
import type { ReviewData, ReviewRun } from './port.ts';
import type { Row } from './rows.ts';
import { hazardLines, paragraphs, sqlLines } from './statement-lines.ts';
import { countOf, describeObject, formatDuration } from './words.ts';

/** What the right pane shows for one row. */
export type Detail = { readonly title: string; readonly lines: readonly Line[] };

/** What a detail is made from besides its row. */
export type DetailSource = DefinitionView & {
  readonly plan: Plan | null;
  readonly decisions: Decisions;
  readonly appliedVersion: string | null;
  /** Null until something is loaded. */
  readonly facts: ReviewData['facts'] | null;
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
      return { title: `run ${row.run.runId}`, lines: runLines(row.run, source) };
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

function runLines(run: ReviewRun, source: DetailSource): readonly Line[] {
  const fact = (name: string, value: string): Line => [span(name.padEnd(10), 'muted'), span(value)];
  return paragraphs(source, [
    fact('outcome', run.outcome),
    fact('started', run.startedAt),
    fact('by', run.by),
    fact('version', `${run.versionBefore ?? 'none'} ${source.glyphs.arrow} ${run.versionAfter ?? 'none'}`),
    fact('took', run.durationMs === null ? 'unknown' : formatDuration(run.durationMs)),
  ]);
}

function fileLines({ type, text }: PlannedFile, source: DetailSource): readonly Line[] {
  const meaning =
    type === 'migration'
      ? 'Written into the migrations folder when the plan is applied, and recorded as applied here. Taken back when nothing is committed. Commit it.'
      : 'Added to .trueupignore once the plan is applied. Commit it.';
  const lines =
    (type === 'migration' ? source.highlight?.(text) : null) ?? text.split('\n').map((line) => [span(line)]);
  return [
    ...paragraphs(source, [[span(meaning)]]),
    [],
    ...lines.flatMap((line) => wrapLine([span('+ ', 'added'), ...line], source.width, 4)),
  ];
}

function planDetail(row: Row, plan: Plan, source: DetailSource): Detail {
  if (row.type === 'overview') return { title: 'Overview', lines: overviewLines(plan, source) };
  if (row.type === 'segment') {
    const segment = plan.segments[row.segment];
    const statements = countOf(segment?.statements.length ?? 0, 'statement');
    const text = row.transaction
      ? `${statements} in one transaction: all of it is committed, or none.`
      : 'Outside a transaction: PostgreSQL refuses it inside one. It is committed at once; when it fails, what came before it stays applied.';
    return {
      title: `part ${row.segment + 1} of ${plan.segments.length}`,
      lines: paragraphs(source, [[span(text)]]),
    };
  }
  if (row.type === 'step') {
    const step = plan.steps[row.step];
    if (!step) return { title: '', lines: [] };
    const hazards = step.statements.flatMap((statement) => statement.hazards);
    return {
      title: step.title,
      lines: [
        [span(`${step.kind}, ${countOf(step.statements.length, 'statement')}`, 'muted')],
        ...(hazards.length > 0 ? [[], ...hazardLines(hazards, source.width)] : []),
        [],
        ...step.statements.flatMap((statement) => [...sqlLines(statement.sql, source), []]),
      ],
    };
  }
  if (row.type !== 'statement') return { title: '', lines: [] };
  const statement = plan.steps[row.step]?.statements[row.statement];
  if (!statement) return { title: '', lines: [] };
  const mode = {
    inside: 'in the transaction of its part',
    outside: 'outside a transaction',
    apart: 'in a transaction of its own',
    'commit after': 'its part is committed after it',
    own: 'in the transactions its migration brings',
  }[statement.transaction];
  const where = statement.position ? formatPosition(statement.position).replace(/: $/, '') : 'generated';
  return {
    title: `statement ${row.statement + 1} of ${plan.steps[row.step]?.statements.length ?? 0}`,
    lines: [
      ...paragraphs(source, [
        [span(where, 'accent')],
        ...(statement.object ? [[span('for ', 'muted'), span(describeObject(statement.object))]] : []),
        [span(mode, 'muted')],
      ]),
      [],
      ...sqlLines(statement.sql, source),
      ...(statement.hazards.length > 0 ? [[], ...hazardLines(statement.hazards, source.width)] : []),
    ],
  };
}
