import type { Migration } from './migration.ts';

/** Most characters of a version: what the history's key column holds. */
export const maxVersionLength = 20;

/**
 * A version in its one form: no leading zeros in a part, no trailing zero parts. `001` is `1`, `1.0` is `1`,
 * `1.10` stays. Null when the text is no number, dotted number or timestamp.
 */
export function normalizeVersion(text: string): string | null {
  if (!/^\d+(?:\.\d+)*$/.test(text)) return null;
  const parts = text.split('.').map((part) => part.replace(/^0+(?=\d)/, ''));
  while (parts.length > 1 && parts[parts.length - 1] === '0') parts.pop();
  return parts.join('.');
}

/** Negative, zero or positive, numerically part by part: 2 < 10, 1.2 < 1.10, 1 = 1.0. Takes versions in any form. */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.');
  const right = b.split('.');
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    // BigInt: a timestamp with fractions of a second exceeds what a number holds exactly.
    const x = BigInt(left[index] ?? '0');
    const y = BigInt(right[index] ?? '0');
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}

/**
 * The one order: by version (numerically by parts), at the same version baseline, versioned, undo; then
 * repeatable migrations by description, by code units, so that no locale changes it.
 */
export function compareMigrations(a: OrderKey, b: OrderKey): number {
  if (a.version === null || b.version === null) {
    if (a.version !== b.version) return a.version === null ? 1 : -1;
    return a.description < b.description ? -1 : a.description > b.description ? 1 : 0;
  }
  return compareVersions(a.version, b.version) || kindOrder.indexOf(a.kind) - kindOrder.indexOf(b.kind);
}

type OrderKey = Pick<Migration, 'kind' | 'version' | 'description'>;

const kindOrder: readonly Migration['kind'][] = ['baseline', 'versioned', 'undo', 'repeatable'];
