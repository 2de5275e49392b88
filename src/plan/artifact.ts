import { z } from 'zod';
import { type Diagnostic, TrueupError } from '../errors.ts';
import type { Plan } from './plan.ts';

/** A plan as a file: one JSON document, keys in a fixed order, so that two plans of the same input are equal. */
export function writePlan(plan: Plan): string {
  return `${JSON.stringify(plan, null, 2)}\n`;
}

/** Reads what `writePlan` wrote. `file` is for messages. Throws `TrueupError` for anything else. */
export function readPlan(text: string, file: string): Plan {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    throw refused(file, error instanceof Error ? error.message : String(error));
  }
  const checked = artifact.safeParse(raw);
  if (checked.success) return raw as Plan;
  const [issue] = checked.error.issues;
  throw refused(file, `${issue?.path.join('.') || 'document'}: ${issue?.message ?? 'not a plan'}`);
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

const change = z.object({ id: z.string(), action: z.enum(['create', 'alter', 'rename', 'drop']) });

const migration = z.object({
  key: z.string(),
  kind: z.enum(['versioned', 'repeatable', 'baseline']),
  version: z.string().nullable(),
  description: z.string(),
  script: z.string(),
  checksum: z.string(),
  text: z.string(),
});

const plannedStatement = z.object({
  sql: z.string(),
  hazards: z.array(
    z.object({ code: z.string(), severity: z.string(), subject: z.string(), consequence: z.string() }),
  ),
  transaction: z.enum(['inside', 'outside', 'apart', 'commit after', 'own']),
  object: z.string().nullable(),
  position: z.object({ file: z.string() }).nullable(),
});

/** What apply relies on; the rest is for reading. */
const artifact = z.object({
  formatVersion: z.literal(1),
  toolVersion: z.string(),
  database: z.string(),
  liveFingerprint: z.string().regex(/^[0-9a-f]{64}$/),
  targetFingerprint: z.string().regex(/^[0-9a-f]{64}$/),
  drift: z.array(z.object({ change, decision: z.enum(['revert', 'adopt', 'ignore', 'leave']) })),
  ignored: z.array(z.object({ change, rule: z.string() })),
  steps: z.array(
    z.object({
      kind: z.enum(['repair', 'migration', 'remainder', 'state']),
      title: z.string(),
      migration: migration.nullable(),
      statements: z.array(plannedStatement),
    }),
  ),
  segments: z.array(
    z.object({
      transaction: z.boolean(),
      statements: z.array(z.object({ step: z.number().int(), statement: z.number().int() })),
      completes: z.array(z.number().int()),
    }),
  ),
  assumed: z.array(migration),
  rehearsal: z.object({ outcome: z.enum(['proven', 'differs', 'failed', 'skipped']) }),
});
