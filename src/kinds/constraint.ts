import {
  type CatalogAddress,
  type CatalogObject,
  defineKind,
  statement,
  userSchema,
} from '../catalog/kind.ts';
import { quoteIdentifier, quoteName } from '../database/sql.ts';

type Row = CatalogAddress &
  Constraint & { readonly schema: string; readonly table: string; readonly name: string };
type Constraint = {
  readonly type: 'primary key' | 'unique' | 'foreign key' | 'check' | 'exclusion';
  /** As PostgreSQL prints it, NOT VALID left to `validated`. */
  readonly definition: string;
  readonly validated: boolean;
};

export const constraint = defineKind<Row, Constraint>({
  kind: 'constraint',
  order: 70,
  // NOT NULL is a property of its column. What a partition has from its parent is the parent's.
  query: () => `
    SELECT 'pg_constraint'::regclass::oid AS classid, c.oid AS objid, 0 AS objsubid,
           n.nspname AS schema, t.relname AS "table", c.conname AS name,
           CASE c.contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique' WHEN 'f' THEN 'foreign key'
                          WHEN 'c' THEN 'check' ELSE 'exclusion' END AS type,
           -- The one thing that follows a definition is NOT VALID, and only where convalidated is false.
           CASE WHEN c.convalidated THEN pg_get_constraintdef(c.oid)
                ELSE regexp_replace(pg_get_constraintdef(c.oid), ' NOT VALID$', '') END AS definition,
           c.convalidated AS validated
    FROM pg_constraint c
    JOIN pg_class t ON t.oid = c.conrelid
    JOIN pg_namespace n ON n.oid = t.relnamespace
    WHERE c.contype IN ('p', 'u', 'f', 'c', 'x') AND t.relkind IN ('r', 'p') AND ${userSchema('n')}
      AND c.conparentid = 0 AND (c.conislocal OR c.coninhcount = 0)
    ORDER BY n.nspname, t.relname, CASE c.contype WHEN 'p' THEN 0 WHEN 'u' THEN 1 ELSE 2 END, c.conname`,
  fromRow: ({ classid, objid, objsubid, schema, table, name, ...properties }) => ({
    ref: { kind: 'constraint', path: [schema, table, name] },
    parent: { kind: 'table', path: [schema, table] },
    address: { classid, objid, objsubid },
    properties,
  }),
  address: (ref) =>
    `CONSTRAINT ${quoteIdentifier(ref.path.at(-1) ?? '')} ON ${quoteName(ref.path.slice(0, -1))}`,
  create: (object) => [
    statement(
      `${alterTable(object)} ADD CONSTRAINT ${own(object)} ${object.properties.definition}${object.properties.validated ? '' : ' NOT VALID'}`,
    ),
  ],
  drop: (object) => [statement(`${alterTable(object)} DROP CONSTRAINT ${own(object)}`)],
  rename: (before, after) => [
    statement(
      `ALTER TABLE ${quoteName(after.path.slice(0, -1))} RENAME CONSTRAINT ${quoteIdentifier(before.path.at(-1) ?? '')} TO ${quoteIdentifier(after.path.at(-1) ?? '')}`,
    ),
  ],
  change: {
    type: 'replace',
    definition: 'replace',
    validated: (_before, after) =>
      after.properties.validated
        ? [statement(`${alterTable(after)} VALIDATE CONSTRAINT ${own(after)}`)]
        : 'replace',
  },
  references: () => [],
  followsColumnType: true,
  printed: ['definition'],
});

function alterTable({ ref }: CatalogObject<Constraint>): string {
  return `ALTER TABLE ${quoteName(ref.path.slice(0, -1))}`;
}

function own({ ref }: CatalogObject<Constraint>): string {
  return quoteIdentifier(ref.path.at(-1) ?? '');
}
