import { formatPosition } from '../../errors.ts';
import type { Plan, Rehearsal } from '../../plan/plan.ts';
import { countDecisions, decisionList } from '../decisions.ts';
import { countRisks, riskWord } from '../risk.ts';
import type { Glyphs } from '../theme.ts';
import { countOf, describeObject, formatDuration } from '../words.ts';
import { type Line, type Span, span, wrapLine } from './line.ts';

type OverviewView = { readonly width: number; readonly glyphs: Glyphs };

/** The whole plan in a few lines: what it does, how dangerous it is, what was proven, what is left alone. */
export function overviewLines(plan: Plan, view: OverviewView): readonly Line[] {
  const lines: Line[] = [];
  const fact = (name: string, ...value: readonly Span[]) => {
    lines.push(...wrapLine([span(name.padEnd(11), 'muted'), ...value], view.width, 11));
  };
  const { arrow, dot } = view.glyphs;
  fact('database', span(plan.database));
  fact('version', span(`${plan.versionBefore ?? 'none'} ${arrow} ${plan.versionAfter ?? 'none'}`));
  fact('steps', span(stepCounts(plan)));
  fact('statements', ...riskCounts(plan, ` ${dot} `));
  fact('rehearsal', ...rehearsalSpans(plan.rehearsal));
  if (plan.assumed.length > 0)
    fact('assumed', span(`${countOf(plan.assumed.length, 'migration')} recorded as applied, not run`));
  fact('drift', span(driftCounts(plan, ` ${dot} `)));
  if (plan.ignored.length > 0) fact('ignored', span(countOf(plan.ignored.length, 'change')));
  fact('live', span(plan.liveFingerprint.slice(0, 12)), span('  the plan runs on this state only', 'muted'));
  if (plan.rehearsal.outcome === 'differs') {
    lines.push([], [span('After the plan, live would still differ from target', 'heading')]);
    for (const change of plan.rehearsal.differences) {
      lines.push(
        ...wrapLine(
          [span(`${change.action.padEnd(7)}`, 'caution'), span(describeObject(change.id))],
          view.width,
          7,
        ),
      );
    }
  }
  if (plan.rehearsal.outcome === 'failed') {
    const { diagnostic } = plan.rehearsal;
    const detail = diagnostic.detail === undefined ? '' : ` ${diagnostic.detail}`;
    lines.push(
      [],
      ...wrapLine(
        [span(`${formatPosition(diagnostic.position)}${diagnostic.summary}${detail}`)],
        view.width,
        2,
      ),
    );
  }
  for (const diagnostic of plan.diagnostics) {
    const role =
      diagnostic.severity === 'error' ? 'danger' : diagnostic.severity === 'warning' ? 'caution' : 'muted';
    const text = `${formatPosition(diagnostic.position)}${diagnostic.summary}`;
    lines.push([], ...wrapLine([span(`${diagnostic.severity}: `, role), span(text)], view.width, 2));
    if (diagnostic.help !== undefined)
      lines.push(...wrapLine([span(`  next: ${diagnostic.help}`)], view.width, 2));
  }
  if (plan.notCompared.length > 0) {
    lines.push([], [span('Not compared', 'heading')]);
    for (const { kind, name, because, configured } of plan.notCompared) {
      const what = configured ? `${kind}, as ${name} says` : `${kind} ${name}`;
      const text = because === undefined ? what : `${what}: ${because}`;
      lines.push(...wrapLine([span(text)], view.width, 2));
    }
  }
  return lines;
}

/** The rehearsal's outcome in a few words. */
export function rehearsalSpans(rehearsal: Rehearsal): readonly Span[] {
  switch (rehearsal.outcome) {
    case 'proven':
      return [
        span('proven: 0 differences', 'good'),
        span(rehearsal.durationMs === null ? '' : `, in ${formatDuration(rehearsal.durationMs)}`, 'muted'),
      ];
    case 'differs':
      return [span(`NOT PROVEN: ${countOf(rehearsal.differences.length, 'difference')} left`, 'danger')];
    case 'failed':
      return [span('NOT PROVEN: it failed in the rehearsal', 'danger')];
    case 'skipped':
      return [span(`not rehearsed: ${rehearsal.reason}`, 'caution')];
  }
}

/** `7 safe · 3 LOCK · 1 DATA`, each in its own role. */
export function riskCounts(plan: Plan, separator: string): readonly Span[] {
  const counts = countRisks(plan);
  const spans: Span[] = [];
  for (const risk of ['safe', 'lock', 'rewrite', 'care', 'data'] as const) {
    if (counts[risk] === 0) continue;
    const { word, role } = riskWord(risk);
    if (spans.length > 0) spans.push(span(separator, 'muted'));
    spans.push(span(`${counts[risk]} ${risk === 'data' ? 'DATA LOSS' : word}`, role));
  }
  return spans.length > 0 ? spans : [span('none')];
}

function stepCounts(plan: Plan): string {
  const count = (kind: string) => plan.steps.filter((step) => step.kind === kind).length;
  const parts = [
    count('repair') > 0 ? countOf(count('repair'), 'repair') : '',
    count('migration') > 0 ? countOf(count('migration'), 'migration') : '',
    count('undo') > 0 ? countOf(count('undo'), 'undo') : '',
    count('state') > 0 ? 'live to target, generated' : '',
    count('remainder') > 0 ? countOf(count('remainder'), 'remainder') : '',
  ].filter((part) => part !== '');
  return parts.length > 0 ? parts.join(', ') : 'none: there is nothing to do';
}

function driftCounts(plan: Plan, separator: string): string {
  const parts = decisionList
    .map(({ decision }) => ({ decision, count: countDecisions(plan, decision) }))
    .filter(({ count }) => count > 0)
    .map(({ decision, count }) => `${count} ${decision}`);
  return parts.length > 0 ? parts.join(separator) : 'none';
}
