import type { Diagnostic } from '../errors.ts';
import { md5 } from './checksum.ts';
import type { AppliedMigration, Migration } from './migration.ts';
import { parseMigration } from './parse.ts';
import { compareMigrations } from './read.ts';
import { compareVersions, maxVersionLength, normalizeVersion } from './version.ts';

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
  const recordedVersions = history.flatMap(({ version }) => version ?? []);
  const highest = maxVersion(assumption.version === null ? recordedVersions : [assumption.version]);
  const baseline = chooseBaseline(ordered, highest, history.length > 0);
  const floor = baseline?.version ?? null;
  const above = (version: string) => floor === null || compareVersions(version, floor) > 0;
  const isBaselineApplied =
    baseline !== undefined && highest !== null && compareVersions(highest, baseline.version ?? '0') >= 0;

  const applied: AppliedEntry[] = [];
  const pending: Migration[] = [];
  const rows = new Map(
    history.flatMap((row) => (row.version === null ? [] : [[versionKey(row), row] as const])),
  );

  if (baseline) {
    const recorded = rows.get(baseline.version ?? '') ?? null;
    if (isBaselineApplied) applied.push({ migration: baseline, recorded, source: 'file' });
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

/**
 * The key of a repeatable migration's row in history, at most 20 characters: `R:<description>`, or where that is
 * too long its first 9 characters, `~`, and 8 hex digits of the description's MD5.
 */
export function repeatableKey(description: string): string {
  const characters = [...description];
  if (characters.length + 2 <= maxVersionLength) return `R:${description}`;
  return `R:${characters.slice(0, 9).join('')}~${md5(description).slice(0, 8)}`;
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
function chooseBaseline(
  ordered: readonly Migration[],
  highest: string | null,
  hasHistory: boolean,
): Migration | undefined {
  return ordered.findLast(
    ({ kind, version }) =>
      kind === 'baseline' &&
      version !== null &&
      (highest === null ? !hasHistory || ordered.length > 0 : compareVersions(version, highest) <= 0),
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

async function orderRepeatable(
  ordered: readonly Migration[],
  history: readonly AppliedMigration[],
  isAssumed: boolean,
): Promise<MigrationOrder> {
  const applied: AppliedEntry[] = [];
  const pending: Migration[] = [];
  const diagnostics: Diagnostic[] = [];
  const rows = new Map(
    history.flatMap((row) => (row.kind === 'repeatable' ? [[row.key, row] as const] : [])),
  );
  for (const migration of ordered) {
    if (migration.kind !== 'repeatable') continue;
    const key = repeatableKey(migration.description);
    const recorded = rows.get(key) ?? null;
    rows.delete(key);
    if (isAssumed || recorded?.checksum === migration.checksum) {
      applied.push({ migration, recorded, source: 'file' });
      continue;
    }
    pending.push(migration);
    if (!recorded) continue;
    const earlier = await parseRecorded(recorded);
    diagnostics.push(...earlier.diagnostics);
    // The file is the nearest thing to what live has when its text was not kept.
    if (earlier.migration) applied.push({ migration: earlier.migration, recorded, source: 'history' });
    else applied.push({ migration, recorded, source: 'file' });
  }
  for (const recorded of rows.values()) {
    const earlier = await parseRecorded(recorded);
    diagnostics.push(repeatableGone(recorded), ...earlier.diagnostics);
    if (earlier.migration) applied.push({ migration: earlier.migration, recorded, source: 'history' });
  }
  applied.sort((a, b) => compareMigrations(a.migration, b.migration));
  return { applied, pending, diagnostics };
}

async function parseRecorded(
  row: AppliedMigration,
): Promise<{ migration: Migration | null; diagnostics: readonly Diagnostic[] }> {
  const unknown: Diagnostic = {
    code: 'repeatable-text-unknown',
    severity: 'warning',
    subject: row.script,
    summary: `history does not hold the text of ${row.script} as it was applied on ${row.installedOn}`,
    detail: 'What it created is compared with the file as it is now, and may show as drift.',
    help: 'Apply the migration again: history then keeps its text.',
  };
  if (row.text === null) return { migration: null, diagnostics: [unknown] };
  const { script, description } = row;
  const source = { kind: 'repeatable', version: null, description, script } as const;
  const { migration } = await parseMigration({ ...source, file: `${script} (as applied)` }, row.text);
  return { migration, diagnostics: migration ? [] : [unknown] };
}

function outOfOrder(migration: Migration, highest: string): Diagnostic {
  return {
    code: 'out-of-order',
    severity: 'warning',
    position: { file: migration.file },
    subject: migration.script,
    summary: `${migration.script} is pending, and version ${highest} is already applied`,
    detail: 'It runs later here than on a fresh database, where versions run in order.',
    help: 'Give it a higher version, unless it is known to work in either order.',
  };
}

function checksumChanged(file: Migration, row: AppliedMigration): Diagnostic {
  return {
    code: 'checksum-changed',
    severity: 'error',
    position: { file: file.file },
    subject: row.script,
    summary: `${row.script} was changed after it was applied on ${row.installedOn} by ${row.installedBy}`,
    detail: `History recorded checksum ${row.checksum}; the file has ${file.checksum}.`,
    help: 'Restore the file from git. Never edit an applied migration: write a new one.',
  };
}

function missingFile(row: AppliedMigration): Diagnostic {
  return {
    code: 'history-missing-file',
    severity: 'error',
    subject: row.script,
    summary: `history says ${row.script} (version ${row.version}) is applied, and the migrations folder lacks it`,
    detail: `It was applied on ${row.installedOn} by ${row.installedBy}.`,
    help: 'Restore the file from git, or check out the branch that this database was migrated from.',
  };
}

function repeatableGone(row: AppliedMigration): Diagnostic {
  return {
    code: 'repeatable-file-gone',
    severity: 'note',
    subject: row.script,
    summary: `${row.script} is applied, and its file is gone`,
    detail: 'What it created stays; removing the file drops nothing.',
    help: 'Drop what it created in a new versioned migration, if it is no longer wanted.',
  };
}

function versionKey(row: AppliedMigration): string {
  return normalizeVersion(row.version ?? '') ?? row.version ?? '';
}

function maxVersion(versions: readonly string[]): string | null {
  return versions.reduce<string | null>(
    (highest, version) => (highest === null || compareVersions(version, highest) > 0 ? version : highest),
    null,
  );
}
