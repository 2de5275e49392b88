import { basename } from 'node:path';
import { firstUserOid } from '../catalog/kind.ts';
import { DatabaseError, inTransaction, type Session } from '../database/session.ts';
import { quoteIdentifier, quoteName } from '../database/sql.ts';
import { type Diagnostic, TrueupError } from '../errors.ts';
import { permitted, readingGrants, readTables } from '../migrations/history.ts';
import type { Restored } from '../plan/plan.ts';
import {
  openBackupFile,
  readManifest,
  removeBackupFile,
  removeStrayFiles,
  sizeOfBackupFile,
} from './backup-file.ts';
import { readColumns } from './columns.ts';
import { asSaved, putBackRows, putBackValues, type Source } from './put-back.ts';
import { readUnrecorded } from './unrecorded.ts';

/** Something that a run saved before it destroyed it. */
export type Backup = {
  /** Of its table in the schema `trueup_backup`. */
  readonly name: string;
  readonly runId: string;
  /** ISO 8601, UTC. */
  readonly savedAt: string;
  /** The step that destroyed it. */
  readonly title: string;
  readonly schema: string;
  readonly table: string;
  readonly key: readonly string[];
  /** The columns that were lost; null: whole rows. */
  readonly lost: readonly string[] | null;
  readonly rows: number;
  /** Null when its table, or its file, is gone. */
  readonly bytes: number | null;
  /** The file it is in; null: it is a table. */
  readonly file: string | null;
  readonly sha256: string | null;
  /** Types of the columns that its table holds as text: it stands in the way of no DROP TYPE. */
  readonly types: Readonly<Record<string, string>>;
  /** False: only its manifest says so, and no history. */
  readonly isRecorded: boolean;
};

/** All backups, newest first. `directory` is where files are, also those that no history knows; null: no place is known. */
export async function readBackups(
  session: Session,
  directory: string | null = null,
): Promise<readonly Backup[]> {
  const columns = (await readTables(session))?.get('backup');
  const recorded = columns ? await readRecorded(session, columns, directory) : [];
  if (directory === null) return recorded;
  const files = new Set(recorded.flatMap(({ file }) => file ?? []));
  const all = [...recorded, ...(await readUnrecorded(session, directory, files))];
  // To the second; those of one second stay in their order.
  const moment = ({ savedAt }: Backup) => savedAt.slice(0, 19);
  return all.toSorted((a, b) => Number(moment(a) < moment(b)) - Number(moment(a) > moment(b)));
}

async function readRecorded(
  session: Session,
  columns: ReadonlySet<string>,
  directory: string | null,
): Promise<readonly Backup[]> {
  const backups = await permitted(session, readingGrants, () =>
    session.query<Backup>(
      `SELECT b.name, b.run_id::text AS "runId", b.title, b.table_schema AS schema, b.table_name AS "table",
              b.key_columns AS key, b.lost_columns AS lost, b.row_count::float8 AS rows,
              pg_catalog.pg_table_size(pg_catalog.to_regclass('trueup_backup.' || pg_catalog.quote_ident(b.name)))::float8
                AS bytes,
              pg_catalog.to_char(pg_catalog.timezone('UTC', b.saved_at), 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS "savedAt",
              ${columns.has('file') ? 'b.file, b.sha256' : 'NULL AS file, NULL AS sha256'},
              ${columns.has('types') ? `coalesce(b.types, '{}')` : `'{}'::jsonb`} AS types, true AS "isRecorded"
       FROM trueup.backup b
       ORDER BY b.saved_at DESC, b.name DESC`,
    ),
  );
  return Promise.all(
    backups.map(async (backup) =>
      backup.file === null ? backup : { ...backup, bytes: await sizeOfBackupFile(directory, backup.file) },
    ),
  );
}

/**
 * Puts a backup's rows or values back, in one transaction, and returns how many. A table or a column that is gone is made
 * again, bare. Rows whose key is there already stay as they are. Throws `TrueupError` when that cannot be.
 */
export async function restoreBackup(
  session: Session,
  name: string,
  directory: string | null = null,
): Promise<number> {
  return inTransaction(session, 'BEGIN', () => restoreInTransaction(session, name, directory));
}

