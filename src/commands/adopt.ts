import { rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CatalogObject } from '../catalog/kind.ts';
import { formatId } from '../catalog/object.ts';
import type { Change } from '../diff/change.ts';
import { TrueupError } from '../errors.ts';
import { makeDirectory } from '../make-directory.ts';
import { checksum } from '../migrations/checksum.ts';
import { adoptionSql } from '../plan/adopt.ts';
import type { PlannedMigration } from '../plan/plan.ts';
import { escapeControl } from '../render/escape.ts';
import type { Assessment } from './assess/assessment.ts';
import { nextVersion } from './next-version.ts';

/** The migration that writes adopted drift down, recorded as applied where it already exists; null for none. */
export function adoptDrift(
  { expected, live, drift, pending, applied, pendingMigrations, inMigrations, registry }: Assessment,
  adopted: readonly Change[],
  now: Date,
): PlannedMigration | null {
  refuseOvertaken(adopted, pending);
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
 * The adopted migration comes after the pending ones. What these make, change or take away as well, it would make twice, undo or
 * miss. Throws, exit code 3, with all of it.
 */
function refuseOvertaken(adopted: readonly Change[], pending: readonly Change[]): void {
  const overtaken = adopted.filter((change) => pending.some((later) => overtakes(later, change)));
  if (overtaken.length === 0) return;
  throw new TrueupError(
    overtaken.map(({ id }) => ({
      code: 'adopt-overtaken',
      severity: 'error',
      subject: id,
      summary: `${id} cannot be adopted: pending migrations make, change or take it away too. Nothing was applied.`,
      help: 'Revert it, so that they find what they were written for; or leave it, and look at it again when they are applied.',
    })),
    { exitCode: 3 },
  );
}

function overtakes(later: Change, change: Change): boolean {
  const namesOf = (objects: readonly (CatalogObject | null)[]) =>
    objects.flatMap((object) => (object ? [formatId(object.ref)] : []));
  const names = namesOf([later.before, later.after]);
  if (namesOf([change.before, change.after]).some((id) => names.includes(id))) {
    const differ = (name: string) => later.properties.some((one) => one.name === name);
    const areBothAltered = later.action === 'alter' && change.action === 'alter';
    return !areBothAltered || change.properties.some(({ name }) => differ(name));
  }
  const isGone = later.action === 'drop' || later.action === 'rename';
  const wholes = [change.before, change.after].flatMap((object) => object?.parent ?? []);
  return isGone && later.before !== null && wholes.map(formatId).includes(formatId(later.before.ref));
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
