import { type Catalog, isCopy, type OnlineWay, type Registry, type Statement } from '../catalog/kind.ts';
import { formatId, type ObjectId } from '../catalog/object.ts';
import type { Work } from './rebuild.ts';

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
 * be kind to: a relation that is made by the same plan (`isNew`) has no users yet. `isLeftOut` says what of them need not run.
 */
export function takeOnline(
  statements: readonly Statement[],
  online: Online,
  isNew: (relation: ObjectId) => boolean,
  isLeftOut: (statement: Statement) => boolean,
): readonly Statement[] {
  return statements
    .flatMap((statement) => chooseWay(statement.online ?? [], online, isNew)?.statements ?? [statement])
    .filter((statement) => !isLeftOut(statement));
}

/**
 * Of what is dropped and created again, the statements that do so in one go while the old one serves. Only what
 * is replaced for its own sake: what something else drags along cannot outlast that.
 */
export function replaceOnline(
  work: Work,
  along: ReadonlyMap<ObjectId, ObjectId>,
  from: Catalog,
  registry: Registry,
  online: Online,
  isNew: (relation: ObjectId) => boolean,
): ReadonlyMap<ObjectId, readonly Statement[]> {
  const found = new Map<ObjectId, readonly Statement[]>();
  for (const [id, before] of work.drops) {
    const after = work.creates.get(id);
    if (!after || along.has(id) || isCopy(before) || isCopy(after)) continue;
    const isDragged = [...(from.dependencies.get(id) ?? [])].some((needed) => {
      const freed = work.releases.get(needed);
      const statements = [
        ...(work.alters.get(needed) ?? []),
        ...(freed?.before ?? []),
        ...(freed?.after ?? []),
      ];
      return work.drops.has(needed) || statements.some(({ disturbsDependents }) => disturbsDependents);
    });
    const way = isDragged ? null : (registry.get(before.ref.kind)?.replaceOnline?.(before, after) ?? null);
    const chosen = way && chooseWay([way], online, isNew);
    if (chosen) found.set(id, chosen.statements);
  }
  return found;
}

function chooseWay(
  ways: readonly OnlineWay[],
  { choice, serverVersion, empty }: Online,
  isNew: (relation: ObjectId) => boolean,
): OnlineWay | undefined {
  const way =
    choice === 'never'
      ? undefined
      : ways.find(
          ({ minVersion = 0, beforeVersion = Number.POSITIVE_INFINITY }) =>
            serverVersion >= minVersion && serverVersion < beforeVersion,
        );
  const relation = way && formatId(way.relation);
  const isDirect = relation !== undefined && (isNew(relation) || (choice === 'auto' && empty.has(relation)));
  return isDirect ? undefined : way;
}
