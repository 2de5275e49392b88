import { rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Change } from '../diff/change.ts';
import { makeDirectory } from '../make-directory.ts';
import { checksum } from '../migrations/checksum.ts';
import { adoptionSql } from '../plan/adopt.ts';
import type { PlannedMigration } from '../plan/plan.ts';
import { escapeControl } from '../render/escape.ts';
import type { Assessment } from './assessment.ts';
import { nextVersion } from './next-version.ts';

/** The migration that writes adopted drift down, recorded as applied where it already exists; null for none. */
export function adoptDrift(
  { expected, live, drift, applied, pendingMigrations, inMigrations, registry }: Assessment,
  adopted: readonly Change[],
  now: Date,
): PlannedMigration | null {
  const sql = adoptionSql(expected, live, adopted, drift, registry, inMigrations);
  if (sql === null) return null;
  const version = nextVersion(
    [...applied, ...pendingMigrations].flatMap((migration) => migration.version ?? []),
    now,
  );
  // A name may hold a line break, which would end the comment.
  const names = adopted.map(({ action, id }) => `--   ${action} ${escapeControl(id)}`);
  const text = `-- Adopts what was changed outside migrations:\n${names.join('\n')}\n\n${sql}`;
  return {
    key: version,
    kind: 'versioned',
    version,
    description: 'adopt drift',
    script: `V${version}__adopt_drift.sql`,
    checksum: checksum(text),
    text,
  };
}

/**
 * Writes an adopted migration into the migrations folder before the run that records it. Returns what takes
 * it back when the run fails. Throws when the file exists.
 */
export async function writeAdopted(
  folder: string,
  migration: PlannedMigration,
): Promise<() => Promise<void>> {
  const file = join(folder, migration.script);
  await makeDirectory(dirname(file));
  await writeFile(file, migration.text, { flag: 'wx' });
  return () => rm(file, { force: true });
}
