import { createColors } from 'picocolors';
import { lossesOf } from '../plan/losses.ts';
import type { Decision, Plan, Segment } from '../plan/plan.ts';
import { changeWords, countActions, driftWords, renderChanges } from './changes.ts';
import { renderDiagnostics } from './diagnostics.ts';
import { escapeControl } from './escape.ts';
import { renderLeftOut } from './footer.ts';
import { renderStatement } from './statements.ts';
import {
  count,
  describeFailure,
  describeRehearsal,
  describeSegments,
  formatServerVersion,
  formatVersions,
  type RenderOptions,
  renderSnapshot,
} from './words.ts';

const decisionWords: Readonly<Record<Decision, string>> = {
  revert: 'revert: live is made to conform',
  adopt: 'adopt: written down as the next migration',
  ignore: 'ignore: a rule in .trueupignore',
  leave: 'leave: undecided, stays as it is',
};

/** The plan as text, without its diagnostics. Ends with a line feed. */
export function renderPlan(plan: Plan, options: RenderOptions): string {
  const c = createColors(options.color);
  const database = `${escapeControl(plan.database)} (PostgreSQL ${formatServerVersion(plan.liveServerVersion)})`;
  const lines = [
    `${c.bold(plan.rollbackTo === undefined ? 'Plan' : 'Rollback')} for ${database}: ${formatVersions(plan.versionBefore, plan.versionAfter)}`,
    ...renderSnapshot(plan.snapshot),
    '',
    ...renderDecisions(plan, options),
    ...(plan.pending.length === 0
      ? []
      : [
          `${c.bold(plan.rollbackTo === undefined ? 'Pending' : 'Changes')}: ${countActions(plan.pending, changeWords)}`,
          ...renderChanges(plan.pending, changeWords, options),
          '',
        ]),
    ...(plan.assumed.length === 0
      ? []
      : [
          `${c.bold('Assumed')}: ${count(plan.assumed.length, 'migration')} recorded as applied, not run`,
          ...plan.assumed.map(({ script }) => `  ${escapeControl(script)}`),
          '',
        ]),
    ...renderUndone(plan, options),
    ...renderSteps(plan, options),
    ...(plan.steps.length === 0 ? [] : [`${c.bold('Rehearsal')}: ${renderRehearsal(plan, options)}`]),
    ...renderLosses(plan, options),
    ...renderLeftOut(plan.ignored, plan.notCompared, options),
  ];
  return `${lines.join('\n')}\n`;
}

function renderDecisions(plan: Plan, options: RenderOptions): readonly string[] {
  const c = createColors(options.color);
  if (plan.drift.length === 0) return [c.green('No drift.'), ''];
  const changes = plan.drift.map(({ change }) => change);
  const decisions = new Map(plan.drift.map(({ change, decision }) => [change, decision]));
  return [
    `${c.bold('Drift')}: ${countActions(changes, driftWords)}`,
    ...renderChanges(changes, driftWords, options, (change) => {
      const decision = decisions.get(change);
      return decision === undefined ? '' : ` [${decision}]`;
    }),
    ...[...new Set(decisions.values())].map((decision) => c.dim(`  [${decisionWords[decision]}]`)),
    '',
  ];
}

/** What is pending again after a rollback, and by what. */
function renderUndone({ steps }: Plan, options: RenderOptions): readonly string[] {
  const c = createColors(options.color);
  const undone = steps.flatMap(({ undo }) =>
    (undo?.migrations ?? []).map(({ script }) => ({ script, by: undo?.script ?? 'generated statements' })),
  );
  if (undone.length === 0) return [];
  const restores = steps.flatMap(({ undo }) => undo?.restores ?? []);
  return [
    `${c.bold('Undone')}: ${count(undone.length, 'migration')}, pending again`,
    ...undone.map(({ script, by }) => `  ${escapeControl(script)} ${c.dim(`by ${escapeControl(by)}`)}`),
    ...restores.map(
      ({ backup, subjects, rows }) =>
        `  ${escapeControl(subjects.join(', '))}: up to ${count(rows, 'row')} put back from the backup ${escapeControl(backup)}`,
    ),
    '',
  ];
}

function renderSteps(plan: Plan, options: RenderOptions): readonly string[] {
  const c = createColors(options.color);
  if (plan.segments.every(({ statements, completes }) => statements.length + completes.length === 0)) {
    return [c.green('Nothing to do.'), ''];
  }
  return [
    `${c.bold('Steps')}: ${count(plan.steps.length, 'step')}, ${describeSegments(plan.segments)}`,
    ...plan.segments.flatMap((segment, index) => renderSegment(plan, segment, index, options)),
    '',
  ];
}

function renderSegment(
  plan: Plan,
  segment: Segment,
  index: number,
  options: RenderOptions,
): readonly string[] {
  const c = createColors(options.color);
  // A migration without statements still gets its history row.
  const steps = [...new Set([...segment.statements.map(({ step }) => step), ...segment.completes])].toSorted(
    (a, b) => a - b,
  );
  const body = steps.flatMap((number) => {
    const step = plan.steps[number];
    if (!step) return [];
    const statements = segment.statements.filter((one) => one.step === number);
    return [
      `  ${number + 1}. ${escapeControl(step.title)}${step.statements.length === 0 ? c.dim(' (no statements)') : ''}`,
      ...statements.flatMap(({ statement }) => {
        const planned = step.statements[statement];
        return planned ? renderStatement(planned, '       ', options) : [];
      }),
    ];
  });
  if (plan.segments.length === 1 && segment.transaction) return body;
  const head = segment.transaction ? 'in one transaction' : 'outside a transaction';
  const title = `part ${index + 1} of ${plan.segments.length}: ${head}; ${describeFailure(index)}`;
  return [c.dim(`  ── ${title} ──`), ...body];
}

function renderLosses(plan: Plan, options: RenderOptions): readonly string[] {
  const c = createColors(options.color);
  const losses = lossesOf(plan);
  if (losses.length === 0) return [];
  return [
    `${c.bold('Data loss')}: ${c.red(`${count(losses.length, 'loss', 'losses')} to accept by name, with`)}`,
    ...losses.map((name) => `  --accept ${escapeControl(name)}`),
  ];
}

function renderRehearsal(plan: Plan, options: RenderOptions): string {
  const c = createColors(options.color);
  const { rehearsal } = plan;
  const sentence = describeRehearsal(rehearsal);
  switch (rehearsal.outcome) {
    case 'proven':
      return c.green(sentence);
    case 'differs':
      return [c.yellow(sentence), ...renderChanges(rehearsal.differences, changeWords, options)].join('\n');
    case 'failed':
      return `${c.red(sentence)}\n${renderDiagnostics([rehearsal.diagnostic], options).trimEnd()}`;
    case 'skipped':
      return c.yellow(sentence);
  }
}
