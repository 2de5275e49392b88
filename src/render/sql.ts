import { formatPosition } from '../errors.ts';
import { describeEffects } from '../plan/effects.ts';
import type { Plan, PlannedStatement } from '../plan/plan.ts';
import type { DiffReport } from './diff.ts';
import { escapeControl } from './escape.ts';
import { describeHazard } from './statements.ts';
import { describeRehearsal, formatServerVersion, formatVersions } from './words.ts';

type Block = { readonly transaction: boolean; readonly lines: readonly string[] };

/**
 * The plan as a file for `psql -v ON_ERROR_STOP=1`: exactly the plan's statements, in order, BEGIN and COMMIT
 * around what belongs together. It writes no history: only `trueup apply` does.
 */
export function renderPlanSql(plan: Plan): string {
  const blocks = plan.segments.map((segment): Block => {
    let title = '';
    const lines = segment.statements.flatMap(({ step, statement }) => {
      const planned = plan.steps[step]?.statements[statement];
      if (!planned) return [];
      const heading = plan.steps[step]?.title ?? '';
      const isNew = heading !== title;
      title = heading;
      return [...(isNew ? [comment(`step ${step + 1}: ${heading}`)] : []), ...writeStatement(planned)];
    });
    return { transaction: segment.transaction, lines };
  });
  return writeScript(
    [
      `Plan for ${plan.database} (PostgreSQL ${formatServerVersion(plan.liveServerVersion)}), ${formatVersions(plan.versionBefore, plan.versionAfter)}`,
      `Rehearsal: ${describeRehearsal(plan.rehearsal)}`,
      `Live fingerprint: ${plan.liveFingerprint}`,
      'Writes no history: after it, the migrations still count as pending. `trueup apply` records them.',
    ],
    blocks,
  );
}

/** The diff's statements as a file for `psql -v ON_ERROR_STOP=1`. */
export function renderDiffSql(report: DiffReport): string {
  const header = [`From ${report.from} to ${report.to}: ${report.changes.length} changes`];
  return writeScript(header, splitBlocks(report.statements));
}

/** What commits together: up to a statement that must be committed first, or that stands outside any transaction. */
function splitBlocks(statements: readonly PlannedStatement[]): readonly Block[] {
  const blocks: Block[] = [];
  let open: string[] = [];
  const close = () => {
    if (open.length > 0) blocks.push({ transaction: true, lines: open });
    open = [];
  };
  for (const statement of statements) {
    const isOutside = statement.transaction === 'outside' || statement.transaction === 'own';
    if (isOutside) {
      close();
      blocks.push({ transaction: false, lines: writeStatement(statement) });
    } else {
      if (statement.transaction === 'apart') close();
      open.push(...writeStatement(statement));
      if (statement.transaction === 'apart' || statement.transaction === 'commit after') close();
    }
  }
  close();
  return blocks;
}

function writeScript(header: readonly string[], blocks: readonly Block[]): string {
  const written = blocks
    .filter(({ lines }) => lines.length > 0)
    .map(({ transaction, lines }) => (transaction ? ['BEGIN;', '', ...lines, 'COMMIT;'] : lines).join('\n'));
  const comments = [...header, 'Run with: psql -v ON_ERROR_STOP=1 -f FILE'].map(comment);
  return `${[comments.join('\n'), ...(written.length === 0 ? [comment('Nothing to do.')] : written)].join('\n\n').trimEnd()}\n`;
}

function writeStatement(statement: PlannedStatement): readonly string[] {
  const place = statement.position ? [comment(formatPosition(statement.position).replace(/: $/, ''))] : [];
  const hazards = [
    ...describeEffects(statement.effects),
    ...statement.hazards.map((hazard) => describeHazard(hazard)),
  ].map(comment);
  return [...place, ...hazards, terminate(statement.sql), ''];
}

/** With its semicolon, on a line of its own where the last line may end in a comment that would swallow it. */
export function terminate(sql: string): string {
  const text = sql.trimEnd();
  const lastLine = text.slice(text.lastIndexOf('\n') + 1);
  if (lastLine.includes('--')) return `${text}\n;`;
  return text.endsWith(';') ? text : `${text};`;
}

/** Names may hold line feeds: what follows one would be run. */
function comment(text: string): string {
  return `-- ${escapeControl(text)}`;
}
