import { type CatalogAddress, defineKind, statement, userSchema } from '../../catalog/kind.ts';
import { isGeneratedIndex } from '../../database/generated-names.ts';
import { changeIndexOptions, readIndexDefinition } from '../../database/index-definition.ts';
import { attachedToSql, partitionsSql } from '../../database/index-partitions.ts';
import { attachIndex } from '../../database/parents.ts';
import { asideOf, quoteName, renameSql } from '../../database/sql.ts';
import { duplicatesQuery, hazard } from '../../plan/hazards.ts';
import {
  build,
  buildOnline,
  cluster,
  details,
  dropIndex,
  type Index,
  identify,
  isMadeByOrigin,
  online,
  setOptions,
  setStatistics,
} from './statements.ts';

type Row = CatalogAddress &
  Omit<Index, 'definition' | 'bare'> & {
    readonly schema: string;
    readonly name: string;
    /** Schema and name of the partitioned table's index that this one is attached to. */
    readonly inheritedFrom: readonly string[] | null;
    /** It has the storage parameters of that one. */
    readonly optionsInherited: boolean;
    /** The names it has for its columns. */
    readonly columns: readonly string[];
  };

export const index = defineKind<Row, Index>({
  kind: 'index',
  order: 98,
  // An index that serves a constraint is that constraint's.
  query: (serverVersion) => `
    SELECT 'pg_class'::regclass::oid AS classid, c.oid AS objid, 0 AS objsubid, n.nspname AS schema, c.relname AS name,
           json_build_object('kind', CASE t.relkind WHEN 'm' THEN 'materialized view' ELSE 'table' END,
                             'path', json_build_array(tn.nspname, t.relname)) AS "table",
           i.indisunique AS unique,
           -- The text before USING holds the names only, so its length is known.
           substr(pg_get_indexdef(c.oid), length(
             'CREATE ' || CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END || 'INDEX ' || quote_ident(c.relname) || ' ON '
             || CASE WHEN c.relkind = 'I' THEN 'ONLY ' ELSE '' END
             || quote_ident(tn.nspname) || '.' || quote_ident(t.relname) || ' ') + 1) AS written, coalesce(c.reloptions, '{}') AS options,
           i.indisvalid AS valid, c.relkind = 'I' AS partitioned,
           ${partitionsSql('c.oid', "c.relkind = 'I'")} AS partitions,
           coalesce((SELECT json_agg(json_build_object('kind', 'constraint', 'path', json_build_array(yn.nspname, y.relname, k.conname)))
                     FROM pg_inherits h JOIN pg_constraint k ON k.conindid = h.inhrelid AND k.contype IN ('p', 'u')
                     JOIN pg_class y ON y.oid = k.conrelid JOIN pg_namespace yn ON yn.oid = y.relnamespace
                     WHERE h.inhparent = c.oid), '[]') AS attached,
           ${attachedToSql('c.oid')} AS "inheritedFrom",
           c.reloptions IS NOT DISTINCT FROM (SELECT p.reloptions FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhparent WHERE h.inhrelid = c.oid) AS "optionsInherited", ${attachedToSql('c.oid', 'NOT pi.indisvalid')} AS "attachedTo",
           ARRAY(SELECT a.attname FROM pg_attribute a WHERE a.attrelid = c.oid ORDER BY a.attnum) AS columns, i.indisclustered AS clustered, i.indisreplident AS "replicaIdentity",
           ARRAY(SELECT a.attnum || '=' || a.attstattarget FROM pg_attribute a
                 WHERE a.attrelid = c.oid AND ${serverVersion >= 170000 ? 'a.attstattarget IS NOT NULL' : 'a.attstattarget <> -1'}
                 ORDER BY a.attnum) AS statistics,
           CASE WHEN i.indisunique THEN
                  ARRAY(SELECT pg_get_indexdef(c.oid, k, false) FROM generate_series(1, i.indnkeyatts) k)
                ELSE '{}' END AS keys,
           pg_get_expr(i.indpred, i.indrelid) AS predicate
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_class t ON t.oid = i.indrelid
    JOIN pg_namespace tn ON tn.oid = t.relnamespace
    WHERE ${userSchema('n')} AND t.relkind IN ('r', 'p', 'm')
      AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = c.oid AND k.contype IN ('p', 'u', 'x'))
    ORDER BY n.nspname, c.relname`,
  fromRow: ({
    classid,
    objid,
    objsubid,
    schema,
    name,
    inheritedFrom,
    optionsInherited,
    columns,
    ...properties
  }) => ({
    ref: { kind: 'index', path: [schema, name] },
    parent: properties.table,
    ...(inheritedFrom
      ? {
          inheritedFrom: { kind: 'index', path: inheritedFrom },
          // One that waits makes none: each is made by itself.
          deviates:
            properties.attachedTo !== null ||
            !optionsInherited ||
            properties.clustered ||
            properties.replicaIdentity ||
            properties.statistics.length > 0,
          nameIsChosen:
            properties.attachedTo !== null ||
            !isGeneratedIndex(name, properties.table.path[1] ?? '', columns, 'idx'),
        }
      : {}),
    address: { classid, objid, objsubid },
    properties: {
      ...properties,
      ...readIndexDefinition(properties.written, properties.options, properties.predicate),
    },
  }),
  address: (ref) => `INDEX ${quoteName(ref.path)}`,
  create: (object) =>
    isMadeByOrigin(object)
      ? [...setOptions(object), ...details(object)]
      : [
          statement(build(object.ref.path, object.properties, ''), { online: buildOnline(object) }),
          ...details(object),
        ],
  asOwn: (object) => ({ ...object, properties: { ...object.properties, attachedTo: null } }),
  isBoundToOrigin: true,
  join: ({ ref, inheritedFrom }) => (inheritedFrom ? [attachIndex(ref, inheritedFrom)] : []),
  replaceOnline: (before, after) => {
    if (before.properties.partitioned || after.properties.partitioned) return null;
    const aside = asideOf(before.ref.path);
    return {
      relation: before.properties.table,
      statements: [
        ...renameSql('INDEX', before.ref.path, aside).map((sql) => statement(sql)),
        ...buildOnline(after).flatMap(({ statements }) => statements),
        ...details(after),
        statement(`DROP INDEX CONCURRENTLY ${quoteName(aside)}`, { transaction: 'outside' }),
      ],
    };
  },
  drop: (object) => (isMadeByOrigin(object) ? [] : dropIndex(object)),
  rename: (before, after) =>
    // SET SCHEMA follows the table's.
    renameSql('INDEX', [after.path[0] ?? '', before.path[1] ?? ''], after.path).map((sql) => statement(sql)),
  change: {
    table: 'replace',
    unique: 'replace',
    definition: ({ properties: before }, { ref, properties: after }) => {
      const isBuiltAlike = before.bare === after.bare && !after.partitioned;
      const changes = isBuiltAlike ? changeIndexOptions(before.options, after.options) : null;
      return changes?.map((what) => statement(`ALTER INDEX ${quoteName(ref.path)} ${what}`)) ?? 'replace';
    },
    bare: 'derived',
    options: 'derived',
    written: 'derived',
    // What a failed CREATE INDEX CONCURRENTLY left is built again in its place.
    valid: (before, { ref, properties }) =>
      before.properties.partitioned || properties.partitioned || !properties.valid
        ? 'replace'
        : [
            statement(`REINDEX INDEX ${quoteName(ref.path)}`, {
              online: online(properties, `REINDEX INDEX CONCURRENTLY ${quoteName(ref.path)}`),
            }),
          ],
    partitioned: 'derived',
    partitions: 'derived',
    attached: 'derived',
    // The plan attaches what it is inherited from then.
    attachedTo: ({ properties: { attachedTo } }) => (attachedTo ? 'replace' : []),
    clustered: (_before, { ref, parent, properties }) => [
      properties.clustered
        ? cluster(ref.path, parent?.path)
        : statement(`ALTER TABLE ${quoteName(parent?.path ?? [])} SET WITHOUT CLUSTER`, { yields: true }),
    ],
    replicaIdentity: (_before, { ref, parent, properties }) => [
      properties.replicaIdentity
        ? identify(ref.path, parent?.path)
        : statement(`ALTER TABLE ${quoteName(parent?.path ?? [])} REPLICA IDENTITY DEFAULT`, {
            yields: true,
          }),
    ],
    statistics: (before, after) => {
      const kept = new Set(after.properties.statistics.map((entry) => entry.split('=')[0]));
      const reset = before.properties.statistics
        .map((entry) => entry.split('=')[0])
        .filter((number) => !kept.has(number))
        .map((number) => `${number}=-1`);
      return setStatistics(after.ref.path, [...reset, ...after.properties.statistics]);
    },
    keys: 'derived',
    predicate: 'derived',
  },
  hazards: (before, after) => {
    if (!after?.properties.unique || before?.properties.unique) return [];
    const { table, keys, predicate } = after.properties;
    const query = duplicatesQuery(quoteName(table.path), keys, predicate);
    return [hazard('duplicates', after.ref.path.join('.'), { table: table.path.join('.') }, query)];
  },
  references: ({ properties }) => properties.attached,
  // PostgreSQL builds it again, and forgets its statistics targets.
  followsColumnType: ({ properties }) => properties.statistics.length === 0,
  needsFinished: ({ properties }) => properties.replicaIdentity,
  printed: ['definition'],
});
