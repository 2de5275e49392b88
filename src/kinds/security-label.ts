import { type CatalogAddress, defineKind, statement } from '../catalog/kind.ts';
import type { ObjectRef } from '../catalog/object.ts';
import { securityLabels } from '../database/security-labels.ts';
import { quoteIdentifier, quoteLiteral, quoteName } from '../database/sql.ts';

/** Labels by the name of their provider. */
type Labels = { readonly [provider: string]: string };
type Row = CatalogAddress & {
  readonly labels: Labels;
  /** The column's name, for a label on a column of a view. */
  readonly column: string | null;
  /** The address at which an attribute of a composite type stands. */
  readonly attribute: CatalogAddress | null;
  /** For a label on the sequence of an identity: schema and name, and the column's address. */
  readonly sequence: readonly [string, string] | null;
  readonly identityOf: CatalogAddress | null;
};
type SecurityLabel = {
  readonly labels: Labels;
  /** What stands after ON. */
  readonly target: string;
};

/** SECURITY LABEL. It takes the provider's module, which only a server may have. Labels of what the whole server shares are left out. */
export const securityLabel = defineKind<Row, SecurityLabel>({
  kind: 'security label',
  order: 202,
  serversOnly: true,
  foundIn: { catalog: `${securityLabels} l`, hasNoOids: true },
  query: () => `
    SELECT l.classoid AS classid, l.objoid AS objid, l.objsubid, json_object_agg(l.provider, l.label ORDER BY l.provider) AS labels,
           a.attname AS column,
           CASE WHEN c.relkind = 'c' THEN json_build_object(
             'classid', 'pg_type'::regclass::oid::bigint, 'objid', c.reltype::bigint, 'objsubid', l.objsubid) END AS attribute,
           CASE WHEN i.objid IS NOT NULL THEN json_build_array(n.nspname, c.relname) END AS sequence,
           CASE WHEN i.objid IS NOT NULL THEN json_build_object(
             'classid', i.refclassid::bigint, 'objid', i.refobjid::bigint, 'objsubid', i.refobjsubid) END AS "identityOf"
    FROM ${securityLabels} l
    LEFT JOIN pg_class c ON l.classoid = 'pg_class'::regclass AND c.oid = l.objoid
    LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_depend i ON c.relkind = 'S' AND i.classid = l.classoid AND i.objid = l.objoid AND i.deptype = 'i'
    LEFT JOIN pg_attribute a ON l.objsubid > 0 AND a.attrelid = c.oid AND a.attnum = l.objsubid
    GROUP BY l.classoid, l.objoid, l.objsubid, a.attname, c.relkind, c.reltype, n.nspname, c.relname,
             i.objid, i.refclassid, i.refobjid, i.refobjsubid
    ORDER BY l.classoid, l.objoid, l.objsubid`,
  fromRow: ({ classid, objid, objsubid, labels, column, attribute, sequence, identityOf }, resolve) => {
    const address = { classid, objid, objsubid };
    const found = resolve(attribute ?? address);
    if (found) {
      const { ref } = found.object;
      return { ref: on(ref), parent: ref, address, properties: { labels, target: found.name } };
    }
    // Neither an identity's sequence nor a column of a view is an object of its own.
    const identity = identityOf && resolve(identityOf);
    if (identity && sequence) {
      return {
        ref: on({ kind: 'sequence', path: sequence }),
        parent: identity.object.ref,
        address,
        properties: { labels, target: `SEQUENCE ${quoteName(sequence)}` },
      };
    }
    const relation = resolve({ ...address, objsubid: 0 });
    if (!relation || column === null) return null;
    const path = [...relation.object.ref.path, column];
    return {
      ref: on({ kind: 'column', path }),
      parent: relation.object.ref,
      address,
      properties: { labels, target: `COLUMN ${quoteName(path)}` },
    };
  },
  address: (ref) => `SECURITY LABEL ON ${ref.on ?? ''} ${quoteName(ref.path)}`,
  create: ({ properties }) => put(properties.target, {}, properties.labels),
  drop: ({ properties }) => put(properties.target, properties.labels, {}),
  change: {
    labels: (before, after) =>
      put(after.properties.target, before.properties.labels, after.properties.labels),
    target: 'derived',
  },
  references: () => [],
  renamed: (object, name) => ({ ...object, properties: { ...object.properties, target: name } }),
});

function put(target: string, before: Labels, after: Labels) {
  const providers = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return providers
    .filter((provider) => before[provider] !== after[provider])
    .map((provider) => {
      const label = after[provider];
      const text = label === undefined ? 'NULL' : quoteLiteral(label);
      return statement(`SECURITY LABEL FOR ${quoteIdentifier(provider)} ON ${target} IS ${text}`);
    });
}

function on(target: ObjectRef): ObjectRef {
  return {
    kind: 'security label',
    path: target.path,
    ...(target.signature === undefined ? {} : { signature: target.signature }),
    on: target.kind,
  };
}
