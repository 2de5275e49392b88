import {
  type CatalogAddress,
  type CatalogObject,
  defineKind,
  firstUserOid,
  type ObjectKind,
  type Statement,
  statement,
  userSchema,
} from '../catalog/kind.ts';
import type { ObjectRef } from '../catalog/object.ts';
import { quoteName, renameSql } from '../database/sql.ts';
import { type Hazard, hazard, nameHazards } from '../plan/hazards.ts';

type Row = CatalogAddress &
  Routine & {
    readonly schema: string;
    readonly name: string;
    readonly signature: string;
    /** The type whose function it is, while it takes or returns that type itself: neither goes without the other. */
    readonly typeOf: ObjectRef | null;
  };
type Routine = {
  /** RETURNS clause; for a procedure the types of its OUT arguments, null without any. */
  readonly result: string | null;
  /** Types of the row that it returns by its OUT arguments; empty: it returns none. */
  readonly row: readonly string[];
  /** The type someone made that it returns, or returns an array of. */
  readonly resultType: ObjectRef | null;
  readonly window: boolean;
  /** Names and modes of all arguments: CREATE OR REPLACE may name what was nameless, and change nothing else. */
  readonly argumentNames: readonly string[];
  /** How many arguments have a default: CREATE OR REPLACE may add, not remove. */
  readonly defaults: number;
  /** CREATE OR REPLACE … as pg_get_functiondef prints it. */
  readonly definition: string;
  /** The definition up to a body that PostgreSQL has parsed (BEGIN ATOMIC, RETURN); null: its body is text. */
  readonly head: string | null;
  /** Types that its arguments and result have, or are arrays of. */
  readonly signatureTypes: readonly (readonly string[])[];
  /** Its language, where that is not a trusted one. */
  readonly untrusted: string | null;
  /** SECURITY DEFINER without a search_path of its own. */
  readonly runsAsOwner: boolean;
};

/** Functions and window functions. */
export const functionKind = routine('function', "'f', 'w'");
export const procedure = routine('procedure', "'p'");

