import { TrueupError } from '../../errors.ts';
import { normalizeVersion } from '../../migrations/version.ts';
import type { KeyedMigration } from '../../plan/steps.ts';

/** The versioned migration of a version. Throws `TrueupError` when there is none. */
export function requireVersion(migrations: readonly KeyedMigration[], version: string): KeyedMigration {
  const wanted = normalizeVersion(version);
  const found = migrations.find((one) => one.kind === 'versioned' && one.version === wanted);
  if (found && wanted !== null) return found;
  const versions = migrations.flatMap((one) => (one.kind === 'versioned' ? (one.version ?? []) : []));
  throw new TrueupError([
    {
      code: 'version-unknown',
      severity: 'error',
      subject: version,
      summary: `No migration has the version ${version}.`,
      help: versions.length === 0 ? 'There is no versioned migration.' : `The latest is ${versions.at(-1)}.`,
    },
  ]);
}
