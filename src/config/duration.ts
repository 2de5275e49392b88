const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 };

/** `500ms`, `3s`, `5min`, `1h` or 0 in milliseconds; null for anything else. PostgreSQL's units. */
export function parseDuration(value: string | number): number | null {
  const match = /^(\d+)\s*(ms|s|min|h)$/.exec(typeof value === 'string' ? value.trim() : '');
  const durationMs =
    value === 0 || value === '0' ? 0 : match ? Number(match[1]) * (units[match[2] ?? ''] ?? 0) : null;
  // PostgreSQL keeps a timeout in 32 bits.
  return durationMs === null || durationMs > 2_147_483_647 ? null : durationMs;
}
