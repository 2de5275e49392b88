import { type CatalogAddress, defineKind, type Statement, statement } from '../catalog/kind.ts';
import type { ObjectRef } from '../catalog/object.ts';
import {
  type Acl,
  type AclItem,
  deviations,
  type Grant,
  type GrantOrder,
  narrowAcl,
  orderGrants,
  readGrants,
  renameGrants,
} from '../database/acl.ts';
import { aclItems, runner } from '../database/acl-query.ts';
import { quoteIdentifier } from '../database/sql.ts';
import { grantHazards } from '../plan/hazards.ts';

type Row = CatalogAddress & {
  /** Null: the role that runs the migrations. */
  readonly role: string | null;
  /** Null: every schema. */
  readonly schema: string | null;
  readonly type: string;
  readonly acl: readonly AclItem[];
  readonly initial: readonly AclItem[];
};
type DefaultPrivileges = {
  readonly grants: readonly Grant[];
  readonly initial: readonly Grant[];
};

/** ALTER DEFAULT PRIVILEGES: `public.tables(app)` is FOR ROLE app IN SCHEMA public … ON TABLES. */
export const defaultPrivileges = defineKind<Row, DefaultPrivileges>({
  kind: 'default privileges',
  order: 300,
  appliesToNew: true,
  facet: 'grants',
  foundIn: { catalog: 'pg_default_acl' },
  // Without FOR ROLE a migration means the role that runs it: the one that the history belongs to.
  query: () => `
      SELECT 'pg_default_acl'::regclass::oid AS classid, d.oid AS objid, 0 AS objsubid,
             CASE WHEN d.defaclrole <> ${runner} THEN pg_get_userbyid(d.defaclrole) END AS role, n.nspname AS schema,
             CASE d.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types'
                                  WHEN 'n' THEN 'schemas' ELSE 'large objects' END AS type,
             ${aclItems('d.defaclacl', 'd.defaclrole')} AS acl,
             CASE WHEN d.defaclnamespace <> 0 THEN '[]' ELSE
               ${aclItems(`acldefault(CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END, d.defaclrole)`, 'd.defaclrole')} END AS initial
      FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
      ORDER BY n.nspname, d.defaclobjtype, d.defaclrole`,
  fromRow: ({ classid, objid, objsubid, role, schema, type, acl, initial }) => {
    const first = readGrants(initial);
    const grants = deviations(readGrants(acl), first);
    if (grants.length === 0) return null;
    return {
      ref: {
        kind: 'default privileges',
        path: schema === null ? [type] : [schema, type],
        ...(role === null ? {} : { signature: role }),
      },
      ...(schema === null ? {} : { parent: { kind: 'schema', path: [schema] } }),
      address: { classid, objid, objsubid },
      properties: { grants, initial: first },
    };
  },
  address: (ref) => `DEFAULT PRIVILEGES${scope(ref)} ON ${ref.path.at(-1)?.toUpperCase() ?? ''}`,
  create: ({ ref, properties }) => write(ref, { ...properties, grants: [] }, properties),
  drop: ({ ref, properties }) => write(ref, properties, { ...properties, grants: [] }),
  change: {
    grants: (before, after) => write(after.ref, before.properties, after.properties),
    initial: 'derived',
  },
  hazards: (before, after) => {
    const { ref, properties } = after ?? before ?? {};
    if (!ref || !properties) return [];
    const none = { ...properties, grants: [] };
    const orders = orderGrants(before?.properties ?? none, after?.properties ?? none);
    return grantHazards(`new ${ref.path.toReversed().join(' in ')}`, orders);
  },
  references: () => [],
  names: () => [],
  renameRoles: (object, rename) => ({
    ...object,
    ref: {
      ...object.ref,
      ...(object.ref.signature === undefined ? {} : { signature: rename(object.ref.signature) }),
    },
    properties: {
      grants: renameGrants(object.properties.grants, rename),
      initial: renameGrants(object.properties.initial, rename),
    },
  }),
  narrow: (object, serverVersion) => {
    const acl = narrowAcl(object.properties, serverVersion);
    return acl && { ...object, properties: acl };
  },
});

function write(ref: ObjectRef, before: Acl, after: Acl): readonly Statement[] {
  return orderGrants(before, after).map((order) => statement(sqlOf(ref, order)));
}

function sqlOf(ref: ObjectRef, { verb, privileges, to, withGrantOption }: GrantOrder): string {
  const type = ref.path.at(-1)?.toUpperCase() ?? '';
  const owner = ref.signature === undefined ? 'CURRENT_USER' : quoteIdentifier(ref.signature);
  const grantee = to === null ? owner : to === 'public' ? 'PUBLIC' : quoteIdentifier(to);
  return `ALTER DEFAULT PRIVILEGES${scope(ref)} ${verb} ${privileges.join(', ')} ON ${type} ${verb === 'GRANT' ? 'TO' : 'FROM'} ${grantee}${withGrantOption ? ' WITH GRANT OPTION' : ''}`;
}

function scope({ path, signature }: ObjectRef): string {
  const role = signature === undefined ? '' : ` FOR ROLE ${quoteIdentifier(signature)}`;
  return path.length === 1 ? role : `${role} IN SCHEMA ${quoteIdentifier(path[0] ?? '')}`;
}
