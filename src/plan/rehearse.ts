import { introspect } from '../catalog/introspect.ts';
import type { Catalog, Registry } from '../catalog/kind.ts';
import type { ObjectId } from '../catalog/object.ts';
import type { Session } from '../database/session.ts';
import type { Change } from '../diff/change.ts';
import { diff } from '../diff/diff.ts';
import { type Diagnostic, InterruptedError, TrueupError } from '../errors.ts';
import { orderChanges } from './order.ts';
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
  /** Runs steps as apply does. */
  readonly run: (session: Session, steps: readonly Step[]) => Promise<void>;
  readonly nowMs: () => number;
};

/**
 * Builds live on an empty embedded database, runs the plan there and compares the result with target. Never
 * throws for a plan that fails: it says so. `differs` carries the changes from the result to target.
 */
export async function rehearse(input: RehearsalInput): Promise<Rehearsal> {
  const { live, steps, target, engine, registry, run, nowMs } = input;
  const startedMs = nowMs();
  try {
    const empty = await introspect(engine, registry);
    const build = orderChanges(empty, live, registry);
    if (build.refused[0]) return { outcome: 'failed', diagnostic: build.refused[0] };
    await run(engine, [generatedStep('repair', 'copy of live', build.statements)]);
  } catch (error) {
    return { outcome: 'failed', diagnostic: explain(error, 'Live could not be rebuilt on the embedded PostgreSQL') };
  }
  try {
    await run(engine, steps);
  } catch (error) {
    return { outcome: 'failed', diagnostic: explain(error, 'The plan failed in rehearsal') };
  }
  const differences = leftover(await introspect(engine, registry), target, input.left, registry);
  const durationMs = nowMs() - startedMs;
  return differences.length === 0
    ? { outcome: 'proven', durationMs }
    : { outcome: 'differs', differences, durationMs };
}

/** What still separates a database from target, what was decided to stay aside. */
export function leftover(
  result: Catalog,
  target: Catalog,
  left: ReadonlySet<ObjectId>,
  registry: Registry,
): readonly Change[] {
  return diff(result, target, registry).filter(({ id, within }) => !left.has(id) && (within === null || !left.has(within)));
}

function explain(error: unknown, what: string): Diagnostic {
  if (error instanceof InterruptedError) throw error;
  const first = error instanceof TrueupError ? error.diagnostics[0] : undefined;
  if (first) return { ...first, summary: `${what}: ${first.summary}` };
  throw error;
}
