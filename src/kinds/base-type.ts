import {
  type CatalogAddress,
  type CatalogObject,
  defineKind,
  firstUserOid,
  type Statement,
  statement,
  userSchema,
} from '../catalog/kind.ts';
import type { ObjectRef } from '../catalog/object.ts';
import { quoteLiteral, quoteName, renameSql } from '../database/sql.ts';
import { nameHazards } from '../plan/hazards.ts';

type Options = { readonly [option: string]: string };
type Row = CatalogAddress & {
  readonly schema: string;
  readonly name: string;
  readonly defined: boolean;
  readonly options: { readonly [option: string]: string | null };
  /** DEFAULT, a value as text. */
  readonly default: string | null;
  readonly circular: readonly ObjectRef[];
};
type BaseType = {
  /** What stands in the parentheses of CREATE TYPE: `INPUT = public.in`. Null for a shell, which has a name only. */
  readonly options: Options | null;
  /** Functions of the type that take it or return it, and are made while it is a shell. */
  readonly circular: readonly ObjectRef[];
};

export const baseType = defineKind<Row, BaseType>({
  kind: 'base type',
  order: 43,
  foundIn: { catalog: 'pg_type', where: "(typtype = 'b' AND typarray <> 0 OR NOT typisdefined)" },
  query: () => `
    SELECT 'pg_type'::regclass::oid AS classid, t.oid AS objid, 0 AS objsubid, n.nspname AS schema, t.typname AS name,
           t.typisdefined AS defined, t.typdefault AS default,
           json_build_object(
             'INPUT', t.typinput::text, 'OUTPUT', t.typoutput::text,
             'RECEIVE', nullif(t.typreceive, 0)::regproc::text, 'SEND', nullif(t.typsend, 0)::regproc::text,
             'TYPMOD_IN', nullif(t.typmodin, 0)::regproc::text, 'TYPMOD_OUT', nullif(t.typmodout, 0)::regproc::text,
             'ANALYZE', nullif(t.typanalyze, 0)::regproc::text, 'SUBSCRIPT', nullif(t.typsubscript, 0)::regproc::text,
             'INTERNALLENGTH', CASE WHEN t.typlen = -1 THEN 'variable' ELSE t.typlen::text END,
             'PASSEDBYVALUE', CASE WHEN t.typbyval THEN 'true' END,
             'ALIGNMENT', CASE t.typalign WHEN 'c' THEN 'char' WHEN 's' THEN 'int2' WHEN 'i' THEN 'int4' ELSE 'double' END,
             'STORAGE', CASE t.typstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main' ELSE 'extended' END,
             'CATEGORY', CASE WHEN t.typcategory <> 'U' THEN quote_literal(t.typcategory::text) END,
             'PREFERRED', CASE WHEN t.typispreferred THEN 'true' END,
             'ELEMENT', CASE WHEN t.typelem <> 0 THEN format_type(t.typelem, NULL) END,
             'DELIMITER', CASE WHEN t.typdelim <> ',' THEN quote_literal(t.typdelim::text) END,
             'COLLATABLE', CASE WHEN t.typcollation <> 0 THEN 'true' END) AS options,
           coalesce((SELECT json_agg(json_build_object(
                       'kind', 'function', 'path', json_build_array(pn.nspname, p.proname),
                       'signature', array_to_string(ARRAY(SELECT format_type(u.type, NULL)
                         FROM unnest(p.proargtypes) WITH ORDINALITY u (type, position) ORDER BY u.position), ', ')) ORDER BY p.oid)
                     FROM pg_proc p JOIN pg_namespace pn ON pn.oid = p.pronamespace
                     WHERE p.oid IN (t.typinput, t.typoutput, t.typreceive, t.typsend, t.typanalyze, t.typsubscript)
                       AND p.oid >= ${firstUserOid} AND (t.oid = ANY (p.proargtypes) OR t.oid = p.prorettype)), '[]'::json) AS circular
    FROM pg_type t
    JOIN pg_namespace n ON n.oid = t.typnamespace
    -- A type's arrays are that type's.
    WHERE (t.typtype = 'b' OR NOT t.typisdefined) AND ${userSchema('n')}
      AND NOT EXISTS (SELECT 1 FROM pg_type e WHERE e.typarray = t.oid)
    ORDER BY n.nspname, t.typname`,
  fromRow: ({ classid, objid, objsubid, schema, name, defined, options, circular, ...row }) => ({
    ref: { kind: 'base type', path: [schema, name] },
    parent: { kind: 'schema', path: [schema] },
    address: { classid, objid, objsubid },
    properties: {
      options: defined
        ? Object.fromEntries([
            ...Object.entries(options).flatMap(([option, value]) =>
              value === null ? [] : [[option, value]],
            ),
            ...(row.default === null ? [] : [['DEFAULT', quoteLiteral(row.default)]]),
          ])
        : null,
      circular: defined ? circular : [],
    },
  }),
  address: (ref) => `TYPE ${quoteName(ref.path)}`,
  create: (object) => [
    statement(`CREATE TYPE ${quoteName(object.ref.path)}`),
    ...(object.properties.options === null ? [] : [define(object, object.properties.options)]),
  ],
  // It and the functions that read and write its values need each other, so they go together.
  drop: ({ ref, properties }) => [
    statement(`DROP TYPE ${quoteName(ref.path)}${properties.circular.length > 0 ? ' CASCADE' : ''}`),
  ],
  rename: (before, after) => renameSql('TYPE', before.path, after.path).map((sql) => statement(sql)),
  change: {
    options: (before, after) => setOptions(before.properties.options, after),
    circular: 'derived',
  },
  hazards: nameHazards,
  references: () => [],
});

function define({ ref, properties }: CatalogObject<BaseType>, options: Options): Statement {
  const parts = Object.entries(options).map(([option, value]) => `${option} = ${value}`);
  return statement(`CREATE TYPE ${quoteName(ref.path)} (\n  ${parts.join(',\n  ')}\n)`, {
    needs: properties.circular,
    completes: true,
  });
}

/**
 * STORAGE too, but columns that are there would keep the old one as their own; RECEIVE and SEND too, but a function
 * that is no longer used goes before what it takes is altered.
 */
const alterable = ['TYPMOD_IN', 'TYPMOD_OUT', 'ANALYZE', 'SUBSCRIPT'];

function setOptions(
  before: Options | null,
  after: CatalogObject<BaseType>,
): readonly Statement[] | 'replace' {
  const { options } = after.properties;
  if (options === null) return 'replace';
  if (before === null) return [define(after, options)];
  const changed = [...new Set([...Object.keys(before), ...Object.keys(options)])].filter(
    (option) => before[option] !== options[option],
  );
  if (!changed.every((option) => alterable.includes(option))) return 'replace';
  const parts = changed.map((option) => `${option} = ${options[option] ?? 'NONE'}`);
  return [statement(`ALTER TYPE ${quoteName(after.ref.path)} SET (${parts.join(', ')})`)];
}
