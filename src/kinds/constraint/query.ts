import { type CatalogAddress, userSchema } from '../../catalog/kind.ts';
import type { ObjectRef } from '../../catalog/object.ts';
import { attachedToSql, type IndexPartition, partitionsSql } from '../../database/index-partitions.ts';
import { firesAloneSql, triggersSql } from './triggers.ts';

/** A row of `query`. */
export type Row = CatalogAddress &
  Omit<Constraint, 'definition'> & {
    readonly schema: string;
    readonly table: string;
    readonly name: string;
    readonly tableKind: string;
    /** Schema, table and name of the parent table's constraint that this one is a copy of. */
    readonly inheritedFrom: readonly string[] | null;
    /** That one holds for new rows alone, and this one for all. */
    readonly validatedAlone: boolean;
    /** Its triggers fire otherwise than those of that one. */
    readonly firesAlone: boolean;
    /** Schema and name of the partitioned table's index that its index is attached to, and that is no constraint's. */
    readonly indexAbove: readonly string[] | null;
    /** The names that its index has for its columns. */
    readonly columns: readonly string[];
  };
/** A constraint, in everything that a statement can change, and what statements need to know of it. */
export type Constraint = {
  readonly type: 'primary key' | 'unique' | 'foreign key' | 'check' | 'exclusion';
  /** As PostgreSQL prints it, NOT VALID left to `validated`; a key's with the storage parameters of its index. */
  readonly definition: string;
  /** The same without those, which are `name=value`. */
  readonly bare: string;
  readonly options: readonly string[];
  readonly validated: boolean;
  /** The table's CLUSTER mark stands on its index. */
  readonly clustered: boolean;
  /** Its index is the table's REPLICA IDENTITY. */
  readonly replicaIdentity: boolean;
  /** Columns that a primary key or unique constraint makes unique, quoted where they must be. */
  readonly keys: readonly string[];
  /** From USING to the end, its index where ADD CONSTRAINT can take over one that was built before: a partition's on a partitioned table. */
  readonly index: string | null;
  /** Of a key of a partitioned table: those of the partitions. */
  readonly partitions: readonly IndexPartition[];
  /** DEFERRABLE and INITIALLY DEFERRED, empty for neither. */
  readonly deferral: string;
  /** The oldest server on which it can be added first and validated later, as `server_version_num`; null: none. */
  readonly validatesLater: number | null;
  /** The table that a foreign key points at. */
  readonly refersTo: ObjectRef | null;
  /** A partition's key that a foreign key points at and its table has from the partitioned one; pg_depend is taken to name the latter's. */
  readonly refersToKey: ObjectRef | null;
  /** Its table is partitioned. */
  readonly partitioned: boolean;
  /** A partition may lose it when it is detached: on PostgreSQL 14 a foreign key to a partitioned table. */
  readonly lostWithWhole: boolean;
  /** A child table has it by itself besides: it can be dropped once the parent's is gone. */
  readonly ownBesides: boolean;
  /** False for one that stands on the partitioned table alone and waits for those of the partitions. */
  readonly valid: boolean;
  /**
   * Schema and name of the partitioned table's index that its own is attached to while that one waits for others too. Null once it is
   * valid: then those of all partitions are.
   */
  readonly attachedTo: readonly string[] | null;
  /** `RI_FKey_check_ins disabled`: the triggers that carry it out and do not fire on origin, as they would by themselves. Null: all do. */
  readonly triggers: readonly string[] | null;
};

