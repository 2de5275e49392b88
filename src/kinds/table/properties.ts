import { type Statement, statement } from '../../catalog/kind.ts';
import type { PartitionOf, TableRef } from '../../database/parents.ts';
import { quoteName } from '../../database/sql.ts';

/** The type of a typed table. */
export type TypeRef = { readonly kind: 'composite type'; readonly path: readonly string[] };

/** A foreign key and the table at its other end. */
type ForeignKey = {
  readonly to: TableRef;
  readonly by: { readonly kind: 'constraint'; readonly path: readonly string[] };
};

type AttributeRef = { readonly kind: 'attribute'; readonly path: readonly string[] };

/** A table, in everything that a statement can change, and what statements need to know of it. */
export type Table = {
  readonly unlogged: boolean;
  /** PARTITION BY clause as PostgreSQL prints it. */
  readonly partitionBy: string | null;
  readonly partitionOf: PartitionOf | null;
  /** Parents by INHERITS, in order. */
  readonly inherits: readonly TableRef[];
  /** Of a typed table. */
  readonly ofType: {
    readonly type: TypeRef;
    /** With types and collations, in order: PostgreSQL holds the table to them. */
    readonly attributes: readonly (readonly [attribute: AttributeRef, type: string, collation: string])[];
  } | null;
  /** Access method, null for a partitioned table without one. */
  readonly accessMethod: string | null;
  /** What a partition gets from its parent unless it says another; null for the server's choice. */
  readonly parentAccessMethod: string | null;
  /** Storage parameters `name=value`, sorted; those of the TOAST table start with `toast.`. */
  readonly options: readonly string[];
  /** The same in the order in which they were set, which says nothing but stays. */
  readonly optionsAsSet: readonly string[];
  readonly rowSecurity: boolean;
  readonly forceRowSecurity: boolean;
  /** REPLICA IDENTITY clause: DEFAULT, FULL, NOTHING; that of an index is the index's own property. */
  readonly replicaIdentity: string;
  /** What its place among the partitions says of its rows; null where a check cannot say it for ATTACH. */
  readonly bounds: string | null;
  /** Name of the check that DETACH CONCURRENTLY leaves on it; null where PostgreSQL refuses that. */
  readonly detachedCheck: string | null;
  /** A foreign key points at it. */
  readonly referenced: boolean;
  /** Other tables whose foreign keys point at it, and those that its own point at. */
  readonly referencedBy: readonly ForeignKey[];
  readonly pointsAt: readonly ForeignKey[];
};

/** `ALTER TABLE …`, one action. */
export function alter(path: readonly string[], what: string): Statement {
  return statement(`ALTER TABLE ${quoteName(path)} ${what}`);
}
