import { type CatalogAddress, defineKind, statement, userSchema } from '../catalog/kind.ts';
import { quoteName, renameSql } from '../database/sql.ts';

type Row = CatalogAddress & Template & { readonly schema: string; readonly name: string };
/** Quoted names of functions. */
type Template = {
  readonly initialize: string | null;
  readonly lexize: string;
};

export const textSearchTemplate = defineKind<Row, Template>({
  kind: 'text search template',
  order: 46,
  foundIn: { catalog: 'pg_ts_template' },
  query: () => `
    SELECT 'pg_ts_template'::regclass::oid AS classid, t.oid AS objid, 0 AS objsubid, n.nspname AS schema, t.tmplname AS name,
           nullif(t.tmplinit, 0)::regproc::text AS initialize, t.tmpllexize::text AS lexize
    FROM pg_ts_template t
    JOIN pg_namespace n ON n.oid = t.tmplnamespace
    WHERE ${userSchema('n')}
    ORDER BY n.nspname, t.tmplname`,
  fromRow: ({ classid, objid, objsubid, schema, name, ...properties }) => ({
    ref: { kind: 'text search template', path: [schema, name] },
    parent: { kind: 'schema', path: [schema] },
    address: { classid, objid, objsubid },
    properties,
  }),
  address: (ref) => `TEXT SEARCH TEMPLATE ${quoteName(ref.path)}`,
  create: ({ ref, properties: { initialize, lexize } }) => [
    statement(
      `CREATE TEXT SEARCH TEMPLATE ${quoteName(ref.path)} (${initialize === null ? '' : `INIT = ${initialize}, `}LEXIZE = ${lexize})`,
    ),
  ],
  drop: ({ ref }) => [statement(`DROP TEXT SEARCH TEMPLATE ${quoteName(ref.path)}`)],
  rename: (before, after) =>
    renameSql('TEXT SEARCH TEMPLATE', before.path, after.path).map((sql) => statement(sql)),
  // PostgreSQL alters no template.
  change: { initialize: 'replace', lexize: 'replace' },
  references: () => [],
});
