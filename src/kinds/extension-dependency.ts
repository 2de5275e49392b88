import { type CatalogAddress, defineKind, statement } from '../catalog/kind.ts';
import type { ObjectRef } from '../catalog/object.ts';
import { quoteIdentifier, quoteName } from '../database/sql.ts';

type Row = CatalogAddress & {
  readonly extensions: readonly string[];
  /** Schema and name, for an index. */
  readonly index: readonly [string, string] | null;
  /** The constraint that the index serves. */
  readonly constraint: CatalogAddress | null;
};
type ExtensionDependency = {
  readonly extensions: readonly { readonly kind: 'extension'; readonly path: readonly string[] }[];
  /** What stands after ALTER. */
  readonly target: string;
};

/** ALTER … DEPENDS ON EXTENSION: what DROP EXTENSION takes along. */
export const extensionDependency = defineKind<Row, ExtensionDependency>({
  kind: 'extension dependency',
  order: 201,
  foundIn: { catalog: 'pg_depend', where: "deptype = 'x'", hasNoOids: true },
  query: () => `
    SELECT d.classid, d.objid, 0 AS objsubid,
           json_agg(e.extname ORDER BY e.extname) AS extensions,
           CASE WHEN c.relkind IN ('i', 'I') THEN json_build_array(n.nspname, c.relname) END AS index,
           CASE WHEN k.oid IS NOT NULL THEN json_build_object(
             'classid', 'pg_constraint'::regclass::oid::bigint, 'objid', k.oid::bigint, 'objsubid', 0) END AS constraint
    FROM pg_depend d
    JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid
    LEFT JOIN pg_class c ON d.classid = 'pg_class'::regclass AND c.oid = d.objid
    LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_constraint k ON c.relkind IN ('i', 'I') AND k.conindid = c.oid AND k.contype IN ('p', 'u', 'x')
    WHERE d.deptype = 'x'
    GROUP BY d.classid, d.objid, c.relkind, n.nspname, c.relname, k.oid
    ORDER BY d.classid, d.objid`,
  fromRow: ({ classid, objid, objsubid, extensions, index, constraint }, resolve) => {
    const address = { classid, objid, objsubid };
    const names = extensions.map((name) => ({ kind: 'extension' as const, path: [name] }));
    const found = resolve(address);
    if (found) {
      const { ref } = found.object;
      return { ref: on(ref), parent: ref, address, properties: { extensions: names, target: found.name } };
    }
    // An index that serves a constraint is no object of its own.
    const owner = constraint === null ? undefined : resolve(constraint);
    if (!index || !owner) return null;
    return {
      ref: on({ kind: 'index', path: index }),
      parent: owner.object.ref,
      address,
      properties: { extensions: names, target: `INDEX ${quoteName(index)}` },
    };
  },
  address: (ref) => `DEPENDS ON EXTENSION of ${ref.on ?? ''} ${quoteName(ref.path)}`,
  create: ({ properties }) => properties.extensions.map((one) => depend(properties.target, one)),
  drop: ({ properties }) => properties.extensions.map((one) => depend(properties.target, one, 'NO ')),
  change: {
    extensions: ({ properties: before }, { properties: after }) => [
      ...missing(before.extensions, after.extensions).map((one) => depend(after.target, one, 'NO ')),
      ...missing(after.extensions, before.extensions).map((one) => depend(after.target, one)),
    ],
    target: 'derived',
  },
  references: ({ properties }) => properties.extensions,
  // CREATE OR REPLACE FUNCTION forgets it (ProcedureCreate drops all dependencies but membership).
  lostWhenRedefined: true,
  renamed: (object, name) => ({ ...object, properties: { ...object.properties, target: name } }),
});

function depend(target: string, { path }: ObjectRef, no: 'NO ' | '' = '') {
  return statement(`ALTER ${target} ${no}DEPENDS ON EXTENSION ${quoteIdentifier(path[0] ?? '')}`);
}

function missing(
  from: ExtensionDependency['extensions'],
  to: ExtensionDependency['extensions'],
): ExtensionDependency['extensions'] {
  return from.filter(({ path }) => !to.some((other) => other.path[0] === path[0]));
}

function on(target: ObjectRef): ObjectRef {
  return {
    kind: 'extension dependency',
    path: target.path,
    ...(target.signature === undefined ? {} : { signature: target.signature }),
    on: target.kind,
  };
}
