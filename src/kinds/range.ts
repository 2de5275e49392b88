import { type CatalogAddress, defineKind, statement, userSchema } from '../catalog/kind.ts';
import type { ObjectRef } from '../catalog/object.ts';
import { quoteName, renameSql } from '../database/sql.ts';
import { nameHazards } from '../plan/hazards.ts';

type Row = CatalogAddress & Range & { readonly schema: string; readonly name: string };
type Range = {
  readonly subtype: string;
  /** Quoted name of the operator class, null for the subtype's default. */
  readonly operatorClass: string | null;
  /** Quoted name, null for the subtype's own. */
  readonly collation: string | null;
  /** Quoted names of functions. */
  readonly canonical: string | null;
  /** The canonical function itself: it takes the type and returns it, so it is made while that is a shell. */
  readonly circular: readonly ObjectRef[];
  readonly subtypeDiff: string | null;
  /** Schema and name of the multirange type that comes with it. */
  readonly multirange: readonly string[];
};

export const range = defineKind<Row, Range>({
  kind: 'range',
  order: 46,
  foundIn: { catalog: 'pg_type', where: "typtype = 'r'" },
  query: () => `
    SELECT 'pg_type'::regclass::oid AS classid, t.oid AS objid, 0 AS objsubid, n.nspname AS schema, t.typname AS name,
           format_type(r.rngsubtype, NULL) AS subtype,
           CASE WHEN NOT o.opcdefault THEN quote_ident(opn.nspname) || '.' || quote_ident(o.opcname) END AS "operatorClass",
           CASE WHEN r.rngcollation <> s.typcollation THEN quote_ident(cn.nspname) || '.' || quote_ident(c.collname) END AS collation,
           nullif(r.rngcanonical, 0)::regproc::text AS canonical,
           nullif(r.rngsubdiff, 0)::regproc::text AS "subtypeDiff",
           json_build_array(mn.nspname, m.typname) AS multirange,
           coalesce((SELECT json_agg(json_build_object('kind', 'function', 'path', json_build_array(pn.nspname, p.proname),
                                                       'signature', format_type(t.oid, NULL)))
                     FROM pg_proc p JOIN pg_namespace pn ON pn.oid = p.pronamespace
                     WHERE p.oid = r.rngcanonical), '[]'::json) AS circular
    FROM pg_range r
    JOIN pg_type t ON t.oid = r.rngtypid
    JOIN pg_namespace n ON n.oid = t.typnamespace
    JOIN pg_type s ON s.oid = r.rngsubtype
    JOIN pg_opclass o ON o.oid = r.rngsubopc
    JOIN pg_namespace opn ON opn.oid = o.opcnamespace
    JOIN pg_type m ON m.oid = r.rngmultitypid
    JOIN pg_namespace mn ON mn.oid = m.typnamespace
    LEFT JOIN pg_collation c ON c.oid = r.rngcollation
    LEFT JOIN pg_namespace cn ON cn.oid = c.collnamespace
    WHERE ${userSchema('n')}
    ORDER BY n.nspname, t.typname`,
  fromRow: ({ classid, objid, objsubid, schema, name, ...properties }) => ({
    ref: { kind: 'range', path: [schema, name] },
    parent: { kind: 'schema', path: [schema] },
    address: { classid, objid, objsubid },
    properties,
  }),
  address: (ref) => `TYPE ${quoteName(ref.path)}`,
  create: ({ ref, properties }) => {
    const parts = [
      `SUBTYPE = ${properties.subtype}`,
      properties.operatorClass === null ? '' : `SUBTYPE_OPCLASS = ${properties.operatorClass}`,
      properties.collation === null ? '' : `COLLATION = ${properties.collation}`,
      properties.canonical === null ? '' : `CANONICAL = ${properties.canonical}`,
      properties.subtypeDiff === null ? '' : `SUBTYPE_DIFF = ${properties.subtypeDiff}`,
      `MULTIRANGE_TYPE_NAME = ${quoteName(properties.multirange)}`,
    ];
    const definition = `CREATE TYPE ${quoteName(ref.path)} AS RANGE (${parts.filter((part) => part !== '').join(', ')})`;
    return properties.circular.length === 0
      ? [statement(definition)]
      : [
          statement(`CREATE TYPE ${quoteName(ref.path)}`),
          statement(definition, { needs: properties.circular, completes: true }),
        ];
  },
  drop: ({ ref, properties }) => [
    statement(`DROP TYPE ${quoteName(ref.path)}${properties.circular.length > 0 ? ' CASCADE' : ''}`),
  ],
  rename: (before, after) => renameSql('TYPE', before.path, after.path).map((sql) => statement(sql)),
  // PostgreSQL alters no range type.
  change: {
    subtype: 'replace',
    operatorClass: 'replace',
    collation: 'replace',
    canonical: 'replace',
    circular: 'derived',
    subtypeDiff: 'replace',
    multirange: 'replace',
  },
  // It needs its subtype, of the types.
  isMadeOf: () => true,
  hazards: nameHazards,
  references: () => [],
});