/** The same in the transaction that is open; `into` says which part of it goes where, as a rollback has planned it. */
export async function restoreInTransaction(
  session: Session,
  name: string,
  directory: string | null,
  into?: Pick<Restored, 'table' | 'columns' | 'key'>,
): Promise<number> {
  const backup = (await readBackups(session, directory)).find((one) => one.name === name);
  if (!backup) throw refuse(name, 'There is no such backup.', '`trueup backup list` names them.');
  return refusingWhatDoesNotFit(backup, () => restoreFrom(session, backup, directory, into));
}

async function restoreFrom(
  session: Session,
  backup: Backup,
  directory: string | null,
  into: Pick<Restored, 'table' | 'columns' | 'key'> | undefined,
): Promise<number> {
  const source = await openSource(session, backup, directory);
  const rows = await (into ? putBackInto(session, backup, source, into) : putBack(session, backup, source));
  if (backup.file !== null) await session.exec(`DROP TABLE ${source.table}`);
  return rows;
}

/** Values, constraints and names that are not, or no longer, what live takes: classes 22, 23 and 42, and a view in place of the table (55000). */
async function refusingWhatDoesNotFit<T>(
  { name, schema, table }: Backup,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DatabaseError) || !/^(?:22|23|42|55000)/.test(error.code)) throw error;
    const summary = `It does not fit ${schema}.${table} as it is now: ${error.message} (${error.code}). Nothing was put back.`;
    const help =
      error.code === '42501'
        ? 'The role needs to read the backup and to write to the table.'
        : 'Change the table or its types until they take it, or take the rows from the backup by hand.';
    throw refuse(name, summary, help, error);
  }
}

/** The table that a backup's rows are in: for as long as the transaction goes, where it is a file. */
export async function openSource(
  session: Session,
  { name, file, sha256, types }: Backup,
  directory: string | null,
): Promise<Source> {
  if (file === null || sha256 === null)
    return { table: quoteName(['trueup_backup', name]), types: new Map(Object.entries(types)) };
  const { manifest, rows } = await openBackupFile(placeOf(name, file, directory), file, sha256);
  const table = quoteName(['pg_temp', name]);
  const isMade = await readTypes(
    session,
    name,
    manifest.columns.map(({ type }) => type),
  );
  const made = manifest.columns.filter(({ type }) => isMade.get(type) !== false);
  const columns = manifest.columns.map(
    (column) => `${quoteIdentifier(column.name)} ${made.includes(column) ? 'text' : column.type}`,
  );
  await session.exec(
    `CREATE TEMPORARY TABLE ${quoteIdentifier(name)} (${columns.join(', ')}) ON COMMIT DROP`,
  );
  const names = manifest.columns.map(({ name: column }) => quoteIdentifier(column)).join(', ');
  await session.copyIn(`${table} (${names})`, rows());
  return { table, types: new Map(made.map(({ name: column, type }) => [column, type])) };
}

/**
 * Whether someone made a type; null: it is not there. Types stand in a file, and in SQL as they are written there: what
 * PostgreSQL does not take for a type as a whole is refused.
 */
async function readTypes(
  session: Session,
  name: string,
  types: Iterable<string>,
): Promise<ReadonlyMap<string, boolean | null>> {
  const found = new Map<string, boolean | null>();
  for (const type of new Set(types)) {
    const [row] = await session
      .query<{ isMade: boolean | null }>(
        `SELECT pg_catalog.to_regtype($1)::oid >= ${firstUserOid} AS "isMade"`,
        [type],
      )
      .catch((error: unknown) => {
        if (error instanceof DatabaseError) return [];
        throw error;
      });
    if (!row) throw refuse(name, `Its manifest names a type that is none: ${type}.`);
    found.set(type, row.isMade);
  }
  return found;
}

/** The names of all columns that a backup has. */
export async function readBackupColumns(
  session: Session,
  { name, file }: Backup,
  directory: string | null,
): Promise<readonly string[]> {
  if (file === null) return [...(await readColumns(session, quoteName(['trueup_backup', name]))).keys()];
  const { columns } = await readManifest(placeOf(name, file, directory), file);
  return columns.map(({ name: column }) => column);
}

