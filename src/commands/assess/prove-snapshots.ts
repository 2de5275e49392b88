import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Diagnostic, TrueupError } from '../../errors.ts';
import type { KeyedMigration } from '../../plan/steps.ts';
import { count } from '../../render/words.ts';
import { compareSnapshots, readSnapshot, type Snapshot } from '../../replay/snapshot.ts';
import { describeOtherMaking, type Making, snapshotFile, snapshotsFolder } from './find-snapshot.ts';
import { readProjectFile } from './project-file.ts';

/** What became of the snapshots of a project. */
export type SnapshotProof = {
  /** Files whose catalog is the one that the replay of their migrations gives. */
  readonly proven: readonly string[];
  /** Errors for those that are wrong, warnings for those that can no longer be proven. */
  readonly diagnostics: readonly Diagnostic[];
};

/** What snapshots are proven with. */
export type ProofInput = {
  readonly root: string;
  /** All that the project has. */
  readonly migrations: readonly KeyedMigration[];
  readonly making: Making;
  /** The catalog of these migrations, replayed. */
  readonly make: (migrations: readonly KeyedMigration[]) => Promise<Snapshot>;
};

/** Replays the migrations of every snapshot below `root` and compares. Everything that is wrong is in `diagnostics`. */
export async function proveSnapshots(input: ProofInput): Promise<SnapshotProof> {
  const files = await readdir(join(input.root, snapshotsFolder)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const proven: string[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const name of files.filter((one) => one.endsWith('.json')).sort()) {
    const file = `${snapshotsFolder}/${name}`;
    const problems = await prove(file, input);
    if (problems.length === 0) proven.push(file);
    diagnostics.push(...problems);
  }
  return { proven, diagnostics };
}

async function prove(file: string, input: ProofInput): Promise<readonly Diagnostic[]> {
  let snapshot: Snapshot;
  try {
    snapshot = readSnapshot((await readProjectFile(input.root, file)) ?? '', file);
  } catch (error) {
    if (error instanceof TrueupError) return error.diagnostics;
    throw error;
  }
  const known = new Map(input.migrations.map((migration) => [migration.script, migration]));
  const found = snapshot.migrations.flatMap(({ script }) => known.get(script) ?? []);
  const gone = snapshot.migrations.filter(({ script, checksum }) => known.get(script)?.checksum !== checksum);
  const expectedFile = snapshotFile(found);
  if (gone.length > 0) return [otherMigrations(file, gone)];
  if (file !== expectedFile) return [misnamed(file, expectedFile)];
  const other = describeOtherMaking(snapshot, input.making);
  if (other !== null) return [unproven(file, other)];
  const differing = compareSnapshots(snapshot, await input.make(found));
  return differing.length === 0 ? [] : [untrue(file, differing)];
}

/** A repeatable migration may change at any time, which leaves an earlier snapshot without proof. Versioned ones may not. */
function otherMigrations(file: string, gone: Snapshot['migrations']): Diagnostic {
  const scripts = gone.map(({ script }) => script).join(', ');
  if (gone.every(({ script }) => script.startsWith('R__')))
    return unproven(file, `these have changed since: ${scripts}`);
  return {
    code: 'snapshot-untrue',
    severity: 'error',
    position: { file },
    summary: `This snapshot was made from migrations that have changed or gone since: ${scripts}.`,
    help: rewrite,
  };
}

function misnamed(file: string, expectedFile: string): Diagnostic {
  return {
    code: 'snapshot-name',
    severity: 'error',
    position: { file },
    summary: `A snapshot is found by its name, and this one is of ${expectedFile}.`,
    help: 'Rename the file.',
  };
}

function unproven(file: string, reason: string): Diagnostic {
  return {
    code: 'snapshot-unproven',
    severity: 'warning',
    position: { file },
    summary: `This snapshot cannot be proven: ${reason}.`,
    help: rewrite,
  };
}

function untrue(file: string, differing: readonly string[]): Diagnostic {
  const shown = differing.slice(0, 10);
  return {
    code: 'snapshot-untrue',
    severity: 'error',
    position: { file },
    summary: `This snapshot is not what its migrations make: ${count(differing.length, 'difference')}.`,
    detail: [...shown, ...(differing.length > 10 ? [`and ${differing.length - 10} more`] : [])].join('\n'),
    help: rewrite,
  };
}

const rewrite = 'Write it again with `trueup snapshot`, or delete it.';
