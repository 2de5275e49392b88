import { type CatalogAddress, defineKind, statement, userSchema } from '../catalog/kind.ts';
import { quoteIdentifier, quoteName } from '../database/sql.ts';
import { hazard } from '../plan/hazards.ts';

type Row = CatalogAddress & { readonly schema: string; readonly type: string; readonly name: string };

/** An attribute of a composite type, whose definition says all of it but that it is the same under another name. */
export const attribute = defineKind<Row, Record<never, never>>({
  kind: 'attribute',
  order: 41,
  foundIn: { catalog: 'pg_class', where: "relkind = 'c'" },
  inDefinition: true,
  // pg_depend speaks of attributes at the address of a hidden relation, which is taken for the type.
  query: () => `
    SELECT 'pg_type'::regclass::oid AS classid, c.reltype AS objid, a.attnum AS objsubid,
           n.nspname AS schema, c.relname AS type, a.attname AS name
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relkind = 'c' AND ${userSchema('n')}
    ORDER BY n.nspname, c.relname, a.attnum`,
  fromRow: ({ classid, objid, objsubid, schema, type, name }) => {
    const whole = { kind: 'composite type', path: [schema, type] };
    return {
      ref: { kind: 'attribute', path: [schema, type, name] },
      parent: whole,
      inheritedFrom: whole,
      address: { classid, objid, objsubid },
      properties: {},
    };
  },
  address: (ref) => `COLUMN ${quoteName(ref.path)}`,
  create: () => [],
  drop: () => [],
  // The columns of the type's tables follow.
  rename: (before, after) => [
    statement(
      `ALTER TYPE ${quoteName(after.path.slice(0, -1))} RENAME ATTRIBUTE ${quoteIdentifier(before.path.at(-1) ?? '')} TO ${quoteIdentifier(after.path.at(-1) ?? '')} CASCADE`,
    ),
  ],
  change: {},
  hazards: (before, after) =>
    before && after && before.ref.path.at(-1) !== after.ref.path.at(-1)
      ? [hazard('renamed', after.ref.path.join('.'), { before: before.ref.path.join('.') })]
      : [],
  references: () => [],
});
