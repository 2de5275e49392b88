import { type Statement, statement } from '../catalog/kind.ts';
import { quoteName } from './sql.ts';

/** The index that a partition has for its table's, of the same name as its constraint where it has one. */
export type IndexPartition = {
  /** Schema and name of the index that it is attached to. */
  readonly above: readonly string[];
  readonly path: readonly string[];
  readonly table: readonly string[];
  readonly partitioned: boolean;
  /** It is that of a key of the partition, made with it. */
  readonly keyed: boolean;
};

/** SQL: the `IndexPartition`s below the index with the oid `index`, as JSON, the nearest first; none where it is not partitioned. */
export function partitionsSql(index: string, isPartitioned: string): string {
  return `CASE WHEN NOT (${isPartitioned}) THEN '[]'::json ELSE (
             WITH RECURSIVE part AS (
               SELECT h.inhrelid, h.inhparent, 1 AS depth FROM pg_inherits h WHERE h.inhparent = ${index}
               UNION ALL SELECT h.inhrelid, h.inhparent, a.depth + 1 FROM pg_inherits h JOIN part a ON h.inhparent = a.inhrelid)
             SELECT coalesce(json_agg(json_build_object(
               'above', json_build_array(an.nspname, a.relname), 'path', json_build_array(xn.nspname, x.relname),
               'table', json_build_array(yn.nspname, y.relname), 'partitioned', x.relkind = 'I',
               'keyed', EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = xi.indrelid AND k.conindid = x.oid AND k.contype IN ('p', 'u'))) ORDER BY part.depth, y.relname), '[]')
             FROM part JOIN pg_class a ON a.oid = part.inhparent JOIN pg_namespace an ON an.oid = a.relnamespace
             JOIN pg_class x ON x.oid = part.inhrelid JOIN pg_namespace xn ON xn.oid = x.relnamespace
             JOIN pg_index xi ON xi.indexrelid = x.oid JOIN pg_class y ON y.oid = xi.indrelid
             JOIN pg_namespace yn ON yn.oid = y.relnamespace) END`;
}

/** ATTACH PARTITION for each, the farthest first; the last one makes the whole valid. */
export function attachPartitions(partitions: readonly IndexPartition[]): readonly Statement[] {
  return partitions.toReversed().map(({ above, path, table }) =>
    statement(`ALTER INDEX ${quoteName(above)} ATTACH PARTITION ${quoteName(path)}`, {
      serves: { kind: 'table', path: table },
    }),
  );
}

/** SQL: schema and name of the index that the one with the oid `index` is attached to, as JSON; null where there is none, or none such. */
export function attachedToSql(index: string, which = 'true'): string {
  return `(SELECT json_build_array(pn.nspname, p.relname) FROM pg_inherits h
            JOIN pg_class p ON p.oid = h.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace
            JOIN pg_index pi ON pi.indexrelid = p.oid
            WHERE h.inhrelid = ${index} AND ${which})`;
}
