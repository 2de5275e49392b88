import { describe, expect, test } from 'vitest';
import type { PlannedStatement, Step } from '../../src/plan/plan.ts';
import { segmentSteps } from '../../src/plan/segments.ts';

type Short = string | readonly [sql: string, transaction: PlannedStatement['transaction']];

function step(...statements: readonly Short[]): Step {
  return {
    kind: 'migration',
    title: 'm',
    migration: null,
    statements: statements.map((statement) => {
      const [sql, transaction] = typeof statement === 'string' ? [statement, 'inside' as const] : statement;
      return { sql, transaction, hazards: [], object: null, position: null };
    }),
  };
}

/** `tx[0.0 0.1 | 0]`: statements, then the steps that it completes. */
function shape(...steps: readonly Step[]): readonly string[] {
  return segmentSteps(steps).map(({ transaction, statements, completes }) => {
    const indexes = statements.map((index) => `${index.step}.${index.statement}`).join(' ');
    return `${transaction ? 'tx' : 'no'}[${indexes} | ${completes.join(' ')}]`;
  });
}

const outside = ['CREATE INDEX CONCURRENTLY i ON t (a)', 'outside'] as const;
const own = (sql: string) => [sql, 'own'] as const;
const addValue = (sql: string) => [sql, 'commit after'] as const;

describe('transactions of a plan', () => {
  test.each<readonly [string, readonly Step[], readonly string[]]>([
    ['none for no steps', [], []],
    ['one for all steps when all can share it', [step('a', 'b'), step('c')], ['tx[0.0 0.1 1.0 | 0 1]']],
    [
      'a statement outside stands alone',
      [step('a'), step('b', outside, 'c'), step('d')],
      ['tx[0.0 1.0 | 0]', 'no[1.1 | ]', 'tx[1.2 2.0 | 1 2]'],
    ],
    [
      'a statement apart has a transaction of its own',
      [step('a', ['ALTER TABLE t VALIDATE CONSTRAINT c', 'apart'], 'b'), step('c')],
      ['tx[0.0 | ]', 'tx[0.1 | ]', 'tx[0.2 1.0 | 0 1]'],
    ],
    ['two statements outside stand apart', [step(outside, outside)], ['no[0.0 | ]', 'no[0.1 | 0]']],
    [
      'a migration with its own transactions stands alone, whatever is in it',
      [step('a'), step(own('BEGIN'), outside, 'b', own('COMMIT')), step(own('BEGIN'), own('COMMIT'))],
      ['tx[0.0 | 0]', 'no[1.0 1.1 1.2 1.3 | 1]', 'no[2.0 2.1 | 2]'],
    ],
    ['a step without statements completes where it stands', [step(), step('a'), step()], ['tx[1.0 | 0 1 2]']],
    [
      'also alone, and between statements outside',
      [step(outside), step(), step(outside)],
      ['no[0.0 | 0]', 'tx[ | 1]', 'no[2.0 | 2]'],
    ],
    [
      'end after an enum value that a later statement uses',
      [step(addValue("ALTER TYPE t ADD VALUE 'new'"), 'a'), step("INSERT INTO x VALUES ('new')")],
      ['tx[0.0 | ]', 'tx[0.1 1.0 | 0 1]'],
    ],
    [
      'go on after an enum value that nothing later uses',
      [step(addValue("ALTER TYPE t ADD VALUE 'new'"), 'a'), step('b')],
      ['tx[0.0 0.1 1.0 | 0 1]'],
    ],
    [
      'end when the new value is written before its neighbour',
      [step(addValue("ALTER TYPE t ADD VALUE 'new' BEFORE 'old'")), step("SELECT 'new'::t")],
      ['tx[0.0 | 0]', 'tx[1.0 | 1]'],
    ],
    [
      'end when the value cannot be read off the statement',
      [step(addValue('ALTER TYPE t ADD VALUE $$new$$')), step('a')],
      ['tx[0.0 | 0]', 'tx[1.0 | 1]'],
    ],
    [
      'do not end for an enum value that comes last',
      [step('a', addValue('ALTER TYPE t ADD VALUE $$new$$'))],
      ['tx[0.0 0.1 | 0]'],
    ],
  ])('%s', (_, steps, expected) => {
    expect(shape(...steps)).toEqual(expected);
  });
});
