import { portableText, withLocalSettings } from '../database/local-settings.ts';
import { DatabaseError, type Session } from '../database/session.ts';
import { quoteIdentifier, quoteName } from '../database/sql.ts';
import { type Diagnostic, TrueupError } from '../errors.ts';
import type { Segment, StatementIndex } from '../plan/plan.ts';
import { backupFileName, type Manifest, writeBackupFile } from './backup-file.ts';
import { readColumns } from './columns.ts';
import { type Loss, lossesIn } from './loss.ts';
import type { Run } from './run.ts';

/** What is saved before it is destroyed. */
export type BackupPolicy = {
  /** More than this in all is saved only when `acceptsLarge`. */
  readonly limitBytes: number;
  readonly acceptsLarge: boolean;
  /** Where files are written; absent: into the schema `trueup_backup`. */
  readonly directory?: string | undefined;
};

/** A table of which something is lost. */
type Saved = {
  readonly schema: string;
  readonly table: string;
  readonly columns: readonly string[];
  /** Columns of the primary key; none when there is none. */
  readonly key: readonly string[];
  /** The columns that are lost; null: whole rows. */
  readonly lost: readonly string[] | null;
  readonly bytes: number;
};

/** Tables by oid, and the number of the last column each ever had: what a segment adds to them holds nothing to save. */
export type Before = ReadonlyMap<string, number>;

