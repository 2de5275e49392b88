import { type CatalogAddress, defineKind, type Statement, statement, userSchema } from '../catalog/kind.ts';
import { isHeldInside } from '../database/domain-use.ts';
import { generateDomainNotNull, isGeneratedDomainNotNull } from '../database/generated-names.ts';
import { quoteIdentifier, quoteName, renameSql } from '../database/sql.ts';
import { nameHazards } from '../plan/hazards.ts';

type Row = CatalogAddress &
  Omit<Domain, 'notNullName' | 'notNullSaid'> & { readonly schema: string; readonly name: string };
type Domain = {
  readonly type: string;
  /** Quoted name, or null for the base type's own collation. */
  readonly collation: string | null;
  readonly default: string | null;
  readonly notNull: boolean;
  /** The name that someone gave the NOT NULL; null for one that PostgreSQL chose, and before 17, which keeps none. */
  readonly notNullName: string | null;
  /** The name to make the NOT NULL with; null where PostgreSQL chooses the same. */
  readonly notNullSaid: string | null;
  /** Whatever name the NOT NULL has, null before PostgreSQL 17. */
  readonly notNullConstraint: string | null;
  /** A table holds it in arrays, composite values or ranges. */
  readonly heldInside: boolean;
};

export const domain = defineKind<Row, Domain>({
  kind: 'domain',
  order: 35,
  foundIn: { catalog: 'pg_type', where: "typtype = 'd'" },
  query: (serverVersion) => `
    SELECT 'pg_type'::regclass::oid AS classid, t.oid AS objid, 0 AS objsubid, n.nspname AS schema, t.typname AS name,
           format_type(t.typbasetype, t.typtypmod) AS type, pg_get_expr(t.typdefaultbin, 'pg_type'::regclass) AS default, t.typnotnull AS "notNull",
           ${hasNamedNotNull(serverVersion) ? "(SELECT k.conname FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'n')" : 'NULL'} AS "notNullConstraint",
           CASE WHEN t.typcollation <> b.typcollation
                THEN quote_ident(cn.nspname) || '.' || quote_ident(c.collname) END AS collation,
           ${isHeldInside('t.oid')} AS "heldInside"
    FROM pg_type t
    JOIN pg_namespace n ON n.oid = t.typnamespace
    JOIN pg_type b ON b.oid = t.typbasetype
    LEFT JOIN pg_collation c ON c.oid = t.typcollation
    LEFT JOIN pg_namespace cn ON cn.oid = c.collnamespace
    WHERE t.typtype = 'd' AND ${userSchema('n')}
    ORDER BY n.nspname, t.typname`,
  fromRow: ({ classid, objid, objsubid, schema, name, notNullConstraint, ...properties }) => ({
    ref: { kind: 'domain', path: [schema, name] },
    parent: { kind: 'schema', path: [schema] },
    address: { classid, objid, objsubid },
    properties: {
      ...properties,
      notNullConstraint,
      notNullName:
        notNullConstraint === null || isGeneratedDomainNotNull(notNullConstraint) ? null : notNullConstraint,
      notNullSaid: notNullConstraint === generateDomainNotNull(name) ? null : notNullConstraint,
    },
  }),
  address: (ref) => `DOMAIN ${quoteName(ref.path)}`,
  folds: (child) => child.ref.kind === 'domain constraint' && child.properties.validated === true,
  create: ({ ref, properties }, children) => [
    statement(
      [
        `CREATE DOMAIN ${quoteName(ref.path)} AS ${properties.type}`,
        properties.collation === null ? '' : ` COLLATE ${properties.collation}`,
        properties.default === null ? '' : `\n  DEFAULT ${properties.default}`,
        properties.notNull ? `\n  ${notNullClause(properties)}` : '',
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
    notNull: (before, { ref, properties }) => {
      if (!properties.notNull) return alter(ref.path, 'DROP NOT NULL');
      if (before.properties.heldInside || properties.heldInside) return 'replace';
      const named = properties.notNullSaid !== null;
      return alter(ref.path, named ? `ADD ${notNullClause(properties)}` : 'SET NOT NULL');
    },
    notNullName: (before, after) => {
      const [from, to] = [before.properties.notNullConstraint, after.properties.notNullConstraint];
      if (from === null || to === null || from === to) return [];
      return alter(after.ref.path, `RENAME CONSTRAINT ${quoteIdentifier(from)} TO ${quoteIdentifier(to)}`);
    },
    notNullSaid: 'derived',
    notNullConstraint: 'derived',
    heldInside: 'derived',
  },
  narrow: (object, serverVersion) =>
    hasNamedNotNull(serverVersion)
      ? object
      : { ...object, properties: { ...object.properties, notNullName: null, notNullSaid: null } },
  // It needs a type or a table as what it is based on.
  isMadeOf: () => true,
  firstVersion: (object) =>
    object.properties.default === null
      ? null
      : { ...object, properties: { ...object.properties, default: null } },
  hazards: nameHazards,
  references: () => [],
  printed: ['default'],
});

function hasNamedNotNull(serverVersion: number): boolean {
  return serverVersion >= 170000;
}

function notNullClause({ notNullSaid }: Domain): string {
  return notNullSaid === null ? 'NOT NULL' : `CONSTRAINT ${quoteIdentifier(notNullSaid)} NOT NULL`;
}

function alter(path: readonly string[], what: string): readonly Statement[] {
  return [statement(`ALTER DOMAIN ${quoteName(path)} ${what}`)];
}
