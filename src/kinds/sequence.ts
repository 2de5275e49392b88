import {
  type CatalogAddress,
  type CatalogObject,
  defineKind,
  type Statement,
  statement,
  userSchema,
} from '../catalog/kind.ts';
import { quoteLiteral, quoteName, renameSql } from '../database/sql.ts';
import { hazard, nameHazards } from '../plan/hazards.ts';

type Row = CatalogAddress & Sequence & { readonly schema: string; readonly name: string };
type ColumnRef = { readonly kind: 'column'; readonly path: readonly string[] };
/** Numbers are text: a bigint does not fit a JSON number. */
type Sequence = {
  readonly type: string;
  readonly start: string;
  readonly increment: string;
  readonly minimum: string;
  readonly maximum: string;
  readonly cache: string;
  readonly cycle: boolean;
  /** The column of OWNED BY. */
  readonly ownedBy: ColumnRef | null;
  /** Of a sequence that no column owns: from PostgreSQL 15 on an owned one is as its table is. */
  readonly unlogged: boolean;
};

export const sequence = defineKind<Row, Sequence>({
  kind: 'sequence',
  order: 40,
  foundIn: { catalog: 'pg_class', where: "relkind = 'S'" },
  // The sequence of an identity column (deptype i) is a part of that column.
  query: () => `
    SELECT 'pg_class'::regclass::oid AS classid, c.oid AS objid, 0 AS objsubid, n.nspname AS schema, c.relname AS name,
           format_type(s.seqtypid, NULL) AS type, s.seqstart::text AS start, s.seqincrement::text AS increment,
           s.seqmin::text AS minimum, s.seqmax::text AS maximum, s.seqcache::text AS cache, s.seqcycle AS cycle,
           (SELECT json_build_object('kind', 'column', 'path', json_build_array(tn.nspname, t.relname, a.attname))
            FROM pg_depend d
            JOIN pg_class t ON t.oid = d.refobjid
            JOIN pg_namespace tn ON tn.oid = t.relnamespace
            JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
            WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'a'
              AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0) AS "ownedBy",
           c.relpersistence = 'u' AS unlogged
    FROM pg_sequence s
    JOIN pg_class c ON c.oid = s.seqrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE ${userSchema('n')}
      AND NOT EXISTS (SELECT 1 FROM pg_depend d
                      WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'i')
    ORDER BY n.nspname, c.relname`,
  fromRow: ({ classid, objid, objsubid, schema, name, ...properties }) => ({
    ref: { kind: 'sequence', path: [schema, name] },
    parent: { kind: 'schema', path: [schema] },
    ...(properties.ownedBy === null ? {} : { dropsWith: properties.ownedBy, movesWith: properties.ownedBy }),
    address: { classid, objid, objsubid },
    properties: { ...properties, unlogged: properties.unlogged && properties.ownedBy === null },
  }),
  address: (ref) => `SEQUENCE ${quoteName(ref.path)}`,
  // OWNED BY is a statement of its own: the column's default needs the sequence, the sequence needs the column.
  create: (object) => [
    statement(
      `CREATE ${object.properties.unlogged ? 'UNLOGGED ' : ''}SEQUENCE ${quoteName(object.ref.path)} AS ${object.properties.type} ${options(object.properties)} START WITH ${object.properties.start}`,
    ),
    ...(object.properties.ownedBy === null ? [] : ownedBy(object.ref.path, object.properties.ownedBy)),
  ],
  drop: ({ ref }) => [
    statement(`DROP SEQUENCE ${quoteName(ref.path)}`, {
      hazards: [hazard('drop-sequence', ref.path.join('.'))],
    }),
  ],
  rename: (before, after) => renameSql('SEQUENCE', before.path, after.path).map((sql) => statement(sql)),
  change: {
    type: (before, after) => alterNumbers(before, after),
    start: (before, after) => alterNumbers(before, after),
    increment: (before, after) => alterNumbers(before, after),
    minimum: (before, after) => alterNumbers(before, after),
    maximum: (before, after) => alterNumbers(before, after),
    cache: (before, after) => alterNumbers(before, after),
    cycle: (before, after) => alterNumbers(before, after),
    ownedBy: (_before, { ref, properties }) =>
      properties.ownedBy === null ? alter(ref.path, 'OWNED BY NONE') : ownedBy(ref.path, properties.ownedBy),
    unlogged: (_before, { ref, properties }) =>
      alter(ref.path, properties.unlogged ? 'SET UNLOGGED' : 'SET LOGGED'),
  },
  hazards: (before, after) => (after ? nameHazards(before, after) : []),
  references: () => [],
  holdsData: () => true,
  // The owner's drop would take it along.
  release: (before, after, because) => ({
    before: alter(before.ref.path, 'OWNED BY NONE'),
    after:
      after.properties.ownedBy?.path.join('.') === because.path.join('.')
        ? ownedBy(after.ref.path, after.properties.ownedBy)
        : [],
  }),
});

/** One statement, because the start must lie within the bounds at every moment, and the bounds within the type. */
function alterNumbers(
  { properties: from }: CatalogObject<Sequence>,
  { ref, properties: to }: CatalogObject<Sequence>,
): readonly Statement[] {
  const all = alter(ref.path, `AS ${to.type} ${options(to)} START WITH ${to.start}`);
  const [minimum, maximum] = [BigInt(to.minimum), BigInt(to.maximum)];
  if (minimum <= BigInt(from.minimum) && maximum >= BigInt(from.maximum)) return all;
  // PostgreSQL refuses bounds that the position lies outside of, so it is moved into them first.
  const name = quoteName(ref.path);
  const wide = `MINVALUE ${minimum < BigInt(from.minimum) ? minimum : from.minimum} MAXVALUE ${maximum > BigInt(from.maximum) ? maximum : from.maximum}`;
  return [
    ...(sizes.indexOf(to.type) > sizes.indexOf(from.type)
      ? alter(ref.path, `AS ${to.type} ${wide}`)
      : alter(ref.path, wide)),
    statement(
      `SELECT pg_catalog.setval(${quoteLiteral(name)}, greatest(${minimum}, least(${maximum}, last_value)), is_called AND last_value BETWEEN ${minimum} AND ${maximum}) FROM ${name}`,
    ),
    ...all,
  ];
}

const sizes = ['smallint', 'integer', 'bigint'];

function options({ increment, minimum, maximum, cache, cycle }: Sequence): string {
  return `INCREMENT BY ${increment} MINVALUE ${minimum} MAXVALUE ${maximum} CACHE ${cache}${cycle ? ' CYCLE' : ' NO CYCLE'}`;
}

function ownedBy(path: readonly string[], column: ColumnRef): readonly Statement[] {
  return [
    statement(`ALTER SEQUENCE ${quoteName(path)} OWNED BY ${quoteName(column.path)}`, { needs: [column] }),
  ];
}

function alter(path: readonly string[], what: string): readonly Statement[] {
  return [statement(`ALTER SEQUENCE ${quoteName(path)} ${what}`)];
}
