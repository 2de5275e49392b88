import { createColors } from 'picocolors';
import type { RunReport, StepOutcome } from '../apply/event.ts';
import { changeWords, renderChanges } from './changes.ts';
import { renderDiagnostics } from './diagnostics.ts';
import { escapeControl } from './escape.ts';
import { renderTable } from './table.ts';
import { count, formatDuration, formatVersions, type RenderOptions } from './words.ts';

const outcomeWords: Readonly<Record<RunReport['outcome'], string>> = {
  success: 'Success',
  failed: 'Failed',
  interrupted: 'Interrupted',
  'nothing to do': 'Nothing to do',
  'rolled back': 'Dry run, rolled back',
};

/** What a run did: outcome, versions, each step with its time, and how live compares with target. Ends with a line feed. */
export function renderRunReport(report: RunReport, options: RenderOptions): string {
  const c = createColors(options.color);
  const isGood = ['success', 'nothing to do', 'rolled back'].includes(report.outcome);
  const outcome = (isGood ? c.green : c.red)(outcomeWords[report.outcome]);
  const [head = '', ...rows] = renderTable(
    ['step', 'outcome', 'time', 'statements', 'rows'],
    report.steps.map((step) => [
      escapeControl(step.title),
      step.outcome,
      step.outcome === 'not run' ? '-' : formatDuration(step.durationMs),
      String(step.statements),
      String(step.rows),
    ]),
  );
  const lines = [
    `${outcome}: ${escapeControl(report.database)}, ${formatVersions(report.versionBefore, report.versionAfter)}, ${formatDuration(report.durationMs)}`,
    ...(report.steps.length === 0 ? [] : [c.dim(head), ...rows]),
    ...report.putBack.map(
      ({ backup, subjects, rows, saved }) =>
        `${escapeControl(subjects.join(', '))}: ${rows} of ${count(saved, 'row')} put back from the backup ${escapeControl(backup)}`,
    ),
    ...renderDifferences(report, options),
    ...(report.error === null ? [] : [renderDiagnostics([report.error], options).trimEnd()]),
    ...(isGood ? [] : [summarizeSteps(report)]),
    c.dim(
      `run ${escapeControl(report.runId)}, started ${escapeControl(report.startedAt)}, Trueup ${escapeControl(report.toolVersion)}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function renderDifferences(report: RunReport, options: RenderOptions): readonly string[] {
  const c = createColors(options.color);
  const { differences } = report;
  if (differences === null) return report.outcome === 'success' ? ['Verification: not done'] : [];
  if (differences.length === 0) return [`Verification: ${c.green('live is target: 0 differences')}`];
  return [
    `Verification: ${c.yellow(`live differs from target in ${count(differences.length, 'object')}`)}`,
    ...renderChanges(differences, changeWords, options),
  ];
}

/** Nothing is left half said: which steps stand, and which do not. */
function summarizeSteps(report: RunReport): string {
  const count = (outcome: StepOutcome) => report.steps.filter((step) => step.outcome === outcome).length;
  const applied = count('applied');
  const others = report.steps.length - applied;
  const doubtful = count('in doubt');
  const partly = report.steps.filter(({ outcome, kept }) => outcome !== 'applied' && kept > 0).length;
  if (applied + doubtful + partly === 0) return 'Nothing was applied; the database is as it was before.';
  return [
    `${applied} of ${report.steps.length} steps applied and committed; ${others} not`,
    ...(partly > 0 ? [`${partly} of these in part`] : []),
    ...(doubtful > 0 ? [`${doubtful} of these in doubt`] : []),
  ]
    .join(', ')
    .concat('.');
}
