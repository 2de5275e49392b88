import { portableText, withLocalSettings } from '../database/local-settings.ts';
import { DatabaseError, type Session } from '../database/session.ts';
import { clip, quoteIdentifier, quoteLiteral, quoteName } from '../database/sql.ts';
import { type Diagnostic, TrueupError } from '../errors.ts';
import type { StatementIndex } from '../plan/plan.ts';
import { backupFileName, writeBackupFile } from './backup-file.ts';
import { readColumns, selectPortable } from './columns.ts';
import { type Before, findLost, type Lost, readBefore } from './find-lost.ts';
import { asConnected } from './journal.ts';
import { type Loss, lossesIn } from './loss.ts';
import type { Manifest } from './manifest.ts';
import type { Narrowed } from './narrowed.ts';
import { planned, type Run } from './run.ts';

/** What is saved before it is destroyed. */
export type BackupPolicy = {
  /** More than this in all is saved only when `acceptsLarge`. */
  readonly limitBytes: number;
  readonly acceptsLarge: boolean;
  /** Where files are written; absent: into the schema `trueup_backup`. */
  readonly directory?: string | undefined;
};

/**
 * Before the first statement of the open transaction; before the first of a migration in it; before one statement; or in a
 * transaction apart that is committed first.
 */
export type When = 'ahead' | 'first' | 'within' | 'apart';

/** Before anything runs: throws `TrueupError` when what the plan destroys is more than the limit and nobody has accepted that. */
export async function refuseLargeBackup({ input }: Run): Promise<void> {
  const { session, plan, backup } = input;
  if (!backup || backup.acceptsLarge) return;
  const losses = await Promise.all(plan.steps.flatMap(({ statements }) => statements.map(lossesIn)));
  const saved = await findLost(session, losses.flat(), await readBefore(session));
  const bytes = saved.reduce((sum, one) => sum + one.bytes, 0);
  if (bytes <= backup.limitBytes) return;
  const megabytes = (size: number) => `${Math.ceil(size / 1024 ** 2)} MB`;
  throw new TrueupError(
    [
      {
        code: 'large-backup',
        severity: 'error',
        subject: session.label,
        summary: `The plan destroys about ${megabytes(bytes)} that would be saved first, more than ${megabytes(backup.limitBytes)}. Nothing was applied.`,
        detail: saved.map((one) => `${one.schema}.${one.table}: ${megabytes(one.bytes)}`).join('\n'),
        help: '`--accept large-backup` saves it all the same; `backup.limitMegabytes` in the configuration is the limit.',
      },
    ],
    { exitCode: 3 },
  );
}

/**
 * Saves what statements are about to destroy into the schema `trueup_backup`, in the transaction that is open, or into files
 * that are whole before it can be committed, and keeps others from writing to it until that ends. What has no such name yet is made by the transaction itself, or renamed in it:
 * before each statement it is looked for again (`toRun`), with what was there before the transaction (`known`), which the first
 * call tells, `ahead` of all its statements. What is narrowed is saved as its migration finds it, `first` or right before that where only then
 * it has its name: what it has become is noted at the end of its migration. `begin` is where the transaction begins.
 */
export async function saveLosses(
  run: Run,
  policy: BackupPolicy,
  begin: StatementIndex,
  toRun: readonly StatementIndex[],
  known: Before | null,
  when: When,
): Promise<Before | null> {
  const { session, plan } = run.input;
  const statements = toRun.flatMap((at) => planned(run, at) ?? []);
  const all = (await Promise.all(statements.map(lossesIn))).flat();
  if (all.length === 0) return null;
  const narrows = (loss: Loss) => loss.type === 'column' && loss.narrows;
  const losses = all.filter(
    (loss) => when === 'within' || when === 'apart' || narrows(loss) === (when === 'first'),
  );
  // Names are those of then.
  const title = plan.steps[when === 'ahead' ? begin.step : (toRun[0] ?? begin).step]?.title ?? '';
  try {
    const before = known ?? (await readBefore(session));
    await saveAll(run, policy, begin, title, losses, before, when !== 'apart');
    return before;
  } catch (error) {
    const { code, message } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
    if (code === undefined || error instanceof TrueupError) throw error;
    const help = !(error instanceof DatabaseError)
      ? 'It is written into the folder that `backup.directory` of the configuration names.'
      : code === '42501'
        ? 'The role needs to read the tables, and CREATE on the schema trueup_backup, or on the database to make it. `backup.enabled: false` saves nothing.'
        : error.hint;
    const summary = `What ${title} destroys could not be saved first: ${message} (${code})`;
    const told: Diagnostic = { code, severity: 'error', subject: session.label, summary };
    throw new TrueupError([help === undefined ? told : { ...told, help }], { cause: error });
  }
}

