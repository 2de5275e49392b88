import type { ObjectId } from '../../catalog/object.ts';
import type { OnDrift } from '../../config/config.ts';
import { nearest } from '../../config/nearest.ts';
import type { Change } from '../../diff/change.ts';
import { isReordered } from '../../diff/reordered.ts';
import { type Diagnostic, TrueupError } from '../../errors.ts';
import { acceptedWords } from '../../plan/hazards.ts';
import type { Decision } from '../../plan/plan.ts';
import { quoteWord } from '../../render/shell-word.ts';
import { count } from '../../render/words.ts';
import type { Assessment } from '../assess/assessment.ts';

/** One decision for all drift, by policy. `fail` decides nothing: see `refuseDrift`. */
export function decideAll(assessment: Assessment, policy: OnDrift): ReadonlyMap<ObjectId, Decision> {
  const decision = policy === 'fail' ? 'leave' : policy;
  return new Map(assessment.drift.map(({ id }) => [id, decision]));
}

/** Throws, exit code 3, when there is drift that is not among `decided`, and the policy is that nobody may apply over it. */
export function refuseDrift(assessment: Assessment, policy: OnDrift, decided: ReadonlySet<ObjectId>): void {
  const undecided = assessment.drift.filter(({ id }) => !decided.has(id));
  const count = undecided.length;
  if (policy !== 'fail' || count === 0) return;
  throw new TrueupError(
    [
      {
        code: 'drift-undecided',
        severity: 'error',
        summary: `Live has ${count} drifted ${count === 1 ? 'object' : 'objects'} that nobody decided about. Nothing was applied.`,
        detail: undecided
          .slice(0, 10)
          .map(({ action, id }) => `${action} ${id}`)
          .concat(count > 10 ? [`and ${count - 10} more`] : [])
          .join('\n'),
        help: 'Decide each in `trueup review`, or all with --on-drift leave, revert or adopt.',
      },
    ],
    { exitCode: 3 },
  );
}

/**
 * Throws when the database has objects and no history, and nobody said which migrations to take as applied:
 * everything would be drift, and every migration would run against what is already there.
 */
export function refuseNoHistory(assessment: Assessment, assume: string | undefined): void {
  if (assume !== undefined || (assessment.history?.length ?? 0) > 0) return;
  // A run has begun, and the journal says how far it came.
  if ((assessment.unfinished?.partial.size ?? 0) > 0) return;
  const found = [...assessment.live.objects.values()].filter(
    ({ ref }) => ref.path.length > 1 && ref.on === undefined,
  );
  if (found.length === 0) return;
  throw new TrueupError([
    {
      code: 'no-history',
      severity: 'error',
      summary: `The database holds ${count(found.length, 'object')} and has no history of migrations. Nothing was applied.`,
      help: 'Say which migrations it already has with --assume VERSION or --assume latest. `trueup drift --assume latest` shows what would then differ; the next apply records the assumed migrations.',
    },
  ]);
}

/** Throws, exit code 3, when data would be lost that nobody accepted to lose by name. */
export function refuseLosses(losses: readonly string[]): void {
  if (losses.length > 0) throw new TrueupError(explainLosses(losses), { exitCode: 3 });
}

/** Throws, exit code 3, when something was accepted that the plan does not lose: a name that was mistyped. */
export function refuseOtherLosses(accepted: ReadonlySet<string>, losses: readonly string[]): void {
  const others = [...accepted].filter((name) => !acceptedWords.includes(name) && !losses.includes(name));
  if (others.length === 0) return;
  const left = losses.filter((name) => !accepted.has(name));
  const known = left.length === 0 ? losses : left;
  throw new TrueupError(
    others.map((name) => {
      const meant = nearest(name, known);
      return {
        code: 'no-such-loss',
        severity: 'error',
        subject: name,
        summary: `The plan does not lose ${name}, which was accepted. Nothing was applied.`,
        help:
          meant !== null
            ? `Did you mean --accept ${quoteWord(meant)}?`
            : known.length === 0
              ? 'The plan loses nothing: leave it out.'
              : `It would lose ${known.join(', ')}: accept those, or leave it out.`,
      };
    }),
    { exitCode: 3 },
  );
}

/** Throws when an order of columns was to be reverted or adopted: no statement makes it. */
export function refuseReordered(chosen: readonly Change[]): void {
  const reordered = chosen.filter(isReordered);
  if (reordered.length === 0) return;
  throw new TrueupError(
    reordered.map(({ id }) => ({
      code: 'column-order',
      severity: 'error',
      subject: id,
      summary: `PostgreSQL cannot give ${id} its columns in another order, so that can be neither reverted nor adopted. Nothing was applied.`,
      help: 'Leave it, ignore it by a rule, or write a migration that makes the table anew and copies its rows.',
    })),
    { exitCode: 3 },
  );
}

/** What to say of data losses that nobody has accepted: nothing when there are none. */
export function explainLosses(losses: readonly string[]): readonly Diagnostic[] {
  if (losses.length === 0) return [];
  return [
    {
      code: 'data-loss',
      severity: 'error',
      summary: 'The plan loses data, and nobody accepted that by name. Nothing was applied.',
      detail: losses.join('\n'),
      help: `Look at it with \`trueup plan\`; accept each loss: ${losses.map((name) => `--accept ${quoteWord(name)}`).join(' ')}`,
    },
  ];
}
