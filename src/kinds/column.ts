import {
  type CatalogAddress,
  type CatalogObject,
  defineKind,
  type Statement,
  statement,
  userSchema,
} from '../catalog/kind.ts';
import { quoteIdentifier, quoteName } from '../database/sql.ts';
import { dataLoss, type Hazard, rewrite } from '../plan/hazards.ts';

type Row = CatalogAddress &
  Omit<Column, 'definition'> & { readonly schema: string; readonly table: string; readonly name: string };

type Identity = {
  readonly always: boolean;
  readonly start: string;
  readonly increment: string;
  readonly minimum: string;
  readonly maximum: string;
  readonly cache: string;
  readonly cycle: boolean;
};

type Column = {
  readonly type: string;
  /** Quoted name, or null for the type's own collation. */
  readonly collation: string | null;
  readonly generated: { readonly expression: string; readonly stored: boolean } | null;
  readonly identity: Identity | null;
  readonly default: string | null;
  readonly notNull: boolean;
  /** Storage strategy, null for the type's own. */
  readonly storage: string | null;
  readonly compression: string | null;
  /** Per-column statistics target, null for the default. */
  readonly statistics: number | null;
  readonly options: readonly string[];
  /** The parent table defines it, and this one only differs in default or NOT NULL. */
  readonly inherited: boolean;
  /** Physical position: databases differ in it after ALTER TABLE, and no statement can change it. */
  readonly position: number;
  /** As it stands in CREATE TABLE. */
  readonly definition: string;
};

