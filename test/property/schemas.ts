import fc from 'fast-check';
import { extras } from './extras.ts';

const types = [
  'integer',
  'bigint',
  'text',
  'varchar(20)',
  'numeric(10,2)',
  'boolean',
  'date',
  'jsonb',
  'integer[]',
  'mood',
  'mood[]',
  'code',
  'pair',
] as const;
const names = ['a', 'b', 'c', 'd'] as const;
const tableNames = ['t1', 't2', 't3'] as const;
/** Another partition key is a loss of rows that a plan names. */
const strategies = { t1: 'LIST', t2: 'RANGE', t3: 'HASH' } as const;

const column = fc.record({
  type: fc.constantFrom(...types),
  notNull: fc.boolean(),
  hasDefault: fc.boolean(),
  comment: fc.option(fc.constantFrom('one', 'two')),
});
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: null, freq: 3 });

const table = fc.record({
  id: fc.constantFrom('plain', 'key', 'identity', 'serial', 'function'),
  columns: fc.record({ a: maybe(column), b: maybe(column), c: maybe(column), d: maybe(column) }),
  generated: fc.boolean(),
  check: fc.option(fc.constantFrom('id > 0', 'id >= 0', 'id IS NOT NULL')),
  unique: fc.option(fc.constantFrom(...names)),
  index: fc.option(fc.tuple(fc.constantFrom(...names), fc.constantFrom('', ' DESC', ' NULLS FIRST'))),
  partial: fc.boolean(),
  refersTo: fc.option(fc.constantFrom(...tableNames)),
  partitioned: fc.integer({ min: 1, max: 4 }).map((one) => one === 1),
  unlogged: fc.boolean(),
  policy: fc.option(fc.constantFrom('true', 'id > 1')),
  trigger: fc.option(fc.constantFrom('INSERT', 'UPDATE OF id')),
  comment: fc.option(fc.constantFrom('one', 'two')),
  grant: fc.option(fc.constantFrom('SELECT', 'SELECT, INSERT')),
  statistics: fc.boolean(),
  child: fc.boolean(),
});

/** Which form of each of `extras` a schema has; few at once, so that it stays quick to make. */
const forms = fc.record(
  Object.fromEntries(
    Object.entries(extras).map(([name, sqls]) => [
      name,
      fc.oneof(
        { weight: 5, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: fc.nat({ max: sqls.length - 1 }) },
      ),
    ]),
  ),
);

/** Kinds that depend on one another, over few names, so that two of them have much in common and much that differs. */
const parts = {
  mood: maybe(fc.shuffledSubarray(['sad', 'ok', 'good', 'best'], { minLength: 1 })),
  code: maybe(fc.record({ over: fc.constantFrom('text', 'mood', 'integer'), check: fc.boolean() })),
  pair: maybe(fc.shuffledSubarray(['x integer', 'y text', 'z mood'], { minLength: 1 })),
  f: fc.record({ argument: fc.constantFrom('integer', 'bigint'), adds: fc.integer({ min: 1, max: 2 }) }),
  tables: fc.record({ t1: maybe(table), t2: maybe(table), t3: maybe(table) }),
  view: fc.option(fc.tuple(fc.constantFrom(...tableNames), fc.constantFrom(...names))),
  viewOfView: fc.boolean(),
  materialized: fc.option(fc.constantFrom(...tableNames)),
  moods: fc.boolean(),
  publication: fc.option(fc.constantFrom(...tableNames)),
};
const cores = fc.record(parts);
export const schemas = fc.record({ core: cores, extras: forms });

type Core = typeof cores extends fc.Arbitrary<infer One> ? One : never;
export type Schema = { readonly core: Core; readonly extras: { readonly [name: string]: number | null } };

/** Some of one schema and the rest of another: what is kept of the first, by position. */
export function mix(one: Schema, other: Schema, kept: readonly boolean[]): Schema {
  let position = 0;
  const choose = <T extends object>(mine: T, theirs: T): T =>
    Object.fromEntries(
      Object.keys(mine).map((name) => {
        const key = name as keyof T;
        position += 1;
        return [name, kept[position % kept.length] ? mine[key] : theirs[key]];
      }),
    ) as T;
  return { core: choose(one.core, other.core), extras: choose(one.extras, other.extras) };
}

