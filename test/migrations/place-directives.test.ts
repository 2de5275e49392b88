import { describe, expect, test } from 'vitest';
import { parseMigration } from '../../src/migrations/parse.ts';

const file = 'migrations/V1__x.sql';

const parse = (text: string) =>
  parseMigration({ kind: 'versioned', version: '1', description: 'x', script: 'V1__x.sql', file }, text);

const statementsOf = async (text: string) => (await parse(text)).migration?.statements ?? [];

describe('expect', () => {
  test('stands among the statements where it is written', async () => {
    const text = `-- trueup: no-transaction
-- trueup: expect SELECT count(*) > 0 FROM a
DELETE FROM a; -- trueup: expect SELECT 1 FROM a
-- trueup: expect select true;  `;
    const statements = await statementsOf(text);
    expect(statements.map(({ sql, expect: asked, position: { line } }) => [line, sql, asked])).toEqual([
      [2, 'SELECT count(*) > 0 FROM a', 'rows'],
      [3, 'DELETE FROM a', undefined],
      [3, 'SELECT 1 FROM a', 'rows'],
      [4, 'select true', 'rows'],
    ]);
    for (const { sql, offset } of statements) expect(text.slice(offset, offset + sql.length)).toBe(sql);
    expect(statements[0]?.traits.changesData).toBe(false);
  });

  test.each([
    [`SELECT to_regclass('a') IS NOT NULL`, 'catalog'],
    ['SELECT count(*) = 0 FROM pg_index WHERE NOT indisvalid', 'catalog'],
    ['WITH i AS (SELECT FROM information_schema.columns) SELECT count(*) > 0 FROM i', 'catalog'],
    ['SELECT reltuples > 0 FROM pg_class', 'rows'],
    ['SELECT count(*) > 0 FROM pg_class, a', 'rows'],
    ['SELECT count(*) > 0 FROM pg_stat_user_tables', 'rows'],
    [`SELECT to_regclass('a') IS NOT NULL AND mine()`, 'rows'],
    [`SELECT to_regclass('a') IS NOT NULL AND current_user = 'x'`, 'rows'],
    ['SELECT true', 'rows'],
  ])('knows what the answer depends on: %s', async (query, depends) => {
    expect(await statementsOf(`-- trueup: expect ${query}`)).toMatchObject([{ expect: depends }]);
  });

  test.each([
    ['-- trueup: expect', 1, 1, 'needs one query that changes nothing'],
    ['-- trueup: expect DELETE FROM a', 1, 1, 'needs one query that changes nothing'],
    ['-- trueup: expect WITH d AS (DELETE FROM a RETURNING 1) SELECT 1', 1, 1, 'changes nothing'],
    ['-- trueup: expect SELECT 1; SELECT 2', 1, 1, 'needs one query'],
    ['SELECT 1;\n/* é */ -- trueup: expect SELECT FROM WHERE', 2, 39, 'syntax error at or near "WHERE"'],
    ['SELECT 1,\n-- trueup: expect SELECT 2\n3', 2, 1, 'stands inside a statement'],
  ])('is refused with its place: %j', async (text, line, column, summary) => {
    expect(await parse(text)).toMatchObject({
      migration: null,
      diagnostics: [{ position: { file, line, column }, summary: expect.stringContaining(summary) }],
    });
  });

  test('prose about expecting is none', async () => {
    expect(await statementsOf('-- trueup expects nothing here\nSELECT 1')).toHaveLength(1);
  });
});

describe('batch', () => {
  test('is for the statement after it', async () => {
    const text = `-- trueup: batch size=20 target=2s pause=10ms
UPDATE a SET n = 1;
-- trueup: batch
-- trueup: expect SELECT true
DELETE FROM a;
DELETE FROM b;`;
    expect((await statementsOf(text)).map(({ sql, batch }) => [sql, batch])).toEqual([
      ['UPDATE a SET n = 1', { size: 20, targetMs: 2000, pauseMs: 10 }],
      ['SELECT true', undefined],
      ['DELETE FROM a', { size: 1000, targetMs: 500, pauseMs: 50 }],
      ['DELETE FROM b', undefined],
    ]);
  });

  test.each([
    ['CREATE TABLE a ()', 'only UPDATE, INSERT … SELECT and DELETE can'],
    ['UPDATE a SET n = 1 RETURNING n', 'RETURNING'],
    ['UPDATE a SET n = 1 FROM b', 'several tables'],
    ['DELETE FROM a USING b', 'several tables'],
    ['WITH b AS (SELECT 1) DELETE FROM a', 'WITH'],
    ['UPDATE a SET n = (SELECT max(n) FROM a)', 'a subquery reads the table itself'],
    ['INSERT INTO a VALUES (1)', 'VALUES'],
    ['INSERT INTO a DEFAULT VALUES', 'no SELECT of one table'],
    ['INSERT INTO a SELECT * FROM b JOIN c USING (id)', 'several tables'],
    ['INSERT INTO a SELECT * FROM b, c', 'several tables'],
    ['INSERT INTO a SELECT DISTINCT n FROM b', 'DISTINCT'],
    ['INSERT INTO a SELECT n FROM b GROUP BY n', 'GROUP BY'],
    ['INSERT INTO a SELECT n FROM b LIMIT 1', 'LIMIT'],
    ['INSERT INTO a SELECT n FROM b UNION SELECT 1', 'no SELECT of one table'],
    ['INSERT INTO a SELECT * FROM a', 'would read the rows that it has written'],
    ['DELETE FROM b; BEGIN; COMMIT', 'brings its own transactions'],
  ])('is refused for %s', async (sql, reason) => {
    expect(await parse(`SELECT 1;\n-- trueup: batch\n${sql}`)).toMatchObject({
      migration: null,
      diagnostics: [{ position: { file, line: 2, column: 1 }, summary: expect.stringContaining(reason) }],
    });
  });

  test.each([
    ['SELECT 1;\n-- trueup: batch', 'stands before no statement'],
    ['-- trueup: batch size=0\nDELETE FROM a', 'no option "size=0"'],
    ['-- trueup: batch pause=1\nDELETE FROM a', 'no option "pause=1"'],
    ['-- trueup: batch slowly\nDELETE FROM a', 'no option "slowly"'],
  ])('is refused where it says nothing: %j', async (text, summary) => {
    expect(await parse(text)).toMatchObject({ diagnostics: [{ summary: expect.stringContaining(summary) }] });
  });
});
