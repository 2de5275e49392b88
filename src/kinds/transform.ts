import {
  type CatalogAddress,
  type CatalogObject,
  defineKind,
  firstUserOid,
  type Statement,
  statement,
} from '../catalog/kind.ts';
import type { ObjectRef } from '../catalog/object.ts';
import { quoteIdentifier } from '../database/sql.ts';

type Row = CatalogAddress & Transform & { readonly type: string; readonly language: string };
type Transform = {
  /** Functions with their argument types; null for none. */
  readonly fromSql: string | null;
  readonly toSql: string | null;
};

export const transform = defineKind<Row, Transform>({
  kind: 'transform',
  order: 49,
  foundIn: { catalog: 'pg_transform' },
  query: () => `
    SELECT 'pg_transform'::regclass::oid AS classid, t.oid AS objid, 0 AS objsubid,
           format_type(t.trftype, NULL) AS type, l.lanname AS language,
           nullif(t.trffromsql, 0)::regprocedure::text AS "fromSql", nullif(t.trftosql, 0)::regprocedure::text AS "toSql"
    FROM pg_transform t
    JOIN pg_language l ON l.oid = t.trflang
    WHERE t.oid >= ${firstUserOid}
    ORDER BY 4, 5`,
  fromRow: ({ classid, objid, objsubid, type, language, ...properties }) => ({
    ref: { kind: 'transform', path: [type, language] },
    address: { classid, objid, objsubid },
    properties,
  }),
  address: (ref) => `TRANSFORM ${between(ref)}`,
  create: (object) => [define('CREATE', object)],
  drop: ({ ref }) => [statement(`DROP TRANSFORM ${between(ref)}`)],
  change: {
    fromSql: (_before, after) => [define('CREATE OR REPLACE', after)],
    toSql: (_before, after) => [define('CREATE OR REPLACE', after)],
  },
  references: () => [],
});

function define(verb: string, { ref, properties: { fromSql, toSql } }: CatalogObject<Transform>): Statement {
  const functions = [
    ...(fromSql === null ? [] : [`FROM SQL WITH FUNCTION ${fromSql}`]),
    ...(toSql === null ? [] : [`TO SQL WITH FUNCTION ${toSql}`]),
  ];
  return statement(`${verb} TRANSFORM ${between(ref)} (${functions.join(', ')})`);
}

/** The type is as PostgreSQL prints it, quoted already. */
function between({ path: [type = '', language = ''] }: ObjectRef): string {
  return `FOR ${type} LANGUAGE ${quoteIdentifier(language)}`;
}
