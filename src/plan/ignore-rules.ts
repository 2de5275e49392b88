import { formatKind, type ObjectId, type ObjectRef } from '../catalog/object.ts';
import type { DecidedChange } from './plan.ts';

/** Why an object is ignored, and until when: the last day as `YYYY-MM-DD`, null for ever. */
export type IgnoreNote = { readonly reason: string; readonly until: string | null };

/**
 * The rules that `.trueupignore` gets for drifted objects that were decided to be ignored. Parts of an ignored
 * object need none of their own. `today` is `YYYY-MM-DD`: it stands where no reason was given.
 */
export function formatIgnoreRules(
  drift: readonly DecidedChange[],
  notes: ReadonlyMap<ObjectId, IgnoreNote>,
  today: string,
): readonly string[] {
  const ignored = drift.filter(({ decision }) => decision === 'ignore').map(({ change }) => change);
  const ids = new Set(ignored.map(({ id }) => id));
  return ignored
    .filter(({ within }) => within === null || !ids.has(within))
    .map((change) => {
      const ref = (change.after ?? change.before)?.ref;
      const pattern = ref ? formatPattern(ref) : change.id;
      const note = notes.get(change.id) ?? { reason: '', until: null };
      const reason = note.reason === '' ? `ignored in review on ${today}` : note.reason;
      return `${pattern}  # ${note.until === null ? '' : `until=${note.until} `}${reason}`;
    });
}

/**
 * A pattern that matches exactly this object: parts that could be read as wildcards are quoted. A rule is one line: where a name
 * has more, `?` stands for what cannot be written.
 */
export function formatPattern(ref: ObjectRef): string {
  const path = ref.path.map((part) => {
    if (/^[\p{L}\p{N}_$-]+$/u.test(part)) return part;
    return /[\r\n]/.test(part)
      ? part.replaceAll(/[^\p{L}\p{N}_$-]/gu, '?')
      : `"${part.replaceAll('"', '""')}"`;
  });
  const signature = ref.signature === undefined ? '' : `(${ref.signature.replaceAll(/[\r\n]/g, '?')})`;
  return `${formatKind(ref)}:${path.join('.')}${signature}`;
}
