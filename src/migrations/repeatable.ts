import type { Diagnostic } from '../errors.ts';
import { md5 } from './checksum.ts';
import type { AppliedMigration, Migration } from './migration.ts';
import type { AppliedEntry, MigrationOrder } from './order.ts';
import { repeatableGone, textUnknown } from './order-problems.ts';
import { parseMigration } from './parse.ts';
import { compareMigrations, maxVersionLength } from './version.ts';

/**
 * The key of a repeatable migration's row in history, at most 20 characters: `R:<description>`, or where that is
 * too long its first 9 characters, `~`, and 8 hex digits of the description's MD5.
 */
export function repeatableKey(description: string): string {
  const characters = [...description];
  if (characters.length + 2 <= maxVersionLength) return `R:${description}`;
  return `R:${characters.slice(0, 9).join('')}~${md5(description).slice(0, 8)}`;
}

/**
 * Sorts repeatable migrations into applied and pending. A changed one is both: applied as history kept it, pending
 * as the file has it. `isAssumed`: there is no history, and all are taken as applied.
 */
export async function orderRepeatable(
  ordered: readonly Migration[],
  history: readonly AppliedMigration[],
  isAssumed: boolean,
): Promise<MigrationOrder> {
  const applied: AppliedEntry[] = [];
  const pending: Migration[] = [];
  const diagnostics: Diagnostic[] = [];
  const rows = new Map(
    history.flatMap((row) => (row.kind === 'repeatable' ? [[row.key, row] as const] : [])),
  );
  for (const migration of ordered) {
    if (migration.kind !== 'repeatable') continue;
    const key = repeatableKey(migration.description);
    const recorded = rows.get(key) ?? null;
    rows.delete(key);
    if (isAssumed || recorded?.checksum === migration.checksum) {
      applied.push({ migration, recorded, source: 'file' });
      continue;
    }
    pending.push(migration);
    if (!recorded) continue;
    const earlier = await parseRecorded(recorded);
    diagnostics.push(...earlier.diagnostics);
    // The file is the nearest thing to what live has when its text was not kept.
    if (earlier.migration) applied.push({ migration: earlier.migration, recorded, source: 'history' });
    else applied.push({ migration, recorded, source: 'file' });
  }
  for (const recorded of rows.values()) {
    const earlier = await parseRecorded(recorded);
    diagnostics.push(repeatableGone(recorded), ...earlier.diagnostics);
    if (earlier.migration) applied.push({ migration: earlier.migration, recorded, source: 'history' });
  }
  applied.sort((a, b) => compareMigrations(a.migration, b.migration));
  return { applied, pending, diagnostics };
}

/** The migration as it ran; null with a warning when history did not keep a text that can be run. */
async function parseRecorded(
  row: AppliedMigration,
): Promise<{ readonly migration: Migration | null; readonly diagnostics: readonly Diagnostic[] }> {
  if (row.text === null) return { migration: null, diagnostics: [textUnknown(row)] };
  const { script, description } = row;
  const source = { kind: 'repeatable', version: null, description, script } as const;
  const { migration } = await parseMigration({ ...source, file: `${script} (as applied)` }, row.text);
  return { migration, diagnostics: migration ? [] : [textUnknown(row)] };
}
