import { introspect } from '../catalog/introspect.ts';
import type { Catalog, Registry } from '../catalog/kind.ts';
import type { ObjectId } from '../catalog/object.ts';
import type { Session } from '../database/session.ts';
import type { Change } from '../diff/change.ts';
import { diff } from '../diff/diff.ts';
import { type Diagnostic, InterruptedError, TrueupError, throwIfErrors } from '../errors.ts';
import { refuseMasked } from './masked.ts';
import { orderChanges } from './order.ts';
import { patch } from './patch.ts';
import type { Rehearsal, Step } from './plan.ts';
import { generatedStep } from './steps.ts';

/** What a rehearsal needs; effects arrive as arguments. */
export type RehearsalInput = {
  readonly live: Catalog;
  readonly steps: readonly Step[];
  readonly target: Catalog;
  /** Objects that were decided to stay as they are: they may differ from target. */
  readonly left: ReadonlySet<ObjectId>;
  /** An empty embedded database. */
  readonly engine: Session;
  readonly registry: Registry;
  /** Runs steps as apply does. `observed`: returns them with what each statement was seen to do. */
  readonly run: (
    session: Session,
    steps: readonly Step[],
    options: { readonly observed: boolean },
  ) => Promise<readonly Step[]>;
  readonly nowMs: () => number;
};

/** How a rehearsal ended, and the steps as they were seen to run. */
export type Rehearsed = {
  readonly rehearsal: Rehearsal;
  readonly steps: readonly Step[];
  /** Brings the rest to target, where that was needed and helped. */
  readonly remainder: Step | null;
};

/**
 * Builds live on an empty embedded database, runs the plan there and compares the result with target. What
 * is then still missing is generated, run and compared again. Never throws for a plan that fails: it says so.
 */
export async function rehearse(input: RehearsalInput): Promise<Rehearsed> {
  const { live, steps, target, left, engine, registry, run, nowMs } = input;
  const startedMs = nowMs();
  const failed = (error: unknown, what: string): Rehearsed => ({
    rehearsal: { outcome: 'failed', diagnostic: explain(error, what) },
    steps,
    remainder: null,
  });
  try {
    const empty = await introspect(engine, registry);
    const build = orderChanges(empty, live, registry);
    throwIfErrors(build.refused);
    await run(engine, [generatedStep('repair', 'copy of live', build.statements)], { observed: false });
  } catch (error) {
    return failed(error, 'Live could not be rebuilt on the embedded PostgreSQL');
  }
  let ran: readonly Step[];
  try {
    ran = await run(engine, steps, { observed: true });
  } catch (error) {
    return failed(error, 'The plan failed in rehearsal');
  }
  const result = withUnseen(await introspect(engine, registry), live);
  const differences = leftover(result, target, left, registry);
  if (differences.length === 0)
    return {
      rehearsal: { outcome: 'proven', durationMs: nowMs() - startedMs },
      steps: ran,
      remainder: null,
    };

  const goal = patch(result, target, differences, diff(result, target, registry)).catalog;
  const { statements, refused } = orderChanges(result, goal, registry);
  const remainder = generatedStep('remainder', 'remainder against target', statements);
  const differs = {
    rehearsal: { outcome: 'differs' as const, differences, durationMs: nowMs() - startedMs },
    steps: ran,
    remainder: null,
  };
  if (refused.length > 0 || refuseMasked(statements).length > 0) return differs;
  let rest: readonly Step[];
  try {
    rest = await run(engine, [remainder], { observed: true });
  } catch (error) {
    if (error instanceof TrueupError) return differs;
    throw error;
  }
  const remaining = leftover(withUnseen(await introspect(engine, registry), live), target, left, registry);
  return remaining.length === 0
    ? {
        rehearsal: { outcome: 'proven', durationMs: nowMs() - startedMs },
        steps: ran,
        remainder: rest[0] ?? null,
      }
    : differs;
}

/** What still separates a database from target, what was decided to stay aside. */
export function leftover(
  result: Catalog,
  target: Catalog,
  left: ReadonlySet<ObjectId>,
  registry: Registry,
): readonly Change[] {
  return diff(result, target, registry).filter(
    ({ id, within }) => !left.has(id) && (within === null || !left.has(within)),
  );
}

/** What could not be read of live was not copied either, so nothing is known of it after the plan. */
function withUnseen(result: Catalog, live: Catalog): Catalog {
  const objects = new Map(result.objects);
  for (const [id, { unseen }] of live.objects) {
    const copy = objects.get(id);
    if (unseen && copy) objects.set(id, { ...copy, unseen });
  }
  return { ...result, objects };
}

function explain(error: unknown, what: string): Diagnostic {
  if (error instanceof InterruptedError) throw error;
  const first = error instanceof TrueupError ? error.diagnostics[0] : undefined;
  if (first) return { ...first, summary: `${what}: ${first.summary}` };
  throw error;
}
