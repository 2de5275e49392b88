import type { Unfinished } from '../../apply/unfinished.ts';
import type { Catalog, Registry } from '../../catalog/kind.ts';
import type { Renaming } from '../../diff/answer-renames.ts';
import { diff } from '../../diff/diff.ts';
import { applyIgnoreRules, type IgnoreRule } from '../../diff/ignore.ts';
import { areTwoObjects, type KeptRename, takeRenames } from '../../diff/kept-renames.ts';
import { withReordered } from '../../diff/reordered.ts';
import { suggestRenames } from '../../diff/suggest-renames.ts';
import type { Diagnostic } from '../../errors.ts';
import type { Assessment } from './assessment.ts';
import { isWhole } from './resume.ts';

/** What drift is told from. */
export type DriftInput = {
  readonly expected: Catalog;
  readonly live: Catalog;
  readonly registry: Registry;
  /** Whether another order of columns counts. */
  readonly columnOrder: boolean;
  readonly unfinished: Unfinished | null;
  readonly ignoreRules: readonly IgnoreRule[];
  /** Kept answers to what may be renames. */
  readonly keptRenames: readonly KeptRename[];
  /** `YYYY-MM-DD`: which ignore rules and kept answers have ended. */
  readonly today: string;
};

export type Drift = Pick<Assessment, 'drift' | 'ignored' | 'renames' | 'twoObjects' | 'renameSuggestions'> & {
  /** Of the ignore rules and the kept answers. */
  readonly diagnostics: readonly Diagnostic[];
};

/** Drift from expected to live, with what is said, and what is kept as an answer, to be renamed. Throws `TrueupError` for a rename of nothing. */
export function compareDrift(input: DriftInput, said: readonly Renaming[]): Drift {
  const { expected, live, registry } = input;
  const changes = diff(expected, live, registry);
  const taken = takeRenames(changes, said, input.keptRenames, registry, input.today);
  const { renames, twoObjects } = taken;
  const named = renames.size === 0 ? changes : diff(expected, live, registry, { renames });
  const all = input.columnOrder ? withReordered(named, expected, live) : named;
  const { kept, ignored, diagnostics } = applyIgnoreRules(
    all.filter(isWhole(input.unfinished)),
    input.ignoreRules,
    input.today,
  );
  return {
    drift: kept,
    ignored,
    renames,
    twoObjects,
    renameSuggestions: suggestRenames(kept, expected, live, registry, renames).filter(
      (pair) => !areTwoObjects(taken, pair),
    ),
    diagnostics: [...diagnostics, ...taken.diagnostics],
  };
}