async function saveAll(
  run: Run,
  policy: BackupPolicy,
  begin: StatementIndex,
  title: string,
  losses: readonly Loss[],
  before: Before,
  mayWait: boolean,
): Promise<void> {
  const { session } = run.input;
  const place = `${run.startedAt.toISOString().replace(/[^0-9]/g, '')}_${begin.step + 1}_${begin.statement + 1}_`;
  const found = await findLost(session, losses, before);
  if (found.length === 0) return;
  // A row that a policy hides would be lost in silence; this makes it an error.
  const settings = { row_security: 'off', statement_timeout: '0', ...portableText };
  await asConnected(session, () =>
    withLocalSettings(session, settings, async () => {
      for (const saved of found) {
        if (isNoted(saved, before.narrowed) || isSaved(saved, before)) continue;
        const narrowed = await save(run, policy, place, title, saved, mayWait);
        if (narrowed) before.narrowed.push(narrowed);
        else before.saved.push({ oid: saved.oid, numbers: numbersOf(saved) });
      }
    }),
  );
}

/** Whether the transaction has saved all that it loses, under whatever name. What is narrowed it saves for each migration. */
function isSaved(lost: Lost, { saved }: Before): boolean {
  const wanted = numbersOf(lost);
  return (
    lost.narrowed.length === 0 &&
    saved.some(
      ({ oid, numbers }) =>
        oid === lost.oid && (numbers === null || wanted?.every((one) => numbers.includes(one))),
    )
  );
}

/** Of the columns that are lost; null: whole rows. */
function numbersOf({ lost, columns, numbers }: Lost): readonly number[] | null {
  return lost?.map((column) => numbers[columns.indexOf(column)] ?? 0) ?? null;
}

/** Whether all that it loses is saved already, as the migration that is running found it. */
function isNoted(lost: Lost, narrowed: readonly Narrowed[]): boolean {
  const wanted = numbersOf(lost);
  return narrowed.some(
    (one) =>
      one.oid === lost.oid &&
      wanted?.every((number) => one.lost.some((name) => one.numbers.get(name) === number)),
  );
}

