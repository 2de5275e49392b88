import { describe, expect, it } from 'vitest';
import { resettingSql } from '../../src/database/sql.ts';
import type { PlannedStatement } from '../../src/plan/plan.ts';
import { renderDiffSql, renderPlanSql, terminate } from '../../src/render/sql.ts';
import { planned, samplePlan } from './samples.ts';

function diffSql(statements: readonly PlannedStatement[], to = 'migrations'): string {
  return renderDiffSql({
    from: 'empty',
    to,
    changes: [],
    statements,
    renameSuggestions: [],
    ignored: [],
    notCompared: [],
    diagnostics: [],
  });
}

describe('terminate', () => {
  it.each([
    ['SELECT 1', 'SELECT 1;'],
    ['SELECT 1;\n', 'SELECT 1;'],
    ['SELECT 1 -- one', 'SELECT 1 -- one\n;'],
    ['SELECT 1 -- one;', 'SELECT 1 -- one;\n;'],
    ['SELECT 1 -- one\n', 'SELECT 1 -- one\n;'],
    ['-- one\nSELECT 1', '-- one\nSELECT 1;'],
  ])('%j becomes %j', (sql, written) => {
    expect(terminate(sql)).toBe(written);
  });
});

describe('renderPlanSql', () => {
  it('has exactly the statements, in order, with what commits together in BEGIN and COMMIT', () => {
    const [head = '', ...blocks] = renderPlanSql(samplePlan).split('\n\n-- step ');
    expect(head).toMatch(/^-- Plan for app@db1\/prod \(PostgreSQL 17\.4\), version 41 → 42\n/);
    expect(head).toContain('-- Loses data: drop-table:public.extra\n');
    expect(head).not.toContain('812 ms');
    expect(head).toMatch(
      /\\set ON_ERROR_STOP on\n.*CREATE TABLE IF NOT EXISTS trueup\.schema_version.*BEGIN;$/s,
    );
    expect(blocks.map((block) => block.replace(/INSERT INTO.*$/s, 'INSERT INTO …'))).toEqual([
      [
        '1: repair drift',
        '-- DATA LOSS drop-table:public.extra: All rows of public.extra are lost.',
        'DROP TABLE "public"."extra";',
        '',
        `${resettingSql};`,
      ].join('\n'),
      [
        '2: V42__add_email.sql',
        '-- migrations/ddl/V42__add_email.sql:3:1',
        'ALTER TABLE users ADD email text -- later NOT NULL',
        ';',
        '',
        'COMMIT;',
      ].join('\n'),
      [
        '2: V42__add_email.sql',
        '-- migrations/ddl/V42__add_email.sql:5:1',
        'CREATE INDEX CONCURRENTLY users_email',
        '  ON users (email);',
        '',
        `${resettingSql};`,
        '',
        'INSERT INTO …',
      ].join('\n'),
    ]);
  });

  it('says that there is nothing to do', () => {
    expect(renderPlanSql({ ...samplePlan, steps: [], segments: [] })).toMatch(/\n\n-- Nothing to do\.\n$/);
  });
});

describe('renderDiffSql', () => {
  it('commits before what needs it, and leaves outside what must be', () => {
    const text = diffSql([
      planned('CREATE TYPE a'),
      planned('ALTER TYPE a ADD VALUE', { transaction: 'commit after' }),
      planned('CREATE TABLE t'),
      planned('CREATE INDEX CONCURRENTLY i', { transaction: 'outside' }),
      planned('CREATE VIEW v'),
    ]);
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('--'));
    expect(lines).toEqual([
      'BEGIN;',
      'CREATE TYPE a;',
      'ALTER TYPE a ADD VALUE;',
      'COMMIT;',
      'BEGIN;',
      'CREATE TABLE t;',
      'COMMIT;',
      'CREATE INDEX CONCURRENTLY i;',
      'BEGIN;',
      'CREATE VIEW v;',
      'COMMIT;',
    ]);
  });

  it('lets no name leave its comment', () => {
    const text = diffSql([], 'a\nDROP TABLE users;');
    expect(text.split('\n').filter((line) => line !== '' && !line.startsWith('-- '))).toEqual([]);
  });
});
