import { quoteLiteral, quoteName } from './sql.ts';

/** All privileges there are, by what stands after ON in a GRANT. */
export const every = {
  TABLE: ['DELETE', 'INSERT', 'MAINTAIN', 'REFERENCES', 'SELECT', 'TRIGGER', 'TRUNCATE', 'UPDATE'],
  COLUMN: ['INSERT', 'REFERENCES', 'SELECT', 'UPDATE'],
  SEQUENCE: ['SELECT', 'UPDATE', 'USAGE'],
  SCHEMA: ['CREATE', 'USAGE'],
  FUNCTION: ['EXECUTE'],
  PROCEDURE: ['EXECUTE'],
  TYPE: ['USAGE'],
  LANGUAGE: ['USAGE'],
  'FOREIGN DATA WRAPPER': ['USAGE'],
  'FOREIGN SERVER': ['USAGE'],
} as const;

export type What = keyof typeof every;

/** SQL: the items of an aclitem[] as JSON, the owner as null, `public` for everybody. What a dropped role left behind is left out. */
export function aclItems(acl: string, owner: string): string {
  const name = (role: string) =>
    `CASE ${role} WHEN ${owner} THEN NULL WHEN 0 THEN 'public' ELSE pg_get_userbyid(${role}) END`;
  return `(SELECT coalesce(json_agg(json_build_array(${name('i.grantee')}, i.privilege_type, i.is_grantable, ${name('i.grantor')})), '[]')
    FROM aclexplode(${acl}) i WHERE i.grantee = 0 OR EXISTS (SELECT 1 FROM pg_roles r WHERE r.oid = i.grantee))`;
}

/**
 * SQL: the oid of the role that runs the migrations, which the history belongs to; before there is one, the session's.
 * The replay and live each have their own, so its name is never compared.
 */
export const runner = `coalesce(
  (SELECT c.relowner FROM pg_class c JOIN pg_namespace h ON h.oid = c.relnamespace WHERE h.nspname = 'trueup' AND c.relname = 'schema_version'),
  (SELECT r.oid FROM pg_roles r WHERE r.rolname = current_user))`;

/**
 * SQL: every object whose access control list says more than nothing, with its items and those it has at first. A null
 * list means what acldefault says. What an extension's script or initdb set is in pg_init_privs. The public schema may
 * have been made again, and then has none: it is held to what a server of `comparedVersion` begins with.
 */
