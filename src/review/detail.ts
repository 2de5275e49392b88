import { type Diagnostic, formatPosition } from '../errors.ts';
import type { Hazard } from '../plan/hazards.ts';
import type { Plan, PlannedStatement } from '../plan/plan.ts';
import { type Decisions, decisionList, reasonAgainst } from './decisions.ts';
import { type DefinitionView, definitionLines } from './definition.ts';
import { type Line, type Span, span, wrapLine } from './line.ts';
import { overviewLines } from './overview.ts';
import type { ReviewChange, ReviewRun } from './port.ts';
import { riskOf, riskWord } from './risk.ts';
import type { Row } from './rows.ts';
import { countOf, describeObject, driftSentence, formatDuration, pendingSentence } from './words.ts';

/** What the right pane shows for one row. */
export type Detail = { readonly title: string; readonly lines: readonly Line[] };

/** What a detail is made from besides its row. */
export type DetailSource = DefinitionView & { readonly plan: Plan | null; readonly decisions: Decisions };

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
    case 'run':
      return { title: `run ${row.run.runId}`, lines: runLines(row.run, source) };
    default:
      return source.plan ? planDetail(row, source.plan, source) : { title: '', lines: [] };
  }
}

/** A diagnostic in full: position, summary, source line with a caret, detail, what to do next. */
export function diagnosticLines(diagnostic: Diagnostic, width: number): readonly Line[] {
  const role =
    diagnostic.severity === 'error' ? 'danger' : diagnostic.severity === 'warning' ? 'caution' : 'muted';
  const lines: Line[] = [
    [
      span(`${diagnostic.severity}: `, role),
      span(`${formatPosition(diagnostic.position)}${diagnostic.summary}`),
      ...(showsCode(diagnostic) ? [span(` (${diagnostic.code})`, 'muted')] : []),
    ],
  ];
  const wrapped: Line[] = lines.flatMap((line) => wrapLine(line, width, 2));
  if (diagnostic.sourceLine !== undefined)
    wrapped.push(...sourceLines(diagnostic, diagnostic.sourceLine, width));
  const more = (text: string | undefined, label: string) => {
    if (text === undefined) return;
    for (const line of text.split('\n')) wrapped.push(...wrapLine([span(`${label}${line}`)], width, 2));
  };
  more(diagnostic.detail, '  ');
  more(diagnostic.help, '  next: ');
  return wrapped;
}

/** Hazards with their consequence in plain words. */
export function hazardLines(hazards: readonly Hazard[], width: number): readonly Line[] {
  return hazards.flatMap((hazard) => {
    const { word, role } = riskWord(riskOf([hazard]));
    const label = hazard.code === 'data-loss' ? 'DATA LOSS' : word;
    return wrapLine([span(label.padEnd(10), role), span(hazard.consequence)], width, 10);
  });
}

/** A SQLSTATE is worth showing, once. */
function showsCode({ code, summary }: Diagnostic): boolean {
  return /^[0-9A-Z]{5}$/.test(code) && !summary.includes(code);
}

function sourceLines(diagnostic: Diagnostic, sourceLine: string, width: number): readonly Line[] {
  const number = `  ${diagnostic.position?.line ?? ''} | `;
  const column = diagnostic.position?.column;
  // A caret far to the right of the pane would point at nothing: show the part of the line around it.
  const room = Math.max(10, width - number.length);
  const start = column !== undefined && column > room ? column - Math.floor(room / 2) : 0;
  const lines: Line[] = [[span(number, 'muted'), span(sourceLine.slice(start, start + room))]];
  if (column !== undefined) {
    lines.push([span(`${' '.repeat(number.length + Math.max(0, column - 1 - start))}^`, 'danger')]);
  }
  return lines;
}

function changeLines(
  item: ReviewChange,
  section: 'drift' | 'pending',
  follows: boolean,
  source: DetailSource,
): readonly Line[] {
  const { change } = item;
  const lines: Line[] = [];
  const sentence = section === 'drift' ? driftSentence(change.action) : pendingSentence(change.action);
  lines.push(...paragraphs(source, [[span(sentence)]]));
  if (follows && change.within !== null) {
    const owner = describeObject(change.within);
    lines.push(
      ...paragraphs(source, [[span(`It goes together with ${owner}, and is decided there.`, 'caution')]]),
    );
  }
  const { arrow } = source.glyphs;
  lines.push(
    [],
    [span(section === 'drift' ? `expected ${arrow} live` : `expected ${arrow} target`, 'muted')],
  );
  if (item.definitionBefore !== null || item.definitionAfter !== null) {
    lines.push(...definitionLines(item.definitionBefore, item.definitionAfter, source));
  } else {
    const show = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
    for (const property of change.properties) {
      const before = source.color ? show(property.before) : `[-${show(property.before)}-]`;
      const after = source.color ? show(property.after) : `{+${show(property.after)}+}`;
      const line = [
        span(`  ${property.name}  `, 'muted'),
        span(before, 'removed'),
        span(` ${arrow} `),
        span(after, 'added'),
      ];
      lines.push(...wrapLine(line, source.width, 4));
    }
  }
  if (section === 'drift') {
    if (item.hazards.length > 0) lines.push([], [span('Hazards of reverting', 'heading')]);
    lines.push(...hazardLines(item.hazards, source.width));
    const impossible = decisionList.filter(({ decision }) => reasonAgainst(item, decision) !== null);
    if (impossible.length > 0) lines.push([], [span('Not possible', 'heading')]);
    for (const { decision } of impossible) {
      const line: readonly Span[] = [
        span(`${decision.padEnd(8)}`, 'muted'),
        span(reasonAgainst(item, decision) ?? ''),
      ];
      lines.push(...wrapLine(line, source.width, 8));
    }
    if (item.statements.length > 0) {
      lines.push([], [span('To revert it', 'heading')]);
      lines.push(...item.statements.flatMap((statement) => sqlLines(statement, source)));
    }
  } else if (item.hazards.length > 0) {
    lines.push([], [span('Hazards', 'heading')], ...hazardLines(item.hazards, source.width));
  }
  return lines;
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
        ...step.statements.flatMap((statement) => [...sqlLines(statement, source), []]),
      ],
    };
  }
  if (row.type !== 'statement') return { title: '', lines: [] };
  const statement = plan.steps[row.step]?.statements[row.statement];
  if (!statement) return { title: '', lines: [] };
  const mode = {
    inside: 'in the transaction of its part',
    outside: 'outside a transaction',
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
      ...sqlLines(statement, source),
      ...(statement.hazards.length > 0 ? [[], ...hazardLines(statement.hazards, source.width)] : []),
    ],
  };
}

function sqlLines(statement: PlannedStatement, source: DetailSource): readonly Line[] {
  const text = statement.sql.trimEnd();
  const closed = text.endsWith(';') ? text : `${text};`;
  return closed.split('\n').flatMap((line) => wrapLine([span(`  ${line}`)], source.width, 4));
}

function paragraphs(source: { readonly width: number }, lines: readonly Line[]): readonly Line[] {
  return lines.flatMap((line) => wrapLine(line, source.width));
}
