import { type CatalogAddress, type CatalogObject, defineKind, statement } from '../catalog/kind.ts';
import type { ObjectRef } from '../catalog/object.ts';

type Row = CatalogAddress & Cast & { readonly source: string; readonly target: string };
type Cast = {
  /** WITH FUNCTION …, WITHOUT FUNCTION or WITH INOUT. */
  readonly method: string;
  readonly context: 'explicit' | 'assignment' | 'implicit';
};

export const cast = defineKind<Row, Cast>({
  kind: 'cast',
  order: 49,
  foundIn: { catalog: 'pg_cast' },
  // A range's cast to its multirange is internal to the range.
  query: () => `
    SELECT 'pg_cast'::regclass::oid AS classid, c.oid AS objid, 0 AS objsubid,
           format_type(c.castsource, NULL) AS source, format_type(c.casttarget, NULL) AS target,
           CASE c.castmethod WHEN 'i' THEN 'WITH INOUT' WHEN 'b' THEN 'WITHOUT FUNCTION'
                             ELSE 'WITH FUNCTION ' || c.castfunc::regprocedure::text END AS method,
           CASE c.castcontext WHEN 'i' THEN 'implicit' WHEN 'a' THEN 'assignment' ELSE 'explicit' END AS context
    FROM pg_cast c
    WHERE c.oid >= 16384
      AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_cast'::regclass AND d.objid = c.oid AND d.deptype = 'i')
    ORDER BY 4, 5`,
  fromRow: ({ classid, objid, objsubid, source, target, ...properties }) => ({
    ref: { kind: 'cast', path: [source, target] },
    address: { classid, objid, objsubid },
    properties,
  }),
  address: (ref) => `CAST ${types(ref)}`,
  create: (object) => [define(object)],
  drop: ({ ref }) => [statement(`DROP CAST ${types(ref)}`)],
  // PostgreSQL alters no cast.
  change: { method: 'replace', context: 'replace' },
  references: () => [],
  standsInTexts: true,
});

function define({ ref, properties }: CatalogObject<Cast>) {
  const context = properties.context === 'explicit' ? '' : ` AS ${properties.context.toUpperCase()}`;
  return statement(`CREATE CAST ${types(ref)} ${properties.method}${context}`);
}

/** The names are types as PostgreSQL prints them, quoted already. */
function types({ path: [source = '', target = ''] }: ObjectRef): string {
  return `(${source} AS ${target})`;
}
