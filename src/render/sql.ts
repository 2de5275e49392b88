import { resettingSql } from '../database/sql.ts';
import { formatPosition } from '../errors.ts';
import { guardStatements, recordingStatement, undoingStatement } from '../migrations/history-sql.ts';
import { describeEffects } from '../plan/effects.ts';
import { lossesOf } from '../plan/losses.ts';
import type { Plan, PlannedMigration, PlannedStatement, Undo } from '../plan/plan.ts';
import type { DiffReport } from './diff.ts';
import { escapeControl } from './escape.ts';
import { expectedBlock } from './expected-block.ts';
import { describeHazard } from './statements.ts';
import { count, describeOutcome, formatServerVersion, formatVersions } from './words.ts';

type Block = { readonly transaction: boolean; readonly lines: readonly string[] };

/**
 * The plan as a file for psql: exactly the plan's statements, in order, BEGIN and COMMIT around what belongs together,
 * and the history rows that `trueup apply` would write. A fresh session for each migration, one run at a time; it
 * stops when a migration of it is applied already. What live looks like it cannot compare.
 */
export function renderPlanSql(plan: Plan): string {
  const { steps, segments, assumed, toolVersion } = plan;
  const losses = lossesOf(plan);
  // Stands last: see the plan's `assumed`.
  const adopted = plan.drift.some(({ decision }) => decision === 'adopt') ? assumed.at(-1) : undefined;
  const record = (migration: PlannedMigration) => [terminate(recordingStatement(migration, toolVersion)), ''];
  const blocks = segments.map((segment, index): Block => {
    let title = '';
    const lines = segment.statements.flatMap(({ step, statement }) => {
      const planned = steps[step]?.statements[statement];
      if (!planned) return [];
      const heading = steps[step]?.title ?? '';
      const isNew = heading !== title;
      title = heading;
      const isLast = statement === (steps[step]?.statements.length ?? 0) - 1;
      return [
        ...(isNew ? [comment(`step ${step + 1}: ${heading}`)] : []),
        ...writeStatement(planned),
        ...restoring(steps[step]?.undo, statement),
        ...(isLast ? [terminate(resettingSql), ''] : []),
      ];
    });
    const recorded = segment.completes.flatMap((step) => {
      const { migration, undo } = steps[step] ?? {};
      return [
        ...restoring(undo, null),
        ...(undo?.migrations ?? []).flatMap((one) => [
          terminate(undoingStatement(one, undo?.script ?? null)),
          '',
        ]),
        ...(migration ? record(migration) : []),
      ];
    });
    return {
      transaction: segment.transaction,
      lines: [...(index === 0 ? assumed : []).flatMap(record), ...lines, ...recorded],
    };
  });
  const isIdle = segments.length === 0 && assumed.length === 0;
  const guards = guardStatements(
    steps.flatMap(({ migration }) => migration ?? []),
    steps.flatMap(({ undo }) => undo?.migrations ?? []),
  );
  return writeScript(
    [
      `${plan.rollbackTo === undefined ? 'Plan' : 'Rollback'} for ${plan.database} (PostgreSQL ${formatServerVersion(plan.liveServerVersion)}), ${formatVersions(plan.versionBefore, plan.versionAfter)}`,
      `Rehearsal: ${describeOutcome(plan.rehearsal)}`,
      `Live fingerprint: ${plan.liveFingerprint}`,
      ...(losses.length > 0 ? [`Loses data: ${losses.join(', ')}`] : []),
      ...(adopted
        ? [
            `${adopted.script} is recorded, and its file is not written: save its migration_text from trueup.schema_version among the migrations.`,
          ]
        : []),
      'Records the migrations in trueup.schema_version. Unlike `trueup apply` it neither compares live with the plan nor verifies.',
    ],
    isIdle
      ? []
      : [
          { transaction: false, lines: ['\\set ON_ERROR_STOP on'] },
          { transaction: false, lines: guards.flatMap((sql) => [terminate(sql), '']) },
          ...(segments.length > 0 ? blocks : [{ transaction: true, lines: assumed.flatMap(record) }]),
        ],
  );
}

/** The diff's statements as a file for `psql -v ON_ERROR_STOP=1`. */
export function renderDiffSql(report: DiffReport): string {
  const losses = lossesOf({ steps: [report] });
  const header = [
    `From ${report.from} to ${report.to}: ${count(report.changes.length, 'change')}`,
    ...(losses.length > 0 ? [`Loses data: ${losses.join(', ')}`] : []),
  ];
  return writeScript(header, splitBlocks(report.statements));
}

/** Says what would be put back behind a statement; null: at the end of its step. */
function restoring(undo: Undo | undefined, statement: number | null): readonly string[] {
  return (undo?.restores ?? [])
    .filter(({ after }) => after === statement)
    .map(({ backup }) =>
      comment(`the backup ${backup} is put back here by trueup rollback, and not by this script`),
    );
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
  return [
    ...place,
    ...hazards,
    terminate(statement.expect ? expectedBlock(statement.sql) : statement.sql),
    '',
  ];
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
