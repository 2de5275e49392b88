/** A named danger of a statement, with its consequence in plain words. */
export type Hazard = {
  /** Stable, kebab-case. */
  readonly code: 'data-loss' | 'rewrite' | 'lock' | 'irreversible';
  readonly severity: 'danger' | 'caution';
  /** The object's id or name that is endangered. */
  readonly subject: string;
  /** What happens, in plain words: `All rows of public.users are lost.` */
  readonly consequence: string;
};

/** Data that cannot come back without a backup. */
export function dataLoss(subject: string, consequence: string): Hazard {
  return { code: 'data-loss', severity: 'danger', subject, consequence };
}

/** The table is rewritten under a lock that blocks reads and writes. */
export function rewrite(subject: string, consequence: string): Hazard {
  return { code: 'rewrite', severity: 'caution', subject, consequence };
}
