import { readRenamed } from '../../apply/names.ts';
import type { Catalog, Registry } from '../../catalog/kind.ts';
import { formatId, type ObjectId } from '../../catalog/object.ts';
import { findRenamesLeft, followRenames } from '../../catalog/rename.ts';
import type { Session } from '../../database/session.ts';
import type { Change } from '../../diff/change.ts';
import { diff, findRenames, objectOf } from '../../diff/diff.ts';
import { renameTowards } from '../../diff/follow-texts.ts';
import { type Diagnostic, TrueupError, throwIfErrors } from '../../errors.ts';
import { refuseMasked } from '../../plan/masked.ts';
import type { Online } from '../../plan/online.ts';
import { type OrderedStatement, orderChanges } from '../../plan/order.ts';
import { patch } from '../../plan/patch.ts';
import type { Step } from '../../plan/plan.ts';
import { generatedStep, type KeyedMigration, recordedStep } from '../../plan/steps.ts';
import type { Assessment } from '../assess/assessment.ts';

/** By this the journal knows the step. */
const stateTitle = 'live to target';

/**
 * The strategy `state`: generated statements that take live to target, drift that was `left` aside, and the pending
 * migrations recorded as applied. Renames that the migrations make are renames. Throws `TrueupError`, exit code 3,
 * naming file and line, when a pending migration changes rows, unless `skipData`.
 */
export async function planState(
  session: Session,
  assessment: Assessment,
  left: ReadonlySet<ObjectId>,
  online: Online,
  skipData: boolean,
): Promise<{ readonly steps: readonly Step[]; readonly notes: readonly Diagnostic[] }> {
  const { live, expected, target, pending, pendingMigrations, registry } = assessment;
  const data = readDataStatements(
    pendingMigrations,
    skipData,
    (line) =>
      `the strategy state ${skipData ? 'does' : 'would'} not run this statement, which changes rows or may do so: ${line}`,
    'Use --strategy scripts, which runs it as written, or --skip-data to do without it.',
  );
  const { statements, renames } = generateBetween(live, target, registry, online, {
    renames: findRenames(expected, target),
    start: expected,
    renamed: await readGiven(session, assessment),
    left,
    wanted: pending,
  });
  return {
    steps: [
      ...(statements.length > 0 ? [{ ...generatedStep('state', stateTitle, statements), renames }] : []),
      ...pendingMigrations.map(recordedStep),
    ],
    notes: data,
  };
}

/** Ids of what a run of this strategy that was cut short has given other names. Its title says nothing of the migrations that it stood for. */
function readGiven(session: Session, { live }: Assessment): Promise<ReadonlySet<ObjectId>> {
  return readRenamed(session, stateTitle, null, live);
}

/** Throws, exit code 3, when a run of the strategy `state` was cut short behind renames, which the migrations as written would do again. */
export async function refuseScripts(session: Session, assessment: Assessment): Promise<void> {
  const given = await readGiven(session, assessment);
  if (given.size === 0) return;
  throw new TrueupError(
    [
      {
        code: 'half-state',
        severity: 'error',
        summary: `A run of the strategy state was cut short, and has given ${[...given].slice(0, 3).join(', ')} the name that the pending migrations give. Nothing was applied.`,
        help: 'Go on with --strategy state --resume.',
      },
    ],
    { exitCode: 3 },
  );
}

/**
 * The statements that take one catalog to another, but for what was `left`, unless `wanted` changes it too, and the ids of what they give
 * other names.
 */
export function generateBetween(
  from: Catalog,
  to: Catalog,
  registry: Registry,
  online: Online,
  known: {
    /** From id to id; those that `from` has already are no more. */
    readonly renames: ReadonlyMap<ObjectId, ObjectId>;
    /** Where they start. */
    readonly start: Catalog;
    /** What of them a run that was cut short has done. */
    readonly renamed?: ReadonlySet<ObjectId>;
    readonly left: ReadonlySet<ObjectId>;
    /** What the migrations themselves change does not stay as someone left it. */
    readonly wanted: readonly Change[];
  },
): { readonly statements: readonly OrderedStatement[]; readonly renames: readonly ObjectId[] } {
  const renames = findRenamesLeft(from, known.renames, known.start, known.renamed);
  const refs = [...renames].flatMap(([before, after]) => {
    const ref = to.objects.get(after)?.ref;
    return ref ? [[before, ref] as const] : [];
  });
  // What is left stays under the names that the renames give it.
  const rename = followRenames(from, new Map(refs));
  const base = renames.size === 0 ? from : renameTowards(from, rename, to, registry);
  const nameNow = (id: ObjectId) => {
    const object = from.objects.get(id);
    return object ? formatId(rename(object.ref)) : id;
  };
  const left = new Set([...known.left].map(nameNow));
  const wanted = new Set(known.wanted.map((change) => nameNow(objectOf(change))));
  const all = diff(base, to, registry);
  const chosen = all.filter((change) => !left.has(objectOf(change)) || wanted.has(objectOf(change)));
  const { catalog } = patch(base, to, chosen, all);
  const moved = [...from.objects.keys()].flatMap((id) => {
    const now = nameNow(id);
    return now !== id && catalog.objects.has(now) ? [[id, now] as const] : [];
  });
  const changes = diff(from, catalog, registry, { renames: new Map(moved) });
  const { statements, refused } = orderChanges(from, catalog, registry, changes, online);
  throwIfErrors([...refused, ...refuseMasked(statements)]);
  return { statements, renames: [...renames.keys()] };
}

/**
 * A warning for each statement of migrations that changes rows, which generated statements cannot stand for. Throws
 * them as errors, exit code 3, unless `skipData`.
 */
export function readDataStatements(
  migrations: readonly Pick<KeyedMigration, 'statements'>[],
  skipData: boolean,
  describe: (firstLine: string) => string,
  help: string,
): readonly Diagnostic[] {
  const found = migrations
    .flatMap(({ statements }) => statements)
    .filter(({ traits }) => traits.changesData)
    .map(
      ({ position, sql }): Diagnostic => ({
        code: 'state-data',
        severity: skipData ? 'warning' : 'error',
        position,
        summary: describe(firstLine(sql)),
        ...(skipData ? {} : { help }),
      }),
    );
  if (!skipData && found.length > 0) throw new TrueupError(found, { exitCode: 3 });
  return found;
}

function firstLine(sql: string): string {
  const [line = ''] = sql.split('\n');
  return line.length > 80 ? `${line.slice(0, 79).trimEnd()}…` : line;
}
