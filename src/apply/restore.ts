import { basename } from 'node:path';
import { inTransaction, type Session } from '../database/session.ts';
import { quoteIdentifier, quoteName } from '../database/sql.ts';
import { type Diagnostic, TrueupError } from '../errors.ts';
import { permitted, readingGrants, readTables } from '../migrations/history.ts';
import { openBackupFile, removeBackupFile, removeStrayFiles, sizeOfBackupFile } from './backup-file.ts';
import { readColumns } from './columns.ts';

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
};

/** All backups, newest first; none when there is no history. `directory` is where files are; null: no place is known. */
export async function readBackups(
  session: Session,
  directory: string | null = null,
): Promise<readonly Backup[]> {
  const columns = (await readTables(session))?.get('backup');
  if (!columns) return [];
  const backups = await permitted(session, readingGrants, () =>
    session.query<Backup>(
      `SELECT b.name, b.run_id::text AS "runId", b.title, b.table_schema AS schema, b.table_name AS "table",
              b.key_columns AS key, b.lost_columns AS lost, b.row_count::float8 AS rows,
              pg_catalog.pg_table_size(pg_catalog.to_regclass('trueup_backup.' || pg_catalog.quote_ident(b.name)))::float8
                AS bytes,
              pg_catalog.to_char(pg_catalog.timezone('UTC', b.saved_at), 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS "savedAt",
              ${columns.has('file') ? 'b.file, b.sha256' : 'NULL AS file, NULL AS sha256'}
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

/** The same in the transaction that is open. */
export async function restoreInTransaction(
  session: Session,
  name: string,
  directory: string | null,
): Promise<number> {
  const backup = (await readBackups(session, directory)).find((one) => one.name === name);
  if (!backup) throw refuse(name, 'There is no such backup.', '`trueup backup list` names them.');
  const rows = await putBack(session, backup, await sourceOf(session, backup, directory));
  if (backup.file !== null) await session.exec('DROP TABLE pg_temp.trueup_restored');
  return rows;
}

/** The table that a backup's rows are in: for as long as the transaction goes, where it is a file. */
async function sourceOf(
  session: Session,
  { name, file, sha256 }: Backup,
  directory: string | null,
): Promise<string> {
  if (file === null || sha256 === null) return quoteName(['trueup_backup', name]);
  // A name out of the database leads nowhere else.
  if (directory === null || basename(file) !== file)
    throw refuse(
      name,
      `It is in the file ${file}, and no folder is known that has it.`,
      '`backup.directory` of the configuration names it.',
    );
  const { manifest, rows } = await openBackupFile(directory, file, sha256);
  const source = 'pg_temp.trueup_restored';
  const columns = manifest.columns.map(({ name: column, type }) => `${quoteIdentifier(column)} ${type}`);
  await session.exec(`CREATE TEMPORARY TABLE trueup_restored (${columns.join(', ')}) ON COMMIT DROP`);
  const names = manifest.columns.map(({ name: column }) => quoteIdentifier(column)).join(', ');
  await session.copyIn(`${source} (${names})`, rows());
  return source;
}

/** Rows or values from a table that holds them; how many. */
async function putBack(
  session: Session,
  { name, schema, table, lost, key }: Backup,
  source: string,
): Promise<number> {
  const target = quoteName([schema, table]);
  const [saved, there] = [await readColumns(session, source), await readColumns(session, target)];
  if (saved.size === 0) throw refuse(name, `Its table ${source} is gone.`);
  if (lost === null) {
    if (there.size === 0) {
      const made = await session.exec(`CREATE TABLE ${target} AS TABLE ${source}`);
      return made.rowCount ?? 0;
    }
    const columns = [...saved.keys()].filter((column) => there.get(column)?.generated === false);
    const names = columns.map(quoteIdentifier).join(', ');
    const { rowCount } = await session.exec(
      `INSERT INTO ${target} (${names}) OVERRIDING SYSTEM VALUE SELECT ${names} FROM ${source} ON CONFLICT DO NOTHING`,
    );
    return rowCount ?? 0;
  }
  if (there.size === 0) throw refuse(name, `The table ${target} is gone: restore its rows first.`);
  if (key.length === 0)
    throw refuse(
      name,
      `${target} had no primary key to tell the rows by.`,
      `What was saved is in ${source}.`,
    );
  for (const column of lost.filter((one) => !there.has(one)))
    await session.exec(
      `ALTER TABLE ${target} ADD COLUMN ${quoteIdentifier(column)} ${saved.get(column)?.type ?? 'text'}`,
    );
  const set = lost.map((column) => `${quoteIdentifier(column)} = saved.${quoteIdentifier(column)}`);
  const same = key.map((column) => `now.${quoteIdentifier(column)} = saved.${quoteIdentifier(column)}`);
  const { rowCount } = await session.exec(
    `UPDATE ${target} AS now SET ${set.join(', ')} FROM ${source} AS saved WHERE ${same.join(' AND ')}`,
  );
  return rowCount ?? 0;
}

/** Drops the backups that were saved before a time, and files that no history knows, and returns their names. */
export async function pruneBackups(
  session: Session,
  before: Date,
  directory: string | null = null,
): Promise<readonly Pick<Backup, 'name'>[]> {
  const all = await readBackups(session, directory);
  const old = all.filter(({ savedAt }) => new Date(savedAt) < before);
  for (const { name, file } of old) {
    if (file !== null && directory !== null && basename(file) === file)
      await removeBackupFile(directory, file);
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

function refuse(name: string, summary: string, help?: string): TrueupError {
  const diagnostic: Diagnostic = { code: 'backup', severity: 'error', subject: name, summary };
  return new TrueupError([help === undefined ? diagnostic : { ...diagnostic, help }]);
}
