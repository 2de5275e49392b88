import {
  type CatalogAddress,
  type CatalogObject,
  defineKind,
  type OnlineWay,
  type Release,
  type Statement,
  statement,
  userSchema,
} from '../../catalog/kind.ts';
import type { ObjectRef } from '../../catalog/object.ts';
import {
  alterOptions,
  type ForeignOptions,
  maskedOptions,
  optionsSql,
} from '../../database/foreign-options.ts';
import { isGeneratedNotNull } from '../../database/generated-names.ts';
import { quoteIdentifier, quoteLiteral, quoteName } from '../../database/sql.ts';
import { cast, isSmaller, narrows, widensInPlace } from '../../database/type-conversion.ts';
import { type Hazard, hazard } from '../../plan/hazards.ts';
import { alterIdentity, identityOptions } from './identity.ts';
import {
  addNotNull,
  changeInheritance,
  changeNotNull,
  hasNamedNotNull,
  noNotNullDetails,
  notNullClause,
  notNullDetails,
  notNullOnline,
  renameNotNull,
  setOwnNotNull,
} from './not-null.ts';
import {
  alter,
  alterOnly,
  alterTable,
  type Column,
  dotted,
  dropDefault,
  isForeign,
  own,
  setDefault,
  tableOf,
} from './properties.ts';

type Row = CatalogAddress &
  Omit<Column, 'definition' | 'notNullName'> & {
    readonly schema: string;
    readonly table: string;
    readonly name: string;
    readonly tableKind: string;
    /** Schema and name of the parent table that has the column too. */
    readonly parent: readonly [string, string] | null;
    /** It is the parent's in everything that a partition or child table may have of its own. */
    readonly asInherited: boolean;
    /** Schema and name of its table's type. */
    readonly typedBy: readonly [string, string] | null;
    /** The parent table has the NOT NULL too. */
    readonly notNullInherited: boolean;
  };

const storageName = (code: string) =>
  `CASE ${code} WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END`;

