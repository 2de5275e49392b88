import {
  type CatalogAddress,
  type CatalogObject,
  defineKind,
  firstUserOid,
  type Statement,
  statement,
} from '../catalog/kind.ts';
import { quoteIdentifier, quoteName } from '../database/sql.ts';

type Row = CatalogAddress & Language & { readonly name: string };
type Language = {
  /** Whoever has USAGE may write functions in it. */
  readonly trusted: boolean;
  /** Quoted names of functions; null for none. */
  readonly handler: string;
  readonly inline: string | null;
  readonly validator: string | null;
};

/** A procedural language that no extension brings. */
export const language = defineKind<Row, Language>({
  kind: 'language',
  order: 44,
  foundIn: { catalog: 'pg_language' },
  query: () => `
    SELECT 'pg_language'::regclass::oid AS classid, l.oid AS objid, 0 AS objsubid, l.lanname AS name,
           l.lanpltrusted AS trusted, l.lanplcallfoid::regproc::text AS handler,
           nullif(l.laninline, 0)::regproc::text AS inline, nullif(l.lanvalidator, 0)::regproc::text AS validator
    FROM pg_language l
    WHERE l.lanispl AND l.oid >= ${firstUserOid}
    ORDER BY l.lanname`,
  fromRow: ({ classid, objid, objsubid, name, ...properties }) => ({
    ref: { kind: 'language', path: [name] },
    address: { classid, objid, objsubid },
    properties,
  }),
  address: (ref) => `LANGUAGE ${quoteName(ref.path)}`,
  create: (object) => [define('CREATE', object)],
  drop: ({ ref }) => [statement(`DROP LANGUAGE ${quoteName(ref.path)}`)],
  rename: (before, after) => [
    statement(`ALTER LANGUAGE ${quoteName(before.path)} RENAME TO ${quoteIdentifier(after.path[0] ?? '')}`),
  ],
  change: {
    trusted: (_before, after) => [define('CREATE OR REPLACE', after)],
    handler: (_before, after) => [define('CREATE OR REPLACE', after)],
    inline: (_before, after) => [define('CREATE OR REPLACE', after)],
    validator: (_before, after) => [define('CREATE OR REPLACE', after)],
  },
  references: () => [],
});

function define(verb: string, { ref, properties }: CatalogObject<Language>): Statement {
  const { trusted, handler, inline, validator } = properties;
  const parts = [
    `${verb} ${trusted ? 'TRUSTED ' : ''}LANGUAGE ${quoteName(ref.path)} HANDLER ${handler}`,
    ...(inline === null ? [] : [`INLINE ${inline}`]),
    ...(validator === null ? [] : [`VALIDATOR ${validator}`]),
  ];
  return statement(parts.join(' '));
}