/** `mayWait`: what is narrowed, which is returned, is complete only at the end of its migration. */
async function save(
  run: Run,
  { directory }: BackupPolicy,
  place: string,
  title: string,
  { schema, table, columns, key, lost, narrowed, values, oid, numbers }: Lost,
  mayWait: boolean,
): Promise<Narrowed | null> {
  const { session } = run.input;
  const waits = mayWait && lost !== null && key.length > 0 && narrowed.length > 0;
  // Once for each segment, however often it is tried and wherever in it the name is found. What is narrowed, for each migration.
  const [known] = await session.query<{ saved: boolean; isReady: boolean; count: number }>(
    `SELECT coalesce(pg_catalog.bool_or(b.table_schema = $2 AND b.table_name = $3
                                        AND (b.lost_columns IS NULL OR b.lost_columns @> $4::text[])), false) AS saved,
            pg_catalog.to_regnamespace('trueup_backup') IS NOT NULL AS "isReady", pg_catalog.count(*)::integer AS count
     FROM trueup.backup b WHERE pg_catalog.starts_with(b.name, $1)`,
    [place, schema, table, lost],
  );
  if (known?.saved && !waits) return null;
  const label = [table, ...(lost?.length === 1 ? lost : [])].join('_');
  // `20261121085100123_1_2_1_orders_note`: the run's start, where in it, and what it is of. A name has 63 bytes at most.
  const name = clip(`${place}${(known?.count ?? 0) + 1}_${label}`, 63);
  const from = quoteName([schema, table]);
  await session.exec(`LOCK TABLE ${from} IN SHARE ROW EXCLUSIVE MODE`);
  // Without a key nothing else says which row a value was of.
  const kept = lost === null || key.length === 0 ? columns : [...new Set([...key, ...lost])];
  const there = await readPortable(session, from);
  const selected = kept.map((one) => {
    const column = there.get(one);
    return column ? selectPortable(one, column) : quoteIdentifier(one);
  });
  const held = values?.map(({ column, value }) => {
    const [name, constant] = [quoteIdentifier(column), quoteLiteral(value)];
    return there.get(column)?.type.endsWith('[]')
      ? `${constant} = ANY (${name}::text[])`
      : `${name}::text = ${constant}`;
  });
  const query = `SELECT ${selected.join(', ')} FROM ${from}${held ? ` WHERE ${held.join(' OR ')}` : ''}`;
  const types = new Map(
    kept.flatMap((one) => {
      const column = there.get(one);
      return column?.isMade ? [[one, column.type]] : [];
    }),
  );
  const savedAt = run.input.now().toISOString();
  const of = { name, runId: run.runId, savedAt, title, schema, table, key, lost };
  const written = !directory
    ? await saveAsTable(session, name, known?.isReady === true, query)
    : waits
      ? await saveForNow(session, name, query)
      : await saveAsFile(session, directory, of, there, kept, query);
  await session.query(
    `INSERT INTO trueup.backup (name, run_id, title, table_schema, table_name, key_columns, lost_columns, row_count, file, sha256, types)
     VALUES ($1, $2::uuid, $3, $4, $5, $6::text[], $7::text[], $8, $9, $10, $11::jsonb)`,
    [
      ...[name, run.runId, title, schema, table, key, lost, written.rows, written.file, written.sha256],
      JSON.stringify(Object.fromEntries(types)),
    ],
  );
  if (!waits) return null;
  const source = quoteName([directory ? 'pg_temp' : 'trueup_backup', name]);
  const finish = async (path: string) => {
    const all = await readPortable(session, source);
    const columns = new Map([...all].map(([one, column]) => [one, there.get(one) ?? column]));
    const query = `SELECT * FROM ${source}`;
    const { file, sha256 } = await saveAsFile(session, path, of, columns, [...all.keys()], query);
    await session.exec(`DROP TABLE ${source}`);
    await session.query('UPDATE trueup.backup SET file = $2, sha256 = $3 WHERE name = $1', [
      name,
      file,
      sha256,
    ]);
  };
  return {
    ...{ name, source, oid, types, key, lost, narrowed },
    numbers: new Map(columns.map((column, index) => [column, numbers[index] ?? 0])),
    ...(directory ? { finish: () => finish(directory) } : {}),
  };
}

/** Types are named with their schemas where nothing is on the path. */
function readPortable(session: Session, source: string): ReturnType<typeof readColumns> {
  return withLocalSettings(session, { search_path: 'pg_catalog' }, () => readColumns(session, source));
}

type Written = { readonly rows: number | null; readonly file: string | null; readonly sha256: string | null };

async function saveAsTable(
  session: Session,
  name: string,
  isReady: boolean,
  query: string,
): Promise<Written> {
  // IF NOT EXISTS would need the privilege also when there is nothing to make.
  if (!isReady) await session.exec('CREATE SCHEMA trueup_backup');
  const { rowCount } = await session.exec(`CREATE TABLE ${quoteName(['trueup_backup', name])} AS ${query}`);
  return { rows: rowCount, file: null, sha256: null };
}

/** Until the migration ends, for what is to be a file then. */
async function saveForNow(session: Session, name: string, query: string): Promise<Written> {
  const { rowCount } = await session.exec(
    `CREATE TEMPORARY TABLE ${quoteIdentifier(name)} ON COMMIT DROP AS ${query}`,
  );
  return { rows: rowCount, file: null, sha256: null };
}

async function saveAsFile(
  session: Session,
  directory: string,
  of: Omit<Manifest, 'formatVersion' | 'database' | 'columns' | 'rows' | 'sha256'>,
  columns: ReadonlyMap<string, { readonly type: string }>,
  kept: readonly string[],
  query: string,
): Promise<Written> {
  const file = backupFileName(of.name, of.runId);
  const { rows, sha256 } = await writeBackupFile(session, directory, file, query, (rows, sha256) => ({
    formatVersion: 1,
    ...of,
    database: session.label,
    columns: kept.map((name) => ({ name, type: columns.get(name)?.type ?? 'text' })),
    rows,
    sha256,
  }));
  return { rows, file, sha256 };
}
