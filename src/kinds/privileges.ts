import {
  type CatalogAddress,
  type CatalogObject,
  defineKind,
  type Statement,
  statement,
} from '../catalog/kind.ts';
import { formatId, type ObjectRef } from '../catalog/object.ts';
import {
  type AclItem,
  deviations,
  effective,
  type Grant,
  type GrantOrder,
  narrowAcl,
  orderGrants,
  readGrants,
  renameGrants,
} from '../database/acl.ts';
import { aclQuery, every, ownerSql, type What } from '../database/acl-query.ts';
import { quoteIdentifier, quoteLiteral, quoteName } from '../database/sql.ts';
import { grantHazards, subjectOf } from '../plan/hazards.ts';

type Row = CatalogAddress & {
  readonly what: What;
  /** For what is no object of its own: names, and the object it is a part of. */
  readonly on: string;
  readonly path: readonly string[];
  /** The extension it belongs to, or the column that an identity's sequence serves. */
  readonly whole: CatalogAddress | null;
  /** The relation of a column. */
  readonly relation: CatalogAddress;
  readonly arguments: string | null;
  readonly acl: readonly AclItem[];
  readonly initial: readonly AclItem[];
};
type Privileges = {
  /** What differs from what PostgreSQL, or the extension it belongs to, gives at first. */
  readonly grants: readonly Grant[];
  readonly initial: readonly Grant[];
  /** Who passed privileges on, and to whom: they go with the right to pass them on. */
  readonly passedOn: readonly { readonly by: string; readonly to: string }[];
  readonly what: What;
  /** Types of the arguments, of functions. */
  readonly arguments: string | null;
};

/** Which default privileges apply to an object when it is created. */
const defaultsFor: Readonly<Record<string, readonly [type: string, what: What]>> = {
  table: ['tables', 'TABLE'],
  view: ['tables', 'TABLE'],
  'materialized view': ['tables', 'TABLE'],
  'foreign table': ['tables', 'TABLE'],
  sequence: ['sequences', 'SEQUENCE'],
  function: ['functions', 'FUNCTION'],
  procedure: ['functions', 'PROCEDURE'],
  aggregate: ['functions', 'FUNCTION'],
  enum: ['types', 'TYPE'],
  domain: ['types', 'TYPE'],
  range: ['types', 'TYPE'],
  'composite type': ['types', 'TYPE'],
  'base type': ['types', 'TYPE'],
  schema: ['schemas', 'SCHEMA'],
};

/** GRANT and REVOKE on one object, where they say something else than PostgreSQL does by itself. */
export const privileges = defineKind<Row, Privileges>({
  kind: 'privileges',
  order: 210,
  facet: 'grants',
  query: aclQuery,
  fromRow: ({ classid, objid, objsubid, what, on, path, whole, relation, acl, initial, ...row }, resolve) => {
    const address = { classid, objid, objsubid };
    const found = resolve(address)?.object.ref;
    const parent = found ?? resolve(whole ?? relation)?.object.ref;
    if (!parent) return null;
    const first = readGrants(initial);
    const grants = deviations(readGrants(acl), first);
    if (grants.length === 0) return null;
    const passedOn = acl.flatMap(([to, , , by]) => (by === null || to === null ? [] : [{ by, to }]));
    return {
      ref: found
        ? { ...found, kind: 'privileges', on: found.kind }
        : {
            kind: 'privileges',
            path,
            ...(row.arguments === null ? {} : { signature: row.arguments }),
            on,
          },
      parent,
      address,
      properties: { grants, initial: first, passedOn, what, arguments: row.arguments },
    };
  },
  address: (ref) => `PRIVILEGES ON ${ref.on ?? ''} ${quoteName(ref.path)}`,
  create: (object) => change(asCreated(object), object),
  drop: (object) => change(object, asCreated(object)),
  change: {
    grants: change,
    initial: 'derived',
    passedOn: 'derived',
    what: 'derived',
    arguments: 'derived',
  },
  hazards: (before, after) => {
    const known = after ?? before;
    if (!known) return [];
    const [old, wanted] = [before ?? asCreated(known), after ?? asCreated(known)];
    return grantHazards(subjectOf(known), orderGrants(old.properties, wanted.properties));
  },
  // A new owner takes over what the old one held. What is revoked on a table is revoked on its columns too.
  references: ({ ref }) => [
    { ...ref, kind: 'owner' },
    ...(ref.on === 'column' ? ['table', 'view', 'materialized view', 'foreign table'] : []).flatMap((on) =>
      ['owner', 'privileges'].map((kind) => ({ kind, path: ref.path.slice(0, -1), on })),
    ),
  ],
  renameRoles: (object, rename) => ({
    ...object,
    properties: {
      ...object.properties,
      grants: renameGrants(object.properties.grants, rename),
      initial: renameGrants(object.properties.initial, rename),
      passedOn: object.properties.passedOn.map(({ by, to }) => ({ by: rename(by), to: rename(to) })),
    },
  }),
  atCreation: (created, find, wanted, before) => {
    const ref = grantedAtCreation(created, before);
    const [type, what] = defaultsFor[ref?.kind ?? ''] ?? [];
    if (!ref || type === undefined || what === undefined) return null;
    const { kind, ...named } = ref;
    const builtIn: readonly Grant[] = [
      { to: null, privileges: every[what], grantable: [] },
      ...(what === 'FUNCTION' || what === 'PROCEDURE' || what === 'TYPE'
        ? [{ to: 'public', privileges: every[what], grantable: [] }]
        : []),
    ];
    const given = (path: readonly string[]) =>
      find(formatId({ kind: 'default privileges', path }))?.properties as Privileges | undefined;
    // It is given to its owner before it is granted to anybody: what that one was given becomes its own.
    const owner = wanted(formatId({ ...ref, kind: 'owner', on: ref.kind }))?.properties.owner;
    const [everywhere, inSchema] = [given([type]), given([ref.path[0] ?? '', type])];
    const items = [
      ...(everywhere ? effective(everywhere) : builtIn),
      ...(inSchema && what !== 'SCHEMA' ? effective(inSchema) : []),
    ].flatMap(({ to, privileges, grantable }) =>
      privileges.map(
        (privilege): AclItem => [to === owner ? null : to, privilege, grantable.includes(privilege), null],
      ),
    );
    const grants = deviations(readGrants(items), builtIn);
    if (grants.length === 0) return null;
    return {
      ref: { ...named, kind: 'privileges', on: kind },
      parent: created.ref,
      address: created.address,
      properties: { grants, initial: builtIn, passedOn: [], what, arguments: argumentsOf(ref) },
    };
  },
  narrow: (object, serverVersion) => {
    const acl = narrowAcl(object.properties, serverVersion);
    return acl && { ...object, properties: { ...object.properties, ...acl } };
  },
});

