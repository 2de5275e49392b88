import { type CatalogAddress, defineKind, statement } from '../catalog/kind.ts';
import {
  alterOptions,
  createOptions,
  type ForeignOptions,
  maskedOptions,
  optionsSql,
} from '../database/foreign-options.ts';
import { quoteName } from '../database/sql.ts';

type Row = CatalogAddress & Wrapper & { readonly name: string };
type Wrapper = {
  /** Quoted name of the function, or null: without a handler its foreign tables cannot be read. */
  readonly handler: string | null;
  readonly validator: string | null;
  readonly options: ForeignOptions;
};

export const foreignDataWrapper = defineKind<Row, Wrapper>({
  kind: 'foreign data wrapper',
  order: 44,
  foundIn: { catalog: 'pg_foreign_data_wrapper' },
  query: () => `
    SELECT 'pg_foreign_data_wrapper'::regclass::oid AS classid, w.oid AS objid, 0 AS objsubid, w.fdwname AS name,
           quote_ident(hn.nspname) || '.' || quote_ident(h.proname) AS handler,
           quote_ident(vn.nspname) || '.' || quote_ident(v.proname) AS validator,
           ${optionsSql('w.fdwoptions')} AS options
    FROM pg_foreign_data_wrapper w
    LEFT JOIN pg_proc h ON h.oid = w.fdwhandler
    LEFT JOIN pg_namespace hn ON hn.oid = h.pronamespace
    LEFT JOIN pg_proc v ON v.oid = w.fdwvalidator
    LEFT JOIN pg_namespace vn ON vn.oid = v.pronamespace
    ORDER BY w.fdwname`,
  fromRow: ({ classid, objid, objsubid, name, ...properties }) => ({
    ref: { kind: 'foreign data wrapper', path: [name] },
    address: { classid, objid, objsubid },
    properties,
  }),
  address: (ref) => `FOREIGN DATA WRAPPER ${quoteName(ref.path)}`,
  create: ({ ref, properties }) => [
    statement(
      `CREATE FOREIGN DATA WRAPPER ${quoteName(ref.path)}${
        properties.handler === null ? '' : ` HANDLER ${properties.handler}`
      }${properties.validator === null ? '' : ` VALIDATOR ${properties.validator}`}${createOptions(properties.options)}`,
      { masked: maskedOptions({}, properties.options) },
    ),
  ],
  drop: ({ ref }) => [statement(`DROP FOREIGN DATA WRAPPER ${quoteName(ref.path)}`)],
  rename: (before, after) => [
    statement(`ALTER FOREIGN DATA WRAPPER ${quoteName(before.path)} RENAME TO ${quoteName(after.path)}`),
  ],
  change: {
    handler: (_before, { ref, properties }) => [
      statement(
        `ALTER FOREIGN DATA WRAPPER ${quoteName(ref.path)} ${properties.handler === null ? 'NO HANDLER' : `HANDLER ${properties.handler}`}`,
      ),
    ],
    validator: (_before, { ref, properties }) => [
      statement(
        `ALTER FOREIGN DATA WRAPPER ${quoteName(ref.path)} ${properties.validator === null ? 'NO VALIDATOR' : `VALIDATOR ${properties.validator}`}`,
      ),
    ],
    options: (before, { ref, properties }) => [
      statement(
        `ALTER FOREIGN DATA WRAPPER ${quoteName(ref.path)} ${alterOptions(before.properties.options, properties.options)}`,
        { masked: maskedOptions(before.properties.options, properties.options) },
      ),
    ],
  },
  references: () => [],
});
