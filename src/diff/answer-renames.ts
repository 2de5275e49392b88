import type { Registry } from '../catalog/kind.ts';
import { formatId, formatName, type ObjectId, type ObjectRef } from '../catalog/object.ts';
import { type Diagnostic, TrueupError } from '../errors.ts';
import type { Change } from './change.ts';

/** Of what may be renames: say which, do not, or take each for one. */
export const renameChoices = ['ask', 'never', 'accept'] as const;
export type RenameChoice = (typeof renameChoices)[number];

/** What someone says was renamed, by names or ids: what the first side calls it (the migrations), and what the second does (live). */
export type Renaming = { readonly from: string; readonly to: string };

/**
 * The renames that were said, from id to id, of what `changes` drop and create. Throws `TrueupError` with every one that
 * is not of a missing and an extra object of one kind that PostgreSQL can rename.
 */
export function answerRenames(
  said: readonly Renaming[],
  changes: readonly Change[],
  registry: Registry,
): ReadonlyMap<ObjectId, ObjectId> {
  const gone = changes.flatMap(({ action, before }) => (action === 'drop' && before ? [before.ref] : []));
  const come = changes.flatMap(({ action, after }) => (action === 'create' && after ? [after.ref] : []));
  const renames = new Map<ObjectId, ObjectId>();
  const problems: Diagnostic[] = [];
  for (const { from, to } of said) {
    const pairs = gone
      .filter((ref) => isCalled(ref, from) && registry.get(ref.kind)?.rename)
      .flatMap((ref) =>
        come.filter((other) => other.kind === ref.kind && isCalled(other, to)).map((other) => [ref, other]),
      );
    const [[before, after] = []] = pairs;
    if (before && after && pairs.length === 1) renames.set(formatId(before), formatId(after));
    else problems.push(explain(from, to, pairs.length));
  }
  if (problems.length > 0) throw new TrueupError(problems);
  return renames;
}

/** Those of the renames that were said which are still of a missing and an extra object. */
export function fittingRenames(
  said: readonly Renaming[],
  changes: readonly Change[],
  registry: Registry,
): readonly Renaming[] {
  return said.filter((one) => {
    try {
      answerRenames([one], changes, registry);
      return true;
    } catch (error) {
      if (error instanceof TrueupError) return false;
      throw error;
    }
  });
}

function isCalled(ref: ObjectRef, name: string): boolean {
  return ref.on === undefined && (formatName(ref) === name || formatId(ref) === name);
}

function explain(from: string, to: string, found: number): Diagnostic {
  return {
    code: 'rename-unknown',
    severity: 'error',
    subject: `--rename ${from}=${to}`,
    summary:
      found === 0
        ? `there is no missing ${from} and extra ${to} of one kind that PostgreSQL can rename`
        : `${found} objects are called so`,
    help:
      found === 0
        ? 'OLD is what the migrations, or FROM, call it; NEW what live, or TO, does: see `trueup drift` or `trueup diff`.'
        : 'Write ids, such as column:public.users.email.',
  };
}