export const column = defineKind<Row, Column>({
  kind: 'column',
  order: 60,
  // Columns that a partition or child has from its parent are the parent's, unless they differ from it.
  query: (serverVersion) => `
    SELECT 'pg_class'::regclass::oid AS classid, c.oid AS objid, a.attnum AS objsubid,
           n.nspname AS schema, c.relname AS "table", a.attname AS name,
           format_type(a.atttypid, a.atttypmod) AS type,
           CASE WHEN a.attcollation <> t.typcollation
                THEN quote_ident(cn.nspname) || '.' || quote_ident(co.collname) END AS collation,
           CASE WHEN a.attgenerated <> '' THEN json_build_object(
             'expression', pg_get_expr(d.adbin, d.adrelid), 'stored', a.attgenerated = 's') END AS generated,
           CASE WHEN a.attidentity <> '' THEN json_build_object(
             'always', a.attidentity = 'a', 'start', s.seqstart::text, 'increment', s.seqincrement::text,
             'minimum', s.seqmin::text, 'maximum', s.seqmax::text, 'cache', s.seqcache::text, 'cycle', s.seqcycle) END AS identity,
           CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END AS "default",
           a.attnotnull AS "notNull",
           CASE WHEN a.attstorage <> t.typstorage THEN
             CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END AS storage,
           CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END AS compression,
           ${serverVersion >= 170000 ? 'a.attstattarget' : 'nullif(a.attstattarget, -1)'} AS statistics,
           ARRAY(SELECT o FROM unnest(a.attoptions) o ORDER BY o) AS options,
           a.attinhcount > 0 AS inherited, a.attnum AS position
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    LEFT JOIN pg_collation co ON co.oid = a.attcollation
    LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace
    LEFT JOIN pg_depend sd ON a.attidentity <> '' AND sd.refclassid = 'pg_class'::regclass AND sd.refobjid = a.attrelid
      AND sd.refobjsubid = a.attnum AND sd.deptype = 'i' AND sd.classid = 'pg_class'::regclass
    LEFT JOIN pg_sequence s ON s.seqrelid = sd.objid
    WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped AND ${userSchema('n')}
      AND (a.attinhcount = 0 OR NOT EXISTS (
        SELECT 1 FROM pg_inherits i
        JOIN pg_attribute pa ON pa.attrelid = i.inhparent AND pa.attname = a.attname
        LEFT JOIN pg_attrdef pd ON pd.adrelid = pa.attrelid AND pd.adnum = pa.attnum
        WHERE i.inhrelid = a.attrelid AND pa.attnotnull = a.attnotnull
          AND pg_get_expr(pd.adbin, pd.adrelid) IS NOT DISTINCT FROM pg_get_expr(d.adbin, d.adrelid)))
    ORDER BY n.nspname, c.relname, a.attnum`,
  fromRow: ({ classid, objid, objsubid, schema, table, name, ...row }) => {
    // A partition's own identity is its parent's: it shares the sequence from PostgreSQL 17 on.
    const properties = { ...row, identity: row.inherited ? null : row.identity };
    return {
      ref: { kind: 'column', path: [schema, table, name] },
      parent: { kind: 'table', path: [schema, table] },
      address: { classid, objid, objsubid },
      properties: { ...properties, definition: define(name, properties) },
    };
  },
  address: (ref) => `COLUMN ${quoteName(ref.path)}`,
  create: (object) =>
    object.properties.inherited
      ? [...setDefault(object), ...(object.properties.notNull ? [alter(object, 'SET NOT NULL')] : [])]
      : [
          statement(`${alterTable(object)} ADD COLUMN ${object.properties.definition}`, {
            hazards: mustBeFilled(object)
              ? [
                  {
                    code: 'lock',
                    severity: 'caution',
                    subject: dotted(object),
                    consequence: `Fails when ${object.ref.path.slice(0, -1).join('.')} has rows: the column is NOT NULL and has no default.`,
                  },
                ]
              : [],
          }),
          ...details(object),
        ],
  drop: (object) =>
    object.properties.inherited
      ? []
      : [
          statement(`${alterTable(object)} DROP COLUMN ${own(object)}`, {
            hazards:
              object.properties.generated === null
                ? [dataLoss(dotted(object), `All values of ${dotted(object)} are lost.`)]
                : [],
          }),
        ],
  rename: (before, after) => [
    statement(
      `ALTER TABLE ${quoteName(after.path.slice(0, -1))} RENAME COLUMN ${quoteIdentifier(before.path.at(-1) ?? '')} TO ${quoteIdentifier(after.path.at(-1) ?? '')}`,
    ),
  ],
  change: {
    // A default of the old type may not cast to the new one, so it steps aside.
    type: (before, after) => [
      ...(before.properties.default === null ? [] : [alter(after, 'DROP DEFAULT')]),
      statement(
        `${alterTable(after)} ALTER COLUMN ${own(after)} TYPE ${after.properties.type}${collate(after.properties)} USING ${own(after)}::${after.properties.type}`,
        { hazards: retype(before, after), disturbsDependents: true },
      ),
      ...(before.properties.default === null ? [] : setDefault(after)),
    ],
    collation: (_before, after) => [
      alter(
        after,
        `TYPE ${after.properties.type} COLLATE ${after.properties.collation ?? 'pg_catalog."default"'}`,
      ),
    ],
    generated: (before, after) =>
      before.properties.generated !== null && after.properties.generated === null
        ? [alter(after, 'DROP EXPRESSION'), ...setDefault(after)]
        : 'replace',
    identity: (before, after) => alterIdentity(before, after),
    default: (_before, after) =>
      after.properties.default === null ? [alter(after, 'DROP DEFAULT')] : setDefault(after),
    notNull: (_before, after) =>
      after.properties.notNull
        ? [
            statement(alter(after, 'SET NOT NULL').sql, {
              hazards: [
                {
                  code: 'lock',
                  severity: 'caution',
                  subject: dotted(after),
                  consequence: `Every row of ${after.ref.path.slice(0, -1).join('.')} is read while reads and writes wait; it fails when ${dotted(after)} holds a null.`,
                },
              ],
            }),
          ]
        : [alter(after, 'DROP NOT NULL')],
    storage: (_before, after) => [alter(after, `SET STORAGE ${after.properties.storage ?? 'DEFAULT'}`)],
    compression: (_before, after) => [
      alter(after, `SET COMPRESSION ${after.properties.compression ?? 'default'}`),
    ],
    statistics: (_before, after) => [alter(after, `SET STATISTICS ${after.properties.statistics ?? -1}`)],
    options: (before, after) => [
      ...(before.properties.options.length > 0
        ? [
            alter(
              after,
              `RESET (${before.properties.options.map((o) => o.slice(0, o.indexOf('='))).join(', ')})`,
            ),
          ]
        : []),
      ...(after.properties.options.length > 0
        ? [alter(after, `SET (${after.properties.options.join(', ')})`)]
        : []),
    ],
    inherited: 'derived',
    position: 'derived',
    definition: 'derived',
  },
  references: () => [],
  holdsData: true,
  release: (object) =>
    object.properties.default === null
      ? { before: [], after: [] }
      : { before: [alter(object, 'DROP DEFAULT')], after: setDefault(object) },
  printed: ['default', 'generated'],
});

function define(name: string, column: Omit<Column, 'definition'>): string {
  const { identity, generated } = column;
  return [
    `${quoteIdentifier(name)} ${column.type}${collate(column)}`,
    generated
      ? ` GENERATED ALWAYS AS (${generated.expression}) ${generated.stored ? 'STORED' : 'VIRTUAL'}`
      : '',
    identity
      ? ` GENERATED ${identity.always ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY (${sequenceOptions(identity)})`
      : '',
    column.default === null ? '' : ` DEFAULT ${column.default}`,
    column.notNull ? ' NOT NULL' : '',
  ].join('');
}

/** What CREATE TABLE and ADD COLUMN cannot say. */
function details(object: CatalogObject<Column>): readonly Statement[] {
  const { storage, compression, statistics, options } = object.properties;
  return [
    ...(storage === null ? [] : [alter(object, `SET STORAGE ${storage}`)]),
    ...(compression === null ? [] : [alter(object, `SET COMPRESSION ${compression}`)]),
    ...(statistics === null ? [] : [alter(object, `SET STATISTICS ${statistics}`)]),
    ...(options.length === 0 ? [] : [alter(object, `SET (${options.join(', ')})`)]),
  ];
}

