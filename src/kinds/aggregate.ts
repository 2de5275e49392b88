import {
  type CatalogAddress,
  type CatalogObject,
  defineKind,
  type Statement,
  statement,
  userSchema,
} from '../catalog/kind.ts';
import type { ObjectRef } from '../catalog/object.ts';
import { quoteLiteral, quoteName, renameSql } from '../database/sql.ts';

type Row = CatalogAddress &
  Omit<Aggregate, 'options'> & {
    readonly schema: string;
    readonly name: string;
    readonly signature: string;
    /** Names of functions and types, modes, sizes; null where the option is not given. */
    readonly options: { readonly [option: string]: string | null };
    readonly initialValue: string | null;
    readonly movingInitialValue: string | null;
  };
type Aggregate = {
  readonly type: 'normal' | 'ordered-set' | 'hypothetical-set';
  /** With names, as PostgreSQL prints them: `x integer ORDER BY y integer`, `*` for none. */
  readonly arguments: string;
  readonly result: string;
  /** What stands in the second parentheses of CREATE AGGREGATE: `SFUNC = public.add`. */
  readonly options: readonly string[];
};

export const aggregate = defineKind<Row, Aggregate>({
  kind: 'aggregate',
  order: 48,
  foundIn: { catalog: 'pg_proc', where: "prokind = 'a'" },
  // The last direct argument that is VARIADIC stands for the ordered ones too.
  query: () => `
    SELECT 'pg_proc'::regclass::oid AS classid, p.oid AS objid, 0 AS objsubid, n.nspname AS schema, p.proname AS name,
           CASE WHEN p.pronargs = 0 THEN '*' WHEN a.aggkind = 'n' THEN types.every
                ELSE concat_ws(' ', nullif(types.direct, ''), 'ORDER BY', types.ordered) END AS signature,
           CASE a.aggkind WHEN 'n' THEN 'normal' WHEN 'o' THEN 'ordered-set' ELSE 'hypothetical-set' END AS type,
           CASE WHEN p.pronargs = 0 THEN '*' ELSE pg_get_function_arguments(p.oid) END AS arguments,
           format_type(p.prorettype, NULL) AS result,
           json_build_object(
             'SFUNC', a.aggtransfn::regproc::text, 'STYPE', format_type(a.aggtranstype, NULL),
             'SSPACE', nullif(a.aggtransspace, 0)::text,
             'FINALFUNC', nullif(a.aggfinalfn, 0)::regproc::text,
             'FINALFUNC_EXTRA', CASE WHEN a.aggfinalextra THEN 'true' END,
             'FINALFUNC_MODIFY', ${mode('a.aggfinalmodify')},
             'COMBINEFUNC', nullif(a.aggcombinefn, 0)::regproc::text,
             'SERIALFUNC', nullif(a.aggserialfn, 0)::regproc::text,
             'DESERIALFUNC', nullif(a.aggdeserialfn, 0)::regproc::text,
             'MSFUNC', nullif(a.aggmtransfn, 0)::regproc::text, 'MINVFUNC', nullif(a.aggminvtransfn, 0)::regproc::text,
             'MSTYPE', CASE WHEN a.aggmtranstype <> 0 THEN format_type(a.aggmtranstype, NULL) END,
             'MSSPACE', nullif(a.aggmtransspace, 0)::text,
             'MFINALFUNC', nullif(a.aggmfinalfn, 0)::regproc::text,
             'MFINALFUNC_EXTRA', CASE WHEN a.aggmfinalextra THEN 'true' END,
             'MFINALFUNC_MODIFY', ${mode('a.aggmfinalmodify')},
             'SORTOP', (SELECT 'OPERATOR(' || quote_ident(sn.nspname) || '.' || s.oprname || ')'
                        FROM pg_operator s JOIN pg_namespace sn ON sn.oid = s.oprnamespace WHERE s.oid = a.aggsortop),
             'PARALLEL', CASE p.proparallel WHEN 's' THEN 'SAFE' WHEN 'r' THEN 'RESTRICTED' END) AS options,
           a.agginitval AS "initialValue", a.aggminitval AS "movingInitialValue"
    FROM pg_aggregate a
    JOIN pg_proc p ON p.oid = a.aggfnoid
    JOIN pg_namespace n ON n.oid = p.pronamespace
    CROSS JOIN LATERAL (
      SELECT string_agg(t.name, ', ' ORDER BY t.position) AS every,
             string_agg(t.name, ', ' ORDER BY t.position) FILTER (WHERE t.position <= a.aggnumdirectargs) AS direct,
             string_agg(t.name, ', ' ORDER BY t.position)
               FILTER (WHERE t.position > least(a.aggnumdirectargs, p.pronargs - 1)) AS ordered
      FROM (SELECT u.position, CASE WHEN p.provariadic <> 0 AND u.position = p.pronargs THEN 'VARIADIC ' ELSE '' END
                   || format_type(u.type, NULL) AS name
            FROM unnest(p.proargtypes) WITH ORDINALITY u (type, position)) t
    ) types
    WHERE ${userSchema('n')}
    ORDER BY n.nspname, p.proname, 6`,
  fromRow: ({ classid, objid, objsubid, schema, name, signature, options, ...row }) => ({
    ref: { kind: 'aggregate', path: [schema, name], signature },
    parent: { kind: 'schema', path: [schema] },
    address: { classid, objid, objsubid },
    properties: {
      type: row.type,
      arguments: row.arguments,
      result: row.result,
      options: [
        ...Object.entries(options).flatMap(([option, value]) =>
          value === null ? [] : [`${option} = ${value}`],
        ),
        ...(row.initialValue === null ? [] : [`INITCOND = ${quoteLiteral(row.initialValue)}`]),
        ...(row.movingInitialValue === null ? [] : [`MINITCOND = ${quoteLiteral(row.movingInitialValue)}`]),
        ...(row.type === 'hypothetical-set' ? ['HYPOTHETICAL'] : []),
      ],
    },
  }),
  address: (ref) => `AGGREGATE ${name(ref)}`,
  create: (object) => [define('CREATE', object)],
  drop: ({ ref }) => [statement(`DROP AGGREGATE ${name(ref)}`)],
  rename: (before, after) =>
    renameSql('AGGREGATE', before.path, after.path, `(${before.signature ?? ''})`).map((sql) =>
      statement(sql),
    ),
  // CREATE OR REPLACE refuses another type of aggregate, names of arguments or result (42P13, 42809).
  change: {
    type: 'replace',
    arguments: 'replace',
    result: 'replace',
    options: (_before, after) => [define('CREATE OR REPLACE', after)],
  },
  references: () => [],
});

/** SQL: the modify mode in a column, null when it is the usual one for that type of aggregate. */
function mode(column: string): string {
  return `CASE WHEN ${column} <> CASE a.aggkind WHEN 'n' THEN 'r' ELSE 'w' END THEN
    CASE ${column} WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END`;
}

function define(verb: string, { ref, properties }: CatalogObject<Aggregate>): Statement {
  return statement(
    `${verb} AGGREGATE ${quoteName(ref.path)}(${properties.arguments}) (\n  ${properties.options.join(',\n  ')}\n)`,
  );
}

function name(ref: ObjectRef): string {
  return `${quoteName(ref.path)}(${ref.signature ?? ''})`;
}
