import { type CatalogAddress, type CatalogObject, userSchema } from '../../catalog/kind.ts';
import type { Table } from './properties.ts';

/** A row of `query`. */
export type Row = CatalogAddress & Table & { readonly schema: string; readonly name: string };

/**
 * Tables at the other end of foreign keys: all at once, because nothing finds those that point at one. A partition's are those of its
 * partitioned table.
 */
const others = (there: string, here: string) => `(
      SELECT k.${here} AS oid,
             json_agg(DISTINCT jsonb_build_object(
               'to', jsonb_build_object('kind', 'table', 'path', jsonb_build_array(xn.nspname, x.relname)),
               'by', jsonb_build_object('kind', 'constraint', 'path', jsonb_build_array(fn.nspname, ft.relname, f.conname)))) AS tables
      FROM pg_constraint k JOIN pg_constraint f ON f.oid = coalesce(nullif(k.conparentid, 0), k.oid)
      JOIN pg_class ft ON ft.oid = f.conrelid JOIN pg_namespace fn ON fn.oid = ft.relnamespace JOIN pg_class x ON x.oid = k.${there} JOIN pg_namespace xn ON xn.oid = x.relnamespace
      WHERE k.contype = 'f' AND x.oid <> k.${here} GROUP BY k.${here})`;

/** All tables, partitioned ones and partitions among them. The same on every server version. */
export const query = `
    SELECT 'pg_class'::regclass::oid AS classid, c.oid AS objid, 0 AS objsubid, n.nspname AS schema, c.relname AS name,
           c.relpersistence = 'u' AS unlogged,
           CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS "partitionBy",
           CASE WHEN c.relispartition THEN
             (SELECT json_build_object('parent', json_build_object('kind', 'table', 'path', json_build_array(pn.nspname, p.relname)),
                                       'bound', pg_get_expr(c.relpartbound, c.oid))
              FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace
              WHERE i.inhrelid = c.oid) END AS "partitionOf",
           CASE WHEN c.relispartition THEN '[]'::json ELSE
             coalesce((SELECT json_agg(json_build_object('kind', 'table', 'path', json_build_array(pn.nspname, p.relname)) ORDER BY i.inhseqno)
                       FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent
                       JOIN pg_namespace pn ON pn.oid = p.relnamespace
                       WHERE i.inhrelid = c.oid), '[]'::json) END AS inherits,
           CASE WHEN c.reloftype <> 0 THEN (
             SELECT json_build_object(
               'type', json_build_object('kind', 'composite type', 'path', json_build_array(yn.nspname, y.typname)),
               'attributes', (SELECT json_agg(json_build_array(json_build_object('kind', 'attribute', 'path', json_build_array(yn.nspname, y.typname, a.attname)),
                                                format_type(a.atttypid, a.atttypmod), a.attcollation::regcollation::text)
                                              ORDER BY a.attnum)
                              FROM pg_attribute a WHERE a.attrelid = y.typrelid AND a.attnum > 0 AND NOT a.attisdropped))
             FROM pg_type y JOIN pg_namespace yn ON yn.oid = y.typnamespace WHERE y.oid = c.reloftype) END AS "ofType",
           am.amname AS "accessMethod",
           (SELECT pam.amname FROM pg_class p JOIN pg_am pam ON pam.oid = p.relam WHERE p.oid = h.inhparent) AS "parentAccessMethod",
           ARRAY(SELECT o FROM unnest(c.reloptions || ARRAY(SELECT 'toast.' || t FROM unnest(toast.reloptions) t)) o
                 ORDER BY o) AS options,
           c.reloptions || ARRAY(SELECT 'toast.' || t FROM unnest(toast.reloptions) t) AS "optionsAsSet",
           c.relrowsecurity AS "rowSecurity", c.relforcerowsecurity AS "forceRowSecurity",
           CASE c.relreplident WHEN 'f' THEN 'FULL' WHEN 'n' THEN 'NOTHING' ELSE 'DEFAULT' END AS "replicaIdentity",
           -- The condition of a hash partition holds an oid.
           CASE WHEN k.partstrat IN ('r', 'l') AND pg_get_expr(c.relpartbound, c.oid) <> 'DEFAULT'
                THEN pg_get_partition_constraintdef(c.oid) END AS bounds,
           CASE WHEN k.partdefid = 0 THEN (
             SELECT q.name FROM (
               SELECT concat_ws('_', c.relname, CASE count(*) WHEN 1 THEN min(a.attname) END, 'check') AS name, count(*) AS columns
               FROM pg_attribute a WHERE a.attrelid = k.partrelid AND a.attnum = ANY (k.partattrs)) q
             WHERE octet_length(q.name) < 64 AND q.columns > 0 AND 0 <> ALL (k.partattrs)
               AND NOT EXISTS (SELECT FROM pg_constraint u WHERE u.conname = q.name AND u.connamespace = c.relnamespace)) END AS "detachedCheck",
           EXISTS (SELECT FROM pg_constraint f WHERE f.confrelid = c.oid AND f.contype = 'f') AS referenced,
           coalesce(back.tables, '[]'::json) AS "referencedBy", coalesce(forth.tables, '[]'::json) AS "pointsAt"
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_am am ON am.oid = c.relam
    LEFT JOIN pg_inherits h ON c.relispartition AND h.inhrelid = c.oid
    LEFT JOIN pg_partitioned_table k ON k.partrelid = h.inhparent
      AND NOT EXISTS (SELECT FROM pg_class pp WHERE pp.oid = h.inhparent AND pp.relispartition)
    LEFT JOIN pg_class toast ON toast.oid = c.reltoastrelid
    LEFT JOIN ${others('conrelid', 'confrelid')} back ON back.oid = c.oid
    LEFT JOIN ${others('confrelid', 'conrelid')} forth ON forth.oid = c.oid
    WHERE c.relkind IN ('r', 'p') AND ${userSchema('n')}
    ORDER BY n.nspname, c.relname`;

/** The table that a row tells of. */
export function fromRow({
  classid,
  objid,
  objsubid,
  schema,
  name,
  ...properties
}: Row): CatalogObject<Table> {
  return {
    ref: { kind: 'table', path: [schema, name] },
    parent: { kind: 'schema', path: [schema] },
    // Dropping a partitioned table drops its partitions.
    ...(properties.partitionOf === null ? {} : { dropsWith: properties.partitionOf.parent }),
    address: { classid, objid, objsubid },
    properties,
  };
}
