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
import { type Hazard, hazard } from '../plan/hazards.ts';

type Row = CatalogAddress &
  Policy & { readonly schema: string; readonly table: string; readonly name: string };
type Policy = {
  readonly command: 'ALL' | 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE';
  readonly permissive: boolean;
  /** Names of roles, sorted; empty for PUBLIC. */
  readonly roles: readonly string[];
  readonly using: string | null;
  readonly check: string | null;
};

export const policy = defineKind<Row, Policy>({
  kind: 'policy',
  order: 105,
  foundIn: { catalog: 'pg_policy' },
  query: () => `
    SELECT 'pg_policy'::regclass::oid AS classid, p.oid AS objid, 0 AS objsubid,
           n.nspname AS schema, t.relname AS "table", p.polname AS name,
           CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END AS command,
           p.polpermissive AS permissive,
           ARRAY(SELECT r.rolname FROM pg_roles r WHERE r.oid = ANY (p.polroles) ORDER BY r.rolname COLLATE "C") AS roles,
           pg_get_expr(p.polqual, p.polrelid) AS using, pg_get_expr(p.polwithcheck, p.polrelid) AS check
    FROM pg_policy p
    JOIN pg_class t ON t.oid = p.polrelid
    JOIN pg_namespace n ON n.oid = t.relnamespace
    WHERE ${userSchema('n')}
    ORDER BY n.nspname, t.relname, p.polname`,
  fromRow: ({ classid, objid, objsubid, schema, table, name, ...properties }) => ({
    ref: { kind: 'policy', path: [schema, table, name] },
    parent: { kind: 'table', path: [schema, table] },
    address: { classid, objid, objsubid },
    properties,
  }),
  address: (ref) => `POLICY ${on(ref)}`,
  create: ({ ref, properties }) => [
    statement(
      [
        `CREATE POLICY ${on(ref)}`,
        properties.permissive ? '' : ' AS RESTRICTIVE',
        properties.command === 'ALL' ? '' : ` FOR ${properties.command}`,
        properties.roles.length === 0 ? '' : ` TO ${formatRoles(properties.roles)}`,
        properties.using === null ? '' : `\n  USING (${properties.using})`,
        properties.check === null ? '' : `\n  WITH CHECK (${properties.check})`,
      ].join(''),
    ),
  ],
  drop: ({ ref }) => [statement(`DROP POLICY ${on(ref)}`)],
  rename: (before, after) => [
    statement(
      `ALTER POLICY ${quoteIdentifier(before.path.at(-1) ?? '')} ON ${quoteName(after.path.slice(0, -1))} RENAME TO ${quoteIdentifier(after.path.at(-1) ?? '')}`,
    ),
  ],
  change: {
    command: 'replace',
    permissive: 'replace',
    roles: (_before, after) => [alter(after, `TO ${formatRoles(after.properties.roles)}`)],
    // ALTER POLICY can give an expression, not take one away.
    using: (_before, after) =>
      after.properties.using === null ? 'replace' : [alter(after, `USING (${after.properties.using})`)],
    check: (_before, after) =>
      after.properties.check === null ? 'replace' : [alter(after, `WITH CHECK (${after.properties.check})`)],
  },
  hazards: (before, after) => hazards(before, after),
  references: () => [],
  renameRoles: (object, rename) => ({
    ...object,
    properties: { ...object.properties, roles: object.properties.roles.map(rename).sort() },
  }),
  printed: ['using', 'check'],
});

function hazards(
  before: CatalogObject<Policy> | null,
  after: CatalogObject<Policy> | null,
): readonly Hazard[] {
  if (before && !after) {
    const effect = before.properties.permissive
      ? 'rows that only it allowed are hidden from then on'
      : 'rows that it hid are seen from then on';
    return [hazard('policy-dropped', before.ref.path.join('.'), { effect })];
  }
  // A restrictive policy that is new allows nothing more.
  if (!after || (!before && !after.properties.permissive)) return [];
  const isSame = before && JSON.stringify(before.properties) === JSON.stringify(after.properties);
  return isSame ? [] : [hazard('policy-changed', after.ref.path.join('.'))];
}

function alter({ ref }: CatalogObject<Policy>, what: string): Statement {
  return statement(`ALTER POLICY ${on(ref)} ${what}`);
}

function on(ref: ObjectRef): string {
  return `${quoteIdentifier(ref.path.at(-1) ?? '')} ON ${quoteName(ref.path.slice(0, -1))}`;
}

function formatRoles(roles: readonly string[]): string {
  return roles.length === 0 ? 'PUBLIC' : roles.map(quoteIdentifier).join(', ');
}
