import {
  type CatalogAddress,
  type CatalogObject,
  defineKind,
  type Statement,
  statement,
  userSchema,
} from '../catalog/kind.ts';
import { type ObjectRef, ownName } from '../catalog/object.ts';
import type { Conversion } from '../catalog/release.ts';
import { makeRowCast, removeRowCast } from '../database/row-conversion.ts';
import { quoteIdentifier, quoteName, renameSql } from '../database/sql.ts';
import { hazard, nameHazards, partHazards } from '../plan/hazards.ts';

type Row = CatalogAddress & CompositeType & { readonly schema: string; readonly name: string };
type Attribute = {
  readonly attribute: ObjectRef;
  readonly type: string;
  /** Quoted name, null for the type's own. */
  readonly collation: string | null;
};
type CompositeType = {
  readonly attributes: readonly Attribute[];
  /** Types of attributes that someone made: pg_depend speaks of them at the address of a hidden relation. */
  readonly uses: readonly { readonly kind: string; readonly path: readonly string[] }[];
};

export const compositeType = defineKind<Row, CompositeType>({
  kind: 'composite type',
  order: 40,
  foundIn: { catalog: 'pg_class', where: "relkind = 'c'" },
  query: () => `
    SELECT 'pg_type'::regclass::oid AS classid, t.oid AS objid, 0 AS objsubid, n.nspname AS schema, t.typname AS name,
           coalesce((SELECT json_agg(json_build_object(
                       'attribute', json_build_object('kind', 'attribute', 'path', json_build_array(n.nspname, t.typname, a.attname)), 'type', format_type(a.atttypid, a.atttypmod),
                       'collation', CASE WHEN a.attcollation <> b.typcollation THEN quote_ident(cn.nspname) || '.' || quote_ident(k.collname) END)
                       ORDER BY a.attnum)
                     FROM pg_attribute a
                     JOIN pg_type b ON b.oid = a.atttypid
                     LEFT JOIN pg_collation k ON k.oid = a.attcollation
                     LEFT JOIN pg_namespace cn ON cn.oid = k.collnamespace
                     WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '[]'::json) AS attributes,
           coalesce((SELECT json_agg(DISTINCT jsonb_build_object(
                       'kind', CASE b.typtype WHEN 'b' THEN 'base type' WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'c' THEN 'composite type' ELSE 'range' END,
                       'path', jsonb_build_array(bn.nspname, b.typname)))
                     FROM pg_attribute a
                     JOIN pg_type o ON o.oid = a.atttypid
                     LEFT JOIN pg_range m ON m.rngmultitypid IN (o.oid, o.typelem)
                     JOIN pg_type b ON b.oid = coalesce(m.rngtypid, nullif(o.typelem, 0), o.oid)
                     JOIN pg_namespace bn ON bn.oid = b.typnamespace
                     WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND b.typtype IN ('b', 'e', 'd', 'c', 'r')
                       AND ${userSchema('bn')}), '[]'::json) AS uses
    FROM pg_type t
    JOIN pg_class c ON c.oid = t.typrelid AND c.relkind = 'c'
    JOIN pg_namespace n ON n.oid = t.typnamespace
    WHERE ${userSchema('n')}
    ORDER BY n.nspname, t.typname`,
  fromRow: ({ classid, objid, objsubid, schema, name, ...properties }) => ({
    ref: { kind: 'composite type', path: [schema, name] },
    parent: { kind: 'schema', path: [schema] },
    address: { classid, objid, objsubid },
    properties,
  }),
  address: (ref) => `TYPE ${quoteName(ref.path)}`,
  create: ({ ref, properties }) => [
    statement(`CREATE TYPE ${quoteName(ref.path)} AS (${properties.attributes.map(define).join(', ')})`),
  ],
  drop: ({ ref }) => [statement(`DROP TYPE ${quoteName(ref.path)}`)],
  rename: (before, after) => renameSql('TYPE', before.path, after.path).map((sql) => statement(sql)),
  partsInDefinition: ({ properties }) =>
    properties.attributes.map(({ attribute, ...definition }) => ({ ref: attribute, definition })),
  change: {
    attributes: (before, after) => changeAttributes(before, after),
    uses: 'derived',
  },
  conversion: (before, after) => convert(before, after),
  isRow: true,
  hazards: nameHazards,
  isMadeOf: ({ properties }, type) =>
    properties.uses.some(({ path }) => JSON.stringify(path) === JSON.stringify(type.path)),
  references: ({ properties }) => properties.uses,
});

/**
 * In place where all that stays has its type and its order and all that is new is last: PostgreSQL refuses ALTER ATTRIBUTE … TYPE as long
 * as a column has the type (0A000), and has no other order. Else the type is replaced.
 */
function changeAttributes(
  before: CatalogObject<CompositeType>,
  after: CatalogObject<CompositeType>,
): readonly Statement[] | 'replace' {
  const [old, wanted] = [before.properties.attributes, after.properties.attributes];
  const stays = old.filter((one) => find(wanted, one));
  if (!stays.every((one, position) => isSame(wanted[position], one))) return 'replace';
  return [
    ...old.filter((one) => !find(wanted, one)).map((attribute) => dropAttribute(after.ref, attribute)),
    ...wanted.slice(stays.length).map((attribute) => alter(after.ref, `ADD ATTRIBUTE ${define(attribute)}`)),
  ];
}

/** By name, as values go from the one to the other. */
function convert(before: CatalogObject<CompositeType>, after: CatalogObject<CompositeType>): Conversion {
  const shape = ({ ref, properties }: CatalogObject<CompositeType>) => ({
    path: ref.path,
    parts: properties.attributes.map((attribute) => ({ name: nameOf(attribute), type: attribute.type })),
  });
  const hazards = partHazards(shape(before), shape(after));
  return {
    make: makeRowCast(shape(before), shape(after)).map((sql, at) =>
      statement(sql, at === 0 ? { hazards } : {}),
    ),
    remove: removeRowCast(shape(before), shape(after)).map((sql) => statement(sql)),
  };
}

function dropAttribute(ref: ObjectRef, attribute: Attribute): Statement {
  return {
    ...alter(ref, `DROP ATTRIBUTE ${quoteIdentifier(nameOf(attribute))}`),
    hazards: [hazard('drop-attribute', dotted(ref, attribute))],
  };
}

function dotted(ref: ObjectRef, attribute: Attribute): string {
  return [...ref.path, nameOf(attribute)].join('.');
}

/** The one of that name. */
function find(attributes: readonly Attribute[], one: Attribute): Attribute | undefined {
  return attributes.find((other) => nameOf(other) === nameOf(one));
}

function alter(ref: ObjectRef, what: string): Statement {
  return statement(`ALTER TYPE ${quoteName(ref.path)} ${what}`);
}

function define(attribute: Attribute): string {
  return `${quoteIdentifier(nameOf(attribute))} ${formatType(attribute)}`;
}

function nameOf({ attribute }: Attribute): string {
  return ownName(attribute);
}

function formatType({ type, collation }: Attribute): string {
  return collation === null ? type : `${type} COLLATE ${collation}`;
}

function isSame(a: Attribute | undefined, b: Attribute): boolean {
  return a !== undefined && nameOf(a) === nameOf(b) && a.type === b.type && a.collation === b.collation;
}
