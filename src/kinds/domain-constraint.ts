import {
  type CatalogAddress,
  type CatalogObject,
  defineKind,
  type Statement,
  statement,
  userSchema,
} from '../catalog/kind.ts';
import { isHeldInside } from '../database/domain-use.ts';
import { quoteIdentifier, quoteName } from '../database/sql.ts';

type Row = CatalogAddress & {
  readonly schema: string;
  readonly domain: string;
  readonly name: string;
  readonly definition: string;
  readonly validated: boolean;
  readonly heldInside: boolean;
};
type DomainConstraint = {
  /** As PostgreSQL prints it, NOT VALID left to `validated`. */
  readonly definition: string;
  readonly validated: boolean;
  /** A table holds the domain in arrays, composite values or ranges. */
  readonly heldInside: boolean;
};

export const domainConstraint = defineKind<Row, DomainConstraint>({
  kind: 'domain constraint',
  order: 36,
  foundIn: { catalog: 'pg_constraint', where: 'contypid <> 0' },
  // NOT NULL stands in pg_constraint too from 17 on; it is the domain's property.
  query: () => `
    SELECT 'pg_constraint'::regclass::oid AS classid, c.oid AS objid, 0 AS objsubid,
           n.nspname AS schema, t.typname AS domain, c.conname AS name,
           -- The one thing that follows a definition is NOT VALID, and only where convalidated is false.
           CASE WHEN c.convalidated THEN pg_get_constraintdef(c.oid)
                ELSE regexp_replace(pg_get_constraintdef(c.oid), ' NOT VALID$', '') END AS definition,
           c.convalidated AS validated, ${isHeldInside('t.oid')} AS "heldInside"
    FROM pg_constraint c
    JOIN pg_type t ON t.oid = c.contypid
    JOIN pg_namespace n ON n.oid = t.typnamespace
    WHERE c.contype = 'c' AND ${userSchema('n')}
    ORDER BY n.nspname, t.typname, c.conname`,
  fromRow: ({ classid, objid, objsubid, schema, domain, name, ...properties }) => ({
    ref: { kind: 'domain constraint', path: [schema, domain, name] },
    parent: { kind: 'domain', path: [schema, domain] },
    address: { classid, objid, objsubid },
    properties,
  }),
  address: (ref) =>
    `CONSTRAINT ${quoteName(ref.path.slice(-1))} ON DOMAIN ${quoteName(ref.path.slice(0, -1))}`,
  create: (object) => [add(object)],
  drop: ({ ref }) => [drop(ref.path)],
  rename: (before, after) => [
    statement(
      `${alter(after.path)} RENAME CONSTRAINT ${quoteName(before.path.slice(-1))} TO ${quoteIdentifier(after.path.at(-1) ?? '')}`,
    ),
  ],
  change: {
    definition: 'replace',
    validated: (before, after) => {
      const { ref, properties } = after;
      // PostgreSQL forgets only with the constraint that values were looked at.
      if (!properties.validated) return [drop(ref.path), add(after)];
      return before.properties.heldInside || properties.heldInside
        ? 'replace'
        : [statement(`${alter(ref.path)} VALIDATE CONSTRAINT ${quoteName(ref.path.slice(-1))}`)];
    },
    heldInside: 'derived',
  },
  firstVersion: () => 'absent',
  isBoundToParent: ({ properties }) => properties.validated && properties.heldInside,
  references: () => [],
  followsColumnType: () => true,
  printed: ['definition'],
});

function add({ ref: { path }, properties }: CatalogObject<DomainConstraint>): Statement {
  const validity = properties.validated ? '' : ' NOT VALID';
  return statement(
    `${alter(path)} ADD CONSTRAINT ${quoteName(path.slice(-1))} ${properties.definition}${validity}`,
  );
}

function drop(path: readonly string[]): Statement {
  return statement(`${alter(path)} DROP CONSTRAINT ${quoteName(path.slice(-1))}`);
}

function alter(path: readonly string[]): string {
  return `ALTER DOMAIN ${quoteName(path.slice(0, -1))}`;
}
