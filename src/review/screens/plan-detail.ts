import { formatPosition } from '../../errors.ts';
import type { Plan, PlannedStatement } from '../../plan/plan.ts';
import type { Row } from '../rows.ts';
import { countOf, describeObject } from '../words.ts';
import type { Detail, DetailSource } from './detail.ts';
import { type Line, span, wrapLine } from './line.ts';
import { overviewLines } from './overview.ts';
import type { PlannedFile } from './planned-files.ts';
import { effectLines, hazardLines, paragraphs, sqlLines } from './statement-lines.ts';

/** The right pane for a row of the Plan tab. */
export function planDetail(row: Row, plan: Plan, source: DetailSource): Detail {
  if (row.type === 'overview') return { title: 'Overview', lines: overviewLines(plan, source) };
  if (row.type === 'segment') {
    return {
      title: `part ${row.segment + 1} of ${plan.segments.length}`,
      lines: segmentLines(plan, row.segment, source),
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
  const statement = row.type === 'statement' ? plan.steps[row.step]?.statements[row.statement] : undefined;
  if (row.type !== 'statement' || !statement) return { title: '', lines: [] };
  return {
    title: `statement ${row.statement + 1} of ${plan.steps[row.step]?.statements.length ?? 0}`,
    lines: statementLines(statement, source),
  };
}

/** A file that the run writes: what becomes of it, and all of its new lines. */
export function fileLines({ type, text }: PlannedFile, source: DetailSource): readonly Line[] {
  const meaning =
    type === 'migration'
      ? 'Written into the migrations folder when the plan is applied, and recorded as applied here. Taken back when nothing is committed. Commit it.'
      : 'Added to .trueupignore once the plan is applied. Commit it.';
  const plain = () => text.split('\n').map((line) => [span(line)]);
  const lines = (type === 'migration' ? source.highlight?.(text) : null) ?? plain();
  return [
    ...paragraphs(source, [[span(meaning)]]),
    [],
    ...lines.flatMap((line) => wrapLine([span('+ ', 'added'), ...line], source.width, 4)),
  ];
}

/** Where one transaction begins and ends, and how things stand when it fails. */
function segmentLines(plan: Plan, index: number, source: DetailSource): readonly Line[] {
  const segment = plan.segments[index];
  const statements = (segment?.statements ?? []).flatMap(
    (at) => plan.steps[at.step]?.statements[at.statement] ?? [],
  );
  const text = segment?.transaction
    ? `${countOf(statements.length, 'statement')} in one transaction: all of it is committed, or none.`
    : 'Outside a transaction: PostgreSQL refuses it inside one. It is committed at once.';
  const titles = (from: number, to: number) => {
    const steps = plan.segments.slice(from, to).flatMap(({ completes }) => completes);
    return [...new Set(steps)].map((step) => plan.steps[step]?.title ?? '').join(', ');
  };
  const kept = titles(0, index);
  const missed = titles(index, plan.segments.length);
  const leftovers = segment?.transaction ? [] : statements.flatMap((one) => leftoverOf(one.sql) ?? []);
  const fact = (label: string, value: string, role: 'good' | 'caution' | 'plain') =>
    wrapLine([span(label.padEnd(12), 'muted'), span(value, role)], source.width, 12);
  return [
    ...paragraphs(source, [[span(text, segment?.transaction ? 'plain' : 'caution')]]),
    [],
    [span('When it fails', 'heading')],
    ...fact('stays', kept === '' ? 'nothing of the plan' : kept, kept === '' ? 'good' : 'caution'),
    ...(segment?.transaction ? fact('rolled back', 'all of this part', 'good') : []),
    ...[...new Set(leftovers)].flatMap((leftover) => fact('left behind', leftover, 'caution')),
    ...fact('not run', missed === '' ? 'nothing else' : missed, 'plain'),
  ];
}

/** What a statement that runs outside a transaction leaves when it fails half way. Source: PostgreSQL manual, its pages. */
function leftoverOf(sql: string): string | null {
  const text = sql.replace(/\s+/g, ' ').trimStart();
  if (/^CREATE (UNIQUE )?INDEX CONCURRENTLY/i.test(text))
    return 'an INVALID index that slows writes and serves no query: drop it, then create it again';
  if (/^REINDEX .*CONCURRENTLY/i.test(text))
    return 'an INVALID index whose name ends in _ccnew or _ccold: drop it';
  if (/^DROP INDEX CONCURRENTLY/i.test(text)) return 'the index, perhaps INVALID: drop it again';
  if (/^ALTER TABLE .* DETACH PARTITION .* CONCURRENTLY/i.test(text))
    return 'a partition that is half detached: finish it with DETACH PARTITION and FINALIZE';
  return null;
}

/** Locks, rewrites and sizes, under a heading. */
export function effectSection(statement: PlannedStatement, source: DetailSource): readonly Line[] {
  const lines = effectLines(statement.effects, source.width);
  return lines.length === 0 ? [] : [[], [span('Locks and cost', 'heading')], ...lines];
}

const modes: Readonly<Record<PlannedStatement['transaction'], string>> = {
  inside: 'in the transaction of its part',
  outside: 'outside a transaction',
  apart: 'in a transaction of its own',
  'commit after': 'its part is committed after it',
  own: 'in the transactions its migration brings',
  batch: 'in batches, each in a transaction of its own',
};

function statementLines(statement: PlannedStatement, source: DetailSource): readonly Line[] {
  const { position, object, transaction, sql, hazards } = statement;
  const where = position ? formatPosition(position).replace(/: $/, '') : 'generated';
  const leftover = transaction === 'outside' ? leftoverOf(sql) : null;
  return [
    ...paragraphs(source, [
      [span(where, 'accent')],
      ...(object ? [[span('for ', 'muted'), span(describeObject(object))]] : []),
      [span(modes[transaction], transaction === 'outside' ? 'caution' : 'muted')],
    ]),
    ...(leftover === null
      ? []
      : wrapLine([span(`When it fails it leaves ${leftover}.`, 'caution')], source.width)),
    [],
    ...sqlLines(sql, source),
    ...effectSection(statement, source),
    ...(hazards.length > 0 ? [[], ...hazardLines(hazards, source.width)] : []),
  ];
}
