import { type CatalogAddress, defineKind, statement } from '../catalog/kind.ts';
import {
  alterOptions,
  createOptions,
  type ForeignOptions,
  maskedOptions,
  optionsSql,
} from '../database/foreign-options.ts';
import { quoteIdentifier, quoteLiteral, quoteName } from '../database/sql.ts';

type Row = CatalogAddress & Server & { readonly name: string };
type Server = {
  readonly wrapper: { readonly kind: 'foreign data wrapper'; readonly path: readonly string[] };
  readonly type: string | null;
  readonly version: string | null;
  readonly options: ForeignOptions;
};

export const server = defineKind<Row, Server>({
  kind: 'server',
  order: 45,
  foundIn: { catalog: 'pg_foreign_server' },
  query: () => `
    SELECT 'pg_foreign_server'::regclass::oid AS classid, s.oid AS objid, 0 AS objsubid, s.srvname AS name,
           json_build_object('kind', 'foreign data wrapper', 'path', json_build_array(w.fdwname)) AS wrapper,
           s.srvtype AS type, s.srvversion AS version, ${optionsSql('s.srvoptions')} AS options
    FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
    ORDER BY s.srvname`,
  fromRow: ({ classid, objid, objsubid, name, ...properties }) => ({
    ref: { kind: 'server', path: [name] },
    address: { classid, objid, objsubid },
    properties,
  }),
  address: (ref) => `SERVER ${quoteName(ref.path)}`,
  create: ({ ref, properties }) => [
    statement(
      `CREATE SERVER ${quoteName(ref.path)}${properties.type === null ? '' : ` TYPE ${quoteLiteral(properties.type)}`}${
        properties.version === null ? '' : ` VERSION ${quoteLiteral(properties.version)}`
      } FOREIGN DATA WRAPPER ${quoteIdentifier(properties.wrapper.path[0] ?? '')}${createOptions(properties.options)}`,
      { masked: maskedOptions({}, properties.options) },
    ),
  ],
  drop: ({ ref }) => [statement(`DROP SERVER ${quoteName(ref.path)}`)],
  rename: (before, after) => [
    statement(`ALTER SERVER ${quoteName(before.path)} RENAME TO ${quoteName(after.path)}`),
  ],
  change: {
    wrapper: 'replace',
    type: 'replace',
    version: (_before, { ref, properties }) => [
      statement(
        `ALTER SERVER ${quoteName(ref.path)} VERSION ${properties.version === null ? 'NULL' : quoteLiteral(properties.version)}`,
      ),
    ],
    options: (before, { ref, properties }) => [
      statement(
        `ALTER SERVER ${quoteName(ref.path)} ${alterOptions(before.properties.options, properties.options)}`,
        { masked: maskedOptions(before.properties.options, properties.options) },
      ),
    ],
  },
  references: () => [],
  // DROP SERVER refuses while it has user mappings.
  keepsParts: true,
});