const write = (object: CatalogObject<Privileges>, { verb, privileges, to, withGrantOption }: GrantOrder) => {
  const { ref, properties } = object;
  const { what } = properties;
  const words = every[what].length > 1 && every[what].length === privileges.length ? ['ALL'] : privileges;
  const columns = what === 'COLUMN' ? ` (${quoteIdentifier(ref.path.at(-1) ?? '')})` : '';
  const list = words.map((word) => `${word}${columns}`).join(', ');
  return addressed(
    object,
    to,
    (grantee) =>
      `${verb} ${list} ON ${targetOf(object)} ${verb === 'GRANT' ? 'TO' : 'FROM'} ${grantee}${withGrantOption ? ' WITH GRANT OPTION' : ''}`,
  );
};

function change(before: CatalogObject<Privileges>, after: CatalogObject<Privileges>): readonly Statement[] {
  const orders = orderGrants(before.properties, after.properties);
  const { passedOn } = before.properties;
  const isBound = orders.some(
    ({ verb, to }) => verb !== 'GRANT' && passedOn.some((one) => one.by === to || one.to === to),
  );
  if (!isBound) return orders.map((order) => write(after, order));
  // Only who granted a privilege can revoke it, and not while it is passed on (2BP01).
  const involved = [...new Set(passedOn.flatMap(({ by, to }) => [by, to]))];
  const rest = (object: CatalogObject<Privileges>) => ({
    grants: effective(object.properties).filter(({ to }) => to === null || !involved.includes(to)),
    initial: [],
  });
  const again = effective(after.properties).filter(({ to }) => to !== null && involved.includes(to));
  const all = after.properties.what === 'COLUMN' ? ` (${quoteIdentifier(after.ref.path.at(-1) ?? '')})` : '';
  return [
    ...involved.map((role) =>
      takesColumns(`REVOKE ALL${all} ON ${targetOf(after)} FROM ${granteeName(role)} CASCADE`, after),
    ),
    ...orderGrants(rest(before), rest(after)).map((order) => write(after, order)),
    ...orderGrants({ grants: [], initial: [] }, { grants: again, initial: [] }).map((order) =>
      write(after, order),
    ),
  ];
}

/** What default privileges are given to: the object itself, or the sequence of a column that becomes an identity. */
function grantedAtCreation(
  { ref, properties }: CatalogObject,
  before: CatalogObject | undefined,
): ObjectRef | null {
  if (ref.kind !== 'column') return before ? null : ref;
  const { identity, sequence } = properties;
  if (identity === null || !Array.isArray(sequence) || (before && before.properties.identity !== null))
    return null;
  return { kind: 'sequence', path: sequence.map(String) };
}

/** Types of the arguments as GRANT wants them: an aggregate's signature says `*` for none, and what is ordered apart. */
function argumentsOf({ kind, signature }: ObjectRef): string | null {
  if (signature === undefined || kind !== 'aggregate') return signature ?? null;
  const types = signature.replace(/^ORDER BY /, '').replace(' ORDER BY ', ', ');
  return types === '*' ? '' : types;
}

function asCreated(object: CatalogObject<Privileges>): CatalogObject<Privileges> {
  return { ...object, properties: { ...object.properties, grants: [], passedOn: [] } };
}

function targetOf({ ref, properties }: CatalogObject<Privileges>): string {
  const { what } = properties;
  if (what === 'COLUMN') return `TABLE ${quoteName(ref.path.slice(0, -1))}`;
  return `${what} ${quoteName(ref.path)}${what === 'FUNCTION' || what === 'PROCEDURE' ? `(${properties.arguments ?? ''})` : ''}`;
}

function granteeName(role: string): string {
  return role === 'public' ? 'PUBLIC' : quoteIdentifier(role);
}

/** The owner may be another in each environment, so its name is looked up where the statement runs. */
function addressed(
  object: CatalogObject<Privileges>,
  to: string | null,
  sql: (grantee: string) => string,
): Statement {
  if (to !== null) return takesColumns(sql(granteeName(to)), object);
  const pattern = sql('\u0000').replaceAll('%', '%%').replace('\u0000', '%I');
  const body = `BEGIN EXECUTE format(${quoteLiteral(pattern)}, (${ownerSql(object.properties.what, object.ref.path, object.properties.arguments)})); END`;
  return statement(`DO ${quoteLiteral(body)}`);
}

function takesColumns(sql: string, { properties }: CatalogObject<Privileges>): Statement {
  return statement(sql, {
    disturbsDependents: properties.what === 'TABLE' && sql.startsWith('REVOKE'),
  });
}
