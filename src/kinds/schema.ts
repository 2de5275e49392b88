import { type CatalogAddress, defineKind, statement, userSchema } from '../catalog/kind.ts';
import { quoteName } from '../database/sql.ts';
import { nameHazards } from '../plan/hazards.ts';

type Row = CatalogAddress & { readonly name: string };

export const schema = defineKind<Row, Record<never, never>>({
  kind: 'schema',
  order: 10,
  query: () => `
    SELECT 'pg_namespace'::regclass::oid AS classid, n.oid AS objid, 0 AS objsubid, n.nspname AS name
    FROM pg_namespace n
    WHERE ${userSchema('n')}
    ORDER BY n.nspname`,
  fromRow: ({ classid, objid, objsubid, name }) => ({
    ref: { kind: 'schema', path: [name] },
    address: { classid, objid, objsubid },
    properties: {},
  }),
  address: (ref) => `SCHEMA ${quoteName(ref.path)}`,
  create: (object) => [statement(`CREATE SCHEMA ${quoteName(object.ref.path)}`)],
  drop: (object) => [statement(`DROP SCHEMA ${quoteName(object.ref.path)}`)],
  rename: (before, after) => [
    statement(`ALTER SCHEMA ${quoteName(before.path)} RENAME TO ${quoteName(after.path)}`),
  ],
  change: {},
  hazards: nameHazards,
  references: () => [],
  keepsParts: true,
});
