import { type Diagnostic, TrueupError } from '../../errors.ts';
import type { Step } from '../../plan/plan.ts';
import { count } from '../../render/words.ts';

/**
 * Throws `TrueupError`, exit code 3, where rows of live are known to break what generated statements say of them: the rollback
 * could only fail. An undo migration may mend them itself.
 */
export function refuseFailing(steps: readonly Step[]): void {
  const found = steps
    .filter(({ undo }) => undo?.script === null)
    .flatMap(({ statements }) => statements.flatMap(({ hazards }) => hazards))
    .flatMap(({ danger, subject, consequence, saferWay, extent, query }): readonly Diagnostic[] => {
      if (danger !== 'may fail' || !extent || extent.count === 0) return [];
      return [
        {
          code: 'rollback-fails',
          severity: 'error',
          subject,
          summary: `The way back would fail on ${count(extent.count, extent.unit)}. ${consequence} Nothing was undone.`,
          ...(query === undefined ? {} : { detail: query }),
          help: saferWay,
        },
      ];
    });
  if (found.length > 0) throw new TrueupError(found, { exitCode: 3 });
}
