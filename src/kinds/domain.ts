import { type CatalogAddress, defineKind, type Statement, statement, userSchema } from '../catalog/kind.ts';
import { quoteName, renameSql } from '../database/sql.ts';
import { nameHazards } from '../plan/hazards.ts';

type Row = CatalogAddress & Domain & { readonly schema: string; readonly name: string };
type Domain = {
  readonly type: string;
  /** Quoted name, or null for the base type's own collation. */
  readonly collation: string | null;
  readonly default: string | null;
  readonly notNull: boolean;
};

export const domain = defineKind<Row, Domain>({
  kind: 'domain',
  order: 35,
  foundIn: { catalog: 'pg_type', where: "typtype = 'd'" },
  query: () => `
    SELECT 'pg_type'::regclass::oid AS classid, t.oid AS objid, 0 AS objsubid, n.nspname AS schema, t.typname AS name,
           format_type(t.typbasetype, t.typtypmod) AS type, pg_get_expr(t.typdefaultbin, 'pg_type'::regclass) AS default, t.typnotnull AS "notNull",
           CASE WHEN t.typcollation <> b.typcollation
                THEN quote_ident(cn.nspname) || '.' || quote_ident(c.collname) END AS collation
    FROM pg_type t
    JOIN pg_namespace n ON n.oid = t.typnamespace
    JOIN pg_type b ON b.oid = t.typbasetype
    LEFT JOIN pg_collation c ON c.oid = t.typcollation
    LEFT JOIN pg_namespace cn ON cn.oid = c.collnamespace
    WHERE t.typtype = 'd' AND ${userSchema('n')}
    ORDER BY n.nspname, t.typname`,
  fromRow: ({ classid, objid, objsubid, schema, name, type, collation, default: value, notNull }) => ({
    ref: { kind: 'domain', path: [schema, name] },
    parent: { kind: 'schema', path: [schema] },
    address: { classid, objid, objsubid },
    properties: { type, collation, default: value, notNull },
  }),
  address: (ref) => `DOMAIN ${quoteName(ref.path)}`,
  folds: (child) => child.ref.kind === 'domain constraint' && child.properties.validated === true,
  create: ({ ref, properties }, children) => [
    statement(
      [
        `CREATE DOMAIN ${quoteName(ref.path)} AS ${properties.type}`,
        properties.collation === null ? '' : ` COLLATE ${properties.collation}`,
        properties.default === null ? '' : `\n  DEFAULT ${properties.default}`,
        properties.notNull ? '\n  NOT NULL' : '',
        ...children.map(
          (child) =>
            `\n  CONSTRAINT ${quoteName(child.ref.path.slice(-1))} ${String(child.properties.definition)}`,
        ),
      ].join(''),
    ),
  ],
  drop: ({ ref }) => [statement(`DROP DOMAIN ${quoteName(ref.path)}`)],
  rename: (before, after) => renameSql('DOMAIN', before.path, after.path).map((sql) => statement(sql)),
  change: {
    type: 'replace',
    collation: 'replace',
    default: (_before, { ref, properties }) =>
      alter(ref.path, properties.default === null ? 'DROP DEFAULT' : `SET DEFAULT ${properties.default}`),
    notNull: (_before, { ref, properties }) =>
      alter(ref.path, properties.notNull ? 'SET NOT NULL' : 'DROP NOT NULL'),
  },
  hazards: nameHazards,
  references: () => [],
  printed: ['default'],
});

function alter(path: readonly string[], what: string): readonly Statement[] {
  return [statement(`ALTER DOMAIN ${quoteName(path)} ${what}`)];
}