export const column = defineKind<Row, Column>({
  kind: 'column',
  order: 60,
  query: (serverVersion, _comparedVersion, named = hasNamedNotNull(serverVersion)) => `
    SELECT 'pg_class'::regclass::oid AS classid, c.oid AS objid, a.attnum AS objsubid,
           n.nspname AS schema, c.relname AS "table", a.attname AS name,
           format_type(a.atttypid, a.atttypmod) AS type,
           CASE WHEN a.attcollation <> t.typcollation
                THEN quote_ident(cn.nspname) || '.' || quote_ident(co.collname) END AS collation,
           CASE WHEN a.attgenerated <> '' THEN json_build_object(
             'expression', pg_get_expr(d.adbin, d.adrelid), 'stored', a.attgenerated = 's') END AS generated,
           -- A partition's identity is its parent's: from PostgreSQL 17 on it shows on both.
           CASE WHEN a.attidentity <> '' AND a.attinhcount = 0 THEN json_build_object(
             'always', a.attidentity = 'a', 'start', s.seqstart::text, 'increment', s.seqincrement::text,
             'minimum', s.seqmin::text, 'maximum', s.seqmax::text, 'cache', s.seqcache::text, 'cycle', s.seqcycle) END AS identity,
           CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END AS "default",
           CASE WHEN ${named ? 'nn.convalidated IS FALSE' : 'false'} THEN '"not valid"'::json ELSE to_json(a.attnotnull) END AS "notNull",
           ${named ? notNullDetails : noNotNullDetails},
           CASE WHEN a.attstorage <> t.typstorage THEN ${storageName('a.attstorage')} END AS storage,
           ${storageName('t.typstorage')} AS "typeStorage",
           CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END AS compression,
           ${serverVersion >= 170000 ? 'a.attstattarget' : 'nullif(a.attstattarget, -1)'} AS statistics,
           ARRAY(SELECT o FROM unnest(a.attoptions) o ORDER BY o) AS options,
           ${optionsSql('a.attfdwoptions')} AS "foreignOptions",
           CASE c.relkind WHEN 'f' THEN 'foreign table' ELSE 'table' END AS "tableKind",
           CASE WHEN c.reloftype <> 0 THEN 'type' WHEN a.attinhcount = 0 THEN NULL WHEN c.relispartition THEN 'partition' ELSE 'child' END AS inherited,
           p.path AS parent, p.default AS "parentDefault", coalesce(p.noinherit, false) AS "parentNoInherit",
           p.expression IS NOT DISTINCT FROM pg_get_expr(d.adbin, d.adrelid) AND ${named ? '(nn.oid IS NULL OR nn.coninhcount > 0)' : 'a.attnotnull <= p.attnotnull'}
             AND a.attstorage = p.attstorage AND a.attcompression = p.attcompression AND a.attoptions IS NULL AND a.attfdwoptions IS NULL
             AND ${serverVersion >= 170000 ? 'a.attstattarget IS NULL' : 'a.attstattarget = -1'} AS "asInherited",
           CASE WHEN coalesce(e.oid, t.oid) >= 16384 THEN json_build_object(
             'kind', CASE coalesce(e.typtype, t.typtype) WHEN 'b' THEN 'base type' WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'c' THEN 'composite type' ELSE 'range' END,
             'path', coalesce((SELECT json_build_array(rn.nspname, r.typname) FROM pg_range g JOIN pg_type r ON r.oid = g.rngtypid
                               JOIN pg_namespace rn ON rn.oid = r.typnamespace WHERE g.rngmultitypid = coalesce(e.oid, t.oid)),
                              json_build_array(tn.nspname, coalesce(e.typname, t.typname)))) END AS "userType",
           (SELECT json_agg(v.enumlabel ORDER BY v.enumsortorder) FROM pg_enum v
            WHERE v.enumtypid = CASE coalesce(e.typtype, t.typtype) WHEN 'e' THEN coalesce(e.oid, t.oid)
                                WHEN 'd' THEN coalesce(e.typbasetype, t.typbasetype) END) AS labels,
           (SELECT json_build_object('extension', x.extname, 'schema', quote_ident(tn.nspname))
            FROM pg_depend xd JOIN pg_extension x ON x.oid = xd.refobjid
            WHERE xd.classid = 'pg_type'::regclass AND xd.objid = coalesce(e.oid, t.oid) AND xd.deptype = 'e') AS "extensionType",
           CASE WHEN s.seqrelid IS NOT NULL THEN json_build_array(sn.nspname, sc.relname) ELSE (
             SELECT json_build_array(qn.nspname, q.relname) FROM pg_depend qd
             JOIN pg_class q ON q.oid = qd.refobjid AND q.relkind = 'S' JOIN pg_namespace qn ON qn.oid = q.relnamespace
             WHERE qd.classid = 'pg_attrdef'::regclass AND qd.objid = d.oid AND qd.refclassid = 'pg_class'::regclass LIMIT 1)
           END AS sequence,
           -- pg_depend leaves out built-in functions, such as the one that makes a uuid.
           a.attgenerated = '' AND EXISTS (
             SELECT FROM regexp_matches(d.adbin::text, ':(?:func|opfunc)id (\\d+)', 'g') f JOIN pg_proc p ON p.oid = f[1]::oid
             WHERE p.provolatile = 'v') AS "volatileDefault",
           EXISTS (SELECT FROM pg_partitioned_table k WHERE k.partrelid = c.oid AND (a.attnum = ANY (k.partattrs) OR EXISTS (
             SELECT FROM pg_depend kd WHERE kd.classid = 'pg_class'::regclass AND kd.objid = c.oid AND kd.objsubid = 0
               AND kd.refclassid = 'pg_class'::regclass AND kd.refobjid = c.oid AND kd.refobjsubid = a.attnum))) AS "partitionKey",
           EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = c.oid AND NOT g.tgisinternal)
             OR EXISTS (SELECT FROM pg_rewrite r WHERE r.ev_class = c.oid) AS "watched",
           CASE WHEN c.reloftype <> 0 THEN (SELECT json_build_array(yn.nspname, y.typname) FROM pg_type y
             JOIN pg_namespace yn ON yn.oid = y.typnamespace WHERE y.oid = c.reloftype) END AS "typedBy",
           a.attnum AS position
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
    JOIN pg_namespace tn ON tn.oid = coalesce(e.typnamespace, t.typnamespace)
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    ${named ? "LEFT JOIN pg_constraint nn ON nn.contype = 'n' AND nn.conrelid = a.attrelid AND nn.conkey[1] = a.attnum" : ''}
    LEFT JOIN pg_collation co ON co.oid = a.attcollation
    LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace
    LEFT JOIN pg_depend sd ON a.attidentity <> '' AND a.attinhcount = 0 AND sd.refclassid = 'pg_class'::regclass
      AND sd.refobjid = a.attrelid AND sd.refobjsubid = a.attnum AND sd.deptype = 'i' AND sd.classid = 'pg_class'::regclass
    LEFT JOIN pg_sequence s ON s.seqrelid = sd.objid
    LEFT JOIN pg_class sc ON sc.oid = s.seqrelid
    LEFT JOIN pg_namespace sn ON sn.oid = sc.relnamespace
    LEFT JOIN LATERAL (
      SELECT json_build_array(pn.nspname, pc.relname) AS path, pa.attnotnull, pa.attstorage, pa.attcompression,
             pg_get_expr(pd.adbin, pd.adrelid) AS expression, ${named ? 'pnn.connoinherit' : 'false'} AS noinherit,
             CASE WHEN pa.attgenerated = '' THEN pg_get_expr(pd.adbin, pd.adrelid) END AS "default"
      FROM pg_inherits i
      JOIN pg_class pc ON pc.oid = i.inhparent
      JOIN pg_namespace pn ON pn.oid = pc.relnamespace
      JOIN pg_attribute pa ON pa.attrelid = i.inhparent AND pa.attname = a.attname AND NOT pa.attisdropped
      LEFT JOIN pg_attrdef pd ON pd.adrelid = pa.attrelid AND pd.adnum = pa.attnum
      ${named ? "LEFT JOIN pg_constraint pnn ON pnn.contype = 'n' AND pnn.conrelid = pa.attrelid AND pnn.conkey[1] = pa.attnum" : ''}
      WHERE i.inhrelid = a.attrelid AND a.attinhcount > 0
      ORDER BY i.inhseqno LIMIT 1) p ON true
    WHERE c.relkind IN ('r', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped AND ${userSchema('n')}
    ORDER BY n.nspname, c.relname, a.attnum`,
  fromRow: ({
    classid,
    objid,
    objsubid,
    schema,
    table,
    name,
    tableKind,
    parent,
    asInherited,
    typedBy,
    notNullInherited,
    ...read
  }) => {
    // What the parent has cannot be renamed here alone.
    const { notNullConstraint } = read;
    const isOwn =
      notNullConstraint !== null && !notNullInherited && !isGeneratedNotNull(notNullConstraint, table, name);
    const properties = { ...read, notNullName: isOwn ? notNullConstraint : null };
    return {
      ref: { kind: 'column', path: [schema, table, name] },
      parent: { kind: tableKind, path: [schema, table] },
      ...(parent
        ? { inheritedFrom: { kind: 'column', path: [...parent, name] }, deviates: !asInherited }
        : {}),
      ...(typedBy ? { givenBy: { kind: 'composite type', path: typedBy } } : {}),
      address: { classid, objid, objsubid },
      properties: { ...properties, definition: define([schema, table, name], properties) },
    };
  },
  address: (ref) => `COLUMN ${quoteName(ref.path)}`,
  create: (object) =>
    object.properties.inherited
      ? deviations(object)
      : [
          statement(`${alterTable(object)} ADD COLUMN ${object.properties.definition}`, {
            hazards: [
              ...(mustBeFilled(object)
                ? [hazard('required-column', dotted(object), { table: tableOf(object) })]
                : []),
              ...(object.properties.volatileDefault
                ? [hazard('rewrite', dotted(object), { table: tableOf(object) })]
                : []),
            ],
            online: fillOnline(object),
          }),
          ...details(object),
        ],
  completeFolded: (object) =>
    object.properties.inherited === 'child' ? deviations(object) : details(object),
  drop: (object) => (object.inheritedFrom ? undoDeviations(object) : [dropColumn(object)]),
  dropAlone: (object) => [dropColumn(object, 'ONLY ')],
  asOwn: (object) => {
    const { definition: _, ...rest } = object.properties;
    const properties = { ...rest, inherited: null, parentDefault: null, parentNoInherit: false };
    return {
      ...object,
      properties: { ...properties, definition: define(object.ref.path, properties) },
    };
  },
  rename: (before, after) => [
    statement(
      `ALTER TABLE ${quoteName(after.path.slice(0, -1))} RENAME COLUMN ${quoteIdentifier(before.path.at(-1) ?? '')} TO ${quoteIdentifier(after.path.at(-1) ?? '')}`,
    ),
  ],
  change: {
    type: (before, after) => retype(before, after),
    collation: (before, after) => retype(before, after),
    generated: (before, after) =>
      // PostgreSQL drops the expression of what is stored, and keeps the values.
      before.properties.generated?.stored && after.properties.generated === null
        ? [alter(after, 'DROP EXPRESSION'), ...setDefault(after)]
        : 'replace',
    identity: (before, after) => alterIdentity(before, after),
    default: (_before, after) =>
      after.properties.default === null ? [dropDefault(after)] : setDefault(after),
    notNull: (before, after) => changeNotNull(before, after),
    notNullNoInherit: (before, after) => changeInheritance(before, after),
    notNullName: (before, after) => renameNotNull(before, after),
    notNullConstraint: 'derived',
    notNullScattered: 'derived',
    storage: (_before, after) => [setStorage(after)],
    typeStorage: 'derived',
    compression: (_before, after) => [setCompression(after)],
    statistics: (_before, after) => [setStatistics(after)],
    options: (before, after) => [
      ...(before.properties.options.length > 0
        ? [alterOnly(after, `RESET (${before.properties.options.map(optionName).join(', ')})`)]
        : []),
      ...(after.properties.options.length > 0 ? [setOptions(after)] : []),
    ],
    foreignOptions: (before, after) => [setForeignOptions(before.properties.foreignOptions, after)],
    parentDefault: 'derived',
    parentNoInherit: 'derived',
    inherited: 'derived',
    userType: 'derived',
    labels: 'derived',
    extensionType: 'derived',
    sequence: 'derived',
    volatileDefault: 'derived',
    partitionKey: 'derived',
    watched: 'derived',
    position: 'derived',
    definition: 'derived',
  },
  references: () => [],
  hazards: (before, after) =>
    before && after && before.ref.path.at(-1) !== after.ref.path.at(-1)
      ? [hazard('renamed', dotted(after), { before: dotted(before) })]
      : [],
  isBoundToParent: (object) => object.properties.partitionKey,
  // What is generated can be generated again.
  holdsData: (object) => object.properties.generated === null && !isForeign(object),
  release: (before, after, because) => release(before, after, because),
  overrides: (object) => [
    ...(object.properties.inherited ? ownDefault(object) : []),
    // What a parent no longer passes on stays as the child's own.
    ...(object.properties.parentNoInherit && object.properties.notNull === false
      ? [alter(object, 'DROP NOT NULL')]
      : []),
  ],
  narrow: (object, serverVersion) =>
    hasNamedNotNull(serverVersion)
      ? object
      : { ...object, properties: { ...object.properties, notNullName: null, notNullNoInherit: false } },
  printed: ['default', 'generated'],
});

