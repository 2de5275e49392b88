import { readingCatalogs } from '../database/reading-catalogs.ts';
import { securityLabels } from '../database/security-labels.ts';
import { DatabaseError, inTransaction, type Session } from '../database/session.ts';
import { addressKey } from './address.ts';
import { parseDependencies } from './dependencies.ts';
import { setAside } from './kept.ts';
import type { Catalog, CatalogAddress, CatalogObject, Registry, Resolve } from './kind.ts';
import { nameNotCompared } from './not-compared.ts';
import { formatId, formatName, type ObjectId } from './object.ts';
import { type CatalogRows, readRows } from './rows.ts';

/** How often a schema is read that somebody changes meanwhile. */
const attempts = 5;

/**
 * Reads a database's schema as plain data, in one read-only transaction that sees one moment of it.
 * Throws `DatabaseError`.
 */
export async function introspect(session: Session, registry: Registry): Promise<Catalog> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await readingCatalogs(session, () =>
        inTransaction(session, 'BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY', () =>
          introspectHere(session, registry),
        ),
      );
    } catch (error) {
      // PostgreSQL prints definitions with caches that see newer moments: what someone drops meanwhile is an
      // internal error to it ("cache lookup failed", XX000). It is gone the next time.
      if (!(error instanceof DatabaseError) || error.code !== 'XX000') throw error;
      if (attempt === attempts) throw keptChanging(error);
    }
  }
}

/** `introspect` inside a transaction that the caller has open, seeing what that one has done. Leaves settings changed until its end. */
export async function introspectHere(session: Session, registry: Registry): Promise<Catalog> {
  return assemble(await readRows(session, registry), session, registry);
}

/** The catalog that rows of the session's database tell. It is asked again only for the names of what no kind covers. */
export async function assemble(rows: CatalogRows, session: Session, registry: Registry): Promise<Catalog> {
  const { dependencies, aliases, extensionMembers } = parseDependencies(rows.depend);
  const objects = new Map<ObjectId, CatalogObject>();
  const byAddress = new Map<string, CatalogObject>();

  const resolve: Resolve = (address) => {
    const object = byAddress.get(addressKey(address));
    const kind = object && registry.get(object.ref.kind);
    return object && kind ? { object, name: kind.address(object.ref) } : undefined;
  };
  // What someone said of an extension's part is no part of the extension.
  const isMember = ({ classid, objid }: CatalogAddress) => extensionMembers.has(`${classid}.${objid}`);
  const isOfExtension = ({ ref, address }: CatalogObject) => ref.on === undefined && isMember(address);
  for (const [name, ofKind] of rows.kinds) {
    const kind = registry.get(name);
    if (!kind) continue;
    for (const row of ofKind) {
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
  const isPartOfMember = (address: CatalogAddress): boolean => {
    const whole = wholes.get(addressKey(address));
    return isMember(address) || (whole !== undefined && isPartOfMember(whole));
  };
  const unseen = [...objects.values()].flatMap(({ ref, unseen }) =>
    unseen ? [{ kind: ref.kind, name: formatName(ref), because: unseen.because }] : [],
  );
  const labelsAreRead = [...registry.values()].some(({ foundIn }) =>
    foundIn?.catalog.includes(securityLabels),
  );
  const notCompared = [
    ...(await nameNotCompared(session, rows.candidates, find, extensionMembers, labelsAreRead)),
    ...unseen,
  ];
  const edges = collectEdges(objects, registry, (edge) => {
    for (const { dependent, needed } of dependencies) {
      const other = find(needed);
      // CREATE EXTENSION brings its parts whole, and needs what somebody took out of it no more.
      if (other?.parent && isPartOfMember(dependent)) continue;
      edge(find(dependent), other);
    }
  });
  const { serverVersion } = session;
  return setAside({ serverVersion, objects, dependencies: edges, notCompared }, registry);
}

function keptChanging({ message, code, detail, cause }: DatabaseError): DatabaseError {
  const hint = `The schema was read ${attempts} times, and each time something was dropped meanwhile. Try again when nobody changes it.`;
  return new DatabaseError(message, { code, detail, hint, cause });
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

/** Trueup's own schemas are never part of a catalog. */
function isOwnSchema({ ref, parent }: CatalogObject): boolean {
  return (
    parent === undefined && ref.path.length === 1 && ownSchemas.has(ref.path[0] ?? '') && ref.on === undefined
  );
}

const ownSchemas: ReadonlySet<string> = new Set(['trueup', 'trueup_backup']);
