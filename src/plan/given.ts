import type { Catalog, Registry, Statement } from '../catalog/kind.ts';
import { formatId, type ObjectId } from '../catalog/object.ts';
import { alter, type Work } from './rebuild.ts';

/** What to do about what PostgreSQL says by itself about the objects it creates. */
export type Given = {
  /** By what is said about a created object: statements in place of its creation. */
  readonly instead: ReadonlyMap<ObjectId, readonly Statement[]>;
  /** By the created object: statements that take away what nobody wants. */
  readonly undone: ReadonlyMap<ObjectId, readonly Statement[]>;
  /** By an object: statements before those that join it to a part of another. */
  readonly joined: ReadonlyMap<ObjectId, readonly Statement[]>;
};

/**
 * Default privileges give grants to every new object. Those that stay or change apply while objects are created: they
 * are altered and dropped before, and created after.
 */
export function findGiven(work: Work, from: Catalog, to: Catalog, registry: Registry): Given {
  const [instead, undone] = [
    new Map<ObjectId, readonly Statement[]>(),
    new Map<ObjectId, readonly Statement[]>(),
  ];
  const find = (id: ObjectId) => (from.objects.has(id) ? to.objects.get(id) : undefined);
  const altered = [...work.alters.keys()].flatMap((id) => {
    const [before, after] = [from.objects.get(id), to.objects.get(id)];
    return before && after ? [[id, after, before] as const] : [];
  });
  const made = [...[...work.creates].map(([id, object]) => [id, object, undefined] as const), ...altered];
  for (const kind of registry.values()) {
    for (const [id, created, before] of kind.atCreation ? made : []) {
      // What is new and not compared stays as PostgreSQL makes it.
      if (kind.kept && !from.objects.has(id)) continue;
      const said = kind.atCreation?.(created, find, (wanted) => to.objects.get(wanted), before) ?? null;
      const given = said && kind.narrow ? kind.narrow(said, from.serverVersion) : said;
      if (!given) continue;
      const wanted = to.objects.get(formatId(given.ref));
      const statements = wanted ? alter(given, wanted, registry) : kind.drop(given);
      if (statements === 'replace') continue;
      if (wanted) instead.set(formatId(given.ref), statements);
      else undone.set(id, statements);
    }
  }
  const stays = (id: ObjectId) => {
    const object = from.objects.get(id);
    const isNew = object?.parent !== undefined && work.creates.has(formatId(object.parent));
    return isNew || work.drops.has(id) ? undefined : object;
  };
  const joined = made.map(([id, object]) => {
    const statements = [...registry.values()].flatMap((kind) => kind.beforeJoined?.(object, stays) ?? []);
    return [id, statements] as const;
  });
  return { instead, undone, joined: new Map(joined) };
}