function define(path: readonly string[], column: Omit<Column, 'definition'>): string {
  const name = path.at(-1) ?? '';
  const { identity, generated } = column;
  if (column.inherited === 'child') return '';
  if (column.inherited) {
    const own =
      column.default !== column.parentDefault && generated === null
        ? ` DEFAULT ${column.default ?? 'NULL'}`
        : '';
    const notNull = column.notNull === true ? ` ${notNullClause(column)}` : '';
    return own || notNull ? `${quoteIdentifier(name)}${own}${notNull}` : '';
  }
  return [
    `${quoteIdentifier(name)} ${column.type}${collate(column)}`,
    generated
      ? ` GENERATED ALWAYS AS (${generated.expression}) ${generated.stored ? 'STORED' : 'VIRTUAL'}`
      : '',
    identity
      ? ` GENERATED ${identity.always ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY (${identityOptions(path, column)})`
      : '',
    column.default === null ? '' : ` DEFAULT ${column.default}`,
    column.notNull === true ? ` ${notNullClause(column)}` : '',
  ].join('');
}

/**
 * In place of a rewrite under a lock: added empty, then the rows there are get their values while others read. Only
 * where an UPDATE does the same as ADD COLUMN does.
 */
function fillOnline(object: CatalogObject<Column>): readonly OnlineWay[] {
  const { type, default: value, notNull, volatileDefault, watched } = object.properties;
  const relation = object.parent;
  if (!volatileDefault || watched || !relation || isForeign(object)) return [];
  const [table, name] = [quoteName(relation.path), own(object)];
  const fill = [
    statement(`${alterTable(object)} ADD COLUMN ${name} ${type}${collate(object.properties)}`),
    alter(object, `SET DEFAULT ${value}`),
    statement(`UPDATE ${table} SET ${name} = DEFAULT WHERE ${name} IS NULL`, { transaction: 'apart' }),
  ];
  if (notNull !== true) return [{ relation, statements: fill }];
  return notNullOnline(object).map((way) => ({ ...way, statements: [...fill, ...way.statements] }));
}

