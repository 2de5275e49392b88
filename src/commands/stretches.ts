import type { KeyedMigration } from '../plan/steps.ts';

/** Introspecting after every one of hundreds of migrations would take longer than replaying them. */
const maxStretches = 25;

/**
 * Where to introspect between pending migrations, as positions, `to` excluded: after each that may destroy
 * something, so that its hazards are told from those of the next; further apart where there are many.
 */
export function splitStretches(
  pending: readonly Pick<KeyedMigration, 'statements'>[],
): readonly { readonly from: number; readonly to: number }[] {
  const ends = pending.flatMap((migration, position) =>
    mayDestroy(migration) || position === pending.length - 1 ? [position + 1] : [],
  );
  const every = Math.ceil(ends.length / maxStretches);
  const kept = ends.filter(
    (_end, position) => position % every === every - 1 || position === ends.length - 1,
  );
  return kept.map((to, position) => ({ from: kept[position - 1] ?? 0, to }));
}

/** By words alone: one boundary too many costs a moment, and the catalogs tell what really happened. */
function mayDestroy({ statements }: Pick<KeyedMigration, 'statements'>): boolean {
  return statements.some(({ sql }) => /\b(drop|type|truncate|do|call)\b/i.test(sql));
}
