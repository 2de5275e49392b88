import type { RunStatement } from '../../migrations/history.ts';
import type { Evolution, SchemaVersion } from '../history.ts';
import type { ReviewRun } from '../port.ts';
import { actionSign, countOf, describeObject, firstLine, formatDuration } from '../words.ts';
import { chartRows } from './chart.ts';
import type { Detail, DetailSource } from './detail.ts';
import { diagnosticLines } from './diagnostic-lines.ts';
import { fitLine, type Line, lineWidth, type Role, span, wrapLine } from './line.ts';
import { paragraphs } from './statement-lines.ts';

const outcomeRoles: Readonly<Record<string, Role>> = {
  applied: 'good',
  failed: 'danger',
  'rolled back': 'caution',
  running: 'caution',
};

/** A run: who, when, how it ended, then its statements. `statements` is null while they are read. */
export function runDetail(
  run: ReviewRun,
  statements: readonly RunStatement[] | null,
  source: DetailSource,
): Detail {
  const { glyphs, width } = source;
  const fact = (name: string, value: string, role: Role = 'plain'): Line => {
    return [span(name.padEnd(10), 'muted'), span(value, role)];
  };
  const outcome = run.outcome === 'success' ? 'good' : run.outcome === 'failed' ? 'danger' : 'caution';
  const lines: Line[] = [
    ...paragraphs(source, [
      fact('outcome', run.outcome, outcome),
      fact('started', run.startedAt),
      fact('by', run.by),
      fact('run', run.runId),
      fact('version', `${run.versionBefore ?? 'none'} ${glyphs.arrow} ${run.versionAfter ?? 'none'}`),
      fact('took', run.durationMs === null ? 'unknown' : formatDuration(run.durationMs)),
    ]),
    [],
  ];
  if (statements === null) lines.push([span('reading its statements', 'muted')]);
  else lines.push([span('Statements', 'heading'), span(` ${statements.length}`, 'muted')]);
  const countsOf = (statement: RunStatement) =>
    [
      statement.rowCount === null ? '' : countOf(statement.rowCount, 'row'),
      statement.durationMs === null ? '' : formatDuration(statement.durationMs),
    ]
      .filter((part) => part !== '')
      .join(', ');
  // The SQL of all begins in one column.
  const widest = Math.max(0, ...(statements ?? []).map((one) => countsOf(one).length));
  let title = '';
  for (const statement of statements ?? []) {
    if (statement.title !== title) lines.push([span(statement.title, 'strong')]);
    title = statement.title;
    const role = outcomeRoles[statement.outcome] ?? 'muted';
    const head = [
      span(`  ${statement.outcome.padEnd(12)}`, role),
      span(`${countsOf(statement).padStart(widest)}  `, 'muted'),
    ];
    const line = [...head, span(firstLine(statement.sql).slice(0, 300))];
    lines.push(lineWidth(line) > width ? fitLine(line, width, glyphs.ellipsis) : line);
    if (statement.error !== null)
      lines.push(...wrapLine([span(`    ${statement.error}`, 'danger')], width, 4));
  }
  return { title: `run ${run.runId}`, lines };
}

/** All versions at once: how the number of objects grew, or how far the replay is. */
export function evolutionDetail(evolution: Evolution, source: DetailSource): Detail {
  const title = 'The schema over its versions';
  if (evolution.status === 'failed') {
    return { title, lines: evolution.diagnostics.flatMap((one) => diagnosticLines(one, source.width)) };
  }
  if (evolution.status !== 'read') {
    const progress = evolution.status === 'reading' ? evolution.progress : '';
    return {
      title,
      lines: [[span('looking at the schema after each migration')], [span(progress, 'muted')]],
    };
  }
  const { versions } = evolution;
  const [first, last] = [versions[0], versions.at(-1)];
  if (!first || !last) return { title, lines: [[span('There are no migrations.')]] };
  const totals = countActions(versions.flatMap(({ changes }) => changes));
  return {
    title,
    lines: [
      [span(`${countOf(last.objectCount, 'object')} after ${countOf(versions.length, 'migration')}`)],
      [],
      ...chartLines(versions, source),
      axisLine(label(first), label(last), Math.min(source.width, versions.length)),
      [],
      [
        span(
          `${totals.create} created, ${totals.alter + totals.rename} changed, ${totals.drop} dropped`,
          'muted',
        ),
      ],
    ],
  };
}

/** One version: its place among the others, and what it changed. */
export function versionDetail(version: SchemaVersion, evolution: Evolution, source: DetailSource): Detail {
  const versions = evolution.status === 'read' ? evolution.versions : [];
  const before = versions[versions.indexOf(version) - 1]?.objectCount ?? 0;
  const gain = version.objectCount - before;
  const upTo = versions.slice(0, versions.indexOf(version) + 1);
  const own = version.changes.filter(({ follows }) => !follows);
  const along = version.changes.length - own.length;
  const applied = version.applied
    ? `applied by ${version.applied.by} on ${version.applied.on.slice(0, 16).replace('T', ' ')}`
    : 'pending';
  const changeLine = ({ action, id }: SchemaVersion['changes'][number]): Line => {
    const role = action === 'create' ? 'added' : action === 'drop' ? 'removed' : 'caution';
    return [span(`${actionSign(action, source.glyphs)} `, role), span(describeObject(id))];
  };
  return {
    title: version.script,
    lines: [
      [span(applied, version.applied ? 'muted' : 'caution')],
      [span(`${countOf(version.objectCount, 'object')}, ${gain < 0 ? '' : '+'}${gain}`)],
      [],
      ...chartLines(upTo, source),
      [],
      ...(own.length === 0 ? [[span('It changes nothing in the schema.', 'muted' as const)]] : []),
      ...own.flatMap((change) => wrapLine(changeLine(change), source.width, 2)),
      ...(along > 0 ? [[span(`and ${countOf(along, 'part')} that come or go along`, 'muted' as const)]] : []),
    ],
  };
}

/** `+4 ~1 -2` of what a version changes. */
export function changeCounts(changes: SchemaVersion['changes']): string {
  const counts = countActions(changes.filter(({ follows }) => !follows));
  const parts: readonly (readonly [string, number])[] = [
    ['+', counts.create],
    ['~', counts.alter + counts.rename],
    ['-', counts.drop],
  ];
  return parts.flatMap(([sign, count]) => (count > 0 ? [`${sign}${count}`] : [])).join(' ');
}

const chartHeight = 4;

function chartLines(versions: readonly SchemaVersion[], source: DetailSource): readonly Line[] {
  const counts = versions.map(({ objectCount }) => objectCount);
  return chartRows(counts, source.width, chartHeight, source.glyphs).map((row) => [span(row, 'accent')]);
}

function axisLine(from: string, to: string, width: number): Line {
  const gap = width - from.length - to.length;
  return [span(gap > 0 ? `${from}${' '.repeat(gap)}${to}` : `${from} - ${to}`, 'muted')];
}

function label({ version, script }: SchemaVersion): string {
  return version === null ? script.replace(/__.*/, '') : `V${version}`;
}

function countActions(changes: SchemaVersion['changes']): Record<Change, number> {
  const counts: Record<Change, number> = { create: 0, alter: 0, rename: 0, drop: 0 };
  for (const { action } of changes) counts[action]++;
  return counts;
}

type Change = SchemaVersion['changes'][number]['action'];
