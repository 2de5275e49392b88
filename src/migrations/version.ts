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
