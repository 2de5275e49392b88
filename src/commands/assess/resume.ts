import { chains } from '../../apply/own-block.ts';
import { isSessionSetting } from '../../apply/session-settings.ts';
import {
  isHalfDone,
  isInBatches,
  isUndecidable,
  type JournalStatement,
  type Unfinished,
} from '../../apply/unfinished.ts';
import { formatId, type ObjectId, ownName } from '../../catalog/object.ts';
import { quoteIdentifier } from '../../database/sql.ts';
import type { Change } from '../../diff/change.ts';
import { type Diagnostic, TrueupError } from '../../errors.ts';
import { isUndoKey } from '../../migrations/history.ts';
import type { Migration, MigrationStatement } from '../../migrations/migration.ts';
import type { Decision } from '../../plan/plan.ts';
import type { KeyedMigration } from '../../plan/steps.ts';
import { isGeneratedUndo, undoTitle } from '../undo/generated-undo.ts';
import { undosOf } from '../undo/undo-of.ts';
import type { Assessment } from './assessment.ts';

/** Pending migrations, what is applied of them taken out: `begun` holds the applied statements, as migrations. */
export type SplitPending = {
  readonly begun: readonly KeyedMigration[];
  readonly pending: readonly KeyedMigration[];
};

/**
 * Splits pending migrations at what an unfinished run has committed of them. Throws `TrueupError` when a file no
 * longer begins with the statements that were applied.
 */
export function splitPending(
  pending: readonly KeyedMigration[],
  unfinished: Unfinished | null,
): SplitPending {
  const begun: KeyedMigration[] = [];
  const rest = pending.map((migration) => {
    const applied = unfinished?.partial.get(migration.key) ?? [];
    if (applied.length === 0) return migration;
    refuseChanged(migration, applied);
    const statements = migration.statements.slice(0, applied.length);
    begun.push({ ...migration, statements });
    return {
      ...migration,
      statements: migration.statements.slice(applied.length),
      resumed: { from: applied.length, setup: setupOf(statements) },
    };
  });
  return { begun, pending: rest };
}

/** The undo migrations of what is applied, what a cut short rollback has committed of them taken out. */
export function splitUndos(
  migrations: readonly Migration[],
  applied: readonly KeyedMigration[],
  unfinished: Unfinished | null,
): readonly KeyedMigration[] {
  return splitPending(undosOf(migrations, applied), unfinished).pending;
}

/** What the applied statements had set for their session, and the transaction that COMMIT AND CHAIN had begun. */
function setupOf(applied: readonly MigrationStatement[]): readonly MigrationStatement[] {
  const last = applied.at(-1);
  const begin = last && chains(last.sql) ? [{ ...last, sql: 'BEGIN' }] : [];
  return [...applied.filter(({ sql }) => isSessionSetting(sql)), ...begin];
}

function refuseChanged({ script, statements }: KeyedMigration, applied: readonly JournalStatement[]): void {
  const changed = applied.findIndex(
    ({ ordinal, sql }, index) => ordinal !== index || statements[index]?.sql !== sql,
  );
  if (changed < 0) return;
  const position = statements[changed]?.position;
  throw new TrueupError([
    {
      code: 'partial-changed',
      severity: 'error',
      subject: script,
      ...(position ? { position } : {}),
      summary: `${script} has changed where a run has already applied it: its first ${applied.length === 1 ? 'statement is' : `${applied.length} statements are`} in the database.`,
      detail: `applied as: ${applied[changed]?.sql ?? ''}`,
      help: 'Put these statements back as they were; those after them may change.',
    },
  ]);
}

/** What to tell of an unfinished run. One that failed and was rolled back as a whole has said so itself. */
export function notesOn(
  unfinished: Unfinished | null,
  pending: readonly KeyedMigration[],
): readonly Diagnostic[] {
  if (!unfinished) return [];
  const isTold = unfinished.outcome !== 'running' && !isHalfDone(unfinished, keysOf(pending));
  return isTold ? [] : [describeUnfinished(unfinished, pending)];
}

/** Whether a run is half done, so that nobody may apply without saying that it goes on from there. */
export function isToBeResumed(unfinished: Unfinished, pending: readonly KeyedMigration[]): boolean {
  return isHalfDone(unfinished, keysOf(pending));
}

function keysOf(pending: readonly KeyedMigration[]): ReadonlySet<string> {
  return new Set(pending.map(({ key }) => key));
}

/** What an unfinished run left half made is not drift. */
export function isWhole(unfinished: Unfinished | null): (change: Change) => boolean {
  const remains = new Set(
    unfinished?.doubt?.finding.remains.map(({ kind, path }) => formatId({ kind, path })),
  );
  return ({ id, within }) => !remains.has(id) && (within === null || !remains.has(within));
}

