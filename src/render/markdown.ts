import type { NotCompared } from '../catalog/kind.ts';
import type { Change } from '../diff/change.ts';
import { describeEffects } from '../plan/effects.ts';
import { type Hazard, losesData } from '../plan/hazards.ts';
import type { Decision, Plan, PlannedStatement } from '../plan/plan.ts';
import { type ActionWords, changeWords, countActions, driftWords, marks, nameChange } from './changes.ts';
import { type DriftReport, describeDatabase } from './drift.ts';
import { escapeControl, escapeControlInLines } from './escape.ts';
import { facetsNotCompared, listNotCompared, objectsNotCompared } from './footer.ts';
import { terminate } from './sql.ts';
import { describeHazard } from './statements.ts';
import {
  count,
  describeRehearsal,
  describeSegments,
  formatProperty,
  formatPropertyName,
  formatServerVersion,
  formatVersion,
  formatVersions,
  renderSnapshot,
} from './words.ts';

/** First line of every comment: a workflow finds the comment by it and edits it rather than add another. */
export const markdownMarker = '<!-- trueup -->';

/** GitHub takes 65,536 characters in a comment; the rest is left for what a workflow adds around it. */
const maxLength = 60_000;

/** The drift report for a pull request's comment or an issue. */
export function renderDriftMarkdown(report: DriftReport): string {
  const title = report.drift.length === 0 ? 'No drift' : `Drift: ${countActions(report.drift, driftWords)}`;
  return compose(
    [
      `## ${title}`,
      `${code(describeDatabase(report))}, compared with its migrations at version ${formatVersion(report.appliedVersion)}.`,
      ...renderSnapshot(report.snapshot).map((line) => html(`${line}.`)),
    ],
    report.drift.map((change) => renderChange(change, driftWords, [])),
    leftOut(report),
  );
}

/** The plan for a pull request's comment: data loss first, then each change and each step folded. */
export function renderPlanMarkdown(plan: Plan): string {
  const hazards = plan.steps
    .flatMap(({ statements }) => statements)
    .flatMap((statement) => statement.hazards);
  const repairs = plan.steps
    .filter(({ kind }) => kind !== 'migration')
    .flatMap(({ statements }) => statements);
  const changes = plan.drift.map(({ change }) => change);
  return compose(
    [
      `## ${plan.rollbackTo === undefined ? 'Plan' : 'Rollback'}: ${formatVersions(plan.versionBefore, plan.versionAfter)}`,
      `${code(`${plan.database} (PostgreSQL ${formatServerVersion(plan.liveServerVersion)})`)}`,
      ...renderSnapshot(plan.snapshot).map((line) => html(`${line}.`)),
      ...warnings(hazards),
      [
        '| | |',
        '| --- | --- |',
        `| drift | ${countActions(changes, driftWords)} |`,
        `| ${plan.rollbackTo === undefined ? 'pending' : 'changes'} | ${countActions(plan.pending, changeWords)} |`,
        `| steps | ${plan.steps.length}, ${describeSegments(plan.segments)} |`,
        `| rehearsal | ${html(describeRehearsal(plan.rehearsal))} |`,
      ].join('\n'),
    ],
    [
      ...plan.drift.map(({ change, decision }) =>
        renderChange(
          change,
          driftWords,
          repairs.filter(({ object }) => object === change.id),
          decision,
        ),
      ),
      ...plan.steps.map((step) =>
        details(
          `${html(step.title)}: ${count(step.statements.length, 'statement')}`,
          step.statements
            .map(({ sql, effects }) =>
              [...describeEffects(effects).map((line) => `-- ${escapeControl(line)}`), terminate(sql)].join(
                '\n',
              ),
            )
            .join('\n\n'),
          step.statements.flatMap((statement) => statement.hazards),
        ),
      ),
      ...plan.pending.map((change) => renderChange(change, changeWords, [])),
    ],
    leftOut(plan),
  );
}

function warnings(hazards: readonly Hazard[]): readonly string[] {
  const losses = hazards.filter(losesData);
  const others = hazards.filter((hazard) => !losesData(hazard));
  const list = (some: readonly Hazard[]) =>
    [...new Set(some.map((hazard) => `> - ${html(describeHazard(hazard))}`))].slice(0, 50);
  return [
    ...(losses.length > 0 ? [['> [!CAUTION]', ...list(losses)].join('\n')] : []),
    ...(others.length > 0 ? [['> [!WARNING]', ...list(others)].join('\n')] : []),
  ];
}

