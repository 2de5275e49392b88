import { type Catalog, type CatalogAddress, firstUserOid } from './kind.ts';
import type { ObjectId } from './object.ts';

/** One row of pg_depend between things that someone made, after aliases are followed. */
export type Dependency = { readonly dependent: CatalogAddress; readonly needed: CatalogAddress };

/** A catalog row that is a part of another and has no identity of its own: a view's rule, a row type, a default, a member of an extension. */
export type Alias = { readonly part: CatalogAddress; readonly whole: CatalogAddress };

export type DependencyRows = {
  readonly dependencies: readonly Dependency[];
  readonly aliases: readonly Alias[];
  /** `classid.objid` of everything that belongs to an extension. */
  readonly extensionMembers: ReadonlySet<string>;
};

type Six = readonly [number, number, number, number, number, number];

/** The rows of `dependencyQueries`, in their order. */
export function parseDependencies(results: readonly (readonly unknown[])[]): DependencyRows {
  const [edges = [], aliases = [], members = []] = results.map((rows) =>
    (rows as readonly { readonly six: Six }[]).map(({ six }) => six),
  );
  return {
    dependencies: edges.map((row) => ({ dependent: first(row), needed: second(row) })),
    aliases: aliases.map((row) => ({ part: first(row), whole: second(row) })),
    extensionMembers: new Set(members.map(([classid, objid]) => `${classid}.${objid}`)),
  };
}

function first([classid, objid, objsubid]: Six): CatalogAddress {
  return { classid, objid, objsubid };
}

function second([, , , classid, objid, objsubid]: Six): CatalogAddress {
  return { classid, objid, objsubid };
}

// What DEPENDS ON EXTENSION says is an object of its own.
// OWNED BY makes a sequence depend on its column by an automatic dependency, while the column's default
// needs the sequence. The sequence comes first; ALTER SEQUENCE … OWNED BY states its own need. A type and its
// functions that take or return it need each other: it comes first as a shell, and what completes it states its need. What a partition
// has from its parent stands under the parent's name, so what it needs is not the parent's need.
const edgeQuery = `
  SELECT d.classid, d.objid, d.objsubid, d.refclassid, d.refobjid, d.refobjsubid
  FROM pg_depend d
  WHERE d.objid >= ${firstUserOid} AND (d.refobjid >= ${firstUserOid} OR d.refclassid = 'pg_namespace'::regclass)
    AND d.deptype NOT IN ('e', 'x')
    AND NOT (d.classid = 'pg_class'::regclass AND d.refobjsubid > 0 AND EXISTS (SELECT 1 FROM pg_class s WHERE s.oid = d.objid AND s.relkind = 'S'))
    AND NOT (d.classid = 'pg_type'::regclass AND d.refclassid = 'pg_proc'::regclass AND EXISTS (
      SELECT 1 FROM pg_depend f JOIN pg_type t ON t.oid = f.refobjid AND t.typtype IN ('b', 'r')
      WHERE f.classid = 'pg_proc'::regclass AND f.objid = d.refobjid AND f.refclassid = 'pg_type'::regclass AND f.refobjid = d.objid))
    AND NOT (d.classid = 'pg_constraint'::regclass AND EXISTS (SELECT 1 FROM pg_constraint c WHERE c.oid = d.objid AND c.conparentid <> 0))
    AND NOT (d.classid = 'pg_trigger'::regclass AND EXISTS (SELECT 1 FROM pg_trigger t WHERE t.oid = d.objid AND t.tgparentid <> 0))
    AND NOT (d.classid = 'pg_class'::regclass AND EXISTS (SELECT 1 FROM pg_class i WHERE i.oid = d.objid AND i.relkind IN ('i', 'I') AND i.relispartition))`;

