import { DatabaseError, inTransaction, type Session } from '../database/session.ts';
import { readDependencies } from './dependencies.ts';
import type { Catalog, CatalogAddress, CatalogObject, ObjectKind, Registry, Resolve } from './kind.ts';
import { readNotCompared } from './not-compared.ts';
import { formatId, formatName, type ObjectId } from './object.ts';

/**
 * Reads a database's schema as plain data, in one read-only transaction that sees one moment of it.
 * Throws `DatabaseError`.
 */
export async function introspect(session: Session, registry: Registry): Promise<Catalog> {
  const read = () =>
    inTransaction(session, 'BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY', () =>
      introspectHere(session, registry),
    );
  try {
    return await read();
  } catch (error) {
    // PostgreSQL prints definitions with caches that see newer moments: what someone drops meanwhile is an
    // internal error to it ("cache lookup failed", XX000). It is gone the second time.
    if (error instanceof DatabaseError && error.code === 'XX000') return read();
    throw error;
  }
}

/** `introspect` inside a transaction that the caller has open, seeing what that one has done. Leaves settings changed until its end. */
export async function introspectHere(session: Session, registry: Registry): Promise<Catalog> {
  await session.query(pinSettings);
  const { dependencies, aliases, extensionMembers } = await readDependencies(session);
  const objects = new Map<ObjectId, CatalogObject>();
  const byAddress = new Map<string, CatalogObject>();

  const resolve: Resolve = (address) => {
    const object = byAddress.get(addressKey(address));
    const kind = object && registry.get(object.ref.kind);
    return object && kind ? { object, name: kind.address(object.ref) } : undefined;
  };
  for (const kind of registry.values()) {
    for (const row of await readRows(session, kind)) {
      const object = kind.fromRow(row, resolve);
      if (object?.properties.definition === null) throw droppedMeanwhile(object);
      if (!object || extensionMembers.has(`${object.address.classid}.${object.address.objid}`)) continue;
      if (isOwnSchema(object) || (object.parent && !objects.has(formatId(object.parent)))) continue;
      objects.set(formatId(object.ref), object);
      // What is said about another object stands at that object's address.
      if (object.ref.on === undefined) byAddress.set(addressKey(object.address), object);
    }
  }

  const wholes = new Map(aliases.map(({ part, whole }) => [addressKey(part), whole]));
  const find = (address: CatalogAddress) => findWhole(address, byAddress, wholes);
  const unseen = [...objects.values()].flatMap(({ ref, unseen }) =>
    unseen ? [{ kind: ref.kind, name: formatName(ref), because: unseen.because }] : [],
  );
  const notCompared = [...(await readNotCompared(session, find, extensionMembers)), ...unseen];
  return {
    serverVersion: session.serverVersion,
    objects,
    dependencies: collectEdges(objects, registry, (edge) => {
      for (const { dependent, needed } of dependencies) edge(find(dependent), find(needed));
    }),
    notCompared,
  };
}

/** PostgreSQL prints null for what its caches no longer have, though the transaction still sees the row. */
function droppedMeanwhile({ ref }: CatalogObject): DatabaseError {
  return new DatabaseError(`${formatId(ref)} was dropped while it was read`, { code: 'XX000' });
}

/** Follows aliases until an object stands there; a column that is no object of its own is its relation. */
function findWhole(
  address: CatalogAddress,
  byAddress: ReadonlyMap<string, CatalogObject>,
  wholes: ReadonlyMap<string, CatalogAddress>,
): CatalogObject | undefined {
  let at: CatalogAddress | undefined = address;
  for (let hops = 0; at && hops < 8; hops += 1) {
    const object = byAddress.get(addressKey(at));
    if (object) return object;
    at = wholes.get(addressKey(at)) ?? (at.objsubid === 0 ? undefined : { ...at, objsubid: 0 });
  }
  return undefined;
}

function collectEdges(
  objects: ReadonlyMap<ObjectId, CatalogObject>,
  registry: Registry,
  fromPgDepend: (edge: (dependent?: CatalogObject, needed?: CatalogObject) => void) => void,
): Map<ObjectId, Set<ObjectId>> {
  const edges = new Map<ObjectId, Set<ObjectId>>();
  const add = (dependent: ObjectId, needed: ObjectId) => {
    if (dependent === needed || !objects.has(needed)) return;
    const needs = edges.get(dependent);
    if (needs) needs.add(needed);
    else edges.set(dependent, new Set([needed]));
  };
  fromPgDepend((dependent, needed) => {
    if (dependent && needed) add(formatId(dependent.ref), formatId(needed.ref));
  });
  for (const [id, object] of objects) {
    if (object.parent) add(id, formatId(object.parent));
    if (object.inheritedFrom) add(id, formatId(object.inheritedFrom));
    for (const ref of registry.get(object.ref.kind)?.references(object) ?? []) add(id, formatId(ref));
  }
  // A table that depends on its own column (a partition key, a check) says nothing about order.
  for (const [id, needs] of edges) {
    for (const needed of needs)
      if (edges.get(needed)?.has(id) && isPart(objects.get(needed), id)) needs.delete(needed);
  }
  return edges;
}

function isPart(object: CatalogObject | undefined, whole: ObjectId): boolean {
  return object?.parent !== undefined && formatId(object.parent) === whole;
}

/** One row with one JSON text: every driver reads it the same way. */
async function readRows(session: Session, kind: ObjectKind): Promise<readonly unknown[]> {
  const [row] = await session.query<{ rows: string }>(
    `SELECT coalesce(json_agg(q), '[]')::text AS rows FROM (${kind.query(session.serverVersion)}) AS q`,
  );
  return JSON.parse(row?.rows ?? '[]') as readonly unknown[];
}

function addressKey({ classid, objid, objsubid }: CatalogAddress): string {
  return `${classid}.${objid}.${objsubid}`;
}

/** Trueup's own schemas are never part of a catalog. */
function isOwnSchema({ ref, parent }: CatalogObject): boolean {
  return (
    parent === undefined && ref.path.length === 1 && ownSchemas.has(ref.path[0] ?? '') && ref.on === undefined
  );
}

const ownSchemas: ReadonlySet<string> = new Set(['trueup', 'trueup_backup']);

/** Everything that changes how PostgreSQL prints a definition. */
const pinSettings = `
  SELECT set_config('search_path', 'pg_catalog', true), set_config('TimeZone', 'UTC', true),
         set_config('DateStyle', 'ISO, YMD', true), set_config('IntervalStyle', 'postgres', true),
         set_config('extra_float_digits', '1', true), set_config('bytea_output', 'hex', true),
         set_config('quote_all_identifiers', 'off', true), set_config('standard_conforming_strings', 'on', true),
         set_config('xmloption', 'content', true), set_config('lc_monetary', 'C', true)`;
