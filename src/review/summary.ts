import type { RunReport } from '../apply/event.ts';
import { renamesFile } from '../diff/kept-renames.ts';
import { formatPosition } from '../errors.ts';
import type { Decision } from '../plan/plan.ts';
import type { State } from './state.ts';
import { countOf, formatDuration } from './words.ts';

/** The commands of this session, as a shell takes them: `trueup review -e prod` and `trueup apply -e prod`. */
export type ReviewCommands = { readonly review: string; readonly apply: string };

/** What stays in the scrollback: a few plain lines that say what happened, what did not, and how to do it again. */
export function summarize(
  state: State,
  exitCode: 0 | 1 | 130,
  commands: ReviewCommands,
  isSample: boolean,
): string {
  const files = isSample ? [] : writtenLines(state);
  const database = state.data?.header.database ?? state.label;
  const { lastRun, phase } = state;
  if (lastRun?.report) {
    const goesBack = state.data?.header.rollbackTo != null;
    const again = `To repeat it: ${applyCommand(state, commands)}`;
    return [...reportLines(lastRun.report, goesBack), ...files, again].join('\n');
  }
  if (lastRun || phase.name === 'applying') {
    const ended = `The run on ${database} ended without a report.`;
    return [ended, ...files, `To see what is applied: ${commands.review}`].join('\n');
  }
  const lines = [`${exitCode === 130 ? 'Interrupted' : 'Left'}. Nothing was applied to ${database}.`];
  if (state.data) {
    const total = state.totals.decidable;
    const { pendingCount } = state.data.header;
    const decidedText = total > 0 ? ` (${state.decisions.size} decided)` : '';
    lines.push(
      `${countOf(total, 'drifted object')}${decidedText}, ${countOf(pendingCount, 'pending migration')}.`,
    );
  }
  return [...lines, ...files, `To come back: ${commands.review}`].join('\n');
}

/** The files that this review has written, and the report of its last run. */
function writtenLines({ lastRun, renames }: State): readonly string[] {
  const written = (lastRun?.files ?? []).filter(({ is }) => is !== 'report').map(({ file }) => file);
  if (renames.isKept) written.push(renamesFile);
  const report = lastRun?.files.findLast(({ is }) => is === 'report');
  return [
    ...(written.length > 0 ? [`Written, to be committed: ${written.join(', ')}`] : []),
    ...(report ? [`Report: ${report.file}`] : []),
  ];
}

function reportLines(report: RunReport, goesBack: boolean): readonly string[] {
  const count = (outcome: string) => report.steps.filter((step) => step.outcome === outcome).length;
  const version = `version ${report.versionBefore ?? 'none'} -> ${report.versionAfter ?? 'none'}`;
  const time = formatDuration(report.durationMs);
  const word = {
    success: goesBack ? 'Taken back' : 'Applied',
    failed: 'FAILED',
    interrupted: 'Interrupted',
    'nothing to do': 'Nothing to do',
    'rolled back': 'Dry run, rolled back',
  }[report.outcome];
  const lines = [
    `${word}: ${report.database}, ${countOf(count('applied'), 'step')} applied, ${version}, in ${time}.`,
  ];
  const notApplied = report.steps.filter((step) => step.outcome !== 'applied');
  for (const step of notApplied) lines.push(`  ${step.outcome}: ${step.title}`);
  const code =
    report.error && !report.error.summary.includes(report.error.code) ? ` (${report.error.code})` : '';
  if (report.error) lines.push(`  ${formatPosition(report.error.position)}${report.error.summary}${code}`);
  if (report.differences && report.differences.length > 0) {
    lines.push(`  ${countOf(report.differences.length, 'difference')} from target left.`);
  }
  lines.push(`Run ${report.runId} is in the history.`);
  return lines;
}

/** Without a terminal one decision holds for all drift; when they differ only the review can repeat them. */
function applyCommand(state: State, commands: ReviewCommands): string {
  const decisions = new Set<Decision>(state.decisions.values());
  const [only] = decisions;
  const total = state.totals.decidable;
  // Nothing but the review repeats a demo or a way back.
  if (total === 0 || commands.apply === commands.review) return commands.apply;
  if (decisions.size === 1 && only && only !== 'ignore' && state.decisions.size === total)
    return `${commands.apply} --on-drift ${only}`;
  return commands.review;
}
