import { digest } from '../catalog/fingerprint.ts';
import type { Plan } from './plan.ts';

/** SHA-256 in hex over what the plan starts from, aims at and runs. */
export function planFingerprint({ liveFingerprint, targetFingerprint, steps }: Plan): string {
  const sql = steps.map((step) => [step.title, ...step.statements.map((statement) => statement.sql)]);
  return digest([liveFingerprint, targetFingerprint, sql]);
}