function routine(kind: 'function' | 'procedure', prokinds: string): ObjectKind {
  const keyword = kind.toUpperCase();
  return defineKind<Row, Routine>({
    kind,
    foundIn: { catalog: 'pg_proc', where: `prokind IN (${prokinds})` },
    order: 45,
    query: () => `
      SELECT 'pg_proc'::regclass::oid AS classid, p.oid AS objid, 0 AS objsubid, n.nspname AS schema, p.proname AS name,
             array_to_string(ARRAY(SELECT format_type(t, NULL) FROM unnest(p.proargtypes) WITH ORDINALITY u(t, i) ORDER BY i), ', ') AS signature,
             CASE WHEN p.prokind <> 'p' THEN pg_get_function_result(p.oid)
                  ELSE (SELECT string_agg(format_type(u.type, NULL), ', ' ORDER BY u.position)
                        FROM unnest(p.proallargtypes, p.proargmodes) WITH ORDINALITY u (type, mode, position)
                        WHERE u.mode = 'o') END AS result,
             (SELECT json_build_object('kind', CASE y.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'b' THEN 'base type' WHEN 'c' THEN
                       CASE c.relkind WHEN 'c' THEN 'composite type' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
                                      WHEN 'f' THEN 'foreign table' ELSE 'table' END ELSE 'range' END,
                                       'path', json_build_array(yn.nspname, y.typname))
              FROM pg_type r JOIN pg_type y ON y.oid = CASE WHEN r.typcategory = 'A' AND r.typelem <> 0 THEN r.typelem ELSE r.oid END
              JOIN pg_namespace yn ON yn.oid = y.typnamespace LEFT JOIN pg_class c ON c.oid = y.typrelid
              WHERE r.oid = p.prorettype AND ${userSchema('yn')} AND y.typtype NOT IN ('m', 'p')) AS "resultType",
             ARRAY(SELECT format_type(u.type, NULL) FROM unnest(p.proallargtypes, p.proargmodes) WITH ORDINALITY u (type, mode, position)
                   WHERE p.prokind <> 'p' AND u.mode IN ('o', 'b') ORDER BY u.position) AS row,
             p.prokind = 'w' AS window,
             ARRAY(SELECT coalesce(p.proargmodes[i]::text, 'i') || ' ' || coalesce(p.proargnames[i], '')
                   FROM generate_series(1, coalesce(array_length(p.proallargtypes, 1), p.pronargs)) i) AS "argumentNames",
             p.pronargdefaults AS defaults, pg_get_functiondef(p.oid) AS definition,
             CASE WHEN p.prosqlbody IS NOT NULL THEN
               left(pg_get_functiondef(p.oid), -length(pg_get_function_sqlbody(p.oid)) - 1) END AS head,
             ARRAY(SELECT json_build_array(yn.nspname, y.typname) FROM pg_type r
                   JOIN pg_type y ON y.oid = CASE WHEN r.typcategory = 'A' AND r.typelem <> 0 THEN r.typelem ELSE r.oid END
                   JOIN pg_namespace yn ON yn.oid = y.typnamespace
                   WHERE r.oid = ANY (array_append(coalesce(p.proallargtypes, p.proargtypes::oid[]), p.prorettype)) AND ${userSchema('yn')}
                   ORDER BY 1::text) AS "signatureTypes",
             CASE WHEN NOT l.lanpltrusted THEN l.lanname END AS untrusted,
             p.prosecdef AND NOT coalesce(array_to_string(p.proconfig, ',') LIKE '%search_path=%', false) AS "runsAsOwner",
             (SELECT json_build_object('kind', CASE t.typtype WHEN 'r' THEN 'range' ELSE 'base type' END,
                                       'path', json_build_array(tn.nspname, t.typname))
              FROM pg_depend f
              JOIN pg_type t ON t.oid = f.refobjid AND t.typtype IN ('b', 'r')
              JOIN pg_namespace tn ON tn.oid = t.typnamespace
              WHERE f.classid = 'pg_proc'::regclass AND f.objid = p.oid AND f.refclassid = 'pg_type'::regclass
                AND EXISTS (SELECT 1 FROM pg_depend b WHERE b.classid = 'pg_type'::regclass AND b.objid = t.oid
                                                        AND b.refclassid = 'pg_proc'::regclass AND b.refobjid = p.oid)
              LIMIT 1) AS "typeOf"
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
      WHERE p.oid >= ${firstUserOid} AND p.prokind IN (${prokinds}) AND ${userSchema('n')}
        -- A range type's constructors are that type's; an extension's functions are hundreds, and the extension's.
        AND NOT EXISTS (SELECT 1 FROM pg_depend d
                        WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype IN ('i', 'e'))
      ORDER BY n.nspname, p.proname, 6`,
    fromRow: ({ classid, objid, objsubid, schema, name, signature, typeOf, ...properties }) => ({
      ref: { kind, path: [schema, name], signature },
      parent: { kind: 'schema', path: [schema] },
      ...(typeOf === null ? {} : { dropsWith: typeOf }),
      address: { classid, objid, objsubid },
      properties,
    }),
    address: (ref) => `${keyword} ${name(ref)}`,
    create: (object) => [define(object.properties)],
    drop: ({ ref }) => [statement(`DROP ${keyword} ${name(ref)}`)],
    rename: (before, after) =>
      renameSql(keyword, before.path, after.path, `(${before.signature ?? ''})`).map((sql) => statement(sql)),
    change: {
      // That of a type's own function reads differently only when the type was renamed.
      result: (before, after) => (after.dropsWith || hasOnlyNewName(before, after) ? [] : 'replace'),
      row: 'derived',
      resultType: 'derived',
      window: kind === 'procedure' ? 'derived' : 'replace',
      argumentNames: (before, after) =>
        before.properties.argumentNames.every(
          (argument, position) =>
            argument.endsWith(' ') || argument === after.properties.argumentNames[position],
        )
          ? []
          : 'replace',
      defaults: (before, after) => (after.properties.defaults < before.properties.defaults ? 'replace' : []),
      definition: (before, after) =>
        hasOtherRow(before, after) ? 'replace' : [{ ...define(after.properties), redefines: true }],
      head: 'derived',
      signatureTypes: 'derived',
      untrusted: 'derived',
      runsAsOwner: 'derived',
    },
    // A body that PostgreSQL does not look at.
    firstVersion: (object, needed) => {
      const { head, signatureTypes } = object.properties;
      const isInSignature = signatureTypes.some(
        (path) => JSON.stringify(path) === JSON.stringify(needed.path),
      );
      if (head === null || isInSignature) return null;
      return { ...object, properties: { ...object.properties, definition: `${head.trimEnd()}\nAS ''` } };
    },
    hazards: (before, after) => [...nameHazards(before, after), ...codeHazards(before, after)],
    references: () => [],
    hidesNeeds: true,
    printed: ['definition'],
  });
}

/** CREATE OR REPLACE changes no row that OUT arguments make; one of a single value is the result. */
function hasOtherRow(
  { properties: before }: CatalogObject<Routine>,
  { properties: after }: CatalogObject<Routine>,
): boolean {
  const known = before.row !== undefined && after.row !== undefined && before.row.length > 1;
  return known && JSON.stringify(before.row) !== JSON.stringify(after.row);
}

/** What it returns was renamed, and is the same. */
function hasOnlyNewName(
  { properties: before }: CatalogObject<Routine>,
  { properties: after }: CatalogObject<Routine>,
): boolean {
  const [from, to] = [before.resultType, after.resultType];
  const shape = (result: string | null) => `${result?.startsWith('SETOF ')} ${result?.endsWith('[]')}`;
  return (
    from !== null &&
    to !== null &&
    JSON.stringify(from.path) === JSON.stringify(to.path) &&
    shape(before.result) === shape(after.result)
  );
}

function codeHazards(
  before: CatalogObject<Routine> | null,
  after: CatalogObject<Routine> | null,
): readonly Hazard[] {
  if (!after) return [];
  const subject = `${after.ref.path.join('.')}(${after.ref.signature ?? ''})`;
  const { untrusted, runsAsOwner } = after.properties;
  const was = before?.properties;
  return [
    ...(untrusted === null || untrusted === was?.untrusted
      ? []
      : [hazard('untrusted-code', subject, { language: untrusted })]),
    ...(runsAsOwner && !was?.runsAsOwner ? [hazard('runs-as-owner', subject)] : []),
  ];
}

// A body may name what is created later, or what another search path finds; PostgreSQL resolved it once already.
function define({ definition }: Routine): Statement {
  return statement(definition.trimEnd(), { setting: 'check_function_bodies = off' });
}

function name(ref: ObjectRef): string {
  return `${quoteName(ref.path)}(${ref.signature ?? ''})`;
}
