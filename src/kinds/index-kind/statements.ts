import { type CatalogObject, type OnlineWay, type Statement, statement } from '../../catalog/kind.ts';
import { changeIndexOptions } from '../../database/index-definition.ts';
import { attachPartitions, type IndexPartition } from '../../database/index-partitions.ts';
import { quoteIdentifier, quoteName } from '../../database/sql.ts';

/** An index that serves no constraint. */
export type Index = {
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

/** PostgreSQL makes and drops it with that of its whole, and it has only marks of its own. */
export function isMadeByOrigin({ inheritedFrom, properties }: CatalogObject<Index>): boolean {
  return inheritedFrom !== undefined && properties.attachedTo === null;
}

/** DROP INDEX, beside which others may work. */
export function dropIndex({ ref, properties }: CatalogObject<Index>): readonly Statement[] {
  return [
    // PostgreSQL drops neither the constraint nor the index without the other.
    statement(`DROP INDEX ${quoteName(ref.path)}${properties.attached.length > 0 ? ' CASCADE' : ''}`, {
      online: properties.partitioned
        ? []
        : online(properties, `DROP INDEX CONCURRENTLY ${quoteName(ref.path)}`),
    }),
  ];
}

/** Its own storage parameters: those of the whole came with it. */
export function setOptions({ ref, properties }: CatalogObject<Index>): readonly Statement[] {
  return (changeIndexOptions([], properties.options) ?? []).map((what) =>
    statement(`ALTER INDEX ${quoteName(ref.path)} ${what}`),
  );
}

/** CREATE INDEX; on a partitioned table alone where it is not valid. */
export function build(
  path: readonly string[],
  { unique, partitioned, valid, table, written }: Index,
  how: '' | 'CONCURRENTLY ',
): string {
  const only = partitioned && !valid ? 'ONLY ' : '';
  return `CREATE ${unique ? 'UNIQUE ' : ''}INDEX ${how}${quoteIdentifier(path[1] ?? '')} ON ${only}${quoteName(table.path)} ${written}`;
}

/** On a partitioned table one partition after the other; their indexes make the whole one valid. */
export function buildOnline({ ref, properties }: CatalogObject<Index>): readonly OnlineWay[] {
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
export function details({ ref, parent, properties }: CatalogObject<Index>): readonly Statement[] {
  return [
    ...(properties.clustered ? [cluster(ref.path, parent?.path)] : []),
    ...(properties.replicaIdentity ? [identify(ref.path, parent?.path)] : []),
    ...setStatistics(ref.path, properties.statistics),
  ];
}

/** The same beside others, outside a transaction. */
export function online({ table }: Index, sql: string): readonly OnlineWay[] {
  return [{ relation: table, statements: [statement(sql, { transaction: 'outside' })] }];
}

/** CLUSTER ON. */
export function cluster(path: readonly string[], table: readonly string[] = []): Statement {
  return statement(`ALTER TABLE ${quoteName(table)} CLUSTER ON ${quoteIdentifier(path[1] ?? '')}`);
}

/** REPLICA IDENTITY USING INDEX. */
export function identify(path: readonly string[], table: readonly string[] = []): Statement {
  return statement(
    `ALTER TABLE ${quoteName(table)} REPLICA IDENTITY USING INDEX ${quoteIdentifier(path[1] ?? '')}`,
  );
}

/** Statistics targets of expression columns, `column=target`. */
export function setStatistics(path: readonly string[], entries: readonly string[]): readonly Statement[] {
  return entries.map((entry) => {
    const [number = '', target = ''] = entry.split('=');
    return statement(`ALTER INDEX ${quoteName(path)} ALTER COLUMN ${number} SET STATISTICS ${target}`);
  });
}
