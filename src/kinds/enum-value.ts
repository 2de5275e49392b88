import { type CatalogAddress, defineKind, statement, userSchema } from '../catalog/kind.ts';
import { quoteLiteral, quoteName } from '../database/sql.ts';
import { hazard } from '../plan/hazards.ts';

type Row = CatalogAddress & { readonly schema: string; readonly type: string; readonly label: string };

/** A label of an enum, whose definition says all of it but that it is the same under another name. */
export const enumValue = defineKind<Row, Record<never, never>>({
  kind: 'enum value',
  order: 31,
  foundIn: { catalog: 'pg_type', where: "typtype = 'e'" },
  inDefinition: true,
  query: () => `
    SELECT 'pg_enum'::regclass::oid AS classid, e.oid AS objid, 0 AS objsubid,
           n.nspname AS schema, t.typname AS type, e.enumlabel AS label
    FROM pg_enum e
    JOIN pg_type t ON t.oid = e.enumtypid
    JOIN pg_namespace n ON n.oid = t.typnamespace
    WHERE ${userSchema('n')}
    ORDER BY n.nspname, t.typname, e.enumsortorder`,
  fromRow: ({ classid, objid, objsubid, schema, type, label }) => {
    const whole = { kind: 'enum', path: [schema, type] };
    return {
      ref: { kind: 'enum value', path: [schema, type, label] },
      parent: whole,
      inheritedFrom: whole,
      address: { classid, objid, objsubid },
      properties: {},
    };
  },
  address: (ref) =>
    `VALUE ${quoteLiteral(ref.path.at(-1) ?? '')} OF TYPE ${quoteName(ref.path.slice(0, -1))}`,
  create: () => [],
  drop: () => [],
  rename: (before, after) => [
    statement(
      `ALTER TYPE ${quoteName(after.path.slice(0, -1))} RENAME VALUE ${quoteLiteral(before.path.at(-1) ?? '')} TO ${quoteLiteral(after.path.at(-1) ?? '')}`,
    ),
  ],
  change: {},
  hazards: (before, after) =>
    before && after && before.ref.path.at(-1) !== after.ref.path.at(-1)
      ? [hazard('renamed', after.ref.path.join('.'), { before: before.ref.path.join('.') })]
      : [],
  references: () => [],
});
