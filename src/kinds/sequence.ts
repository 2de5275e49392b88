import { type CatalogAddress, defineKind, type Statement, statement, userSchema } from '../catalog/kind.ts';
import { quoteName, renameSql } from '../database/sql.ts';
import { dataLoss } from '../plan/hazards.ts';

type Row = CatalogAddress & Sequence & { readonly schema: string; readonly name: string };
/** Numbers are text: a bigint does not fit a JSON number. */
type Sequence = {
  readonly type: string;
  readonly start: string;
  readonly increment: string;
  readonly minimum: string;
  readonly maximum: string;
  readonly cache: string;
  readonly cycle: boolean;
  /** Schema, table and column of OWNED BY. */
  readonly ownedBy: readonly string[] | null;
};

export const sequence = defineKind<Row, Sequence>({
  kind: 'sequence',
  order: 40,
  // The sequence of an identity column (deptype i) is a part of that column.
  query: () => `
    SELECT 'pg_class'::regclass::oid AS classid, c.oid AS objid, 0 AS objsubid, n.nspname AS schema, c.relname AS name,
           format_type(s.seqtypid, NULL) AS type, s.seqstart::text AS start, s.seqincrement::text AS increment,
           s.seqmin::text AS minimum, s.seqmax::text AS maximum, s.seqcache::text AS cache, s.seqcycle AS cycle,
           (SELECT ARRAY[tn.nspname, t.relname, a.attname]
            FROM pg_depend d
            JOIN pg_class t ON t.oid = d.refobjid
            JOIN pg_namespace tn ON tn.oid = t.relnamespace
            JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
            WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'a'
              AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0) AS "ownedBy"
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
    ...(properties.ownedBy === null ? {} : { dropsWith: { kind: 'column', path: properties.ownedBy } }),
    address: { classid, objid, objsubid },
    properties,
  }),
  address: (ref) => `SEQUENCE ${quoteName(ref.path)}`,
  // OWNED BY is a statement of its own: the column's default needs the sequence, the sequence needs the column.
  create: (object) => [
    statement(
      `CREATE SEQUENCE ${quoteName(object.ref.path)} AS ${object.properties.type} ${options(object.properties)} START WITH ${object.properties.start}`,
    ),
    ...(object.properties.ownedBy === null ? [] : ownedBy(object.ref.path, object.properties.ownedBy)),
  ],
  drop: ({ ref }) => [
    statement(`DROP SEQUENCE ${quoteName(ref.path)}`, {
      hazards: [dataLoss(ref.path.join('.'), `The position of the sequence ${ref.path.join('.')} is lost.`)],
    }),
  ],
  rename: (before, after) => renameSql('SEQUENCE', before.path, after.path).map((sql) => statement(sql)),
  change: {
    type: (_before, { ref, properties }) => alter(ref.path, `AS ${properties.type} ${options(properties)}`),
    start: (_before, { ref, properties }) => alter(ref.path, `START WITH ${properties.start}`),
    increment: (_before, { ref, properties }) => alter(ref.path, options(properties)),
    minimum: (_before, { ref, properties }) => alter(ref.path, options(properties)),
    maximum: (_before, { ref, properties }) => alter(ref.path, options(properties)),
    cache: (_before, { ref, properties }) => alter(ref.path, options(properties)),
    cycle: (_before, { ref, properties }) => alter(ref.path, options(properties)),
    ownedBy: (_before, { ref, properties }) =>
      properties.ownedBy === null ? alter(ref.path, 'OWNED BY NONE') : ownedBy(ref.path, properties.ownedBy),
  },
  references: () => [],
});

function options({ increment, minimum, maximum, cache, cycle }: Sequence): string {
  return `INCREMENT BY ${increment} MINVALUE ${minimum} MAXVALUE ${maximum} CACHE ${cache}${cycle ? ' CYCLE' : ' NO CYCLE'}`;
}

function ownedBy(path: readonly string[], column: readonly string[]): readonly Statement[] {
  return [
    statement(`ALTER SEQUENCE ${quoteName(path)} OWNED BY ${quoteName(column)}`, {
      needs: [{ kind: 'column', path: column }],
    }),
  ];
}

function alter(path: readonly string[], what: string): readonly Statement[] {
  return [statement(`ALTER SEQUENCE ${quoteName(path)} ${what}`)];
}
