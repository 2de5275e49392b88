import {
  type CatalogAddress,
  type CatalogObject,
  defineKind,
  type Statement,
  statement,
} from '../catalog/kind.ts';
import type { ObjectRef } from '../catalog/object.ts';
import { hideSql, isHidden } from '../database/foreign-options.ts';
import { doBlock, quoteIdentifier, quoteLiteral } from '../database/sql.ts';

type Row = CatalogAddress & {
  readonly role: string | null;
  readonly name: string;
  readonly value: string;
};
type DatabaseSetting = {
  /** As PostgreSQL keeps it; of a setting that is a list of names, the names quoted where they must be. */
  readonly value: string;
};

/**
 * ALTER DATABASE … SET and ALTER ROLE … IN DATABASE … SET. The database's own name differs from environment to
 * environment, so it is no part of the name, and statements ask for it when they run.
 */
export const databaseSetting = defineKind<Row, DatabaseSetting>({
  kind: 'database setting',
  order: 195,
  foundIn: {
    catalog: 'pg_db_role_setting',
    where: 'setdatabase = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())',
    hasNoOids: true,
  },
  // Settings of one's own (with a dot) are where applications keep their keys.
  query: () => `
    SELECT 'pg_db_role_setting'::regclass::oid AS classid, d.oid AS objid, hashtext(coalesce(r.rolname, '') || '.' || s.name) AS objsubid,
           r.rolname AS role, s.name,
           CASE WHEN s.name ~ '[.]' AND s.name ~* '(secret|passw|token|key|credential|private|salt)'
                THEN ${hideSql('s.value', 's.name')} ELSE s.value END AS value
    FROM pg_db_role_setting c
    JOIN pg_database d ON d.oid = c.setdatabase
    LEFT JOIN pg_roles r ON r.oid = c.setrole
    CROSS JOIN LATERAL (SELECT split_part(one, '=', 1) AS name, substr(one, strpos(one, '=') + 1) AS value FROM unnest(c.setconfig) one) s
    WHERE d.datname = current_database()
    ORDER BY r.rolname, s.name`,
  fromRow: ({ classid, objid, objsubid, role, name, value }) => ({
    ref: { kind: 'database setting', path: role === null ? [name] : [role, name] },
    address: { classid, objid, objsubid },
    properties: { value },
  }),
  address: (ref) => `DATABASE SETTING ${ref.path.map(quoteIdentifier).join('.')}`,
  create: (object) => [set(object)],
  drop: ({ ref }) => [alter(ref, `RESET ${quoteSetting(ref.path.at(-1) ?? '')}`)],
  change: { value: (_before, after) => [set(after)] },
  references: () => [],
  renameRoles: (object, rename) => {
    const { ref, properties } = object;
    const [role = '', name] = ref.path;
    return {
      ...object,
      ref: name === undefined ? ref : { ...ref, path: [rename(role), name] },
      // SET role names another one; `none` is nobody.
      properties:
        ref.path.at(-1) === 'role' && properties.value !== 'none'
          ? { value: rename(properties.value) }
          : properties,
    };
  },
});

function set({ ref, properties }: CatalogObject<DatabaseSetting>): Statement {
  const name = ref.path.at(-1) ?? '';
  const values = lists.has(name) ? splitNames(properties.value) : [properties.value];
  return {
    ...alter(ref, `SET ${quoteSetting(name)} TO ${values.map(quoteLiteral).join(', ')}`),
    ...(isHidden(properties.value) ? { masked: [name] } : {}),
  };
}

/** PostgreSQL takes no expression for the database's name, so the statement is put together where it runs. */
function alter({ path }: ObjectRef, what: string): Statement {
  const head =
    path.length === 1 ? 'ALTER DATABASE ' : `ALTER ROLE ${quoteIdentifier(path[0] ?? '')} IN DATABASE `;
  const name = `${quoteLiteral(head)} || quote_ident(current_database()) || ${quoteLiteral(` ${what}`)}`;
  return statement(doBlock(`BEGIN EXECUTE ${name}; END`));
}

/** The dot of a setting of one's own stands between two names. */
function quoteSetting(name: string): string {
  return name.split('.').map(quoteIdentifier).join('.');
}

/** Settings that are lists of names, each a value of its own in SET. Source: GUC_LIST_QUOTE in src/backend/utils/misc/guc_tables. */
const lists: ReadonlySet<string> = new Set([
  'local_preload_libraries',
  'search_path',
  'session_preload_libraries',
  'shared_preload_libraries',
  'temp_tablespaces',
  'unix_socket_directories',
]);

/** `"$user", public` as its names. */
function splitNames(value: string): readonly string[] {
  const names = [...value.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^\s,"]+))\s*(?:,|$)/g)];
  const read = names.map(([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain.toLowerCase());
  return read.length === 0 ? [''] : read;
}