/** Before anything runs: throws `TrueupError` when what the plan destroys is more than the limit and nobody has accepted that. */
export async function refuseLargeBackup({ input }: Run): Promise<void> {
  const { session, plan, backup } = input;
  if (!backup || backup.acceptsLarge) return;
  const losses = await Promise.all(plan.steps.flatMap(({ statements }) => statements.map(lossesIn)));
  const saved = await resolve(session, losses.flat(), await readBefore(session));
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
 * Saves what a segment is about to destroy into the schema `trueup_backup`, in the transaction that is open, or into files
 * that are whole before it can be committed, and keeps others from writing to it until that ends. What has no such name yet is made by the segment itself, or renamed in it:
 * before each statement it is looked for again (`toRun`), with what was there `before` the segment, which the first call tells.
 */
export async function saveLosses(
  run: Run,
  segment: Segment,
  toRun: readonly StatementIndex[] = segment.statements,
  known: Before | null = null,
): Promise<Before | null> {
  const { session, plan, backup } = run.input;
  if (!backup) return null;
  const statements = toRun.flatMap((at) => plan.steps[at.step]?.statements[at.statement] ?? []);
  const losses = (await Promise.all(statements.map(lossesIn))).flat();
  const [first] = segment.statements;
  if (!first || losses.length === 0) return null;
  const title = plan.steps[first.step]?.title ?? '';
  try {
    const before = known ?? (await readBefore(session));
    await saveAll(run, first, title, losses, before);
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
  first: StatementIndex,
  title: string,
  losses: readonly Loss[],
  before: Before,
): Promise<void> {
  const { session } = run.input;
  const place = `${run.startedAt.toISOString().replace(/[^0-9]/g, '')}_${first.step + 1}_${first.statement + 1}_`;
  const found = await resolve(session, losses, before);
  // A row that a policy hides would be lost in silence; this makes it an error.
  await withLocalSettings(session, { row_security: 'off', ...portableText }, async () => {
    for (const saved of found) await save(run, place, title, saved);
  });
}

async function save(
  run: Run,
  place: string,
  title: string,
  { schema, table, columns, key, lost }: Saved,
): Promise<void> {
  const { session } = run.input;
  // Once for each segment, however often it is tried and wherever in it the name is found.
  const [known] = await session.query<{ saved: boolean; isReady: boolean; count: number }>(
    `SELECT coalesce(pg_catalog.bool_or(b.table_schema = $2 AND b.table_name = $3
                                        AND (b.lost_columns IS NULL OR b.lost_columns @> $4::text[])), false) AS saved,
            pg_catalog.to_regnamespace('trueup_backup') IS NOT NULL AS "isReady", pg_catalog.count(*)::integer AS count
     FROM trueup.backup b WHERE pg_catalog.starts_with(b.name, $1)`,
    [place, schema, table, lost],
  );
  if (known?.saved) return;
  const label = [table, ...(lost?.length === 1 ? lost : [])].join('_');
  const name = shorten(`${place}${(known?.count ?? 0) + 1}_${label}`);
  const from = quoteName([schema, table]);
  await session.exec(`LOCK TABLE ${from} IN SHARE ROW EXCLUSIVE MODE`);
  // Without a key nothing else says which row a value was of.
  const kept = lost === null || key.length === 0 ? columns : [...new Set([...key, ...lost])];
  const query = `SELECT ${kept.map(quoteIdentifier).join(', ')} FROM ${from}`;
  const of = { name, runId: run.runId, title, schema, table, key, lost };
  const written = run.input.backup?.directory
    ? await saveAsFile(session, run.input.backup.directory, of, kept, query)
    : await saveAsTable(session, name, known?.isReady === true, query);
  await session.query(
    `INSERT INTO trueup.backup (name, run_id, title, table_schema, table_name, key_columns, lost_columns, row_count, file, sha256)
     VALUES ($1, $2::uuid, $3, $4, $5, $6::text[], $7::text[], $8, $9, $10)`,
    [name, run.runId, title, schema, table, key, lost, written.rows, written.file, written.sha256],
  );
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

async function saveAsFile(
  session: Session,
  directory: string,
  of: Pick<Manifest, 'name' | 'runId' | 'title' | 'schema' | 'table' | 'key' | 'lost'>,
  kept: readonly string[],
  query: string,
): Promise<Written> {
  // Types are named with their schemas where nothing is on the path.
  const columns = await withLocalSettings(session, { search_path: 'pg_catalog' }, () =>
    readColumns(session, quoteName([of.schema, of.table])),
  );
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

/** `20261121085100123_1_2_1_orders_note`: the run's start, where in it, and what it is of. A name has 63 bytes at most. */
function shorten(name: string): string {
  let short = name;
  while (Buffer.byteLength(short) > 63) short = [...short].slice(0, -1).join('');
  return short;
}

type Found = Omit<Saved, 'lost'> & {
  readonly loss: number;
  readonly column: string | null;
  readonly oid: string;
  /** Numbers of the columns. */
  readonly numbers: readonly number[];
};

async function readBefore(session: Session): Promise<Before> {
  const rows = await session.query<{ oid: string; last: number }>(
    `SELECT oid::text, relnatts::integer AS last FROM pg_catalog.pg_class WHERE relkind IN ('r', 'p')`,
  );
  return new Map(rows.map(({ oid, last }) => [oid, last]));
}

/** The tables that losses speak of, each once with all that is lost of it that was there before. */
async function resolve(session: Session, losses: readonly Loss[], before: Before): Promise<readonly Saved[]> {
  if (losses.length === 0) return [];
  const asked = losses.map((loss, index) => ({
    loss: index,
    name: loss.type === 'column' ? loss.column : loss.table,
    column: loss.type === 'column',
    cascades: loss.type === 'rows' && loss.cascades,
  }));
  const found = await session.query<Found>(foundQuery, [JSON.stringify(asked)]);
  const tables = new Map<string, Saved>();
  for (const { loss, column, oid, numbers, ...one } of found) {
    const last = before.get(oid);
    const of = losses[loss];
    if (last === undefined || of === undefined) continue;
    const columns = one.columns.filter((_, at) => (numbers[at] ?? 0) <= last);
    const named = of.type === 'values' ? of.columns : [column ?? ''];
    const lost = of.type === 'rows' ? null : named.filter((name) => columns.includes(name));
    if (lost?.length === 0) continue;
    const id = quoteName([one.schema, one.table]);
    const known = tables.get(id);
    const all =
      known?.lost === null || lost === null ? null : [...new Set([...(known?.lost ?? []), ...lost])];
    tables.set(id, { ...one, lost: all });
  }
  return [...tables.values()];
}

const foundQuery = `WITH RECURSIVE asked AS (
    SELECT * FROM pg_catalog.jsonb_to_recordset($1::jsonb)
      AS a (loss integer, name text, "column" boolean, cascades boolean)
  ), named AS (
    SELECT DISTINCT ON (a.loss) a.loss, a.cascades, c.oid, t.attname::text AS "column"
    FROM asked a
    JOIN pg_catalog.pg_class c ON c.relkind IN ('r', 'p')
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_attribute t
      ON a."column" AND t.attrelid = c.oid AND t.attnum > 0 AND NOT t.attisdropped
      AND a.name = n.nspname || '.' || c.relname || '.' || t.attname
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'trueup', 'trueup_backup')
      AND CASE WHEN a."column" THEN t.attname IS NOT NULL
               ELSE a.name IN (n.nspname || '.' || c.relname, c.relname) END
    ORDER BY a.loss, a.name = n.nspname || '.' || c.relname DESC, pg_catalog.pg_table_is_visible(c.oid) DESC, c.oid
  ), reached AS (
    SELECT loss, cascades, oid, "column" FROM named
    UNION
    SELECT r.loss, true, f.conrelid, NULL
    FROM reached r JOIN pg_catalog.pg_constraint f ON f.contype = 'f' AND f.confrelid = r.oid
    WHERE r.cascades
  )
  SELECT r.loss, r."column", c.oid::text, n.nspname::text AS schema, c.relname::text AS "table",
         ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
               WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum) AS columns,
         ARRAY(SELECT a.attnum::integer FROM pg_catalog.pg_attribute a
               WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum) AS numbers,
         ARRAY(SELECT a.attname::text
               FROM pg_catalog.pg_index i
               CROSS JOIN pg_catalog.unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (attnum, place)
               JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
               WHERE i.indrelid = c.oid AND i.indisprimary AND k.place <= i.indnkeyatts ORDER BY k.place) AS key,
         (SELECT pg_catalog.sum(pg_catalog.pg_table_size(p.oid))
          FROM pg_catalog.pg_class p
          WHERE p.oid = c.oid OR p.oid IN (SELECT relid FROM pg_catalog.pg_partition_tree(c.oid)))::float8 AS bytes
  FROM reached r
  JOIN pg_catalog.pg_class c ON c.oid = r.oid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  ORDER BY r.loss, 3, 4`;
