import {
  type CatalogAddress,
  type CatalogObject,
  defineKind,
  type Statement,
  statement,
  userSchema,
} from '../catalog/kind.ts';
import type { ObjectRef } from '../catalog/object.ts';
import { quoteIdentifier, quoteName } from '../database/sql.ts';

/**
 * What the access method calls, by its place: `OPERATOR 1 (integer, integer)`, `FUNCTION 1 (integer, integer)`.
 * The value is what adds it: `OPERATOR 1 public.< (integer, integer)`.
 */
type Members = { readonly [place: string]: string };

/** The access method is the signature: one name can stand for a class of each. */
type Named = { readonly schema: string; readonly name: string; readonly method: string };

type FamilyRow = CatalogAddress & Family & Named;
type Family = {
  /** Those that belong to no class of the family. */
  readonly members: Members;
};

export const operatorFamily = defineKind<FamilyRow, Family>({
  kind: 'operator family',
  order: 50,
  foundIn: { catalog: 'pg_opfamily' },
  query: () => `
    SELECT 'pg_opfamily'::regclass::oid AS classid, f.oid AS objid, 0 AS objsubid, n.nspname AS schema, f.opfname AS name,
           am.amname AS method, ${members('pg_opfamily', 'f.oid')} AS members
    FROM pg_opfamily f
    JOIN pg_namespace n ON n.oid = f.opfnamespace
    JOIN pg_am am ON am.oid = f.opfmethod
    WHERE ${userSchema('n')}
    ORDER BY n.nspname, f.opfname, am.amname`,
  fromRow: ({ classid, objid, objsubid, schema, name, method, ...properties }) => ({
    ref: { kind: 'operator family', path: [schema, name], signature: method },
    parent: { kind: 'schema', path: [schema] },
    address: { classid, objid, objsubid },
    properties,
  }),
  address: (ref) => `OPERATOR FAMILY ${using(ref)}`,
  create: (object) => [statement(`CREATE OPERATOR FAMILY ${using(object.ref)}`), ...setMembers(object, {})],
  drop: ({ ref }) => [statement(`DROP OPERATOR FAMILY ${using(ref)}`)],
  rename: (before, after) => rename('FAMILY', before, after),
  change: { members: (before, after) => setMembers(after, before.properties.members) },
  references: () => [],
});

type ClassRow = CatalogAddress & Omit<Class, 'family'> & Named & { readonly family: readonly string[] };
type Class = {
  readonly type: string;
  /** The type's own for that access method. */
  readonly default: boolean;
  readonly family: ObjectRef;
  /** The type that the index holds, null when it is the column's. */
  readonly storage: string | null;
  readonly members: Members;
};

export const operatorClass = defineKind<ClassRow, Class>({
  kind: 'operator class',
  order: 51,
  foundIn: { catalog: 'pg_opclass' },
  query: () => `
    SELECT 'pg_opclass'::regclass::oid AS classid, c.oid AS objid, 0 AS objsubid, n.nspname AS schema, c.opcname AS name,
           am.amname AS method, format_type(c.opcintype, NULL) AS type, c.opcdefault AS default,
           json_build_array(fn.nspname, f.opfname) AS family,
           CASE WHEN c.opckeytype <> 0 THEN format_type(c.opckeytype, NULL) END AS storage,
           ${members('pg_opclass', 'c.oid')} AS members
    FROM pg_opclass c
    JOIN pg_namespace n ON n.oid = c.opcnamespace
    JOIN pg_am am ON am.oid = c.opcmethod
    JOIN pg_opfamily f ON f.oid = c.opcfamily
    JOIN pg_namespace fn ON fn.oid = f.opfnamespace
    WHERE ${userSchema('n')}
    ORDER BY n.nspname, c.opcname, am.amname`,
  fromRow: ({ classid, objid, objsubid, schema, name, method, family, ...properties }) => ({
    ref: { kind: 'operator class', path: [schema, name], signature: method },
    parent: { kind: 'schema', path: [schema] },
    address: { classid, objid, objsubid },
    properties: { ...properties, family: { kind: 'operator family', path: family, signature: method } },
  }),
  address: (ref) => `OPERATOR CLASS ${using(ref)}`,
  create: (object) => [define(object)],
  drop: ({ ref }) => [statement(`DROP OPERATOR CLASS ${using(ref)}`)],
  rename: (before, after) => rename('CLASS', before, after),
  // PostgreSQL alters no operator class.
  change: {
    type: 'replace',
    default: 'replace',
    family: 'replace',
    storage: 'replace',
    members: 'replace',
  },
  references: ({ properties }) => [properties.family],
});