/** All constraints of tables and foreign tables but NOT NULL, which is a property of its column. */
export function query(serverVersion: number): string {
  return `
    SELECT 'pg_constraint'::regclass::oid AS classid, c.oid AS objid, 0 AS objsubid,
           n.nspname AS schema, t.relname AS "table", c.conname AS name,
           CASE t.relkind WHEN 'f' THEN 'foreign table' ELSE 'table' END AS "tableKind",
           CASE c.contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique' WHEN 'f' THEN 'foreign key'
                          WHEN 'c' THEN 'check' ELSE 'exclusion' END AS type,
           -- The one thing that follows a definition is NOT VALID, and only where convalidated is false.
           CASE WHEN c.convalidated THEN pg_get_constraintdef(c.oid)
                ELSE regexp_replace(pg_get_constraintdef(c.oid), ' NOT VALID$', '') END AS bare,
           CASE WHEN c.contype IN ('p', 'u') THEN coalesce(ic.reloptions, '{}') ELSE '{}' END AS options,
           -- What is not enforced is never validated either.
           c.convalidated OR NOT ${serverVersion >= 180000 ? 'c.conenforced' : 'true'} AS validated,
           CASE WHEN c.contype IN ('p', 'u') AND am.amname = 'btree'
                THEN substr(pg_get_indexdef(c.conindid), length('CREATE UNIQUE INDEX ' || quote_ident(ic.relname) || ' ON '
                  || CASE WHEN t.relkind = 'p' THEN 'ONLY ' ELSE '' END || quote_ident(n.nspname) || '.' || quote_ident(t.relname) || ' ') + 1) END AS index,
           ${partitionsSql('c.conindid', "c.contype IN ('p', 'u') AND t.relkind = 'p'")} AS partitions,
           concat(CASE WHEN c.condeferrable THEN ' DEFERRABLE' END, CASE WHEN c.condeferred THEN ' INITIALLY DEFERRED' END) AS deferral,
           CASE WHEN c.contype = 'c' AND t.relkind <> 'f' ${serverVersion >= 180000 ? 'AND c.conenforced' : ''} THEN 0
                -- A partitioned table takes a foreign key that is not validated from PostgreSQL 18.
                WHEN c.contype = 'f' ${serverVersion >= 180000 ? 'AND c.conenforced' : ''} THEN CASE t.relkind WHEN 'p' THEN 180000 ELSE 0 END END AS "validatesLater",
           ${serverVersion < 150000 ? "c.conparentid <> 0 AND EXISTS (SELECT FROM pg_class r WHERE r.oid = c.confrelid AND r.relkind = 'p')" : 'false'} AS "lostWithWhole",
           c.contype = 'c' AND c.coninhcount > 0 AND c.conislocal AS "ownBesides",
           t.relkind = 'p' AS partitioned, coalesce(i.indisvalid, true) AS valid,
           ARRAY(SELECT a.attname FROM pg_attribute a WHERE a.attrelid = i.indexrelid ORDER BY a.attnum) AS columns,
           (SELECT json_build_object('kind', 'table', 'path', json_build_array(rn.nspname, r.relname))
            FROM pg_class r JOIN pg_namespace rn ON rn.oid = r.relnamespace WHERE r.oid = c.confrelid) AS "refersTo",
           CASE WHEN c.contype = 'f' THEN
                  (SELECT json_build_object('kind', 'constraint', 'path', json_build_array(kn.nspname, kt.relname, k.conname))
                   FROM pg_constraint k JOIN pg_class kt ON kt.oid = k.conrelid JOIN pg_namespace kn ON kn.oid = kt.relnamespace
                   -- pg_constraint has an index by table, none by index.
                   WHERE k.conrelid = c.confrelid AND k.conindid = c.conindid AND k.contype IN ('p', 'u') AND k.conparentid <> 0) END AS "refersToKey",
           coalesce(i.indisclustered, false) AS clustered, coalesce(i.indisreplident, false) AS "replicaIdentity",
           CASE WHEN c.contype IN ('p', 'u') THEN
                  ARRAY(SELECT quote_ident(a.attname) FROM unnest(c.conkey) WITH ORDINALITY k (attnum, position)
                        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum ORDER BY k.position)
                ELSE '{}' END AS keys,
           CASE WHEN c.conparentid <> 0 THEN
                  (SELECT json_build_array(pn.nspname, pt.relname, p.conname)
                   FROM pg_constraint p JOIN pg_class pt ON pt.oid = p.conrelid JOIN pg_namespace pn ON pn.oid = pt.relnamespace
                   WHERE p.oid = c.conparentid)
                WHEN c.contype = 'c' AND c.coninhcount > 0 AND NOT c.conislocal THEN
                  (SELECT json_build_array(pn.nspname, pt.relname, p.conname)
                   FROM pg_inherits h
                   JOIN pg_constraint p ON p.conrelid = h.inhparent AND p.conname = c.conname AND p.contype = 'c'
                   JOIN pg_class pt ON pt.oid = p.conrelid JOIN pg_namespace pn ON pn.oid = pt.relnamespace
                   WHERE h.inhrelid = c.conrelid ORDER BY h.inhseqno LIMIT 1) END AS "inheritedFrom",
           c.contype = 'c' AND c.convalidated AND c.coninhcount > 0 AND NOT c.conislocal AND EXISTS (
             SELECT FROM pg_inherits h JOIN pg_constraint p ON p.conrelid = h.inhparent AND p.conname = c.conname AND p.contype = 'c'
             WHERE h.inhrelid = c.conrelid AND NOT p.convalidated) AS "validatedAlone",
           CASE WHEN c.conparentid = 0 THEN ${attachedToSql('ic.oid')} END AS "indexAbove",
           ${attachedToSql('ic.oid', 'NOT pi.indisvalid')} AS "attachedTo",
           ${triggersSql} AS triggers, ${firesAloneSql} AS "firesAlone"
    FROM pg_constraint c
    JOIN pg_class t ON t.oid = c.conrelid
    JOIN pg_namespace n ON n.oid = t.relnamespace
    LEFT JOIN pg_index i ON c.contype IN ('p', 'u', 'x') AND i.indexrelid = c.conindid
    LEFT JOIN pg_class ic ON ic.oid = i.indexrelid
    LEFT JOIN pg_am am ON am.oid = ic.relam
    WHERE c.contype IN ('p', 'u', 'f', 'c', 'x') AND t.relkind IN ('r', 'p', 'f') AND ${userSchema('n')}
    ORDER BY n.nspname, t.relname, CASE c.contype WHEN 'p' THEN 0 WHEN 'u' THEN 1 ELSE 2 END, c.conname`;
}
