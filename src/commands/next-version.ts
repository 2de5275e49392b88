/**
 * The version after all of `versions`, in the form that they have: a UTC timestamp where the highest is one,
 * else the next whole number. `1` when there is none.
 */
export function nextVersion(versions: readonly string[], now: Date): string {
  const wholes = versions.map((version) => BigInt(version.split('.')[0] ?? '0'));
  let highest = 0n;
  for (const whole of wholes) if (whole > highest) highest = whole;
  if (!/^\d{14}$/.test(String(highest))) return String(highest + 1n);
  const timestamp = BigInt(now.toISOString().replaceAll(/\D/g, '').slice(0, 14));
  return String(timestamp > highest ? timestamp : highest + 1n);
}
