import { readdir } from 'node:fs/promises';
import type { Session } from '../database/session.ts';
import { readTables } from '../migrations/history.ts';
import { readManifest, sizeOfBackupFile } from './backup-file.ts';
import type { Manifest } from './manifest.ts';
import type { Backup } from './restore.ts';

/**
 * Files of this database that stand in no history, such as when the database was lost with it. Not those of statements that the
 * journal says were never committed: what they would have destroyed is still there.
 */
export async function readUnrecorded(
  session: Session,
  directory: string,
  recorded: ReadonlySet<string>,
): Promise<readonly Backup[]> {
  const names = await readdir(directory).catch((): string[] => []);
  const hasJournal = (await readTables(session))?.has('run_step') === true;
  const found: Backup[] = [];
  for (const name of names) {
    const file = /^(.+\.copy\.gz)\.json$/.exec(name)?.[1];
    if (file === undefined || recorded.has(file)) continue;
    const manifest = await readManifest(directory, file).catch(() => null);
    if (manifest === null || placeOf(manifest.database) !== placeOf(session.label)) continue;
    const bytes = await sizeOfBackupFile(directory, file);
    if (bytes === null || (hasJournal && (await isUndone(session, manifest)))) continue;
    const { formatVersion: _, database: __, columns: ___, ...rest } = manifest;
    found.push({ ...rest, types: {}, file, bytes, isRecorded: false });
  }
  return found;
}

/** Whoever connected. */
function placeOf(label: string): string {
  return label.slice(label.lastIndexOf('@') + 1);
}

/** Where in its run it was saved stands in its name. */
async function isUndone(session: Session, { name, runId }: Manifest): Promise<boolean> {
  const [, step, statement] = /^\d+_(\d+)_(\d+)_/.exec(name) ?? [];
  const [row] = await session.query<{ isUndone: boolean }>(
    `SELECT outcome <> 'applied' AS "isUndone" FROM trueup.run_step
     WHERE run_id::text = $1 AND step = $2::integer - 1 AND statement = $3::integer - 1`,
    [runId, step ?? null, statement ?? null],
  );
  return row?.isUndone === true;
}