type Table = NonNullable<Core['tables']['t1']>;

/** What makes a schema of an empty database. What it names and does not hold is left out. */
export function toSql({ core: schema, extras: forms }: Schema): string {
  const { mood, code, pair, f, tables, view, viewOfView, materialized, moods, publication } = schema;
  const present = tableNames.flatMap((name) => {
    const one = tables[name];
    return one ? [[name, one] as const] : [];
  });
  const columnsOf = (name: (typeof tableNames)[number]) =>
    names.filter((column) => tables[name]?.columns[column]);
  const viewed = view !== null && tables[view[0]] ? view : null;
  return [
    ...(mood ? [`CREATE TYPE mood AS ENUM (${mood.map((label) => `'${label}'`).join(', ')})`] : []),
    ...(code
      ? [`CREATE DOMAIN code AS ${known(code.over, schema)}${code.check ? ' CHECK (VALUE IS NOT NULL)' : ''}`]
      : []),
    ...(pair
      ? [
          `CREATE TYPE pair AS (${pair.map((part) => (mood ? part : part.replace('mood', 'text'))).join(', ')})`,
        ]
      : []),
    `CREATE FUNCTION f(n ${f.argument}) RETURNS ${f.argument} LANGUAGE sql IMMUTABLE AS 'SELECT n + ${f.adds}'`,
    `CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'`,
    ...(moods && mood
      ? [`CREATE FUNCTION first_of(m mood[]) RETURNS mood LANGUAGE sql AS 'SELECT m[1]'`]
      : []),
    ...present.flatMap(([name, one]) => createTable(name, one, schema)),
    ...present.flatMap(([name, one]) => addReference(name, one, schema)),
    ...(viewed
      ? [
          `CREATE VIEW v AS SELECT id${columnsOf(viewed[0]).includes(viewed[1]) ? `, ${viewed[1]}` : ''} FROM ${viewed[0]}`,
          ...(viewOfView ? ['CREATE VIEW w AS SELECT v.id, count(*) AS n FROM v GROUP BY v.id'] : []),
        ]
      : []),
    ...(materialized && tables[materialized]
      ? [`CREATE MATERIALIZED VIEW m AS SELECT * FROM ${materialized}`, 'CREATE INDEX m_id ON m (id)']
      : []),
    ...(publication && tables[publication] && !tables[publication].unlogged
      ? [`CREATE PUBLICATION p FOR TABLE ${publication}`]
      : []),
    ...Object.entries(forms).flatMap(([name, form]) => {
      const sql = form === null ? undefined : extras[name]?.[form];
      const [table] = present[0] ?? [];
      if (sql === undefined || (table === undefined && sql.includes('{t}'))) return [];
      return [sql.replaceAll('{t}', table ?? '').replace(/\s+/g, ' ')];
    }),
  ]
    .map((statement) => `${statement};`)
    .join('\n');
}