function define({ ref, properties }: CatalogObject<Class>): Statement {
  const { type, storage, members } = properties;
  const items = [...Object.values(members), ...(storage === null ? [] : [`STORAGE ${storage}`])];
  return statement(
    `CREATE OPERATOR CLASS ${quoteName(ref.path)} ${properties.default ? 'DEFAULT ' : ''}FOR TYPE ${type} USING ${quoteIdentifier(
      ref.signature ?? '',
    )} FAMILY ${quoteName(properties.family.path)} AS\n  ${
      // It must have an item; the type's own storage says nothing.
      items.length === 0 ? `STORAGE ${type}` : items.join(',\n  ')
    }`,
  );
}

function setMembers({ ref, properties }: CatalogObject<Family>, before: Members): readonly Statement[] {
  const { members } = properties;
  const gone = Object.keys(before).filter((place) => members[place] !== before[place]);
  const added = Object.keys(members).filter((place) => members[place] !== before[place]);
  const alter = (what: string) => statement(`ALTER OPERATOR FAMILY ${using(ref)} ${what}`);
  return [
    ...(gone.length === 0 ? [] : [alter(`DROP ${gone.join(', ')}`)]),
    ...(added.length === 0 ? [] : [alter(`ADD ${added.map((place) => members[place]).join(', ')}`)]),
  ];
}

function rename(what: 'FAMILY' | 'CLASS', before: ObjectRef, after: ObjectRef): readonly Statement[] {
  const [schema = '', own = ''] = after.path;
  const moved = { ...before, path: [schema, before.path[1] ?? ''] };
  return [
    ...(before.path[0] === schema
      ? []
      : [statement(`ALTER OPERATOR ${what} ${using(before)} SET SCHEMA ${quoteIdentifier(schema)}`)]),
    ...(before.path[1] === own
      ? []
      : [statement(`ALTER OPERATOR ${what} ${using(moved)} RENAME TO ${quoteIdentifier(own)}`)]),
  ];
}

function using(ref: ObjectRef): string {
  return `${quoteName(ref.path)} USING ${quoteIdentifier(ref.signature ?? '')}`;
}

/**
 * SQL: `Members` of the class or family whose oid is in a column. Which of both a member belongs to is known by
 * its dependency alone. Source: opclasscmds.c, storeOperators.
 */
function members(catalog: 'pg_opclass' | 'pg_opfamily', oid: string): string {
  const types = (left: string, right: string) =>
    `format_type(${left}, NULL) || ', ' || format_type(${right}, NULL)`;
  const operatorTypes = types('a.amoplefttype', 'a.amoprighttype');
  const functionTypes = types('a.amproclefttype', 'a.amprocrighttype');
  const belongs = (member: string) =>
    `d.classid = '${member}'::regclass AND d.objid = a.oid AND d.refclassid = '${catalog}'::regclass AND d.refobjid = ${oid}`;
  return `coalesce((SELECT json_object_agg(m.place, m.addition ORDER BY m.kind DESC, m.number, m.place) FROM (
    SELECT 'operator' AS kind, a.amopstrategy AS number, format('OPERATOR %s (%s)', a.amopstrategy, ${operatorTypes}) AS place,
           format('OPERATOR %s %I.%s (%s)', a.amopstrategy, mn.nspname, o.oprname, ${operatorTypes})
           || coalesce((SELECT format(' FOR ORDER BY %I.%I', sn.nspname, s.opfname)
                        FROM pg_opfamily s JOIN pg_namespace sn ON sn.oid = s.opfnamespace
                        WHERE s.oid = a.amopsortfamily), '') AS addition
    FROM pg_depend d
    JOIN pg_amop a ON ${belongs('pg_amop')} ${catalog === 'pg_opfamily' ? 'AND a.amopfamily = d.refobjid' : ''}
    JOIN pg_operator o ON o.oid = a.amopopr
    JOIN pg_namespace mn ON mn.oid = o.oprnamespace
    UNION ALL
    SELECT 'function', a.amprocnum, format('FUNCTION %s (%s)', a.amprocnum, ${functionTypes}),
           format('FUNCTION %s (%s) %s', a.amprocnum, ${functionTypes}, a.amproc::regprocedure)
    FROM pg_depend d
    JOIN pg_amproc a ON ${belongs('pg_amproc')}) m), '{}'::json)`;
}