/** What CREATE TABLE and ADD COLUMN cannot say. */
function details(object: CatalogObject<Column>): readonly Statement[] {
  const { storage, compression, statistics, options, foreignOptions, notNull } = object.properties;
  return [
    ...(notNull === 'not valid' ? [addNotNull(object)] : []),
    ...(storage === null ? [] : [setStorage(object)]),
    ...(compression === null ? [] : [setCompression(object)]),
    ...(statistics === null ? [] : [setStatistics(object)]),
    ...(options.length === 0 ? [] : [setOptions(object)]),
    ...(Object.keys(foreignOptions).length === 0 ? [] : [setForeignOptions({}, object)]),
  ];
}

/** What an inherited column has of its own, once its table and its parent's column are there. */
function deviations(object: CatalogObject<Column>): readonly Statement[] {
  const { default: value, parentDefault, notNull, generated } = object.properties;
  return [
    ...(value === parentDefault || generated
      ? []
      : value === null
        ? [dropDefault(object)]
        : setDefault(object)),
    ...(notNull === true ? [setOwnNotNull(object)] : []),
    ...details(object),
  ];
}

/** An inherited column goes with its parent's; only what it has of its own could stand in the way of that. */
function undoDeviations(object: CatalogObject<Column>): readonly Statement[] {
  return object.properties.default === null ? [] : [dropDefault(object)];
}

