import { describe, expect, test } from 'vitest';
import type { Catalog, CatalogObject, Properties } from '../../src/catalog/kind.ts';
import { diff } from '../../src/diff/diff.ts';
import { registry } from '../../src/kinds/index.ts';
import { losesData } from '../../src/plan/hazards.ts';
import { orderChanges } from '../../src/plan/order.ts';
import { catalogOf, object, withNeeds } from './catalogs.ts';

const schema = object('schema', ['public']);
const plain: Properties = {
  unlogged: false,
  partitionBy: null,
  partitionOf: null,
  inherits: [],
  ofType: null,
  accessMethod: 'heap',
  options: [],
  rowSecurity: false,
  forceRowSecurity: false,
  replicaIdentity: 'DEFAULT',
};
const table = (name: string, properties: Properties = {}) =>
  object('table', ['public', name], { parent: schema.ref, properties: { ...plain, ...properties } });
const column = (of: CatalogObject, name: string, properties: Properties = {}) =>
  object('column', [...of.ref.path, name], {
    parent: of.ref,
    properties: {
      type: 'integer',
      collation: null,
      generated: null,
      identity: null,
      default: null,
      notNull: false,
      notNullSaid: null,
      storage: null,
      compression: null,
      statistics: null,
      options: [],
      foreignOptions: {},
      inherited: null,
      userType: null,
      sequence: null,
      extensionType: null,
      definition: `"${name}" integer`,
      ...properties,
    },
  });
const view = (name: string, type = 'integer') =>
  object('view', ['public', name], {
    parent: schema.ref,
    properties: { columns: [['a', type]], definition: `SELECT ${name}`, options: [], defaults: {} },
  });
const foreignKey = (of: CatalogObject, to: CatalogObject) =>
  object('constraint', [...of.ref.path, 'fk'], {
    parent: of.ref,
    properties: {
      type: 'foreign key',
      definition: `FOREIGN KEY (a) REFERENCES ${to.ref.path.join('.')}`,
      validated: true,
      clustered: false,
      replicaIdentity: false,
    },
  });

function order(from: Catalog, to: Catalog, options = {}) {
  const { statements, refused } = orderChanges(from, to, registry, diff(from, to, registry, options));
  return {
    sql: statements.map(({ statement }) => statement.sql),
    losses: statements.flatMap(({ statement }) => statement.hazards.filter(losesData)),
    refused: refused.map(({ code }) => code),
  };
}

