import { DatabaseError, inTransaction, type Session } from '../database/session.ts';
import type { Catalog } from './kind.ts';
import { firstUserOid } from './kind.ts';
import { formatId, type ObjectId } from './object.ts';

/** Oid of pg_class itself, the same in every database. */
const relationCatalog = '1259';

/** As many as one question may lock without a thought for max_locks_per_transaction. */
const atOnce = 200;

/**
 * Relations of `catalog`, which is this database's, that are seen to have no rows. One that cannot be looked at
 * (privileges, row security, somebody's lock) is not among them. Throws `DatabaseError`.
 */
export async function readEmptyRelations(session: Session, catalog: Catalog): Promise<ReadonlySet<ObjectId>> {
  const probes = await session.query<{ probe: string }>(candidates);
  const empty = new Set<string>();
  for (let at = 0; at < probes.length; at += atOnce) {
    const sql = probes
      .slice(at, at + atOnce)
      .map(({ probe }) => probe)
      .join(' UNION ALL ');
    for (const id of await look(session, sql)) empty.add(id);
  }
  return new Set(
    [...catalog.objects.values()].flatMap(({ ref, address: { classid, objid, objsubid } }) =>
      `${classid}` === relationCatalog && objsubid === 0 && ref.on === undefined && empty.has(`${objid}`)
        ? [formatId(ref)]
        : [],
    ),
  );
}

async function look(session: Session, sql: string): Promise<readonly string[]> {
  try {
    return await inTransaction(session, 'BEGIN READ ONLY', async () => {
      await session.exec("SET LOCAL lock_timeout = '1s'");
      return (await session.query<{ id: string }>(sql)).map(({ id }) => id);
    });
  } catch (error) {
    // Somebody holds one of them for long: it is in use.
    if (error instanceof DatabaseError && error.code === '55P03') return [];
    throw error;
  }
}

// reltuples is 0 or -1 where nobody has counted. Row security could hide rows. What has a foreign table below it is not
// looked at: that would ask another server.
const candidates = `
  SELECT format('SELECT ''%s'' AS id WHERE NOT EXISTS (SELECT FROM %I.%I)', c.oid, n.nspname, c.relname) AS probe
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'm') AND c.relispopulated AND c.reltuples <= 0 AND NOT c.relrowsecurity
    AND c.relpersistence <> 't' AND c.oid >= ${firstUserOid}
    AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
    AND NOT (c.relhassubclass AND EXISTS (
      WITH RECURSIVE below (relation) AS (
        SELECT i.inhrelid FROM pg_catalog.pg_inherits i WHERE i.inhparent = c.oid
        UNION SELECT i.inhrelid FROM below JOIN pg_catalog.pg_inherits i ON i.inhparent = below.relation)
      SELECT FROM below JOIN pg_catalog.pg_class f ON f.oid = below.relation WHERE f.relkind = 'f'))`;