function alterIdentity(before: CatalogObject<Column>, after: CatalogObject<Column>): readonly Statement[] {
  const { identity } = after.properties;
  if (identity === null) return [alter(after, 'DROP IDENTITY'), ...setDefault(after)];
  const generation = identity.always ? 'ALWAYS' : 'BY DEFAULT';
  if (before.properties.identity === null) {
    return [
      ...(before.properties.default === null ? [] : [alter(after, 'DROP DEFAULT')]),
      alter(after, `ADD GENERATED ${generation} AS IDENTITY (${sequenceOptions(identity)})`),
    ];
  }
  const { start, increment, minimum, maximum, cache, cycle } = identity;
  return [
    alter(
      after,
      `SET GENERATED ${generation} SET START WITH ${start} SET INCREMENT BY ${increment} SET MINVALUE ${minimum} SET MAXVALUE ${maximum} SET CACHE ${cache} SET ${cycle ? 'CYCLE' : 'NO CYCLE'}`,
    ),
  ];
}

function sequenceOptions({ start, increment, minimum, maximum, cache, cycle }: Identity): string {
  return `START WITH ${start} INCREMENT BY ${increment} MINVALUE ${minimum} MAXVALUE ${maximum} CACHE ${cache}${cycle ? ' CYCLE' : ''}`;
}

function retype(before: CatalogObject<Column>, after: CatalogObject<Column>): readonly Hazard[] {
  const [from, to] = [before.properties.type, after.properties.type];
  return [
    ...(narrows(from, to)
      ? [
          dataLoss(
            dotted(after),
            `${dotted(after)} becomes ${to} from ${from}: values that do not fit are cut or rounded, or the statement fails.`,
          ),
        ]
      : []),
    ...(widensInPlace(from, to)
      ? []
      : [
          rewrite(
            dotted(after),
            `${after.ref.path.slice(0, -1).join('.')} is rewritten; reads and writes wait until it is done.`,
          ),
        ]),
  ];
}

/** Whether some value of `from` is not kept by `to`. Types known to hold every value of another are listed; all else narrows. */
function narrows(from: string, to: string): boolean {
  if (widensInPlace(from, to)) return false;
  const [source, target] = [parseType(from), parseType(to)];
  if (target.name === 'text' || (target.name === 'character varying' && target.size === null)) return false;
  const wider: Readonly<Record<string, readonly string[]>> = {
    smallint: ['integer', 'bigint', 'double precision', 'real'],
    integer: ['bigint', 'double precision'],
    real: ['double precision'],
    date: ['timestamp without time zone', 'timestamp with time zone'],
    json: ['jsonb'],
    cidr: ['inet'],
  };
  if (wider[source.name]?.includes(target.name)) return false;
  if (target.name === 'numeric' && target.size === null) {
    return !['smallint', 'integer', 'bigint', 'numeric'].includes(source.name);
  }
  return true;
}

/** Whether PostgreSQL changes the type without touching the rows. */
function widensInPlace(from: string, to: string): boolean {
  const [source, target] = [parseType(from), parseType(to)];
  const text = ['text', 'character varying'];
  if (text.includes(source.name) && text.includes(target.name)) {
    return target.size === null || (source.size !== null && source.size <= target.size);
  }
  if (source.name === 'numeric' && target.name === 'numeric') {
    return (
      target.size === null ||
      (source.size !== null && source.size <= target.size && source.scale === target.scale)
    );
  }
  return false;
}

/** `numeric(10,2)` as name, size and scale. */
function parseType(type: string): { name: string; size: number | null; scale: number } {
  const match = /^([^(]*)\((\d+)(?:,(\d+))?\)(.*)$/.exec(type);
  if (!match) return { name: type, size: null, scale: 0 };
  return { name: `${match[1]}${match[4]}`.trim(), size: Number(match[2]), scale: Number(match[3] ?? 0) };
}

function mustBeFilled({ properties }: CatalogObject<Column>): boolean {
  return (
    properties.notNull &&
    properties.default === null &&
    properties.identity === null &&
    properties.generated === null
  );
}

function setDefault(object: CatalogObject<Column>): readonly Statement[] {
  return object.properties.default === null
    ? []
    : [alter(object, `SET DEFAULT ${object.properties.default}`)];
}

function collate(column: { readonly collation: string | null }): string {
  return column.collation === null ? '' : ` COLLATE ${column.collation}`;
}

function alterTable({ ref }: CatalogObject<Column>): string {
  return `ALTER TABLE ${quoteName(ref.path.slice(0, -1))}`;
}

function alter(object: CatalogObject<Column>, what: string): Statement {
  return statement(`${alterTable(object)} ALTER COLUMN ${own(object)} ${what}`);
}

function own({ ref }: CatalogObject<Column>): string {
  return quoteIdentifier(ref.path.at(-1) ?? '');
}

function dotted({ ref }: CatalogObject<Column>): string {
  return ref.path.join('.');
}
