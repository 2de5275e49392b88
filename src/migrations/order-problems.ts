import type { Diagnostic } from '../errors.ts';
import type { AppliedMigration, Migration } from './migration.ts';

/** A pending migration below what is applied. `highest`: the highest applied version. */
export function outOfOrder(migration: Migration, highest: string): Diagnostic {
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

/** An applied migration whose file says something else now. */
export function checksumChanged(file: Migration, row: AppliedMigration): Diagnostic {
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

/** A row of history without its file. */
export function missingFile(row: AppliedMigration): Diagnostic {
  return {
    code: 'history-missing-file',
    severity: 'error',
    subject: row.script,
    summary: `history says ${row.script} (version ${row.version}) is applied, and the migrations folder lacks it`,
    detail: `It was applied on ${row.installedOn} by ${row.installedBy}.`,
    help: 'Restore the file from git, or check out the branch that this database was migrated from.',
  };
}

/** A repeatable migration that was applied once and is no file any more. */
export function repeatableGone(row: AppliedMigration): Diagnostic {
  return {
    code: 'repeatable-file-gone',
    severity: 'note',
    subject: row.script,
    summary: `${row.script} is applied, and its file is gone`,
    detail: 'What it created stays; removing the file drops nothing.',
    help: 'Drop what it created in a new versioned migration, if it is no longer wanted.',
  };
}

/** A repeatable migration whose earlier form cannot be replayed. */
export function textUnknown(row: AppliedMigration): Diagnostic {
  return {
    code: 'repeatable-text-unknown',
    severity: 'warning',
    subject: row.script,
    summary: `history does not hold a usable text of ${row.script} as it was applied on ${row.installedOn}`,
    detail:
      'What it created is expected to be as its file has it now, if there is one, and may show as drift.',
    help: 'Once the migration is applied again, history keeps its text.',
  };
}
