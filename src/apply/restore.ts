import { inTransaction, type Session } from '../database/session.ts';
import { quoteIdentifier, quoteName } from '../database/sql.ts';
import { type Diagnostic, TrueupError } from '../errors.ts';
import { permitted, readingGrants, readTables } from '../migrations/history.ts';

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
  /** Null when its table is gone. */
  readonly bytes: number | null;
};

/** All backups, newest first; none when there is no history. */
export async function readBackups(session: Session): Promise<readonly Backup[]> {
  if (!(await readTables(session))?.has('backup')) return [];
  return permitted(session, readingGrants, () =>
    session.query<Backup>(
      `SELECT b.name, b.run_id::text AS "runId", b.title, b.table_schema AS schema, b.table_name AS "table",
              b.key_columns AS key, b.lost_columns AS lost, b.row_count::float8 AS rows,
              pg_catalog.pg_table_size(pg_catalog.to_regclass('trueup_backup.' || pg_catalog.quote_ident(b.name)))::float8
                AS bytes,
              pg_catalog.to_char(pg_catalog.timezone('UTC', b.saved_at), 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS "savedAt"
       FROM trueup.backup b
       ORDER BY b.saved_at DESC, b.name DESC`,
    ),
  );
}

/**
 * Puts a backup's rows or values back, in one transaction, and returns how many. A table or a column that is gone is made
 * again, bare. Rows whose key is there already stay as they are. Throws `TrueupError` when that cannot be.
 */
export async function restoreBackup(session: Session, name: string): Promise<number> {
  const backup = (await readBackups(session)).find((one) => one.name === name);
  if (!backup) throw refuse(name, 'There is no such backup.', '`trueup backup list` names them.');
  const { schema, table, lost, key } = backup;
  const source = quoteName(['trueup_backup', name]);
  const target = quoteName([schema, table]);
  const [saved, there] = [await readColumns(session, source), await readColumns(session, target)];
  if (saved.size === 0) throw refuse(name, `Its table ${source} is gone.`);
  return inTransaction(session, 'BEGIN', async () => {
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
  });
}

/** Drops the backups that were saved before a time, and returns them. */
export async function pruneBackups(session: Session, before: Date): Promise<readonly Backup[]> {
  const old = (await readBackups(session)).filter(({ savedAt }) => new Date(savedAt) < before);
  for (const { name } of old) {
    await inTransaction(session, 'BEGIN', async () => {
      await session.exec(`DROP TABLE IF EXISTS ${quoteName(['trueup_backup', name])}`);
      await session.query('DELETE FROM trueup.backup WHERE name = $1', [name]);
    });
  }
  return old;
}

async function readColumns(session: Session, table: string) {
  const rows = await session.query<{ name: string; type: string; generated: boolean }>(
    `SELECT a.attname::text AS name, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
            a.attgenerated <> '' AS generated
     FROM pg_catalog.pg_attribute a
     WHERE a.attrelid = pg_catalog.to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
     ORDER BY a.attnum`,
    [table],
  );
  return new Map(rows.map(({ name, ...column }) => [name, column]));
}

function refuse(name: string, summary: string, help?: string): TrueupError {
  const diagnostic: Diagnostic = { code: 'backup', severity: 'error', subject: name, summary };
  return new TrueupError([help === undefined ? diagnostic : { ...diagnostic, help }]);
}
