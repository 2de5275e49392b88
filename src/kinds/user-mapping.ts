import { type CatalogAddress, defineKind, statement } from '../catalog/kind.ts';
import type { ObjectRef } from '../catalog/object.ts';
import {
  alterOptions,
  createOptions,
  type ForeignOptions,
  isHidden,
  maskedOptions,
  optionsSql,
} from '../database/foreign-options.ts';
import { quoteIdentifier } from '../database/sql.ts';
import { hazard } from '../plan/hazards.ts';

type Row = CatalogAddress & {
  readonly server: string;
  readonly user: string;
  readonly options: ForeignOptions;
  /** Whether the role that introspects may see the options. */
  readonly seen: boolean;
};
type UserMapping = { readonly options: ForeignOptions };

export const userMapping = defineKind<Row, UserMapping>({
  kind: 'user mapping',
  order: 46,
  // The catalog is a superuser's alone. The view shows every mapping, and its options to those whom its
  // definition (src/backend/catalog/system_views.sql) lets see them: the same condition stands here.
  query: () => `
    SELECT 'pg_user_mapping'::regclass::oid AS classid, m.umid AS objid, 0 AS objsubid,
           m.srvname AS server, CASE WHEN m.umuser = 0 THEN 'public' ELSE m.usename END AS user,
           ${optionsSql('m.umoptions')} AS options,
           m.umoptions IS NOT NULL OR (SELECT r.rolsuper FROM pg_roles r WHERE r.rolname = current_user)
             OR (m.umuser = 0 AND pg_has_role(s.srvowner, 'USAGE'))
             OR (m.usename = current_user AND (pg_has_role(s.srvowner, 'USAGE') OR has_server_privilege(s.oid, 'USAGE'))) AS seen
    FROM pg_user_mappings m JOIN pg_foreign_server s ON s.oid = m.srvid
    ORDER BY m.srvname, m.usename`,
  fromRow: ({ classid, objid, objsubid, server, user, options, seen }) => ({
    ref: { kind: 'user mapping', path: [server, user] },
    parent: { kind: 'server', path: [server] },
    address: { classid, objid, objsubid },
    properties: { options },
    ...(seen
      ? {}
      : {
          unseen: {
            properties: ['options'],
            because: `PostgreSQL shows its options only to ${
              user === 'public' ? 'the owner of the server' : `${user} with USAGE on the server`
            } and to superusers: ${
              user === 'public'
                ? `GRANT the server's owner to the role that Trueup connects as`
                : `connect as ${user} after GRANT USAGE ON FOREIGN SERVER ${quoteIdentifier(server)} TO ${quoteIdentifier(user)}`
            }, or connect as a superuser`,
          },
        }),
  }),
  address: (ref) => `USER MAPPING ${name(ref)}`,
  create: ({ ref, properties }) => [
    statement(`CREATE USER MAPPING ${name(ref)}${createOptions(properties.options)}`, {
      masked: maskedOptions({}, properties.options),
    }),
  ],
  drop: ({ ref, properties }) => [
    statement(`DROP USER MAPPING ${name(ref)}`, {
      hazards: Object.values(properties.options).some(isHidden)
        ? [hazard('hidden-value-dropped', ref.path.join('.'))]
        : [],
    }),
  ],
  change: {
    options: (before, { ref, properties }) => [
      statement(
        `ALTER USER MAPPING ${name(ref)} ${alterOptions(before.properties.options, properties.options)}`,
        {
          masked: maskedOptions(before.properties.options, properties.options),
        },
      ),
    ],
  },
  references: () => [],
  renameRoles: (object, rename) => {
    const [server = '', user = ''] = object.ref.path;
    return user === 'public' ? object : { ...object, ref: { ...object.ref, path: [server, rename(user)] } };
  },
});

function name({ path }: ObjectRef): string {
  const [server = '', user = ''] = path;
  // PostgreSQL lets no role be called public.
  return `FOR ${user === 'public' ? 'PUBLIC' : quoteIdentifier(user)} SERVER ${quoteIdentifier(server)}`;
}
