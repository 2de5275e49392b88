import { type CatalogAddress, defineKind, statement, userSchema } from '../catalog/kind.ts';
import { quoteName, renameSql } from '../database/sql.ts';

type Row = CatalogAddress & Parser & { readonly schema: string; readonly name: string };
/** Quoted names of functions. */
type Parser = {
  readonly start: string;
  readonly getToken: string;
  readonly end: string;
  readonly headline: string | null;
  readonly tokenTypes: string;
};

export const textSearchParser = defineKind<Row, Parser>({
  kind: 'text search parser',
  order: 46,
  foundIn: { catalog: 'pg_ts_parser' },
  query: () => `
    SELECT 'pg_ts_parser'::regclass::oid AS classid, p.oid AS objid, 0 AS objsubid, n.nspname AS schema, p.prsname AS name,
           p.prsstart::text AS start, p.prstoken::text AS "getToken", p.prsend::text AS end,
           nullif(p.prsheadline, 0)::regproc::text AS headline, p.prslextype::text AS "tokenTypes"
    FROM pg_ts_parser p
    JOIN pg_namespace n ON n.oid = p.prsnamespace
    WHERE ${userSchema('n')}
    ORDER BY n.nspname, p.prsname`,
  fromRow: ({ classid, objid, objsubid, schema, name, ...properties }) => ({
    ref: { kind: 'text search parser', path: [schema, name] },
    parent: { kind: 'schema', path: [schema] },
    address: { classid, objid, objsubid },
    properties,
  }),
  address: (ref) => `TEXT SEARCH PARSER ${quoteName(ref.path)}`,
  create: ({ ref, properties }) => {
    const { start, getToken, end, headline, tokenTypes } = properties;
    const parts = [
      `START = ${start}`,
      `GETTOKEN = ${getToken}`,
      `END = ${end}`,
      ...(headline === null ? [] : [`HEADLINE = ${headline}`]),
      `LEXTYPES = ${tokenTypes}`,
    ];
    return [statement(`CREATE TEXT SEARCH PARSER ${quoteName(ref.path)} (${parts.join(', ')})`)];
  },
  drop: ({ ref }) => [statement(`DROP TEXT SEARCH PARSER ${quoteName(ref.path)}`)],
  rename: (before, after) =>
    renameSql('TEXT SEARCH PARSER', before.path, after.path).map((sql) => statement(sql)),
  // PostgreSQL alters no parser.
  change: {
    start: 'replace',
    getToken: 'replace',
    end: 'replace',
    headline: 'replace',
    tokenTypes: 'replace',
  },
  references: () => [],
});
