import { readColumns } from '../apply/columns.ts';
import { type Backup, readBackups } from '../apply/restore.ts';
import type { Session } from '../database/session.ts';
import { quoteName } from '../database/sql.ts';
import { readRunsOf } from '../migrations/earlier.ts';
import type { Restored, Step } from '../plan/plan.ts';
import type { Assessment } from './assessment.ts';

/**
 * The undo steps with what backups hold of what their migrations took: it is put back in place of being lost. Only into
 * what the step makes again: nobody has written to that since.
 */
export async function findRestores(
  live: Session,
  { live: catalog, target }: Pick<Assessment, 'live' | 'target'>,
  steps: readonly Step[],
  directory: string | null,
): Promise<readonly Step[]> {
  const backups = await readBackups(live, directory);
  if (backups.length === 0) return steps;
  const [there, wanted] = [namesIn(catalog), namesIn(target)];
  const isMade = (subject: string) => wanted.has(subject) && !there.has(subject);
  const found: Step[] = [];
  for (const step of steps) {
    const undo = step.undo;
    const runs = undo
      ? await readRunsOf(
          live,
          undo.migrations.map(({ key }) => key),
        )
      : [];
    const restores: Restored[] = [];
    for (const backup of backups.filter(({ runId }) => runs.includes(runId))) {
      restores.push(...restoredBy(backup, isMade, await columnsIn(live, backup)));
    }
    if (!undo || restores.length === 0) {
      found.push(step);
      continue;
    }
    const isRestored = new Set(restores.flatMap(({ subjects }) => subjects));
    const statements = step.statements.map((statement) => ({
      ...statement,
      hazards: statement.hazards.filter(
        ({ code, subject }) => code !== 'not-restored' || !isRestored.has(subject),
      ),
    }));
    found.push({ ...step, statements, undo: { ...undo, restores } });
  }
  return found;
}

/** Values of several columns come back together or not at all; whole rows with whatever columns they had. */
function restoredBy(
  { name, schema, table, lost, key, rows, bytes }: Backup,
  isMade: (subject: string) => boolean,
  columns: readonly string[],
): readonly Restored[] {
  const whole = `${schema}.${table}`;
  const subjectsOf = (names: readonly string[]) => names.map((column) => `${whole}.${column}`);
  const needed = lost === null ? [whole] : subjectsOf(lost);
  const canTellRows = lost === null || key.length > 0;
  if (bytes === null || !canTellRows || !needed.every(isMade)) return [];
  const others = lost === null ? subjectsOf(columns).filter(isMade) : [];
  return [{ backup: name, subjects: [...needed, ...others], rows }];
}

/** Of a backup that is a table. What is in a file is not read for a plan. */
async function columnsIn(live: Session, { name, file }: Backup): Promise<readonly string[]> {
  if (file !== null) return [];
  return [...(await readColumns(live, quoteName(['trueup_backup', name]))).keys()];
}

function namesIn({ objects }: Assessment['live']): ReadonlySet<string> {
  return new Set(
    [...objects.values()].flatMap(({ ref }) =>
      ['table', 'column'].includes(ref.kind) ? [ref.path.join('.')] : [],
    ),
  );
}
