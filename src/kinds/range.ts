import { type CatalogAddress, defineKind, statement, userSchema } from '../catalog/kind.ts';
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
           json_build_array(mn.nspname, m.typname) AS multirange
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
    return [
      statement(
        `CREATE TYPE ${quoteName(ref.path)} AS RANGE (${parts.filter((part) => part !== '').join(', ')})`,
      ),
    ];
  },
  drop: ({ ref }) => [statement(`DROP TYPE ${quoteName(ref.path)}`)],
  rename: (before, after) => renameSql('TYPE', before.path, after.path).map((sql) => statement(sql)),
  // PostgreSQL alters no range type.
  change: {
    subtype: 'replace',
    operatorClass: 'replace',
    collation: 'replace',
    canonical: 'replace',
    subtypeDiff: 'replace',
    multirange: 'replace',
  },
  hazards: nameHazards,
  references: () => [],
});
