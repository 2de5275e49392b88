import { createColors } from 'picocolors';
import { formatPosition } from '../errors.ts';
import { describeEffects } from '../plan/effects.ts';
import type { Danger } from '../plan/hazard-table.ts';
import { type Hazard, losesData, nameHazard } from '../plan/hazards.ts';
import type { PlannedStatement } from '../plan/plan.ts';
import { escapeControl, escapeControlInLines } from './escape.ts';
import { count, formatDuration, type RenderOptions } from './words.ts';

const dangerWords: Readonly<Record<Danger, string>> = {
  'data loss': 'DATA LOSS',
  rewrite: 'table rewrite',
  lock: 'lock',
  'may fail': 'may fail',
  compatibility: 'breaks running versions',
  authorisation: 'authorisation',
  replication: 'replication',
  environment: 'environment',
  code: 'code',
};

const maxLine = 100;

/**
 * A statement with its hazards. A generated one is shown in full; a migration's, which stands in its file, by
 * its first line and place, unless `verbose`.
 */
export function renderStatement(
  statement: PlannedStatement,
  indent: string,
  options: RenderOptions,
): readonly string[] {
  const c = createColors(options.color);
  const hazards = [
    ...describeRunning(statement).map((line) => `${indent}  ${c.dim(line)}`),
    ...describeEffects(statement.effects).map((line) => `${indent}  ${c.dim(escapeControl(line))}`),
    ...statement.hazards.flatMap((hazard) =>
      renderHazard(hazard, options).map((line) => `${indent}  ${line}`),
    ),
  ];
  const lines = escapeControlInLines(statement.sql).trim().split('\n');
  if (statement.position === null || options.verbose) {
    return [
      ...lines.map((line, index) => `${indent}${line}${index === lines.length - 1 ? ';' : ''}`),
      ...hazards,
    ];
  }
  const [first = ''] = lines;
  const isWhole = lines.length === 1 && first.length <= maxLine;
  const place = formatPosition({
    ...statement.position,
    file: statement.position.file.split('/').at(-1) ?? '',
  });
  const text = isWhole ? `${first};` : `${first.slice(0, maxLine - 2).trimEnd()} …`;
  return [`${indent}${text} ${c.dim(escapeControl(place.replace(/: $/, '')))}`, ...hazards];
}

/** What is special about how a statement runs. */
function describeRunning({ expect, batch }: PlannedStatement): readonly string[] {
  return [
    ...(expect === 'rows'
      ? ['must be true or find nothing; the rehearsal, which has no rows, cannot tell']
      : []),
    ...(expect === 'catalog' ? ['must be true or find nothing'] : []),
    ...(batch ? [`in batches of about ${formatDuration(batch.targetMs)}, each committed by itself`] : []),
  ];
}

/** `! DATA LOSS drop-table:public.users: All rows of public.users are lost.`, and what finds the rows that are in the way. */
function renderHazard(hazard: Hazard, options: RenderOptions): readonly string[] {
  const c = createColors(options.color);
  const paint = hazard.severity === 'danger' ? c.red : c.yellow;
  return [
    paint(`! ${describeHazard(hazard)}`),
    ...(hazard.query === undefined ? [] : [c.dim(`  find: ${escapeControl(hazard.query)};`)]),
    ...(options.verbose ? [c.dim(`  safer: ${hazard.saferWay}`), ...insteadLines(hazard).map(c.dim)] : []),
  ];
}

function insteadLines({ instead }: Hazard): readonly string[] {
  return instead === undefined
    ? []
    : escapeControlInLines(instead)
        .split('\n')
        .map((line) => `    ${line}`);
}

/** What it endangers and its consequence, without marks or colour; a data loss with the name that accepts it. */
export function describeHazard(hazard: Hazard): string {
  const name = losesData(hazard) ? ` ${escapeControl(nameHazard(hazard))}` : '';
  const extent = hazard.extent ? ` (${count(hazard.extent.count, hazard.extent.unit)})` : '';
  return `${dangerWords[hazard.danger]}${name}: ${escapeControl(hazard.consequence)}${extent}`;
}