function createTable(name: (typeof tableNames)[number], one: Table, schema: Core): readonly string[] {
  const { partitioned } = one;
  const strategy = strategies[name];
  const isKey = hasKey(one);
  const elements = [
    `id integer${idOf(one)}${isKey ? ' PRIMARY KEY' : ''}`,
    ...names.flatMap((column) => {
      const of = one.columns[column];
      if (!of) return [];
      const type = known(of.type, schema);
      const value = of.hasDefault ? defaultOf(type, schema) : null;
      return [
        `${column} ${type}${value === null ? '' : ` DEFAULT ${value}`}${of.notNull ? ' NOT NULL' : ''}`,
      ];
    }),
    ...(one.generated ? ['twice integer GENERATED ALWAYS AS (id * 2) STORED'] : []),
    ...(one.check ? [`CHECK (${one.check})`] : []),
    ...(one.unique && canIndex(one, one.unique, schema) && !partitioned
      ? [`UNIQUE (id, ${one.unique})`]
      : []),
  ];
  const [indexed, order] = one.index ?? [null, ''];
  const unlogged = one.unlogged && !partitioned ? 'UNLOGGED ' : '';
  const bounds = { LIST: 'IN (1)', RANGE: 'FROM (1) TO (2)', HASH: 'WITH (MODULUS 2, REMAINDER 0)' };
  return [
    `CREATE ${unlogged}TABLE ${name} (${elements.join(', ')})${partitioned ? ` PARTITION BY ${strategy} (id)` : ''}`,
    ...(partitioned
      ? [
          `CREATE TABLE ${name}_1 PARTITION OF ${name} FOR VALUES ${bounds[strategy]}`,
          `CREATE TABLE ${name}_2 PARTITION OF ${name} ${strategy === 'HASH' ? 'FOR VALUES WITH (MODULUS 2, REMAINDER 1)' : 'DEFAULT'}`,
        ]
      : []),
    ...(one.child && !partitioned ? [`CREATE TABLE ${name}_child (extra text) INHERITS (${name})`] : []),
    ...(indexed && canIndex(one, indexed, schema)
      ? [`CREATE INDEX ${name}_by ON ${name} (${indexed}${order})${one.partial ? ' WHERE f(id) > 1' : ''}`]
      : []),
    ...(one.statistics && one.columns.a && one.columns.b
      ? [`CREATE STATISTICS ${name}_stats (ndistinct) ON id, twice FROM ${name}`].filter(() => one.generated)
      : []),
    ...(one.policy
      ? [`ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY`, `CREATE POLICY p ON ${name} USING (${one.policy})`]
      : []),
    ...(one.trigger
      ? [`CREATE TRIGGER tr BEFORE ${one.trigger} ON ${name} FOR EACH ROW EXECUTE FUNCTION touch()`]
      : []),
    ...(one.comment ? [`COMMENT ON TABLE ${name} IS '${one.comment}'`] : []),
    ...(one.grant ? [`GRANT ${one.grant} ON ${name} TO PUBLIC`] : []),
    ...names.flatMap((column) => {
      const comment = one.columns[column]?.comment;
      return comment ? [`COMMENT ON COLUMN ${name}.${column} IS '${comment}'`] : [];
    }),
  ];
}

function addReference(name: string, one: Table, { tables }: Core): readonly string[] {
  const other = one.refersTo && tables[one.refersTo];
  if (!other || !hasKey(other) || one.unlogged !== other.unlogged) return [];
  if (one.partitioned !== other.partitioned && one.unlogged) return [];
  return [`ALTER TABLE ${name} ADD CONSTRAINT ${name}_ref FOREIGN KEY (id) REFERENCES ${one.refersTo} (id)`];
}

function hasKey({ id }: Table): boolean {
  return id === 'key' || id === 'identity';
}

function idOf({ id, partitioned }: Table): string {
  if (id === 'identity') return partitioned ? '' : ' GENERATED BY DEFAULT AS IDENTITY';
  if (id === 'function') return ' DEFAULT f(1)';
  return id === 'serial' ? ' DEFAULT 7' : '';
}

/** The type, or text where what it names is not there. */
function known(type: string, { mood, code, pair }: Pick<Core, 'mood' | 'code' | 'pair'>): string {
  const isThere = type.startsWith('mood') ? mood : type === 'code' ? code : type === 'pair' ? pair : true;
  return isThere ? type : 'text';
}

function defaultOf(type: string, { mood }: Core): string | null {
  if (type === 'mood') return `'${mood?.[0]}'`;
  if (type === 'mood[]') return `'{${mood?.[0]}}'`;
  if (type === 'integer[]') return `'{1}'`;
  if (type === 'jsonb') return `'{}'`;
  if (type === 'boolean') return 'true';
  if (type === 'date') return 'CURRENT_DATE';
  if (type === 'text' || type.startsWith('varchar')) return `'x'`;
  return type === 'code' || type === 'pair' ? null : '1';
}

function canIndex(one: Table, column: (typeof names)[number], schema: Core): boolean {
  const type = one.columns[column]?.type;
  return type !== undefined && known(type, schema) !== 'jsonb';
}
