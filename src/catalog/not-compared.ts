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
      !extensionMembers.has(`${classid}.${objid}`) && find({ classid, objid, objsubid: 0 }) === undefined,
  );
  const labels = labelsAreRead ? [] : await session.query<NotCompared>(labelsQuery);
  if (unknown.length === 0) return labels;
  const named = await session.query<NotCompared>(
    `SELECT i.type AS kind, i.identity AS name
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
].join('\n    UNION ALL');

const labelsQuery = `
  SELECT 'security labels' AS kind, l.provider || ' on ' || i.type || ' ' || i.identity AS name
  FROM ${securityLabels} l CROSS JOIN LATERAL pg_identify_object(l.classoid, l.objoid, l.objsubid) AS i
  WHERE i.identity IS NOT NULL AND i.schema IS DISTINCT FROM 'trueup'
    AND NOT EXISTS (SELECT 1 FROM pg_depend e WHERE e.classid = l.classoid AND e.objid = l.objoid AND e.deptype = 'e')
  ORDER BY 1, 2`;
