import type { Catalog, Registry } from '../catalog/kind.ts';
import { formatId, type ObjectId } from '../catalog/object.ts';
import type { Work } from './rebuild.ts';

/**
 * Foreign keys by which rows of a whole point at each other, where the whole is made anew and `tables` leave it with their
 * rows: PostgreSQL lets none go that others point at.
 */
export function findPointingBack(
  tables: readonly ObjectId[],
  { moves, drops }: Pick<Work, 'moves' | 'drops'>,
  { objects, dependencies }: Catalog,
  registry: Registry,
): readonly ObjectId[] {
  const left = new Set(
    tables.flatMap((table) =>
      (moves.get(table)?.leaves ?? []).flatMap(({ leaves }) => (leaves ? formatId(leaves) : [])),
    ),
  );
  return [...objects].flatMap(([id, key]) => {
    const whole = key.parent && formatId(key.parent);
    if (whole === undefined || !left.has(whole) || !drops.has(whole) || key.inheritedFrom) return [];
    if (!registry.get(key.ref.kind)?.comesWithWhole?.(key)) return [];
    const pointsBack = [...(dependencies.get(id) ?? [])].some((needed) => {
      const target = objects.get(needed);
      const isOwn = target?.parent !== undefined && formatId(target.parent) === whole;
      return isOwn && registry.get(target.ref.kind)?.join !== undefined;
    });
    return pointsBack ? [id] : [];
  });
}
