import type { Registry } from '../catalog/kind.ts';
import type { ObjectId } from '../catalog/object.ts';
import { diff, findRenames, objectOf } from '../diff/diff.ts';
import { type Diagnostic, TrueupError, throwIfErrors } from '../errors.ts';
import { refuseMasked } from '../plan/masked.ts';
import type { Online } from '../plan/online.ts';
import { orderChanges } from '../plan/order.ts';
import { patch } from '../plan/patch.ts';
import type { Step } from '../plan/plan.ts';
import { generatedStep, type KeyedMigration, recordedStep } from '../plan/steps.ts';
import type { Assessment } from './assessment.ts';

/**
 * The strategy `state`: generated statements that take live to target, drift that was `left` aside, and the pending
 * migrations recorded as applied. Renames that the migrations make are renames. Throws `TrueupError`, exit code 3,
 * naming file and line, when a pending migration changes rows, unless `skipData`.
 */
export function planState(
  { live, expected, target, pending, pendingMigrations }: Assessment,
  left: ReadonlySet<ObjectId>,
  registry: Registry,
  online: Online,
  skipData: boolean,
): { readonly steps: readonly Step[]; readonly notes: readonly Diagnostic[] } {
  const data = pendingMigrations.flatMap((migration) => dataStatements(migration, skipData));
  if (!skipData && data.length > 0) throw new TrueupError(data, { exitCode: 3 });

  const renames = new Map(
    [...findRenames(expected, target)].filter(
      ([from, to]) => live.objects.has(from) && !live.objects.has(to),
    ),
  );
  const all = diff(live, target, registry, { renames });
  // What the migrations themselves change does not stay as someone left it.
  const wanted = new Set(pending.map(objectOf));
  const chosen = all.filter((change) => !left.has(objectOf(change)) || wanted.has(objectOf(change)));
  const { catalog } = patch(live, target, chosen, all);
  const changes = diff(live, catalog, registry, { renames });
  const { statements, refused } = orderChanges(live, catalog, registry, changes, online);
  throwIfErrors([...refused, ...refuseMasked(statements)]);
  return {
    steps: [
      ...(statements.length > 0 ? [generatedStep('state', 'live to target', statements)] : []),
      ...pendingMigrations.map(recordedStep),
    ],
    notes: data,
  };
}

function dataStatements({ statements }: KeyedMigration, skipData: boolean): readonly Diagnostic[] {
  return statements
    .filter(({ traits }) => traits.changesData)
    .map(({ position, sql }) => ({
      code: 'state-data',
      severity: skipData ? 'warning' : 'error',
      position,
      summary: `the strategy state ${skipData ? 'does' : 'would'} not run this statement, which changes rows or may do so: ${firstLine(sql)}`,
      ...(skipData
        ? {}
        : { help: 'Use --strategy scripts, which runs it as written, or --skip-data to do without it.' }),
    }));
}

function firstLine(sql: string): string {
  const [line = ''] = sql.split('\n');
  return line.length > 80 ? `${line.slice(0, 79).trimEnd()}…` : line;
}