function dropColumn(object: CatalogObject<Column>, only: 'ONLY ' | '' = ''): Statement {
  return statement(
    `ALTER TABLE ${only}${quoteName(object.ref.path.slice(0, -1))} DROP COLUMN ${own(object)}`,
    {
      hazards:
        object.properties.generated === null && !isForeign(object)
          ? [hazard('drop-column', dotted(object))]
          : [],
    },
  );
}

/** ALTER COLUMN TYPE, with what PostgreSQL resets by it. */
function retype(before: CatalogObject<Column>, after: CatalogObject<Column>): readonly Statement[] {
  const { type, generated, identity, storage, compression, inherited } = after.properties;
  // PostgreSQL changes it together with the parent's.
  if (inherited || hasOnlyNewName(before, after)) return [];
  const using =
    generated || isForeign(after) ? '' : ` USING ${cast(own(after), before.properties.type, type)}`;
  const bounds = before.properties.identity && identity && isSmaller(before.properties.type, type);
  return [
    // A default of the old type may not cast to the new one, so it steps aside.
    ...(before.properties.default === null ? [] : [dropDefault(after)]),
    ...(bounds ? alterIdentity(before, after) : []),
    statement(
      `${alterTable(after)} ALTER COLUMN ${own(after)} TYPE ${type}${collate(after.properties)}${using}`,
      {
        hazards: retypeHazards(before, after),
        disturbsDependents: true,
      },
    ),
    ...(before.properties.default === null ? [] : setDefault(after)),
    ...(storage === null ? [] : [setStorage(after)]),
    ...(compression === null ? [] : [setCompression(after)]),
  ];
}

