import {
  type CatalogAddress,
  type CatalogObject,
  defineKind,
  type Statement,
  statement,
  userSchema,
} from '../catalog/kind.ts';
import type { ObjectRef } from '../catalog/object.ts';
import { quoteIdentifier, quoteName } from '../database/sql.ts';

type Row = CatalogAddress &
  Rule & {
    readonly schema: string;
    readonly relation: string;
    readonly relationKind: string;
    readonly name: string;
  };
type Rule = {
  /** What follows the rule's name: `AS ON INSERT TO … DO …`. */
  readonly definition: string;
  /** Firing under session_replication_role: the default fires on origin only. */
  readonly enabled: 'origin' | 'disabled' | 'replica' | 'always';
};

export const rule = defineKind<Row, Rule>({
  kind: 'rule',
  order: 98,
  foundIn: { catalog: 'pg_rewrite', where: "rulename <> '_RETURN'" },
  // The rule _RETURN is what makes a view a view.
  query: () => `
    SELECT 'pg_rewrite'::regclass::oid AS classid, r.oid AS objid, 0 AS objsubid,
           n.nspname AS schema, c.relname AS relation, r.rulename AS name,
           CASE c.relkind WHEN 'v' THEN 'view' ELSE 'table' END AS "relationKind",
           rtrim(substr(pg_get_ruledef(r.oid), length('CREATE RULE ' || quote_ident(r.rulename) || ' ') + 1), ';') AS definition,
           CASE r.ev_enabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' ELSE 'origin' END AS enabled
    FROM pg_rewrite r
    JOIN pg_class c ON c.oid = r.ev_class
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE r.rulename <> '_RETURN' AND ${userSchema('n')}
    ORDER BY n.nspname, c.relname, r.rulename`,
  fromRow: ({ classid, objid, objsubid, schema, relation, relationKind, name, ...properties }) => ({
    ref: { kind: 'rule', path: [schema, relation, name] },
    parent: { kind: relationKind, path: [schema, relation] },
    address: { classid, objid, objsubid },
    properties,
  }),
  address: (ref) => `RULE ${on(ref)}`,
  create: (object) => [
    define('CREATE', object),
    ...(object.properties.enabled === 'origin' ? [] : [enable(object)]),
  ],
  drop: ({ ref }) => [statement(`DROP RULE ${on(ref)}`)],
  rename: (before, after) => [
    statement(
      `ALTER RULE ${quoteIdentifier(before.path.at(-1) ?? '')} ON ${quoteName(after.path.slice(0, -1))} RENAME TO ${quoteIdentifier(after.path.at(-1) ?? '')}`,
    ),
  ],
  change: {
    definition: (_before, after) => [define('CREATE OR REPLACE', after)],
    enabled: (_before, after) => [enable(after)],
  },
  references: () => [],
  printed: ['definition'],
});

function define(verb: string, { ref, properties }: CatalogObject<Rule>): Statement {
  return statement(`${verb} RULE ${quoteIdentifier(ref.path.at(-1) ?? '')} ${properties.definition}`);
}

function enable({ ref, properties }: CatalogObject<Rule>): Statement {
  const state = { origin: 'ENABLE', disabled: 'DISABLE', replica: 'ENABLE REPLICA', always: 'ENABLE ALWAYS' };
  return statement(
    `ALTER TABLE ${quoteName(ref.path.slice(0, -1))} ${state[properties.enabled]} RULE ${quoteIdentifier(ref.path.at(-1) ?? '')}`,
  );
}

function on(ref: ObjectRef): string {
  return `${quoteIdentifier(ref.path.at(-1) ?? '')} ON ${quoteName(ref.path.slice(0, -1))}`;
}