describe('orderChanges', () => {
  test('nothing to do is no statement', () => {
    expect(order(catalogOf(schema, table('t')), catalogOf(schema, table('t')))).toEqual({
      sql: [],
      losses: [],
      refused: [],
    });
  });

  test('what is needed is created before and dropped after, against the alphabet', () => {
    const [z, v] = [table('z'), view('a')];
    const catalog = withNeeds([schema, z, column(z, 'a'), v], { 'view:public.a': ['column:public.z.a'] });
    expect(order(catalogOf(schema), catalog).sql).toEqual([
      'CREATE TABLE "public"."z" (\n  "a" integer\n)',
      'CREATE VIEW "public"."a" AS\nSELECT a',
    ]);
    expect(order(catalog, catalogOf(schema)).sql).toEqual([
      'DROP VIEW "public"."a"',
      'DROP TABLE "public"."z"',
    ]);
  });

  test('columns come in their order, not in the alphabet’s', () => {
    const t = table('t');
    const columns = ['zeta', 'alpha', 'mid'].map((name, position) =>
      column(t, name, { position: position + 1, definition: `"${name}" integer` }),
    );
    const whole = catalogOf(schema, t, ...columns);
    const sql = (from: Catalog) =>
      orderChanges(from, whole, registry).statements.map(({ statement }) => statement.sql);
    expect(sql(catalogOf(schema))[0]).toMatch(/"zeta" integer,\s+"alpha" integer,\s+"mid" integer/);
    expect(sql(catalogOf(schema, t)).map((one) => /"(\w+)" integer/.exec(one)?.[1])).toEqual([
      'zeta',
      'alpha',
      'mid',
    ]);
  });

  test('tables that point at each other are created and dropped', () => {
    const [a, b] = [table('a'), table('b')];
    const catalog = withNeeds([schema, a, b, foreignKey(a, b), foreignKey(b, a)], {
      'constraint:public.a.fk': ['table:public.b'],
      'constraint:public.b.fk': ['table:public.a'],
    });
    expect(order(catalogOf(schema), catalog).sql.map((sql) => sql.split(' ').slice(0, 3).join(' '))).toEqual([
      'CREATE TABLE "public"."a"',
      'CREATE TABLE "public"."b"',
      'ALTER TABLE "public"."a"',
      'ALTER TABLE "public"."b"',
    ]);
    expect(order(catalog, catalogOf(schema))).toMatchObject({ refused: [] });
  });

  test('views over a column whose type changes step aside, in order, and come back', () => {
    const t = table('t');
    const make = (type: string) =>
      withNeeds([schema, t, column(t, 'a', { type }), view('v'), view('w')], {
        'view:public.v': ['column:public.t.a'],
        'view:public.w': ['view:public.v'],
      });
    const { sql } = order(make('integer'), make('bigint'));
    expect(sql).toEqual([
      'DROP VIEW "public"."w"',
      'DROP VIEW "public"."v"',
      'ALTER TABLE "public"."t" ALTER COLUMN "a" TYPE bigint USING "a"::bigint',
      'CREATE VIEW "public"."v" AS\nSELECT v',
      'CREATE VIEW "public"."w" AS\nSELECT w',
    ]);
  });

  test('a column moves from a type that is replaced, and has stepped aside, to the new one', () => {
    const t = table('t');
    const make = (labels: readonly string[]) => {
      const mood = object('enum', ['public', 'mood'], { parent: schema.ref, properties: { labels } });
      const m = column(t, 'm', { type: 'public.mood', userType: mood.ref as never });
      return withNeeds([schema, mood, t, m], { 'column:public.t.m': ['enum:public.mood'] });
    };
    expect(order(make(['a', 'b']), make(['b'])).sql).toEqual([
      'ALTER TYPE "public"."mood" RENAME TO "mood_replaced"',
      `CREATE TYPE "public"."mood" AS ENUM ('b')`,
      'ALTER TABLE "public"."t" ALTER COLUMN "m" TYPE public.mood USING "m"::text::public.mood',
      'DROP TYPE "public"."mood_replaced"',
    ]);
  });

  test('what holds rows and cannot be freed is refused by name', () => {
    const t = table('t');
    const make = (subtype: string) => {
      const range = object('range', ['public', 'r'], {
        parent: schema.ref,
        properties: { subtype, circular: [], multirange: ['public', 'm'] },
      });
      return withNeeds([schema, range, t, column(t, 'a')], { 'column:public.t.a': ['range:public.r'] });
    };
    // The column needs the range in a way that is neither its type nor its default.
    expect(order(make('integer'), make('bigint')).refused).toEqual(['cannot-keep-data']);
  });

  test('renames come first, wholes before parts, and all else speaks of the new names', () => {
    const [t, u] = [table('t'), table('u')];
    const at = (one: CatalogObject, objid: number, objsubid = 0) => ({
      ...one,
      address: { classid: 1, objid, objsubid },
    });
    const from = catalogOf(schema, at(t, 7), at(column(t, 'a'), 7, 1), at(column(t, 'gone'), 7, 2));
    const to = catalogOf(schema, at(u, 7), at(column(u, 'b', { notNull: true, notNullName: null }), 7, 1));
    const { sql, losses } = order(from, to, { sameDatabase: true });
    expect(losses).toEqual([expect.objectContaining({ subject: 'public.u.gone', was: 'public.t.gone' })]);
    expect(sql).toEqual([
      'ALTER TABLE "public"."t" RENAME TO "u"',
      'ALTER TABLE "public"."u" RENAME COLUMN "a" TO "b"',
      'ALTER TABLE "public"."u" DROP COLUMN "gone"',
      'ALTER TABLE "public"."u" ALTER COLUMN "b" SET NOT NULL',
    ]);
  });

  test('two names that change places go by way of a third', () => {
    const at = (one: CatalogObject, objid: number) => ({
      ...one,
      address: { classid: 1, objid, objsubid: 0 },
    });
    const from = catalogOf(schema, at(table('a'), 1), at(table('b'), 2));
    const to = catalogOf(schema, at(table('b'), 1), at(table('a'), 2));
    expect(order(from, to, { sameDatabase: true }).sql).toEqual([
      'ALTER TABLE "public"."b" RENAME TO "b_before_rename"',
      'ALTER TABLE "public"."a" RENAME TO "b"',
      'ALTER TABLE "public"."b_before_rename" RENAME TO "a"',
    ]);
  });

  test('what steps aside and goes is lost by the name that live has for it', () => {
    const at = (one: CatalogObject, objid: number) => ({
      ...one,
      address: { classid: 1, objid, objsubid: 0 },
    });
    const from = catalogOf(schema, at(table('a'), 1), at(table('b'), 2));
    const { sql, losses } = order(from, catalogOf(schema, at(table('a'), 2)), { sameDatabase: true });
    expect(sql.at(-1)).toBe('DROP TABLE "public"."a_before_rename"');
    expect(losses).toEqual([
      expect.objectContaining({
        subject: 'public.a',
        aside: 'public.a_before_rename',
        consequence: 'All rows of public.a are lost.',
      }),
    ]);
  });

  test('a name changes hands only once what had it is gone, whatever its kind', () => {
    const from = catalogOf(schema, view('x'));
    const { sql } = order(from, catalogOf(schema, table('x')));
    expect(sql).toEqual(['DROP VIEW "public"."x"', 'CREATE TABLE "public"."x" ()']);
  });

  test('4,000 tables that are replaced by as many others are all ordered', { timeout: 60_000 }, () => {
    const many = (prefix: string) =>
      catalogOf(
        schema,
        ...Array.from({ length: 4_000 }, (_, position) => table(`${prefix}${position}`)).flatMap((one) => [
          one,
          column(one, 'a'),
          column(one, 'b'),
        ]),
      );
    expect(order(many('old'), many('new')).sql).toHaveLength(8_000);
  });
});
