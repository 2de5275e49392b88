import { expect, test } from 'vitest';
import { splitStretches } from '../../src/commands/assess/stretches.ts';
import type { KeyedMigration } from '../../src/plan/steps.ts';

function pending(...sql: readonly string[]): readonly Pick<KeyedMigration, 'statements'>[] {
  return sql.map((text) => ({ statements: [{ sql: text } as KeyedMigration['statements'][number]] }));
}

test('a stretch holds one migration that may destroy something, at most', () => {
  const migrations = pending(
    'CREATE TABLE a ()',
    'ALTER TABLE a DROP COLUMN b',
    'CREATE TABLE c ()',
    'DROP TABLE c',
    'CREATE TABLE d ()',
  );
  expect(splitStretches(migrations)).toEqual([
    { from: 0, to: 3 },
    { from: 3, to: 5 },
  ]);
  expect(splitStretches(migrations.slice(0, 1))).toEqual([{ from: 0, to: 1 }]);
  expect(splitStretches([])).toEqual([]);
});

test('what takes no rows begins no stretch', () => {
  const harmless = pending(
    'ALTER TABLE a DROP CONSTRAINT b, ALTER c DROP NOT NULL, ALTER c DROP\n DEFAULT',
    'CREATE TABLE d (type text)',
    "CREATE TYPE e AS ENUM ('f')",
  );
  const destroying = pending('ALTER TABLE a ALTER c\nTYPE int', 'ALTER TABLE a DROP CONSTRAINT b, DROP c');
  expect(splitStretches([...harmless, ...destroying])).toEqual([
    { from: 0, to: 4 },
    { from: 4, to: 5 },
  ]);
});

test('hundreds of migrations are not introspected one by one, and none is left out', () => {
  const stretches = splitStretches(pending(...Array.from({ length: 820 }, () => 'DROP TABLE t')));
  expect(stretches.length).toBeLessThanOrEqual(26);
  expect(stretches[0]?.from).toBe(0);
  expect(stretches.at(-1)?.to).toBe(820);
  for (const [position, { from }] of stretches.entries())
    if (position > 0) expect(from).toBe(stretches[position - 1]?.to);
});
