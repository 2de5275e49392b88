import { expect, it } from 'vitest';
import { readVersions } from '../../src/commands/review/read-versions.ts';
import { openEmbedded } from '../../src/database/embedded.ts';
import { registry } from '../../src/kinds/index.ts';
import { splitStatements } from '../../src/migrations/statements.ts';
import type { KeyedMigration } from '../../src/plan/steps.ts';

async function migration(version: string, sql: string): Promise<KeyedMigration> {
  const script = `V${version}__x.sql`;
  const { statements } = await splitStatements(sql, script);
  return {
    key: version,
    kind: 'versioned',
    version,
    description: 'x',
    script,
    checksum: '',
    text: sql,
    directives: { noTransaction: false },
    statements,
  };
}

it('tells what each migration makes of the schema, and which are applied by whom', async () => {
  const applied = [
    await migration('1', 'CREATE TABLE a (id int PRIMARY KEY);'),
    await migration('2', 'ALTER TABLE a RENAME TO b;'),
  ];
  const lines: string[] = [];
  const versions = await readVersions({
    assessment: {
      applied,
      pendingMigrations: [],
      liveSettings: { searchPath: 'public', database: 'app' },
      history: [
        {
          key: '1',
          kind: 'versioned',
          version: '1',
          description: 'x',
          script: 'V1__x.sql',
          checksum: '',
          installedBy: 'ada',
          installedOn: '2026-01-02T03:04:05Z',
          executionTimeMs: 1,
          text: null,
        },
      ],
    },
    registry,
    openEngine: (extensions) => openEmbedded({ extensions }),
    standInExtensions: [],
    onProgress: (line) => lines.push(line),
    signal: new AbortController().signal,
  });
  expect(versions.map(({ applied }) => applied?.by ?? null)).toEqual(['ada', null]);
  expect(versions[0]?.changes.filter(({ follows }) => !follows)).toEqual([
    { action: 'create', id: 'table:public.a', follows: false },
  ]);
  expect(versions[1]?.changes).toContainEqual({ action: 'rename', id: 'table:public.b', follows: false });
  expect(versions[1]?.objectCount).toBe(versions[0]?.objectCount);
  expect(lines).toEqual(['version 1/2', 'version 2/2']);
});
