/** One row of the table. What stands in a row was measured in the same run, in turns with what it is compared to. */
export type Measurement = {
  readonly subject: string;
  readonly timeMs: number;
  /** What else was measured for the comparison, or null. */
  readonly other: { readonly name: string; readonly timeMs: number } | null;
  /** Null: there is none, the number is only recorded. */
  readonly goal: { readonly maxMs: number } | { readonly maxRatio: number } | null;
};

/** A row that could not be measured here, and why. */
export type Skipped = { readonly subject: string; readonly skipped: string };

export type Row = Measurement | Skipped;

/** Milliseconds that `work` takes. */
export async function timeMs(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

/**
 * The best time of each of several works, run in turns: what else the machine does at a time then falls on all of
 * them. Each work measures itself, so that preparing and cleaning up is not counted.
 */
export async function bestInTurns<const T extends readonly (() => Promise<number>)[]>(
  rounds: number,
  works: T,
): Promise<{ readonly [K in keyof T]: number }> {
  const best = works.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < rounds; round += 1)
    for (const [index, work] of works.entries())
      best[index] = Math.min(best[index] ?? Number.POSITIVE_INFINITY, await work());
  return best as unknown as { readonly [K in keyof T]: number };
}