/** Its type was renamed or moved with its extension, and PostgreSQL keeps the column's values as they are. */
function hasOnlyNewName(
  { properties: before }: CatalogObject<Column>,
  { properties: after }: CatalogObject<Column>,
): boolean {
  const [from, to] = [before.extensionType, after.extensionType];
  if (from && to && from.extension === to.extension && before.collation === after.collation) {
    return withoutSchema(before.type, from.schema) === withoutSchema(after.type, to.schema);
  }
  return (
    before.collation === after.collation &&
    before.userType !== null &&
    after.userType !== null &&
    isSamePath(before.userType.path, after.userType.path) &&
    before.type.endsWith('[]') === after.type.endsWith('[]') &&
    // A multirange goes by its range, whose name it has not.
    after.type.replace('[]', '').replaceAll('"', '') === after.userType.path.join('.').replaceAll('"', '')
  );
}

function withoutSchema(type: string, schema: string): string {
  return type.startsWith(`${schema}.`) ? type.slice(schema.length + 1) : type;
}

/**
 * Frees the column from what is dropped and created again. Where that is its type, its values go from the old one,
 * which has stepped aside, to the new one as text, which every type can be written to and read from. A value that the
 * new type lacks makes the statement fail, and loses nothing.
 */
function release(
  before: CatalogObject<Column>,
  after: CatalogObject<Column>,
  because: ObjectRef,
): Release | null {
  const { userType, inherited, default: value } = before.properties;
  const { type } = after.properties;
  const leave = value === null ? [] : [dropDefault(before)];
  if (because.kind === 'collation' && before.properties.collation !== null && !inherited) {
    const take = (object: CatalogObject<Column>, collation: string) =>
      statement(
        `${alterTable(object)} ALTER COLUMN ${own(object)} TYPE ${object.properties.type} COLLATE ${collation}`,
        { disturbsDependents: true },
      );
    const { collation } = after.properties;
    // Values stay as they are; only what is sorted by them is made anew.
    return {
      before: [take(before, 'pg_catalog."default"')],
      after: collation === null ? [] : [take(after, collation)],
    };
  }
  const isType =
    because.signature === undefined &&
    because.kind !== 'sequence' &&
    isSamePath(because.path, userType?.path ?? []);
  if (inherited) return { before: leave, after: ownDefault(after) };
  if (!isType) return value === null ? null : { before: leave, after: setDefault(after) };
  const change = (to: string, using: string, hazards: readonly Hazard[]) =>
    statement(
      `${alterTable(after)} ALTER COLUMN ${own(after)} TYPE ${to}${isForeign(after) ? '' : ` USING ${using}`}`,
      { hazards: isForeign(after) ? [] : hazards, disturbsDependents: true },
    );
  const rewrite = hazard('rewrite', dotted(after), { table: tableOf(after) });
  const goal = `${type}${collate(after.properties)}`;
  const rest = [...setDefault(after), ...details(after)];
  const lost = valuesGone(before, after);
  // A range and a base type have functions that stay in the way under their names: their columns wait as text.
  if (because.kind === 'range' || because.kind === 'base type') {
    const wait = change('text', `${own(after)}::text`, [rewrite]);
    return {
      before: [...leave, wait],
      after: [change(goal, `${own(after)}::${type}`, lost), ...rest],
    };
  }
  return {
    before: leave,
    after: [change(goal, `${own(after)}::text::${type}`, [rewrite, ...lost]), ...rest],
    overlaps: true,
  };
}

