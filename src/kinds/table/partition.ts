import { type CatalogObject, type OnlineWay, type Statement, statement } from '../../catalog/kind.ts';
import type { ObjectRef } from '../../catalog/object.ts';
import { attach, detach } from '../../database/parents.ts';
import { quoteIdentifier, quoteName } from '../../database/sql.ts';
import { hazard } from '../../plan/hazards.ts';
import { alter, type Table } from './properties.ts';

/** Moved from one place to another it never commits without a place: its rows would be gone for that time. */
export function movePartition(
  { properties: before }: CatalogObject<Table>,
  { ref, properties: after }: CatalogObject<Table>,
): readonly Statement[] {
  return [
    ...(before.partitionOf === null
      ? []
      : [
          {
            ...detach(ref.path, before.partitionOf.parent),
            online: after.partitionOf === null ? detachOnline(ref.path, before) : [],
          },
        ]),
    ...(after.partitionOf === null
      ? []
      : [
          {
            ...attach(ref.path, after.partitionOf),
            online: before.partitionOf === null ? attachOnline(ref, after) : [],
          },
        ]),
  ];
}

/** DROP TABLE. While its parent's foreign keys point at it, PostgreSQL drops a partition only once it is detached. */
export function dropTable({ ref: { path }, properties }: CatalogObject<Table>): readonly Statement[] {
  const { partitionOf, referenced } = properties;
  const first = partitionOf && referenced ? [detach(path, partitionOf.parent)] : [];
  const gone = statement(`DROP TABLE ${quoteName(path)}`, {
    hazards: [hazard('drop-table', path.join('.'))],
    ...(partitionOf ? { leaves: partitionOf.parent } : {}),
  });
  const [way] = referenced ? [] : detachOnline(path, properties);
  const [apart] = way?.statements ?? [];
  return [...first, way && apart ? { ...gone, online: [{ ...way, statements: [apart, gone] }] } : gone];
}

/** Others go on with the other partitions. A check of the bounds is left, which the table need not keep. */
function detachOnline(path: readonly string[], { partitionOf, detachedCheck }: Table): readonly OnlineWay[] {
  if (partitionOf === null || detachedCheck === null) return [];
  const plain = detach(path, partitionOf.parent);
  return [
    {
      relation: partitionOf.parent,
      statements: [
        { ...plain, sql: `${plain.sql} CONCURRENTLY`, transaction: 'outside' },
        alter(path, `DROP CONSTRAINT IF EXISTS ${quoteIdentifier(detachedCheck)}`),
      ],
    },
  ];
}

/** A check that was validated before spares ATTACH the reading of all rows under its lock. */
function attachOnline({ kind, path }: ObjectRef, { partitionOf, bounds }: Table): readonly OnlineWay[] {
  if (partitionOf === null || bounds === null) return [];
  const check = quoteIdentifier(`${path[1]}_bounds`);
  return [
    {
      relation: { kind, path },
      statements: [
        alter(path, `ADD CONSTRAINT ${check} CHECK (${bounds}) NOT VALID`),
        statement(`ALTER TABLE ${quoteName(path)} VALIDATE CONSTRAINT ${check}`, { transaction: 'apart' }),
        attach(path, partitionOf),
        alter(path, `DROP CONSTRAINT ${check}`),
      ],
    },
  ];
}
