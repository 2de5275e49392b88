import {
  type CatalogAddress,
  type CatalogObject,
  defineKind,
  type OnlineWay,
  type Statement,
  statement,
  userSchema,
} from '../catalog/kind.ts';
import { isGeneratedIndex } from '../database/generated-names.ts';
import { changeIndexOptions, readIndexDefinition } from '../database/index-definition.ts';
import {
  attachedToSql,
  attachPartitions,
  type IndexPartition,
  partitionsSql,
} from '../database/index-partitions.ts';
import { attachIndex } from '../database/parents.ts';
import { asideOf, quoteIdentifier, quoteName, renameSql } from '../database/sql.ts';
import { duplicatesQuery, hazard } from '../plan/hazards.ts';

type Row = CatalogAddress &
  Omit<Index, 'definition' | 'bare'> & {
    readonly schema: string;
    readonly name: string;
    /** Schema and name of the partitioned table's index that this one is attached to. */
    readonly inheritedFrom: readonly string[] | null;
    /** The names it has for its columns. */
    readonly columns: readonly string[];
  };
type Index = {
  /** It has no place in the index's name, so an index can move from one table to another. */
  readonly table: { readonly kind: 'table' | 'materialized view'; readonly path: readonly string[] };
  readonly unique: boolean;
  /** From USING to the end, storage parameters in an order of their own. */
  readonly definition: string;
  /** The same without storage parameters, which are `name=value` in the order in which they were set. */
  readonly bare: string;
  readonly options: readonly string[];
  /** The same as PostgreSQL prints it. */
  readonly written: string;
  /** False for what a failed CREATE INDEX CONCURRENTLY leaves: it costs writes and serves no query. */
  readonly valid: boolean;
  /** It stands on a partitioned table; not valid, it stands there alone and waits for those of the partitions. */
  readonly partitioned: boolean;
  /** Those of the partitions, which hold the rows, the nearest first; empty for one that is not partitioned. */
  readonly partitions: readonly IndexPartition[];
  /**
   * Constraints of partitions whose indexes are attached to it: none goes before it, and created after them it finds
   * those indexes and attaches them.
   */
  readonly attached: readonly { readonly kind: 'constraint'; readonly path: readonly string[] }[];
  /**
   * Schema and name of the partitioned table's index that this one is attached to while that one waits for others too. Null once it is
   * valid: then those of all partitions are.
   */
  readonly attachedTo: readonly string[] | null;
  /** The table's CLUSTER mark. */
  readonly clustered: boolean;
  readonly replicaIdentity: boolean;
  /** Statistics targets of expression columns, `column=target`. */
  readonly statistics: readonly string[];
  /** What it indexes, column by column, without what it only includes. */
  readonly keys: readonly string[];
  /** The rows it covers; null: all. */
  readonly predicate: string | null;
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
           ${attachedToSql('c.oid')} AS "inheritedFrom", ${attachedToSql('c.oid', 'NOT pi.indisvalid')} AS "attachedTo",
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
  fromRow: ({ classid, objid, objsubid, schema, name, inheritedFrom, columns, ...properties }) => ({
    ref: { kind: 'index', path: [schema, name] },
    parent: properties.table,
    ...(inheritedFrom
      ? {
          inheritedFrom: { kind: 'index', path: inheritedFrom },
          // One that waits makes none: each is made by itself.
          deviates: properties.attachedTo !== null,
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
  create: (object) => [
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
  drop: ({ ref, properties }) => [
    // PostgreSQL drops neither the constraint nor the index without the other.
    statement(`DROP INDEX ${quoteName(ref.path)}${properties.attached.length > 0 ? ' CASCADE' : ''}`, {
      online: properties.partitioned
        ? []
        : online(properties, `DROP INDEX CONCURRENTLY ${quoteName(ref.path)}`),
    }),
  ],
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

function build(
  path: readonly string[],
  { unique, partitioned, valid, table, written }: Index,
  how: '' | 'CONCURRENTLY ',
): string {
  const only = partitioned && !valid ? 'ONLY ' : '';
  return `CREATE ${unique ? 'UNIQUE ' : ''}INDEX ${how}${quoteIdentifier(path[1] ?? '')} ON ${only}${quoteName(table.path)} ${written}`;
}

/** On a partitioned table one partition after the other; their indexes make the whole one valid. */
function buildOnline({ ref, properties }: CatalogObject<Index>): readonly OnlineWay[] {
  if (!properties.partitioned) return online(properties, build(ref.path, properties, 'CONCURRENTLY '));
  if (!properties.valid || properties.partitions.length === 0) return [];
  const { partitions, table } = properties;
  const one = ({ path, table: part, partitioned, keyed }: IndexPartition) => {
    const serves = { kind: 'table' as const, path: part };
    const here: Index = { ...properties, table: serves, partitioned, valid: false };
    const makes = keyed
      ? { kind: 'constraint', path: [...part, path.at(-1) ?? ''] }
      : { kind: 'index', path };
    return partitioned
      ? statement(build(path, here, ''), { makes, serves })
      : statement(build(path, here, 'CONCURRENTLY '), {
          transaction: 'outside',
          makes,
          serves,
          checksRows: true,
        });
  };
  return [
    {
      relation: table,
      statements: [
        statement(build(ref.path, { ...properties, valid: false }, '')),
        ...partitions.map(one),
        ...attachPartitions(partitions),
      ],
    },
  ];
}

/** What CREATE INDEX cannot say. */
function details({ ref, parent, properties }: CatalogObject<Index>): readonly Statement[] {
  return [
    ...(properties.clustered ? [cluster(ref.path, parent?.path)] : []),
    ...(properties.replicaIdentity ? [identify(ref.path, parent?.path)] : []),
    ...setStatistics(ref.path, properties.statistics),
  ];
}

function online({ table }: Index, sql: string): readonly OnlineWay[] {
  return [{ relation: table, statements: [statement(sql, { transaction: 'outside' })] }];
}

function cluster(path: readonly string[], table: readonly string[] = []): Statement {
  return statement(`ALTER TABLE ${quoteName(table)} CLUSTER ON ${quoteIdentifier(path[1] ?? '')}`);
}

function identify(path: readonly string[], table: readonly string[] = []): Statement {
  return statement(
    `ALTER TABLE ${quoteName(table)} REPLICA IDENTITY USING INDEX ${quoteIdentifier(path[1] ?? '')}`,
  );
}

function setStatistics(path: readonly string[], entries: readonly string[]): readonly Statement[] {
  return entries.map((entry) => {
    const [number = '', target = ''] = entry.split('=');
    return statement(`ALTER INDEX ${quoteName(path)} ALTER COLUMN ${number} SET STATISTICS ${target}`);
  });
}
