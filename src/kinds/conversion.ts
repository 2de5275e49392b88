import { type CatalogAddress, defineKind, statement, userSchema } from '../catalog/kind.ts';
import { quoteLiteral, quoteName, renameSql } from '../database/sql.ts';

type Row = CatalogAddress & Conversion & { readonly schema: string; readonly name: string };
type Conversion = {
  /** Names of encodings: `LATIN1`. */
  readonly from: string;
  readonly to: string;
  /** Quoted name. */
  readonly function: string;
  /** The one that is used between the two encodings. */
  readonly default: boolean;
};

export const conversion = defineKind<Row, Conversion>({
  kind: 'conversion',
  order: 49,
  foundIn: { catalog: 'pg_conversion' },
  query: () => `
    SELECT 'pg_conversion'::regclass::oid AS classid, c.oid AS objid, 0 AS objsubid, n.nspname AS schema, c.conname AS name,
           pg_encoding_to_char(c.conforencoding) AS "from", pg_encoding_to_char(c.contoencoding) AS "to",
           c.conproc::regproc::text AS function, c.condefault AS default
    FROM pg_conversion c
    JOIN pg_namespace n ON n.oid = c.connamespace
    WHERE ${userSchema('n')}
    ORDER BY n.nspname, c.conname`,
  fromRow: ({ classid, objid, objsubid, schema, name, ...properties }) => ({
    ref: { kind: 'conversion', path: [schema, name] },
    parent: { kind: 'schema', path: [schema] },
    address: { classid, objid, objsubid },
    properties,
  }),
  address: (ref) => `CONVERSION ${quoteName(ref.path)}`,
  create: ({ ref, properties }) => [
    statement(
      `CREATE ${properties.default ? 'DEFAULT ' : ''}CONVERSION ${quoteName(ref.path)} FOR ${quoteLiteral(properties.from)} TO ${quoteLiteral(properties.to)} FROM ${properties.function}`,
    ),
  ],
  drop: ({ ref }) => [statement(`DROP CONVERSION ${quoteName(ref.path)}`)],
  rename: (before, after) => renameSql('CONVERSION', before.path, after.path).map((sql) => statement(sql)),
  // PostgreSQL alters no conversion.
  change: { from: 'replace', to: 'replace', function: 'replace', default: 'replace' },
  references: () => [],
});
