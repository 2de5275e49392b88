import { describe, expect, test } from 'vitest';
import { ensureHistory, readHistory, readRuns, recordMigration } from '../../src/migrations/history.ts';
import type { PlannedMigration } from '../../src/plan/plan.ts';
import { liveDatabases, plannedMigration } from './support.ts';

const recording = { executionTimeMs: 1.6, toolVersion: '0.1.0', runId: null };
const view: PlannedMigration = {
  ...plannedMigration('1'),
  key: 'R:totals',
  kind: 'repeatable',
  version: null,
  description: 'totals',
  script: 'R__totals.sql',
};

describe.each(liveDatabases)('history on %s', (_, withLive) => {
  test('is absent at first, then empty, and made once', () =>
    withLive(async (session) => {
      expect(await readHistory(session)).toBeNull();
      expect(await readRuns(session)).toEqual([]);
      await ensureHistory(session);
      await ensureHistory(session);
      expect(await readHistory(session)).toEqual([]);
    }));

  test('has the published columns first', () =>
    withLive(async (session) => {
      await ensureHistory(session);
      const rows = await session.query<{ column: string }>(
        `SELECT attname || ' ' || format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN ' not null' ELSE '' END
                AS column
         FROM pg_attribute WHERE attrelid = 'trueup.schema_version'::regclass AND attnum BETWEEN 1 AND 8 ORDER BY attnum`,
      );
      expect(rows.map(({ column }) => column)).toEqual([
        'version character varying(20) not null',
        'description text not null',
        'script_name character varying(255) not null',
        'checksum character varying(32) not null',
        'installed_by character varying(100) not null',
        'installed_on timestamp without time zone',
        'execution_time integer not null',
        'success boolean not null',
      ]);
    }));

  test('keeps the latest form of a repeatable migration, and no failure hides it', () =>
    withLive(async (session) => {
      await ensureHistory(session);
      await recordMigration(session, view, recording);
      await recordMigration(session, { ...view, checksum: 'b'.repeat(32), text: "it's new" }, recording);
      await recordMigration(session, { ...view, text: 'broken' }, { ...recording, success: false });
      await recordMigration(session, plannedMigration('2'), { ...recording, success: false });
      expect(await readHistory(session)).toMatchObject([
        {
          key: 'R:totals',
          kind: 'repeatable',
          version: null,
          checksum: 'b'.repeat(32),
          text: "it's new",
          executionTimeMs: 2,
        },
      ]);
      await recordMigration(session, plannedMigration('2'), recording);
      expect(await readHistory(session)).toMatchObject([{ key: 'R:totals' }, { key: '2', version: '2' }]);
    }));
});
