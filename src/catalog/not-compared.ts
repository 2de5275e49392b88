import { securityLabels } from '../database/security-labels.ts';
import type { Session } from '../database/session.ts';
import { type CatalogAddress, type CatalogObject, firstUserOid, type NotCompared } from './kind.ts';

/**
 * Everything in the database that no kind covers, by PostgreSQL's own name for it. `candidates` are the rows of
 * `candidatesQuery`, so that what a newer server brings is named rather than taken for clean.
 */
export async function nameNotCompared(
  session: Session,
  candidates: readonly unknown[],
  find: (address: CatalogAddress) => CatalogObject | undefined,
  extensionMembers: ReadonlySet<string>,
  labelsAreRead: boolean,
): Promise<readonly NotCompared[]> {
  const unknown = (candidates as readonly Pick<CatalogAddress, 'classid' | 'objid'>[]).filter(
    ({ classid, objid }) =>
      // The language that every database has is an extension's, and may be granted too.
      (objid < firstUserOid || !extensionMembers.has(`${classid}.${objid}`)) &&
      find({ classid, objid, objsubid: 0 }) === undefined,
  );
  const labels = labelsAreRead ? [] : await session.query<NotCompared>(labelsQuery);
  if (unknown.length === 0) return labels;
  const named = await session.query<NotCompared>(
    `SELECT CASE WHEN u.objid < ${firstUserOid} THEN 'grants' ELSE i.type END AS kind,
            CASE WHEN u.objid < ${firstUserOid} THEN 'on ' || i.type || ' ' ELSE '' END || i.identity AS name
     FROM json_to_recordset($1::json) AS u (classid oid, objid oid),
          LATERAL pg_identify_object(u.classid, u.objid, 0) AS i
     WHERE i.identity IS NOT NULL
     ORDER BY 1, 2`,
    [JSON.stringify(unknown)],
  );
  return [...named, ...labels];
}

/** Catalogs whose rows stand in a schema, with the columns that say so. */
const inSchemas: readonly (readonly [catalog: string, namespace: string, where?: string])[] = [
  ['pg_class', 'relnamespace', "relkind NOT IN ('t', 'i', 'I')"],
  [
    'pg_type',
    'typnamespace',
    "typtype NOT IN ('c', 'm') AND NOT (typelem <> 0 AND typlen = -1 AND typcategory = 'A')",
  ],
  ['pg_proc', 'pronamespace'],
  ['pg_operator', 'oprnamespace'],
  ['pg_opclass', 'opcnamespace'],
  ['pg_opfamily', 'opfnamespace'],
  ['pg_collation', 'collnamespace'],
  ['pg_conversion', 'connamespace'],
  ['pg_statistic_ext', 'stxnamespace'],
  ['pg_ts_config', 'cfgnamespace'],
  ['pg_ts_dict', 'dictnamespace'],
  ['pg_ts_parser', 'prsnamespace'],
  ['pg_ts_template', 'tmplnamespace'],
];

/** Catalogs of objects that stand in no schema, or on a relation. */
const others: readonly (readonly [catalog: string, where?: string, readFrom?: string])[] = [
  ['pg_cast'],
  ['pg_language'],
  ['pg_am'],
  ['pg_transform'],
  ['pg_policy'],
  ['pg_rewrite', "rulename <> '_RETURN'"],
  ['pg_event_trigger'],
  ['pg_foreign_data_wrapper'],
  ['pg_foreign_server'],
  // The catalog itself is a superuser's alone; the view shows every role that a mapping is there.
  ['pg_user_mapping', 'true', '(SELECT m.umid AS oid FROM pg_user_mappings m)'],
  ['pg_publication'],
  ['pg_subscription', 'subdbid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())'],
  ['pg_default_acl'],
];

/**
 * PostgreSQL's own objects on which somebody has granted or revoked since initdb, as pg_dump tells them: from its
 * pg_init_privs, without information_schema. An object's oid, its column's number, and its list, now and at first.
 */
const grantedSince: string = [
  `SELECT 'pg_class'::regclass, oid, 0, relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner)
   FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace`,
  `SELECT 'pg_class'::regclass, a.attrelid, a.attnum, a.attacl, acldefault('c', c.relowner)
   FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.relnamespace = 'pg_catalog'::regnamespace`,
  `SELECT 'pg_proc'::regclass, oid, 0, proacl, acldefault('f', proowner) FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace`,
  `SELECT 'pg_type'::regclass, oid, 0, typacl, acldefault('T', typowner) FROM pg_type WHERE typnamespace = 'pg_catalog'::regnamespace`,
  `SELECT 'pg_language'::regclass, oid, 0, lanacl, acldefault('l', lanowner) FROM pg_language`,
  `SELECT 'pg_namespace'::regclass, oid, 0, nspacl, acldefault('n', nspowner) FROM pg_namespace WHERE nspname = 'pg_catalog'`,
]
  .map(
    (each) => `
    SELECT o.classid::oid::bigint, o.objid::bigint, NULL
    FROM (${each}) AS o (classid, objid, subid, now, builtin)
    LEFT JOIN pg_init_privs p ON p.classoid = o.classid AND p.objoid = o.objid AND p.objsubid = o.subid
    WHERE o.now IS NOT NULL AND o.objid < ${firstUserOid}
      AND ARRAY(SELECT a::text FROM unnest(o.now) a ORDER BY 1) <> ARRAY(SELECT a::text FROM unnest(coalesce(p.initprivs, o.builtin)) a ORDER BY 1)`,
  )
  .join('\n    UNION');

/** Asks every system catalog that holds objects of users. */
export const candidatesQuery: string = [
  ...inSchemas.map(
    ([catalog, namespace, where = 'true']) => `
    SELECT '${catalog}'::regclass::oid::bigint AS classid, o.oid::bigint AS objid, n.nspname AS schema
    FROM ${catalog} o JOIN pg_namespace n ON n.oid = o.${namespace}
    WHERE o.oid >= ${firstUserOid} AND ${where}
      AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'trueup', 'trueup_backup')`,
  ),
  ...others.map(
    ([catalog, where = 'true', readFrom = catalog]) => `
    SELECT '${catalog}'::regclass::oid::bigint, o.oid::bigint, NULL FROM ${readFrom} o WHERE o.oid >= ${firstUserOid} AND ${where}`,
  ),
  grantedSince,
].join('\n    UNION ALL');

const labelsQuery = `
  SELECT 'security labels' AS kind, l.provider || ' on ' || i.type || ' ' || i.identity AS name
  FROM ${securityLabels} l CROSS JOIN LATERAL pg_identify_object(l.classoid, l.objoid, l.objsubid) AS i
  WHERE i.identity IS NOT NULL AND i.schema IS DISTINCT FROM 'trueup'
    AND NOT EXISTS (SELECT 1 FROM pg_depend e WHERE e.classid = l.classoid AND e.objid = l.objoid AND e.deptype = 'e')
  ORDER BY 1, 2`;
