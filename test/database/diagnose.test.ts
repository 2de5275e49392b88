import { expect, test } from 'vitest';
import { diagnoseStatement } from '../../src/database/diagnose.ts';
import { DatabaseError } from '../../src/database/session.ts';

const missing = (offset?: number) =>
  new DatabaseError('relation "t" does not exist', {
    code: '42P01',
    offset,
    detail: 'd',
    hint: 'h',
    context: 'c',
  });
const position = { file: 'migrations/V1__a.sql', line: 12, column: 5 };

test('an error on the first line of a statement counts its column from the line of the file', () => {
  expect(diagnoseStatement(missing(14), { sql: 'SELECT 1 FROM t\r\nWHERE true', position })).toEqual({
    code: '42P01',
    severity: 'error',
    position: { file: 'migrations/V1__a.sql', line: 12, column: 19 },
    summary: 'relation "t" does not exist (42P01)',
    detail: 'd\nc',
    help: 'h',
    sourceLine: '    SELECT 1 FROM t',
  });
});

test('an error on a later line counts its column from the start of that line, in characters', () => {
  const sql = "SELECT '😀'\n  FROM t";
  expect(diagnoseStatement(missing(18), { sql, position })).toMatchObject({
    position: { line: 13, column: 8 },
    sourceLine: '  FROM t',
  });
});

test('an error without a place is at the start of the statement, and a generated statement has none', () => {
  expect(diagnoseStatement(missing(), { sql: 'SELECT 1', position })).toMatchObject({
    position: { line: 12, column: 5 },
  });
  expect(diagnoseStatement(missing(3), { sql: 'SELECT 1', position: null })).not.toHaveProperty('position');
});
