import { type CatalogAddress, defineKind, firstUserOid, statement } from '../catalog/kind.ts';
import { quoteName } from '../database/sql.ts';

type Row = CatalogAddress & AccessMethod & { readonly name: string };
type AccessMethod = {
  readonly type: 'table' | 'index';
  /** Quoted name of a function. */
  readonly handler: string;
};

export const accessMethod = defineKind<Row, AccessMethod>({
  kind: 'access method',
  order: 47,
  foundIn: { catalog: 'pg_am' },
  query: () => `
    SELECT 'pg_am'::regclass::oid AS classid, a.oid AS objid, 0 AS objsubid, a.amname AS name,
           CASE a.amtype WHEN 't' THEN 'table' ELSE 'index' END AS type, a.amhandler::regproc::text AS handler
    FROM pg_am a
    WHERE a.oid >= ${firstUserOid}
    ORDER BY a.amname`,
  fromRow: ({ classid, objid, objsubid, name, ...properties }) => ({
    ref: { kind: 'access method', path: [name] },
    address: { classid, objid, objsubid },
    properties,
  }),
  address: (ref) => `ACCESS METHOD ${quoteName(ref.path)}`,
  create: ({ ref, properties }) => [
    statement(
      `CREATE ACCESS METHOD ${quoteName(ref.path)} TYPE ${properties.type.toUpperCase()} HANDLER ${properties.handler}`,
    ),
  ],
  drop: ({ ref }) => [statement(`DROP ACCESS METHOD ${quoteName(ref.path)}`)],
  // PostgreSQL alters no access method.
  change: { type: 'replace', handler: 'replace' },
  references: () => [],
});
