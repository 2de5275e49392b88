import {
  type CatalogAddress,
  type CatalogObject,
  defineKind,
  type Statement,
  statement,
  userSchema,
} from '../catalog/kind.ts';
import type { ObjectRef } from '../catalog/object.ts';
import { quoteIdentifier } from '../database/sql.ts';

type Row = CatalogAddress &
  Operator & {
    readonly schema: string;
    readonly name: string;
    /** Null for a prefix operator. */
    readonly left: string | null;
    readonly right: string;
  };
type Operator = {
  /** Quoted name. */
  readonly function: string;
  /** `OPERATOR(schema.name)`, null for none. */
  readonly commutator: string | null;
  readonly negator: string | null;
  /** Quoted names of selectivity estimators. */
  readonly restrict: string | null;
  readonly join: string | null;
  readonly hashes: boolean;
  readonly merges: boolean;
};

export const operator = defineKind<Row, Operator>({
  kind: 'operator',
  order: 49,
  foundIn: { catalog: 'pg_operator' },
  // One without a function is a mere promise: another operator's commutator or negator that is not made yet.
  query: () => `
    SELECT 'pg_operator'::regclass::oid AS classid, o.oid AS objid, 0 AS objsubid, n.nspname AS schema, o.oprname AS name,
           CASE WHEN o.oprleft <> 0 THEN format_type(o.oprleft, NULL) END AS left, format_type(o.oprright, NULL) AS right,
           o.oprcode::regproc::text AS function, ${operatorName('o.oprcom')} AS commutator, ${operatorName('o.oprnegate')} AS negator,
           nullif(o.oprrest, 0)::regproc::text AS restrict, nullif(o.oprjoin, 0)::regproc::text AS join,
           o.oprcanhash AS hashes, o.oprcanmerge AS merges
    FROM pg_operator o
    JOIN pg_namespace n ON n.oid = o.oprnamespace
    WHERE o.oprcode <> 0 AND ${userSchema('n')}
    ORDER BY n.nspname, o.oprname, 6, 7`,
  fromRow: ({ classid, objid, objsubid, schema, name, left, right, ...properties }) => ({
    ref: { kind: 'operator', path: [schema, name], signature: `${left ?? 'NONE'}, ${right}` },
    parent: { kind: 'schema', path: [schema] },
    address: { classid, objid, objsubid },
    properties,
  }),
  address: (ref) => `OPERATOR ${name(ref)} (${ref.signature ?? ''})`,
  create: (object) => [define(object)],
  drop: ({ ref }) => [statement(`DROP OPERATOR ${name(ref)} (${ref.signature ?? ''})`)],
  // PostgreSQL moves operators and renames none.
  rename: (before, after) => [
    statement(
      `ALTER OPERATOR ${name(before)} (${before.signature ?? ''}) SET SCHEMA ${quoteIdentifier(after.path[0] ?? '')}`,
    ),
  ],
  change: {
    function: 'replace',
    // Only from 17 can they be given later, and never be changed.
    commutator: 'replace',
    negator: 'replace',
    hashes: 'replace',
    merges: 'replace',
    restrict: (_before, after) => [alter(after, `RESTRICT = ${after.properties.restrict ?? 'NONE'}`)],
    join: (_before, after) => [alter(after, `JOIN = ${after.properties.join ?? 'NONE'}`)],
  },
  references: () => [],
});

function define({ ref, properties }: CatalogObject<Operator>): Statement {
  const [left = 'NONE', right = ''] = splitSignature(ref.signature ?? '');
  const parts = [
    `FUNCTION = ${properties.function}`,
    ...(left === 'NONE' ? [] : [`LEFTARG = ${left}`]),
    `RIGHTARG = ${right}`,
    ...(properties.commutator === null ? [] : [`COMMUTATOR = ${properties.commutator}`]),
    ...(properties.negator === null ? [] : [`NEGATOR = ${properties.negator}`]),
    ...(properties.restrict === null ? [] : [`RESTRICT = ${properties.restrict}`]),
    ...(properties.join === null ? [] : [`JOIN = ${properties.join}`]),
    ...(properties.hashes ? ['HASHES'] : []),
    ...(properties.merges ? ['MERGES'] : []),
  ];
  return statement(`CREATE OPERATOR ${name(ref)} (${parts.join(', ')})`);
}

function alter({ ref }: CatalogObject<Operator>, what: string): Statement {
  return statement(`ALTER OPERATOR ${name(ref)} (${ref.signature ?? ''}) SET (${what})`);
}

/** The two types; a comma inside quotes belongs to a name. */
function splitSignature(signature: string): readonly string[] {
  return signature.match(/(?:"(?:[^"]|"")*"|[^,"])+/g)?.map((type) => type.trim()) ?? [];
}

/** An operator's own name is never quoted. */
function name({ path: [schema = '', own = ''] }: ObjectRef): string {
  return `${quoteIdentifier(schema)}.${own}`;
}

/** SQL: the qualified name of the operator whose oid is in a column, null for none. */
function operatorName(column: string): string {
  return `(SELECT 'OPERATOR(' || quote_ident(xn.nspname) || '.' || x.oprname || ')'
    FROM pg_operator x JOIN pg_namespace xn ON xn.oid = x.oprnamespace WHERE x.oid = ${column})`;
}
