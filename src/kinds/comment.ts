import { type CatalogAddress, defineKind, statement } from '../catalog/kind.ts';
import type { ObjectRef } from '../catalog/object.ts';
import { quoteIdentifier, quoteLiteral, quoteName } from '../database/sql.ts';

type Row = CatalogAddress & {
  readonly text: string;
  /** The column's name, for a comment on a column of a view. */
  readonly column: string | null;
  /** The address at which an attribute of a composite type stands. */
  readonly attribute: CatalogAddress | null;
  /** For a comment on an index or a sequence. */
  readonly part: { readonly kind: 'index' | 'sequence'; readonly path: readonly [string, string] } | null;
  /** The constraint that the index serves, or the column whose identity the sequence is. */
  readonly whole: CatalogAddress | null;
  /** The column or domain whose NOT NULL it is about, and that one's name. From PostgreSQL 17. */
  readonly notNull: { readonly of: CatalogAddress; readonly name: string } | null;
};
type Comment = {
  readonly text: string;
  /** What stands after COMMENT ON. */
  readonly target: string;
};

export const comment = defineKind<Row, Comment>({
  kind: 'comment',
  order: 200,
  facet: 'comments',
  // CREATE EXTENSION comments on the extension itself with a text that the server's files hold.
  query: () => `
    SELECT d.classoid AS classid, d.objoid AS objid, d.objsubid, d.description AS text,
           a.attname AS column,
           CASE WHEN c.relkind IN ('i', 'I', 'S') THEN json_build_object(
             'kind', CASE c.relkind WHEN 'S' THEN 'sequence' ELSE 'index' END, 'path', json_build_array(n.nspname, c.relname)) END AS part,
           CASE WHEN c.relkind = 'c' THEN json_build_object(
             'classid', 'pg_type'::regclass::oid::bigint, 'objid', c.reltype::bigint, 'objsubid', d.objsubid) END AS attribute,
           CASE WHEN k.oid IS NOT NULL THEN json_build_object(
                  'classid', 'pg_constraint'::regclass::oid::bigint, 'objid', k.oid::bigint, 'objsubid', 0)
                WHEN c.relkind = 'S' THEN (
                  SELECT json_build_object('classid', s.refclassid::bigint, 'objid', s.refobjid::bigint, 'objsubid', s.refobjsubid)
                  FROM pg_depend s WHERE s.classid = d.classoid AND s.objid = d.objoid AND s.deptype = 'i') END AS whole,
           CASE WHEN nn.oid IS NOT NULL THEN json_build_object('name', nn.conname, 'of', json_build_object(
             'classid', CASE nn.contypid WHEN 0 THEN 'pg_class' ELSE 'pg_type' END::regclass::oid::bigint,
             'objid', CASE nn.contypid WHEN 0 THEN nn.conrelid ELSE nn.contypid END::bigint,
             'objsubid', CASE nn.contypid WHEN 0 THEN nn.conkey[1] ELSE 0 END)) END AS "notNull"
    FROM pg_description d
    LEFT JOIN pg_class c ON d.classoid = 'pg_class'::regclass AND c.oid = d.objoid
    LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_constraint k ON c.relkind IN ('i', 'I') AND k.conindid = c.oid AND k.contype IN ('p', 'u', 'x')
    LEFT JOIN pg_constraint nn ON d.classoid = 'pg_constraint'::regclass AND nn.oid = d.objoid AND nn.contype = 'n'
    LEFT JOIN pg_attribute a ON d.objsubid > 0 AND a.attrelid = c.oid AND a.attnum = d.objsubid
    WHERE (d.objoid >= 16384 OR d.classoid = 'pg_namespace'::regclass)
      -- The view reads a file for each extension of the server, so it is asked only where there is such a comment.
      AND (d.classoid <> 'pg_extension'::regclass OR NOT EXISTS (
        SELECT 1 FROM pg_extension e JOIN pg_available_extensions v ON v.name = e.extname
        WHERE e.oid = d.objoid AND v.comment = d.description))
    ORDER BY d.classoid, d.objoid, d.objsubid`,
  fromRow: ({ classid, objid, objsubid, text, column, part, attribute, whole, notNull }, resolve) => {
    const address = { classid, objid, objsubid };
    const found = resolve(attribute ?? address);
    if (found) {
      const { ref } = found.object;
      return { ref: on(ref), parent: ref, address, properties: { text, target: found.name } };
    }
    // Servers choose the names of most NOT NULLs, so the column says which it is.
    const holder = notNull && resolve(notNull.of)?.object.ref;
    if (holder) {
      const path = holder.kind === 'domain' ? holder.path : holder.path.slice(0, -1);
      return {
        ref: { ...on(holder), on: `not null of ${holder.kind}` },
        parent: holder,
        address,
        properties: {
          text,
          target: `CONSTRAINT ${quoteIdentifier(notNull.name)} ON ${holder.kind === 'domain' ? 'DOMAIN ' : ''}${quoteName(path)}`,
        },
      };
    }
    // A column of a view is no object of its own; nor is a constraint's index, or an identity's sequence.
    const relation = resolve({ ...address, objsubid: 0 });
    if (relation && column !== null) {
      const path = [...relation.object.ref.path, column];
      return {
        ref: on({ kind: 'column', path }),
        parent: relation.object.ref,
        address,
        properties: { text, target: `COLUMN ${quoteName(path)}` },
      };
    }
    const owner = whole === null ? undefined : resolve(whole);
    if (part && owner) {
      return {
        ref: on(part),
        parent: owner.object.ref,
        address,
        properties: { text, target: `${part.kind.toUpperCase()} ${quoteName(part.path)}` },
      };
    }
    return null;
  },
  address: (ref) => `COMMENT ON ${ref.on ?? ''} ${quoteName(ref.path)}`,
  create: ({ properties }) => [
    statement(`COMMENT ON ${properties.target} IS ${quoteLiteral(properties.text)}`),
  ],
  drop: ({ properties }) => [statement(`COMMENT ON ${properties.target} IS NULL`)],
  change: {
    text: (_before, { properties }) => [
      statement(`COMMENT ON ${properties.target} IS ${quoteLiteral(properties.text)}`),
    ],
    target: 'derived',
  },
  references: () => [],
  renamed: (object, name) => ({ ...object, properties: { ...object.properties, target: name } }),
});

function on(target: ObjectRef): ObjectRef {
  return {
    kind: 'comment',
    path: target.path,
    ...(target.signature === undefined ? {} : { signature: target.signature }),
    on: target.kind,
  };
}
