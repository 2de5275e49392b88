import { type CatalogAddress, type CatalogObject, firstUserOid, userSchema } from '../../catalog/kind.ts';
import { optionsSql } from '../../database/foreign-options.ts';
import { generateNotNull, isGeneratedNotNull } from '../../database/generated-names.ts';
import { define } from './definition.ts';
import { hasNamedNotNull, noNotNullDetails, notNullDetails } from './not-null.ts';
import type { Column } from './properties.ts';

/** A row of `query`. */
export type Row = CatalogAddress &
  Omit<Column, 'definition' | 'notNullName' | 'notNullSaid'> & {
    readonly schema: string;
    readonly table: string;
    readonly name: string;
    readonly tableKind: string;
    /** Schema and name of the parent table that has the column too. */
    readonly parent: readonly [string, string] | null;
    /** It is the parent's in everything that a partition or child table may have of its own. */
    readonly asInherited: boolean;
    /** Schema and name of its table's type. */
    readonly typedBy: readonly [string, string] | null;
  };

const storageName = (code: string) =>
  `CASE ${code} WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END`;

/** All columns of tables, partitions and foreign tables. */
export function query(serverVersion: number): string {
  const named = hasNamedNotNull(serverVersion);
  return `
    SELECT 'pg_class'::regclass::oid AS classid, c.oid AS objid, a.attnum AS objsubid,
           n.nspname AS schema, c.relname AS "table", a.attname AS name,
           format_type(a.atttypid, a.atttypmod) AS type,
           CASE WHEN a.attcollation <> t.typcollation
                THEN quote_ident(cn.nspname) || '.' || quote_ident(co.collname) END AS collation,
           CASE WHEN a.attgenerated <> '' THEN json_build_object(
             'expression', pg_get_expr(d.adbin, d.adrelid), 'stored', a.attgenerated = 's') END AS generated,
           -- A partition's identity is its parent's: from PostgreSQL 17 on it shows on both.
           CASE WHEN a.attidentity <> '' AND NOT c.relispartition THEN json_strip_nulls(json_build_object(
             'name', sc.relname, 'always', a.attidentity = 'a', 'start', s.seqstart::text, 'increment', s.seqincrement::text,
             'minimum', s.seqmin::text, 'maximum', s.seqmax::text, 'cache', s.seqcache::text, 'cycle', s.seqcycle,
             -- Before 15 every sequence is logged.
             'unlogged', ${serverVersion >= 150000 ? "CASE WHEN sc.relpersistence <> c.relpersistence THEN sc.relpersistence = 'u' END" : 'NULL'})) END AS identity,
           CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END AS "default",
           CASE WHEN ${named ? 'nn.convalidated IS FALSE' : 'false'} THEN '"not valid"'::json ELSE to_json(a.attnotnull) END AS "notNull",
           ${named ? notNullDetails : noNotNullDetails},
           CASE WHEN a.attstorage <> t.typstorage THEN ${storageName('a.attstorage')} END AS storage,
           ${storageName('t.typstorage')} AS "typeStorage",
           CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END AS compression,
           ${serverVersion >= 170000 ? 'a.attstattarget' : 'nullif(a.attstattarget, -1)'} AS statistics,
           ARRAY(SELECT o FROM unnest(a.attoptions) o ORDER BY o) AS options,
           ${optionsSql('a.attfdwoptions')} AS "foreignOptions",
           CASE c.relkind WHEN 'f' THEN 'foreign table' ELSE 'table' END AS "tableKind",
           CASE WHEN c.reloftype <> 0 THEN 'type' WHEN a.attinhcount = 0 THEN NULL WHEN c.relispartition THEN 'partition' ELSE 'child' END AS inherited,
           a.attislocal AND a.attinhcount > 0 AND NOT c.relispartition AS "ownBesides",
           p.path AS parent, p.default AS "parentDefault", coalesce(p.noinherit, false) AS "parentNoInherit",
           p.expression IS NOT DISTINCT FROM pg_get_expr(d.adbin, d.adrelid) AND ${named ? '(nn.oid IS NULL OR nn.coninhcount > 0)' : 'a.attnotnull <= p.attnotnull'}
             -- PostgreSQL takes these from the parent when the table is made, and ALTER TABLE ONLY the parent leaves them.
             AND a.attstorage = t.typstorage AND p.attstorage = t.typstorage AND a.attcompression = '' AND p.attcompression = '' AND a.attoptions IS NULL AND a.attfdwoptions IS NULL
             AND (a.attidentity = '' OR c.relispartition)
             AND ${serverVersion >= 170000 ? 'a.attstattarget IS NULL' : 'a.attstattarget = -1'} AS "asInherited",
           CASE WHEN coalesce(e.oid, t.oid) >= 16384 THEN json_build_object(
             'kind', CASE coalesce(e.typtype, t.typtype) WHEN 'b' THEN 'base type' WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'c' THEN 'composite type' ELSE 'range' END,
             'path', coalesce((SELECT json_build_array(rn.nspname, r.typname) FROM pg_range g JOIN pg_type r ON r.oid = g.rngtypid
                               JOIN pg_namespace rn ON rn.oid = r.typnamespace WHERE g.rngmultitypid = coalesce(e.oid, t.oid)),
                              json_build_array(tn.nspname, coalesce(e.typname, t.typname)))) END AS "userType",
           CASE WHEN coalesce(e.typtype, t.typtype) IN ('e', 'd') THEN (SELECT json_agg(json_build_object('kind', 'enum value', 'path', json_build_array(vn.nspname, vt.typname, v.enumlabel)) ORDER BY v.enumsortorder)
            FROM pg_enum v JOIN pg_type vt ON vt.oid = v.enumtypid JOIN pg_namespace vn ON vn.oid = vt.typnamespace
            WHERE v.enumtypid = CASE coalesce(e.typtype, t.typtype) WHEN 'e' THEN coalesce(e.oid, t.oid)
                                WHEN 'd' THEN coalesce(e.typbasetype, t.typbasetype) END) END AS labels,
           (SELECT json_build_object('extension', x.extname, 'schema', quote_ident(tn.nspname))
            FROM pg_depend xd JOIN pg_extension x ON x.oid = xd.refobjid
            WHERE xd.classid = 'pg_type'::regclass AND xd.objid = coalesce(e.oid, t.oid) AND xd.deptype = 'e') AS "extensionType",
           CASE WHEN s.seqrelid IS NOT NULL THEN json_build_array(sn.nspname, sc.relname) ELSE (
             SELECT json_build_array(qn.nspname, q.relname) FROM pg_depend qd
             JOIN pg_class q ON q.oid = qd.refobjid AND q.relkind = 'S' JOIN pg_namespace qn ON qn.oid = q.relnamespace
             WHERE qd.classid = 'pg_attrdef'::regclass AND qd.objid = d.oid AND qd.refclassid = 'pg_class'::regclass LIMIT 1)
           END AS sequence,
           -- pg_depend leaves out built-in functions, such as the one that makes a uuid.
           a.attgenerated = '' AND EXISTS (
             SELECT FROM regexp_matches(d.adbin::text, ':(?:func|opfunc)id (\\d+)', 'g') f JOIN pg_proc p ON p.oid = f[1]::oid
             WHERE p.provolatile = 'v') AS "volatileDefault",
           EXISTS (SELECT FROM pg_partitioned_table k WHERE k.partrelid = c.oid AND (a.attnum = ANY (k.partattrs) OR EXISTS (
             SELECT FROM pg_depend kd WHERE kd.classid = 'pg_class'::regclass AND kd.objid = c.oid AND kd.objsubid = 0
               AND kd.refclassid = 'pg_class'::regclass AND kd.refobjid = c.oid AND kd.refobjsubid = a.attnum))) AS "partitionKey",
           a.attidentity <> '' AND c.relhassubclass AND ${serverVersion >= 170000 ? "c.relkind = 'r'" : 'true'} AS "identityAlone",
           EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = c.oid AND NOT g.tgisinternal)
             OR EXISTS (SELECT FROM pg_rewrite r WHERE r.ev_class = c.oid) AS "watched",
           CASE WHEN c.reloftype <> 0 THEN (SELECT json_build_array(yn.nspname, y.typname) FROM pg_type y
             JOIN pg_namespace yn ON yn.oid = y.typnamespace WHERE y.oid = c.reloftype) END AS "typedBy",
           a.attnum AS position
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
    JOIN pg_namespace tn ON tn.oid = coalesce(e.typnamespace, t.typnamespace)
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    ${named ? "LEFT JOIN pg_constraint nn ON nn.contype = 'n' AND nn.conrelid = a.attrelid AND nn.conkey[1] = a.attnum" : ''}
    LEFT JOIN pg_collation co ON co.oid = a.attcollation
    LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace
    LEFT JOIN pg_depend sd ON a.attidentity <> '' AND NOT c.relispartition AND sd.refclassid = 'pg_class'::regclass
      AND sd.refobjid = a.attrelid AND sd.refobjsubid = a.attnum AND sd.deptype = 'i' AND sd.classid = 'pg_class'::regclass
    LEFT JOIN pg_sequence s ON s.seqrelid = sd.objid
    LEFT JOIN pg_class sc ON sc.oid = s.seqrelid
    LEFT JOIN pg_namespace sn ON sn.oid = sc.relnamespace
    LEFT JOIN LATERAL (
      SELECT json_build_array(pn.nspname, pc.relname) AS path, pa.attnotnull, pa.attstorage, pa.attcompression,
             pg_get_expr(pd.adbin, pd.adrelid) AS expression, ${named ? 'pnn.connoinherit' : 'false'} AS noinherit,
             CASE WHEN pa.attgenerated = '' THEN pg_get_expr(pd.adbin, pd.adrelid) END AS "default"
      FROM pg_inherits i
      JOIN pg_class pc ON pc.oid = i.inhparent
      JOIN pg_namespace pn ON pn.oid = pc.relnamespace
      JOIN pg_attribute pa ON pa.attrelid = i.inhparent AND pa.attname = a.attname AND NOT pa.attisdropped
      LEFT JOIN pg_attrdef pd ON pd.adrelid = pa.attrelid AND pd.adnum = pa.attnum
      ${named ? "LEFT JOIN pg_constraint pnn ON pnn.contype = 'n' AND pnn.conrelid = pa.attrelid AND pnn.conkey[1] = pa.attnum" : ''}
      WHERE i.inhrelid = a.attrelid AND a.attinhcount > 0
      ORDER BY i.inhseqno LIMIT 1) p ON true
    WHERE a.attrelid >= ${firstUserOid} AND c.relkind IN ('r', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped AND ${userSchema('n')}
    ORDER BY n.nspname, c.relname, a.attnum`;
}

/** The column that a row tells of. */
export function fromRow({
  classid,
  objid,
  objsubid,
  schema,
  table,
  name,
  tableKind,
  parent,
  asInherited,
  typedBy,
  ...read
}: Row): CatalogObject<Column> {
  // What the parent has cannot be renamed here alone.
  const constraint = read.notNullInherited ? null : read.notNullConstraint;
  const properties = {
    ...read,
    notNullName: constraint === null || isGeneratedNotNull(constraint) ? null : constraint,
    notNullSaid: constraint === generateNotNull(table, name) ? null : constraint,
  };
  return {
    ref: { kind: 'column', path: [schema, table, name] },
    parent: { kind: tableKind, path: [schema, table] },
    ...(parent
      ? {
          inheritedFrom: { kind: 'column', path: [...parent, name] },
          deviates: !asInherited || read.ownBesides,
        }
      : {}),
    ...(typedBy ? { givenBy: { kind: 'attribute', path: [...typedBy, name] } } : {}),
    address: { classid, objid, objsubid },
    properties: { ...properties, definition: define([schema, table, name], properties, asInherited) },
  };
}
