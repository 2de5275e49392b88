import type { CatalogObject } from '../catalog/kind.ts';
import type { Change } from '../diff/change.ts';
import { type Diagnostic, TrueupError } from '../errors.ts';
import { planArtifact } from './artifact-schema.ts';
import type { Plan, Rehearsal } from './plan.ts';

/**
 * A plan as a file: one JSON document of docs/schema/plan.schema.json, keys in a fixed order. Two plans of the same input
 * are the same bytes: how long the rehearsal took and where PostgreSQL keeps an object are left out.
 */
export function writePlan(plan: Plan): string {
  const { rehearsal } = plan;
  const timeless =
    rehearsal.outcome === 'proven' || rehearsal.outcome === 'differs'
      ? { ...rehearsal, durationMs: undefined }
      : rehearsal;
  const written = mapChanges(
    { ...plan, rehearsal: timeless as Rehearsal },
    ({ address, ...object }) => object,
  );
  return `${JSON.stringify(written, null, 2)}\n`;
}

/** Reads what `writePlan` wrote. `file` is for messages. Throws `TrueupError` for anything else. */
export function readPlan(text: string, file: string): Plan {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    throw refused(file, error instanceof Error ? error.message : String(error));
  }
  const checked = planArtifact.safeParse(raw);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw refused(file, `${issue?.path.join('.') || 'document'}: ${issue?.message ?? 'not a plan'}`);
  }
  const plan = raw as Plan;
  const { rehearsal } = plan;
  const isRun = rehearsal.outcome === 'proven' || rehearsal.outcome === 'differs';
  return mapChanges(
    { ...plan, rehearsal: isRun ? { ...rehearsal, durationMs: null } : rehearsal },
    (object) => ({ ...object, address: nowhere }),
  ) as Plan;
}

/** An address means something in one database only; nothing that is done with a plan asks for it. */
const nowhere: CatalogObject['address'] = { classid: 0, objid: 0, objsubid: 0 };

function mapChanges(plan: Plan, map: (object: CatalogObject) => unknown): unknown {
  const one = (change: Change) => ({
    ...change,
    before: change.before && map(change.before),
    after: change.after && map(change.after),
  });
  const { rehearsal } = plan;
  return {
    ...plan,
    drift: plan.drift.map((decided) => ({ ...decided, change: one(decided.change) })),
    ignored: plan.ignored.map((ignored) => ({ ...ignored, change: one(ignored.change) })),
    pending: plan.pending.map(one),
    rehearsal:
      rehearsal.outcome === 'differs'
        ? { ...rehearsal, differences: rehearsal.differences.map(one) }
        : rehearsal,
  };
}

function refused(file: string, detail: string): TrueupError {
  const diagnostic: Diagnostic = {
    code: 'plan-artifact',
    severity: 'error',
    position: { file },
    summary: 'This is not a plan that this version of Trueup can apply. Nothing was applied.',
    detail,
    help: 'Make one with `trueup plan -o plan.json`.',
  };
  return new TrueupError([diagnostic]);
}
