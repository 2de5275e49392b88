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
  readonly copy: LiveCopy;
  readonly steps: readonly Step[];
  readonly target: Catalog;
  /** Objects that were decided to stay as they are: they may differ from target. */
  readonly left: ReadonlySet<ObjectId>;
  readonly registry: Registry;
  readonly run: RunSteps;
  readonly nowMs: () => number;
};

/** Runs steps as apply does. `observed`: returns them with what each statement was seen to do. */
export type RunSteps = (
  session: Session,
  steps: readonly Step[],
  options: { readonly observed: boolean },
) => Promise<readonly Step[]>;

/** An embedded database that holds live's schema, or why it could not be built. */
export type LiveCopy = {
  readonly engine: Session;
  readonly live: Catalog;
  readonly failure: Diagnostic | null;
};

/** What a copy of live is built from: an empty embedded database and its catalog. */
export type CopyInput = {
  readonly engine: Session;
  readonly empty: Catalog;
  readonly live: Catalog;
  readonly registry: Registry;
  readonly run: RunSteps;
};

/** How a rehearsal ended, and the steps as they were seen to run. */
export type Rehearsed = {
  readonly rehearsal: Rehearsal;
  readonly steps: readonly Step[];
  /** Brings the rest to target, where that was needed and helped. */
  readonly remainder: Step | null;
};

/** Builds live's schema in an empty embedded database. Never throws for an object that it cannot hold: it says so. */
export async function buildCopy({ engine, empty, live, registry, run }: CopyInput): Promise<LiveCopy> {
  try {
    const { statements, refused } = orderChanges(empty, live, registry);
    throwIfErrors(refused);
    await run(engine, [generatedStep('repair', 'copy of live', statements)], { observed: false });
    return { engine, live, failure: null };
  } catch (error) {
    const failure = explain(error, 'Live could not be rebuilt on the embedded PostgreSQL');
    return { engine, live, failure };
  }
}

/**
 * Runs the plan on a copy of live and compares the result with target. What is then still missing is
 * generated, run and compared again. Never throws for a plan that fails: it says so.
 */
export async function rehearse(input: RehearsalInput): Promise<Rehearsed> {
  const { copy, steps, target, left, registry, run, nowMs } = input;
  const { engine, live } = copy;
  const startedMs = nowMs();
  const failed = (diagnostic: Diagnostic): Rehearsed => ({
    rehearsal: { outcome: 'failed', diagnostic },
    steps,
    remainder: null,
  });
  if (copy.failure) return failed(copy.failure);
  let ran: readonly Step[];
  try {
    ran = await run(engine, steps, { observed: true });
  } catch (error) {
    return failed(explain(error, 'The plan failed in rehearsal'));
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