function placeOf(name: string, file: string, directory: string | null): string {
  // A name out of the database leads nowhere else.
  if (directory !== null && basename(file) === file) return directory;
  throw refuse(
    name,
    `It is in the file ${file}, and no folder is known that has it.`,
    '`backup.directory` of the configuration names it.',
  );
}

async function putBackInto(
  session: Session,
  { lost }: Backup,
  source: Source,
  { table, columns, key }: Pick<Restored, 'table' | 'columns' | 'key'>,
): Promise<number> {
  const back = { source, table, columns };
  return lost === null ? putBackRows(session, back) : putBackValues(session, back, key, placesOf(lost), true);
}

/** Rows or values from a table that holds them; how many. */
async function putBack(
  session: Session,
  { name, schema, table: tableName, lost, key }: Backup,
  source: Source,
): Promise<number> {
  const table = [schema, tableName];
  const target = quoteName(table);
  const [saved, there] = [await readColumns(session, source.table), await readColumns(session, target)];
  if (saved.size === 0) throw refuse(name, `Its table ${source.table} is gone.`);
  const isMade = await readTypes(session, name, source.types.values());
  // What is not there any more comes back as text.
  const typeOf = (column: string) => {
    const type = source.types.get(column);
    return type !== undefined && isMade.get(type) ? type : (saved.get(column)?.type ?? 'text');
  };
  if (lost === null) {
    if (there.size === 0) {
      const columns = [...saved.keys()].map(
        (column) => `${quoteIdentifier(column)}::${typeOf(column)} AS ${quoteIdentifier(column)}`,
      );
      const made = await session.exec(
        `CREATE TABLE ${target} AS SELECT ${columns.join(', ')} FROM ${source.table}`,
      );
      return made.rowCount ?? 0;
    }
    return putBackRows(session, { source, table, columns: asSaved(saved.keys()) });
  }
  if (there.size === 0) throw refuse(name, `The table ${target} is gone: restore its rows first.`);
  if (key.length === 0)
    throw refuse(
      name,
      `${target} had no primary key to tell the rows by.`,
      `What was saved is in ${source.table}.`,
    );
  for (const column of lost.filter((one) => !there.has(one)))
    await session.exec(`ALTER TABLE ${target} ADD COLUMN ${quoteIdentifier(column)} ${typeOf(column)}`);
  const back = { source, table, columns: asSaved(lost) };
  return putBackValues(session, back, asSaved(key), placesOf(lost), false);
}

function placesOf(lost: readonly string[]): ReadonlyMap<string, number> {
  return new Map(lost.map((column, place) => [column, place]));
}

/** Drops the backups that were saved before a time, and files that no history knows, and returns their names. */
export async function pruneBackups(
  session: Session,
  before: Date,
  directory: string | null = null,
): Promise<readonly Pick<Backup, 'name'>[]> {
  const all = await readBackups(session, directory);
  const old = all.filter(({ savedAt }) => new Date(savedAt) < before);
  for (const { name, file, isRecorded } of old) {
    if (file !== null && directory !== null && basename(file) === file)
      await removeBackupFile(directory, file);
    if (!isRecorded) continue;
    await inTransaction(session, 'BEGIN', async () => {
      await session.exec(`DROP TABLE IF EXISTS ${quoteName(['trueup_backup', name])}`);
      await session.query('DELETE FROM trueup.backup WHERE name = $1', [name]);
    });
  }
  if (directory === null) return old;
  const known = new Set(all.flatMap(({ file }) => file ?? []));
  const stray = await removeStrayFiles(directory, session.label, known, before);
  return [...old, ...stray.map((name) => ({ name }))];
}

function refuse(name: string, summary: string, help?: string, cause?: DatabaseError): TrueupError {
  const diagnostic: Diagnostic = { code: 'backup', severity: 'error', subject: name, summary };
  const detail = cause?.detail === undefined ? {} : { detail: cause.detail };
  const told = { ...diagnostic, ...detail, ...(help === undefined ? {} : { help }) };
  return new TrueupError([told], cause ? { cause } : {});
}
