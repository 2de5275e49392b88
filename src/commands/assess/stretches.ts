import type { KeyedMigration } from '../../plan/steps.ts';

/** Introspecting after every one of hundreds of migrations would take longer than replaying them. */
const maxStretches = 25;

/**
 * Where to introspect between pending migrations, as positions, `to` excluded: before each that may destroy
 * something but the first, so that its hazards are told from those of the one before; further apart where there are many.
 */
export function splitStretches(
  pending: readonly Pick<KeyedMigration, 'statements'>[],
): readonly { readonly from: number; readonly to: number }[] {
  const destroying = pending.flatMap((migration, position) => (mayDestroy(migration) ? [position] : []));
  const every = Math.ceil(destroying.length / maxStretches);
  const starts = destroying.filter((_start, position) => position > 0 && position % every === 0);
  const bounds = pending.length === 0 ? [] : [0, ...starts, pending.length];
  return bounds.slice(1).map((to, position) => ({ from: bounds[position] ?? 0, to }));
}

const takesNoRows = /\bdrop\s+(?:constraint|default|not\s+null)\b/gi;

/** By words alone: one boundary too many costs a moment, and the catalogs tell what really happened. */
function mayDestroy({ statements }: Pick<KeyedMigration, 'statements'>): boolean {
  return statements.some(({ sql }) =>
    /\b(drop|truncate|do|call)\b|\balter\b.*\btype\b/is.test(sql.replaceAll(takesNoRows, '')),
  );
}
