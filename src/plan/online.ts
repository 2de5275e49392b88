import type { Statement } from '../catalog/kind.ts';
import { formatId, type ObjectId } from '../catalog/object.ts';

/** When generated statements take their online way: for relations with rows, for all, for none. */
export const onlineChoices = ['auto', 'always', 'never'] as const;
export type OnlineChoice = (typeof onlineChoices)[number];

/** What the choice of ways knows of the database that the statements are for. */
export type Online = {
  readonly choice: OnlineChoice;
  /** `server_version_num`. */
  readonly serverVersion: number;
  /** Relations that are known to have no rows. */
  readonly empty: ReadonlySet<ObjectId>;
};

/** Takes every statement as it is. */
export const direct: Online = { choice: 'never', serverVersion: 0, empty: new Set() };

/**
 * The statements with their online ways in place, where there is one that the server understands and somebody to
 * be kind to: a relation that is made by the same plan (`isNew`) has no users yet.
 */
export function takeOnline(
  statements: readonly Statement[],
  online: Online,
  isNew: (relation: ObjectId) => boolean,
): readonly Statement[] {
  if (online.choice === 'never') return statements;
  return statements.flatMap((statement) => {
    const way = statement.online?.find(({ minVersion = 0 }) => online.serverVersion >= minVersion);
    const relation = way && formatId(way.relation);
    if (!way || relation === undefined || isNew(relation)) return [statement];
    return online.choice === 'auto' && online.empty.has(relation) ? [statement] : way.statements;
  });
}