export function aclQuery(serverVersion: number, comparedVersion = serverVersion): string {
  const everybody = comparedVersion < 150_000 ? 'CREATE,USAGE' : 'USAGE';
  const owned = (
    catalog: string,
    [name, namespace]: readonly [name: string, namespace: string | null],
    prefix: string,
    kind: { readonly letter: string; readonly what: string; readonly on: string; readonly type?: string },
    where = 'true',
  ) => `
    SELECT '${catalog}'::regclass::oid AS classid, o.oid AS objid, 0 AS objsubid, ${kind.what} AS what, ${kind.on} AS on,
           json_build_array(${namespace === null ? '' : `o.${namespace}::regnamespace::name, `}o.${name}) AS path,
           ${catalog === 'pg_proc' ? `(SELECT coalesce(string_agg(format_type(t, NULL), ', ' ORDER BY i), '') FROM unnest(o.proargtypes) WITH ORDINALITY u(t, i))` : 'NULL'} AS arguments,
           o.${prefix}owner AS owner, o.${prefix}acl AS acl, acldefault(${kind.letter}, o.${prefix}owner) AS builtin
    FROM ${catalog} o WHERE (o.oid >= 16384 OR '${catalog}' = 'pg_namespace') AND ${where}`;
  return `
    SELECT o.classid, o.objid, o.objsubid, o.what, o.on, o.path, o.arguments,
           ${aclItems('coalesce(o.acl, o.builtin)', 'o.owner')} AS acl,
           CASE WHEN i.initprivs IS NOT NULL THEN ${aclItems('i.initprivs', 'i.grantor')}
                WHEN o.what = 'SCHEMA' AND o.path ->> 0 = 'public' THEN
                  ${aclItems(`o.builtin || ARRAY(SELECT makeaclitem(0, o.owner, p, false) FROM unnest(string_to_array('${everybody}', ',')) p)`, 'o.owner')}
                ELSE ${aclItems('o.builtin', 'o.owner')} END AS initial,
           (SELECT json_build_object('classid', d.refclassid, 'objid', d.refobjid, 'objsubid', d.refobjsubid) FROM pg_depend d
            WHERE d.classid = o.classid AND d.objid = o.objid AND d.refobjid <> 0
              AND (d.deptype = 'e' OR (d.deptype = 'i' AND o.what = 'SEQUENCE'))) AS whole,
           json_build_object('classid', o.classid, 'objid', o.objid, 'objsubid', 0) AS relation
    FROM (${[
      owned(
        'pg_class',
        ['relname', 'relnamespace'],
        'rel',
        {
          letter: `(CASE o.relkind WHEN 'S' THEN 's' ELSE 'r' END)::"char"`,
          what: `CASE o.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END`,
          on: `CASE o.relkind WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' ELSE 'table' END`,
        },
        `o.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')`,
      ),
      `
    SELECT 'pg_class'::regclass::oid, c.oid, a.attnum, 'COLUMN', 'column', json_build_array(c.relnamespace::regnamespace::name, c.relname, a.attname),
           NULL, c.relowner, a.attacl, acldefault('c', c.relowner)
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE a.attacl IS NOT NULL AND NOT a.attisdropped AND c.oid >= 16384`,
      owned('pg_proc', ['proname', 'pronamespace'], 'pro', {
        letter: `'f'`,
        what: `CASE o.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END`,
        on: `CASE o.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END`,
      }),
      owned('pg_type', ['typname', 'typnamespace'], 'typ', {
        letter: `'T'`,
        what: `'TYPE'`,
        on: `CASE o.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range' WHEN 'c' THEN 'composite type' ELSE 'type' END`,
      }),
      owned('pg_namespace', ['nspname', null], 'nsp', { letter: `'n'`, what: `'SCHEMA'`, on: `'schema'` }),
      owned('pg_language', ['lanname', null], 'lan', { letter: `'l'`, what: `'LANGUAGE'`, on: `'language'` }),
      owned('pg_foreign_data_wrapper', ['fdwname', null], 'fdw', {
        letter: `'F'`,
        what: `'FOREIGN DATA WRAPPER'`,
        on: `'foreign data wrapper'`,
      }),
      owned('pg_foreign_server', ['srvname', null], 'srv', {
        letter: `'S'`,
        what: `'FOREIGN SERVER'`,
        on: `'foreign server'`,
      }),
    ].join('\n    UNION ALL')}) AS o
    LEFT JOIN pg_init_privs i ON i.classoid = o.classid AND i.objoid = o.objid AND i.objsubid = o.objsubid
    WHERE o.acl IS NOT NULL OR i.initprivs IS NOT NULL OR (o.what = 'SCHEMA' AND o.path ->> 0 = 'public')
    ORDER BY 1, 2, 3`;
}

/** SQL: the name of the role that owns what a GRANT names, of a column the table's. */
export function ownerSql(what: What, path: readonly string[], argumentTypes: string | null): string {
  const name = quoteLiteral(quoteName(path));
  const own = quoteLiteral(path.at(-1) ?? '');
  const owner = (column: string, catalog: string, where: string) =>
    `SELECT r.rolname FROM pg_catalog.${catalog} o JOIN pg_catalog.pg_roles r ON r.oid = o.${column} WHERE ${where}`;
  switch (what) {
    case 'COLUMN':
      return owner('relowner', 'pg_class', `o.oid = ${quoteLiteral(quoteName(path.slice(0, -1)))}::regclass`);
    case 'TABLE':
    case 'SEQUENCE':
      return owner('relowner', 'pg_class', `o.oid = ${name}::regclass`);
    case 'FUNCTION':
    case 'PROCEDURE': {
      const called = quoteLiteral(`${quoteName(path)}(${argumentTypes ?? ''})`);
      return owner('proowner', 'pg_proc', `o.oid = ${called}::regprocedure`);
    }
    case 'TYPE':
      return owner('typowner', 'pg_type', `o.oid = ${name}::regtype`);
    case 'SCHEMA':
      return owner('nspowner', 'pg_namespace', `o.nspname = ${own}`);
    case 'LANGUAGE':
      return owner('lanowner', 'pg_language', `o.lanname = ${own}`);
    case 'FOREIGN DATA WRAPPER':
      return owner('fdwowner', 'pg_foreign_data_wrapper', `o.fdwname = ${own}`);
    case 'FOREIGN SERVER':
      return owner('srvowner', 'pg_foreign_server', `o.srvname = ${own}`);
  }
}