function renderChange(
  change: Change,
  words: ActionWords,
  statements: readonly PlannedStatement[],
  decision?: Decision,
): string {
  const properties = change.properties.map(
    ({ name, before, after }) =>
      `${formatPropertyName(name)}: ${formatProperty(before)} → ${formatProperty(after)}`,
  );
  // The mark stands in the code: at the start of a list item Markdown would read it as a list or a quote.
  const summary = `<code>${marks[change.action]} ${html(nameChange(change))}</code> ${words[change.action]}${decision === undefined ? '' : `, ${decision}`}`;
  const body = [...properties, ...statements.map(({ sql }) => `${sql};`)].join('\n');
  return body === ''
    ? `- ${summary}`
    : details(
        summary,
        body,
        statements.flatMap(({ hazards }) => hazards),
      );
}

function details(summary: string, body: string, hazards: readonly Hazard[]): string {
  return [
    `<details><summary>${summary}</summary>`,
    '',
    ...hazards.map((hazard) => `- **${html(describeHazard(hazard))}**`),
    ...(hazards.length > 0 ? [''] : []),
    ...hazards.flatMap(({ instead }) => (instead ? ['Without the rewrite:', '', fence(instead), ''] : [])),
    ...(body === '' ? [] : [fence(body), '']),
    '</details>',
  ].join('\n');
}

function leftOut(report: {
  readonly ignored: readonly unknown[];
  readonly notCompared: readonly NotCompared[];
}): readonly string[] {
  const ignored = `Ignored by \`.trueupignore\`: ${count(report.ignored.length, 'change')}.`;
  const facets = facetsNotCompared(report.notCompared);
  const lines = facets === null ? [ignored] : [ignored, `Not compared: ${facets}.`];
  const objects = objectsNotCompared(report.notCompared);
  if (objects.length === 0) return lines;
  const summary = `Not compared: ${count(objects.length, 'object')}`;
  return [...lines, details(summary, listNotCompared(objects).join('\n'), [])];
}

/** Leaves out whole entries, never half of one, and says how many. */
function compose(head: readonly string[], entries: readonly string[], foot: readonly string[]): string {
  const note = (left: number) =>
    `**${count(left, 'more entry', 'more entries')} not shown here: the comment would be too long.**`;
  // What is not compared can itself be long, and must not push the changes out.
  const shortFoot = foot.map((part) => (part.length > maxLength / 4 ? cut(part) : part));
  const fixed = [markdownMarker, ...head, ...shortFoot, note(entries.length)].join('\n\n').length;
  let room = maxLength - fixed;
  const shown: string[] = [];
  for (const entry of entries) {
    room -= entry.length + 2;
    if (room < 0) break;
    shown.push(entry);
  }
  const left = entries.length - shown.length;
  return `${[markdownMarker, ...head, ...joinLists(shown), ...(left > 0 ? [note(left)] : []), ...shortFoot].join('\n\n')}\n`;
}

function cut(part: string): string {
  const summary = /<summary>(.*?)<\/summary>/.exec(part)?.[1] ?? '';
  return `${summary}; too many to name here.`;
}

/** List items that follow each other make one list; everything else stands apart. */
function joinLists(entries: readonly string[]): readonly string[] {
  return entries.reduce<string[]>((blocks, entry) => {
    const last = blocks.at(-1);
    if (entry.startsWith('- ') && last?.startsWith('- '))
      return [...blocks.slice(0, -1), `${last}\n${entry}`];
    blocks.push(entry);
    return blocks;
  }, []);
}

/** A code block that the text cannot close. */
function fence(body: string): string {
  const safe = escapeControlInLines(body);
  const longest = Math.max(2, ...[...safe.matchAll(/`+/g)].map(([run]) => run.length));
  const ticks = '`'.repeat(longest + 1);
  return `${ticks}sql\n${safe}\n${ticks}`;
}

function code(value: string): string {
  return `<code>${html(value)}</code>`;
}

/** Names come from the database: nothing in them may be read as HTML, Markdown or a mention of someone. */
function html(value: string): string {
  return escapeControl(value).replace(/[&<>"'`*_[\]|@#\\]/g, (character) => `&#${character.charCodeAt(0)};`);
}