/** Puts back the default that an inherited column has of its own, once its parent's has come down over it. */
function ownDefault(object: CatalogObject<Column>): readonly Statement[] {
  const { default: value, parentDefault } = object.properties;
  if (value === parentDefault) return [];
  return [value === null ? dropDefault(object) : alter(object, `SET DEFAULT ${value}`)];
}

/** What the values that a column's new type lacks do to its rows. */
function valuesGone(before: CatalogObject<Column>, after: CatalogObject<Column>): readonly Hazard[] {
  const [had, has] = [before.properties.labels, after.properties.labels];
  const { type, userType } = after.properties;
  if (!had || !has) return [hazard('value-gone', dotted(after), { type })];
  const rows = `FROM ${quoteName(after.ref.path.slice(0, -1))} WHERE`;
  return had
    .filter((label) => !has.includes(label))
    .map((label) => {
      const value = quoteLiteral(label);
      const holds = type.endsWith('[]')
        ? `${value} = ANY (${own(after)}::text[])`
        : `${own(after)}::text = ${value}`;
      return hazard(
        'drop-enum-value',
        [...(userType?.path ?? [type]), label].join('.'),
        { column: dotted(after) },
        `SELECT count(*) ${rows} ${holds}`,
      );
    });
}

function isSamePath(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((part, position) => part === b[position]);
}

function retypeHazards(before: CatalogObject<Column>, after: CatalogObject<Column>): readonly Hazard[] {
  const [from, to] = [before.properties.type, after.properties.type];
  if (isForeign(after)) return [];
  return [
    ...(narrows(from, to) ? [hazard('narrow-type', dotted(after), { from, to })] : []),
    ...(widensInPlace(from, to) ? [] : [hazard('rewrite', dotted(after), { table: tableOf(after) })]),
  ];
}

function mustBeFilled(object: CatalogObject<Column>): boolean {
  const { properties } = object;
  return (
    !isForeign(object) &&
    properties.notNull === true &&
    properties.default === null &&
    properties.identity === null &&
    properties.generated === null
  );
}

// These hold for one table alone: a partition or child has its own, whatever its parent has.
function setStorage(object: CatalogObject<Column>): Statement {
  return alterOnly(object, `SET STORAGE ${object.properties.storage ?? object.properties.typeStorage}`);
}

function setCompression(object: CatalogObject<Column>): Statement {
  return alterOnly(object, `SET COMPRESSION ${object.properties.compression ?? 'default'}`);
}

function setStatistics(object: CatalogObject<Column>): Statement {
  return alterOnly(object, `SET STATISTICS ${object.properties.statistics ?? -1}`);
}

function setOptions(object: CatalogObject<Column>): Statement {
  return alterOnly(object, `SET (${object.properties.options.join(', ')})`);
}

function setForeignOptions(before: ForeignOptions, object: CatalogObject<Column>): Statement {
  const { foreignOptions } = object.properties;
  return statement(alter(object, alterOptions(before, foreignOptions)).sql, {
    masked: maskedOptions(before, foreignOptions),
  });
}

function optionName(option: string): string {
  return option.slice(0, option.indexOf('='));
}

function collate(column: { readonly collation: string | null }): string {
  return column.collation === null ? '' : ` COLLATE ${column.collation}`;
}