/** What became of an unfinished run, for people: what is applied, what is not, what is in doubt. */
export function describeUnfinished(unfinished: Unfinished, pending: readonly KeyedMigration[]): Diagnostic {
  const { runId, startedAt, by, holder, statements, doubt } = unfinished;
  const titles = [...new Set(statements.map(({ title }) => title))];
  const of = (title: string) => statements.filter((statement) => statement.title === title);
  const count = (title: string) => of(title).filter(({ outcome }) => outcome === 'applied').length;
  const applied = titles.filter((title) => count(title) === of(title).length);
  const partly = pending.flatMap(({ script, resumed, statements: left }) =>
    resumed ? [`${script} (${resumed.from} of ${resumed.from + left.length} statements)`] : [],
  );
  const generated = titles
    .filter((title) => of(title).every(isGenerated) && count(title) > 0 && !applied.includes(title))
    .map((title) => `${title} (${count(title)} of ${of(title).length} statements)`);
  const inBatches = statements
    .filter(isInBatches)
    .map(({ title, sql, batchRows }) => `${title}, ${batchRows} rows so far (${firstLine(sql)})`);
  const others = titles.filter((title) => count(title) === 0);
  const parts = [
    ['applied', applied],
    ['applied in part', [...partly, ...generated]],
    ['in batches', inBatches],
    ['not applied', others],
  ] as const;
  const who = `The run ${runId} of ${by}, started ${startedAt},`;
  return {
    code: holder ? 'run-going-on' : 'unfinished-run',
    severity: 'warning',
    subject: runId,
    summary: holder
      ? `${who} is going on, in process ${holder.pid}.`
      : `${who} ${unfinished.outcome === 'running' ? 'ended without a word' : `is ${unfinished.outcome}`}.`,
    detail: [
      parts.flatMap(([word, names]) => (names.length > 0 ? [`${word}: ${names.join(', ')}`] : [])).join('; '),
      ...(doubt
        ? [
            `${isUndecidable(doubt) ? 'in doubt' : 'cut short'}: ${firstLine(doubt.statement.sql)}: ${doubt.finding.found}`,
          ]
        : []),
    ].join('\n'),
    ...(holder ? {} : { help: isCutRollback(unfinished) ? resumeRollback : resumeApply }),
  };
}

function isGenerated({ migration }: JournalStatement): boolean {
  return migration === null;
}

const resumeApply = 'trueup apply --resume goes on from there.';
const resumeRollback = 'trueup rollback --resume, with the --to that it had, goes on from there.';

/** Whether a run was cut short in the undo of a migration, of which something is committed. */
export function isCutRollback(unfinished: Unfinished | null): boolean {
  return cutUndos(unfinished).length > 0 || [...(unfinished?.partial.keys() ?? [])].some(isUndoKey);
}

/** Titles of the steps of which some generated statements are committed, and not all. */
function cutUndos(unfinished: Unfinished | null): readonly string[] {
  const generated = (unfinished?.statements ?? []).filter(isGeneratedUndo);
  const are = (title: string, isApplied: boolean) =>
    generated.some((one) => one.title === title && (one.outcome === 'applied') === isApplied);
  return [...new Set(generated.map(({ title }) => title))].filter(
    (title) => are(title, true) && are(title, false),
  );
}

/**
 * Throws, exit code 3, when a rollback has done a part of what takes some migrations back, and what is to run now is not the rest of
 * that: names and rows are neither as they were before nor as they were then.
 */
export function refuseOtherWay({ unfinished, rollback }: Pick<Assessment, 'unfinished' | 'rollback'>): void {
  const goesOn = (title: string) =>
    rollback?.parts.some(({ script, migrations }) => script === null && undoTitle(migrations) === title);
  const [left] = cutUndos(unfinished).filter((title) => !goesOn(title));
  if (!unfinished || left === undefined) return;
  throw new TrueupError(
    [
      {
        code: 'half-undone',
        severity: 'error',
        subject: unfinished.runId,
        summary: `The run ${unfinished.runId} was cut short in the ${left}. Nothing was applied now.`,
        help: `${resumeRollback} \`--accept half-undone\` leaves that as it is, and takes it for drift.`,
      },
    ],
    { exitCode: 3 },
  );
}

/**
 * Throws, exit code 3, when a pending migration is applied in part: it is neither undone with those that are applied, nor part of what
 * they lead to.
 */
export function refusePartial(pending: readonly KeyedMigration[]): void {
  const partial = pending.find(({ resumed }) => resumed !== undefined);
  if (!partial?.resumed) return;
  const { from } = partial.resumed;
  throw new TrueupError(
    [
      {
        code: 'rollback-partial',
        severity: 'error',
        subject: partial.script,
        summary: `${partial.script} is applied in part (${from} of ${from + partial.statements.length} statements), and a rollback takes back whole migrations. Nothing was undone.`,
        help: `\`trueup apply --resume\` brings it to its end: its statements behind the first ${from} may be changed for that, or left out. Then roll back.`,
      },
    ],
    { exitCode: 3 },
  );
}

/** What a rollback that was cut short has made and not finished: it is taken back, and made again. */
export function decideHalfMade({
  unfinished,
  drift,
}: Pick<Assessment, 'unfinished' | 'drift'>): ReadonlyMap<ObjectId, Decision> {
  const made = (unfinished?.statements ?? []).filter(
    (one) => isGeneratedUndo(one) && one.outcome === 'applied',
  );
  return new Map(
    drift.flatMap(({ id, after }) => {
      const name = after && quoteIdentifier(ownName(after.ref));
      return name && made.some(({ sql }) => sql.includes(name)) ? [[id, 'revert'] as const] : [];
    }),
  );
}

/** Exit code 3: a run is half done, and nobody said to go on with it. */
export function refuseHalfDone(described: Diagnostic): TrueupError {
  return new TrueupError(
    [{ ...described, severity: 'error', summary: `${described.summary} Nothing was applied now.` }],
    { exitCode: 3 },
  );
}

/** Exit code 3: only a person knows what became of the statement. */
export function refuseUndecidable(unfinished: Unfinished): TrueupError {
  const { statement, finding } = unfinished.doubt ?? {};
  return new TrueupError(
    [
      {
        code: 'in-doubt',
        severity: 'error',
        subject: unfinished.runId,
        summary: `A run ended while this statement ran, and ${finding?.found ?? 'nobody knows'}: ${firstLine(statement?.sql ?? '')}`,
        detail: `It stands in ${statement?.title ?? ''}. Nothing was applied now.`,
        help: 'Look whether it was done, then say --in-doubt done or --in-doubt again with --resume.',
      },
    ],
    { exitCode: 3 },
  );
}

function firstLine(sql: string): string {
  return sql.split('\n', 1)[0] ?? '';
}
