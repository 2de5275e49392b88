import { introspect } from '../../catalog/introspect.ts';
import { type Catalog, isCopy, type Registry } from '../../catalog/kind.ts';
import { diff } from '../../diff/diff.ts';
import { replay } from '../../replay/replay.ts';
import type { SchemaVersion } from '../../review/history.ts';
import { extensionsOf } from '../assess/assess.ts';
import type { Assessment, OpenEngine } from '../assess/assessment.ts';

/** What the evolution of a schema is read from. */
export type VersionsInput = {
  readonly assessment: Pick<Assessment, 'applied' | 'pendingMigrations' | 'history' | 'liveSettings'>;
  readonly registry: Registry;
  readonly openEngine: OpenEngine;
  readonly standInExtensions: readonly string[];
  /** One short line: `version 12/41`. */
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal;
};

/** Replays all migrations on an engine of their own and looks at the schema after each. Applied ones come first. */
export async function readVersions(input: VersionsInput): Promise<readonly SchemaVersion[]> {
  const { applied, pendingMigrations, history, liveSettings } = input.assessment;
  const migrations = [...applied, ...pendingMigrations];
  const rows = new Map(history?.map((row) => [row.key, row]));
  await using engine = await input.openEngine(extensionsOf(migrations), liveSettings);
  const versions: SchemaVersion[] = [];
  let before: Catalog = await introspect(engine, input.registry);
  await replay(engine, migrations, {
    standInExtensions: input.standInExtensions,
    signal: input.signal,
    afterEach: async (migration) => {
      input.onProgress(`version ${versions.length + 1}/${migrations.length}`);
      const after = await introspect(engine, input.registry);
      const row = rows.get(migration.key);
      versions.push({
        script: migration.script,
        version: migration.version,
        applied: row ? { by: row.installedBy, on: row.installedOn } : null,
        objectCount: [...after.objects.values()].filter((object) => !isCopy(object)).length,
        changes: diff(before, after, input.registry, { sameDatabase: true }).map((change) => ({
          action: change.action,
          id: change.id,
          follows: change.within !== null,
        })),
      });
      before = after;
    },
  });
  return versions;
}
