import { type CatalogObject, type OnlineWay, type Statement, statement } from '../../catalog/kind.ts';
import { attachPartitions, type IndexPartition } from '../../database/index-partitions.ts';
import { quoteIdentifier, quoteName } from '../../database/sql.ts';
import type { Constraint } from './query.ts';

/** ADD CONSTRAINT, with its online way. */
export function add(object: CatalogObject<Constraint>): Statement {
  return statement(addSql(object), { online: object.properties.validated ? online(object) : [] });
}

/** VALIDATE CONSTRAINT where it was added before. */
export function validateAlone(object: CatalogObject<Constraint>): Statement {
  return statement(validate(object), {
    checksRows: true,
    online: [
      {
        relation: object.parent ?? object.ref,
        statements: [statement(validate(object), { transaction: 'apart', checksRows: true })],
      },
    ],
  });
}

/** Its table, as the target of ALTER TABLE. */
export function alterTable({ ref }: CatalogObject<Constraint>): string {
  return `ALTER TABLE ${quoteName(ref.path.slice(0, -1))}`;
}

/** Its quoted name. */
export function own({ ref }: CatalogObject<Constraint>): string {
  return quoteIdentifier(ref.path.at(-1) ?? '');
}

function addSql(object: CatalogObject<Constraint>): string {
  const { definition, validated, valid } = object.properties;
  const only = valid === false ? 'ONLY ' : '';
  return `ALTER TABLE ${only}${quoteName(object.ref.path.slice(0, -1))} ADD CONSTRAINT ${own(object)} ${definition}${validated ? '' : ' NOT VALID'}`;
}

function validate(object: CatalogObject<Constraint>): string {
  return `${alterTable(object)} VALIDATE CONSTRAINT ${own(object)}`;
}

/** Its index built, or its rows checked, while others write: only then is a lock needed, for a moment. */
function online(object: CatalogObject<Constraint>): readonly OnlineWay[] {
  const { index, validatesLater } = object.properties;
  const relation = object.parent ?? object.ref;
  if (index !== null) {
    if (!object.properties.partitioned) return [{ relation, statements: addByIndex(object) }];
    const statements = addByPartitions(object);
    // From 18 a primary key of its own makes a partition's NOT NULL its own as well, which would outlive the table's.
    const end = object.properties.type === 'primary key' ? { beforeVersion: 180_000 } : {};
    return statements.length === 0 ? [] : [{ relation, statements, ...end }];
  }
  if (validatesLater === null) return [];
  return [
    {
      relation,
      minVersion: validatesLater,
      statements: [
        statement(`${addSql(object)} NOT VALID`),
        // Whatever waits for the constraint need not wait for the rows to be checked.
        statement(validate(object), { transaction: 'apart', needs: [object.ref], checksRows: true }),
      ],
    },
  ];
}

function addByIndex(object: CatalogObject<Constraint>): readonly Statement[] {
  const { type, index, deferral } = object.properties;
  const table = quoteName(object.ref.path.slice(0, -1));
  return [
    statement(`CREATE UNIQUE INDEX CONCURRENTLY ${own(object)} ON ${table} ${index}`, {
      transaction: 'outside',
      checksRows: true,
    }),
    statement(
      `${alterTable(object)} ADD CONSTRAINT ${own(object)} ${type.toUpperCase()} USING INDEX ${own(object)}${deferral}`,
    ),
  ];
}

/** On a partitioned table, which takes over no index (0A000), alone; then one partition after the other, which make it valid. */
function addByPartitions(object: CatalogObject<Constraint>): readonly Statement[] {
  const { partitions, valid } = object.properties;
  if (!valid || partitions.length === 0) return [];
  const alone = (one: CatalogObject<Constraint>) =>
    statement(addSql({ ...one, properties: { ...one.properties, valid: false } }));
  const part = ({ path, table, partitioned }: IndexPartition) => {
    const ref = { kind: object.ref.kind, path: [...table, path.at(-1) ?? ''] };
    const one = { ...object, ref };
    const serves = { kind: 'table', path: table };
    return (partitioned ? [alone(one)] : addByIndex(one)).map((made) => ({ ...made, makes: ref, serves }));
  };
  return [alone(object), ...partitions.flatMap(part), ...attachPartitions(partitions)];
}
