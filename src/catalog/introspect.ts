import { DatabaseError, inTransaction, type Session } from '../database/session.ts';
import { dependencyQueries, parseDependencies } from './dependencies.ts';
import { setAside } from './kept.ts';
import {
  type Catalog,
  type CatalogAddress,
  type CatalogObject,
  firstUserOid,
  type Registry,
  type Resolve,
} from './kind.ts';
import { candidatesQuery, nameNotCompared } from './not-compared.ts';
import { formatId, formatName, type ObjectId } from './object.ts';
import { readJson } from './read-json.ts';

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
  const [probed = [], candidates = [], ...depend] = await readJson(
    session,
    [probe(registry), candidatesQuery, ...dependencyQueries],
    pinSettings,
  );
  const { dependencies, aliases, extensionMembers } = parseDependencies(depend);
  const found = new Set((probed as readonly { readonly kind: string }[]).map(({ kind }) => kind));
  const asked = [...registry.values()].filter(({ kind, foundIn }) => !foundIn || found.has(kind));
  const rows = await readJson(
    session,
    asked.map((kind) => kind.query(session.serverVersion)),
  );
  const objects = new Map<ObjectId, CatalogObject>();
  const byAddress = new Map<string, CatalogObject>();

  const resolve: Resolve = (address) => {
    const object = byAddress.get(addressKey(address));
    const kind = object && registry.get(object.ref.kind);
    return object && kind ? { object, name: kind.address(object.ref) } : undefined;
  };
  // What someone said of an extension's part is no part of the extension.
  const isOfExtension = ({ ref, address }: CatalogObject) =>
    ref.on === undefined && extensionMembers.has(`${address.classid}.${address.objid}`);
  for (const [position, kind] of asked.entries()) {
    for (const row of rows[position] ?? []) {
      const object = kind.fromRow(row, resolve);
      if (object?.properties.definition === null) throw droppedMeanwhile(object);
      if (!object || isOfExtension(object)) continue;
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
  const labelsAreRead = [...registry.values()].some(({ foundIn }) => foundIn?.catalog === 'pg_seclabel');
  const notCompared = [
    ...(await nameNotCompared(session, candidates, find, extensionMembers, labelsAreRead)),
    ...unseen,
  ];
  const edges = collectEdges(objects, registry, (edge) => {
    for (const { dependent, needed } of dependencies) edge(find(dependent), find(needed));
  });
  const { serverVersion } = session;
  return setAside({ serverVersion, objects, dependencies: edges, notCompared }, registry);
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

/** One row for each kind that users may have made something of. */
function probe(registry: Registry): string {
  const probes = [...registry.values()].flatMap(({ kind, foundIn }) =>
    foundIn
      ? `SELECT '${kind}' AS kind WHERE EXISTS (SELECT FROM ${foundIn.catalog}
           WHERE ${foundIn.hasNoOids ? 'true' : `oid >= ${firstUserOid}`} AND ${foundIn.where ?? 'true'})`
      : [],
  );
  return probes.length > 0 ? probes.join(' UNION ALL ') : `SELECT '' AS kind`;
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
