import type { Diagnostic } from '../errors.ts';
import type { AppliedMigration, Migration } from './migration.ts';
import { checksumChanged, missingFile, outOfOrder } from './order-problems.ts';
import { orderRepeatable } from './repeatable.ts';
import { compareMigrations, compareVersions, normalizeVersion } from './version.ts';

export { repeatableKey } from './repeatable.ts';

/** One migration that live has, as replay runs it to build expected. */
export type AppliedEntry = {
  /** What to run. For a repeatable migration that has changed or gone since: the text that history kept. */
  readonly migration: Migration;
  /** Its row in history; null when it is taken as applied by `--assume`. */
  readonly recorded: AppliedMigration | null;
  /** Where `migration`'s text comes from. */
  readonly source: 'file' | 'history';
};

/** Which migrations live has and which it lacks. */
export type MigrationOrder = {
  /** In replay order: the baseline if there is one, versioned by version, repeatable by description. */
  readonly applied: readonly AppliedEntry[];
  /** In the order to run them: versioned (or the baseline first, on a fresh database), then repeatable. */
  readonly pending: readonly Migration[];
  /** Errors say that history and folder contradict each other: nothing may be applied then. */
  readonly diagnostics: readonly Diagnostic[];
};

/**
 * Compares the folder's migrations with history's rows. `assume` stands in for history where there is none: a
 * version, up to which versioned migrations are taken as applied, or `latest`; null to assume nothing.
 * Throws nothing: what contradicts is in `diagnostics`.
 */
export async function orderMigrations(
  migrations: readonly Migration[],
  history: readonly AppliedMigration[],
  assume: string | null = null,
): Promise<MigrationOrder> {
  const ordered = [...migrations].sort(compareMigrations);
  const assumption = readAssumption(ordered, history, assume);
  const diagnostics: Diagnostic[] = [...assumption.diagnostics];
  const recordedVersions = history.flatMap(({ version }) => normalizeVersion(version ?? '') ?? []);
  const highest = maxVersion(assumption.version === null ? recordedVersions : [assumption.version]);
  const baseline = chooseBaseline(ordered, highest);
  const floor = baseline?.version ?? null;
  const above = (version: string) =>
    floor === null || normalizeVersion(version) === null || compareVersions(version, floor) > 0;

  const applied: AppliedEntry[] = [];
  const pending: Migration[] = [];
  const rows = new Map(
    history.flatMap((row) => (row.version === null ? [] : [[versionKey(row), row] as const])),
  );

  if (baseline) {
    const recorded = rows.get(baseline.version ?? '') ?? null;
    if (highest !== null) applied.push({ migration: baseline, recorded, source: 'file' });
    else pending.push(baseline);
  }
  for (const migration of ordered) {
    const { version } = migration;
    if (migration.kind !== 'versioned' || version === null || !above(version)) continue;
    const recorded = rows.get(version) ?? null;
    const isAssumed = assumption.version !== null && compareVersions(version, assumption.version) <= 0;
    if (recorded || isAssumed) applied.push({ migration, recorded, source: 'file' });
    else {
      pending.push(migration);
      if (highest !== null && compareVersions(version, highest) < 0)
        diagnostics.push(outOfOrder(migration, highest));
    }
  }
  diagnostics.push(...checkVersionedRows(ordered, rows, above));

  const repeatable = await orderRepeatable(ordered, history, assumption.version !== null);
  return {
    applied: [...applied, ...repeatable.applied],
    pending: [...pending, ...repeatable.pending],
    diagnostics: [...diagnostics, ...repeatable.diagnostics],
  };
}

type Assumption = { readonly version: string | null; readonly diagnostics: readonly Diagnostic[] };

function readAssumption(
  ordered: readonly Migration[],
  history: readonly AppliedMigration[],
  assume: string | null,
): Assumption {
  if (assume === null) return { version: null, diagnostics: [] };
  if (history.length > 0) {
    const diagnostic: Diagnostic = {
      code: 'assume-ignored',
      severity: 'warning',
      subject: `--assume ${assume}`,
      summary: 'the database has a history, which says what is applied; the assumption is not used',
    };
    return { version: null, diagnostics: [diagnostic] };
  }
  const versions = ordered.flatMap(({ kind, version }) => (kind === 'undo' ? [] : (version ?? [])));
  // Without versioned migrations there is still `latest`: all repeatable ones.
  if (assume === 'latest') return { version: maxVersion(versions) ?? '0', diagnostics: [] };
  const wanted = normalizeVersion(assume);
  if (wanted !== null && versions.includes(wanted)) return { version: wanted, diagnostics: [] };
  const last = maxVersion(versions);
  const diagnostic: Diagnostic = {
    code: 'assume-unknown-version',
    severity: 'error',
    subject: `--assume ${assume}`,
    summary: `no migration has the version ${assume}`,
    help:
      last === null
        ? 'There is no versioned migration.'
        : `The highest is ${last}; or say \`--assume latest\`.`,
  };
  return { version: null, diagnostics: [diagnostic] };
}

/**
 * The baseline that replay starts from. On a fresh database the highest; else the highest that live has reached,
 * for a baseline creates what a database with a history already has.
 */
function chooseBaseline(ordered: readonly Migration[], highest: string | null): Migration | undefined {
  return ordered.findLast(
    ({ kind, version }) =>
      kind === 'baseline' && version !== null && (highest === null || compareVersions(version, highest) <= 0),
  );
}

/** What history says of versions, against the folder. Rows that the baseline covers may have lost their files. */
function checkVersionedRows(
  ordered: readonly Migration[],
  rows: ReadonlyMap<string, AppliedMigration>,
  above: (version: string) => boolean,
): readonly Diagnostic[] {
  return [...rows].flatMap(([version, row]) => {
    if (row.kind === 'repeatable') return [];
    const file = ordered.find((each) => each.kind === row.kind && each.version === version);
    if (file) return file.checksum === row.checksum ? [] : [checksumChanged(file, row)];
    return above(version) ? [missingFile(row)] : [];
  });
}

/** A row whose version is none of ours stays under what it says, and finds no file. */
function versionKey(row: AppliedMigration): string {
  return normalizeVersion(row.version ?? '') ?? row.version ?? '';
}

function maxVersion(versions: readonly string[]): string | null {
  return versions.reduce<string | null>(
    (highest, version) => (highest === null || compareVersions(version, highest) > 0 ? version : highest),
    null,
  );
}