const aliasQuery = `
  SELECT 'pg_rewrite'::regclass::oid::bigint, oid::bigint, 0, 'pg_class'::regclass::oid::bigint, ev_class::bigint, 0
  FROM pg_rewrite WHERE oid >= ${firstUserOid} AND rulename = '_RETURN'
  UNION ALL
  SELECT 'pg_attrdef'::regclass::oid, oid, 0, 'pg_class'::regclass::oid, adrelid, adnum FROM pg_attrdef WHERE oid >= ${firstUserOid}
  UNION ALL
  SELECT 'pg_type'::regclass::oid, t.oid, 0, 'pg_class'::regclass::oid, t.typrelid, 0
  FROM pg_type t JOIN pg_class c ON c.oid = t.typrelid WHERE t.oid >= ${firstUserOid} AND c.relkind <> 'c'
  UNION ALL
  SELECT 'pg_class'::regclass::oid, c.oid, 0, 'pg_type'::regclass::oid, c.reltype, 0
  FROM pg_class c WHERE c.oid >= ${firstUserOid} AND c.relkind = 'c'
  UNION ALL
  SELECT 'pg_type'::regclass::oid, typarray, 0, 'pg_type'::regclass::oid, oid, 0
  FROM pg_type WHERE oid >= ${firstUserOid} AND typarray <> 0
  UNION ALL
  SELECT 'pg_class'::regclass::oid, conindid, 0, 'pg_constraint'::regclass::oid, oid, 0
  FROM pg_constraint WHERE oid >= ${firstUserOid} AND contype IN ('p', 'u', 'x') AND conindid <> 0
  UNION ALL
  SELECT 'pg_constraint'::regclass::oid, oid, 0, 'pg_class'::regclass::oid, conrelid, conkey[1]
  FROM pg_constraint WHERE oid >= ${firstUserOid} AND contype = 'n' AND conrelid <> 0
  UNION ALL
  SELECT 'pg_constraint'::regclass::oid, oid, 0, 'pg_type'::regclass::oid, contypid, 0
  FROM pg_constraint WHERE oid >= ${firstUserOid} AND contype = 'n' AND contypid <> 0
  UNION ALL
  SELECT 'pg_class'::regclass::oid, d.objid, 0, 'pg_class'::regclass::oid, d.refobjid, d.refobjsubid
  FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
  WHERE d.classid = 'pg_class'::regclass AND d.deptype = 'i' AND d.refobjsubid > 0
  UNION ALL
  SELECT 'pg_class'::regclass::oid, reltoastrelid, 0, 'pg_class'::regclass::oid, oid, 0 FROM pg_class WHERE reltoastrelid <> 0 AND oid >= ${firstUserOid}
  UNION ALL
  SELECT 'pg_class'::regclass::oid, i.inhrelid, 0, 'pg_class'::regclass::oid, i.inhparent, 0
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid AND c.relkind IN ('i', 'I')
  UNION ALL
  SELECT classid, objid, 0, refclassid, refobjid, 0 FROM pg_depend WHERE deptype = 'e'
  UNION ALL
  SELECT classid, objid, 0, refclassid, refobjid, refobjsubid FROM pg_depend
  WHERE classid IN ('pg_amop'::regclass, 'pg_amproc'::regclass) AND objid >= ${firstUserOid}
    AND (refclassid = 'pg_opclass'::regclass
      OR refclassid = 'pg_opfamily'::regclass
        -- Not the family of FOR ORDER BY.
        AND (classid = 'pg_amproc'::regclass OR EXISTS (SELECT 1 FROM pg_amop a WHERE a.oid = objid AND a.amopfamily = refobjid)))
  UNION ALL
  SELECT classid, objid, 0, refclassid, refobjid, refobjsubid FROM pg_depend
  WHERE deptype = 'i' AND classid IN ('pg_proc'::regclass, 'pg_cast'::regclass, 'pg_type'::regclass) AND objid >= ${firstUserOid}
    AND NOT (classid = 'pg_type'::regclass AND refclassid = 'pg_class'::regclass)
  UNION ALL
  SELECT 'pg_constraint'::regclass::oid, oid, 0, 'pg_constraint'::regclass::oid, conparentid, 0
  FROM pg_constraint WHERE conparentid <> 0
  UNION ALL
  SELECT 'pg_trigger'::regclass::oid, oid, 0, 'pg_trigger'::regclass::oid, tgparentid, 0
  FROM pg_trigger WHERE tgparentid <> 0`;

const memberQuery = `
  SELECT classid::bigint, objid::bigint, 0, 0, 0, 0 FROM pg_depend WHERE deptype = 'e'`;

/** Reads pg_depend whole, whatever the number of objects: see `parseDependencies`. */
export const dependencyQueries: readonly string[] = [edgeQuery, aliasQuery, memberQuery].map(
  (query) => `SELECT json_build_array(a, b, c, d, e, f) AS six FROM (${query}) AS q (a, b, c, d, e, f)`,
);

/** Who needs each object. */
export function reverseEdges(catalog: Catalog): ReadonlyMap<ObjectId, ReadonlySet<ObjectId>> {
  const reversed = new Map<ObjectId, Set<ObjectId>>();
  for (const [dependent, needs] of catalog.dependencies) {
    for (const needed of needs) {
      const known = reversed.get(needed);
      if (known) known.add(dependent);
      else reversed.set(needed, new Set([dependent]));
    }
  }
  return reversed;
}
