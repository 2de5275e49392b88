import type { Catalog } from '../../catalog/kind.ts';
import type { Diagnostic } from '../../errors.ts';
import type { KeyedMigration } from '../../plan/steps.ts';
import { readSnapshot, type Snapshot } from '../../replay/snapshot.ts';
import { readProjectFile } from './project-file.ts';

/** The folder of a project that holds its snapshots, one file per version kept. */
export const snapshotsFolder = 'snapshots';

/** A snapshot in place of a replay. */
export type FoundSnapshot = {
  /** Null: there is none, or it does not match; `diagnostics` then say why. */
  readonly snapshot: Snapshot | null;
  /** Relative to the project's root; null when there is no file. */
  readonly file: string | null;
  readonly diagnostics: readonly Diagnostic[];
};

export const noSnapshot: FoundSnapshot = { snapshot: null, file: null, diagnostics: [] };

/** Looks for the snapshot of exactly these migrations, as they would run with this search_path. */
export type FindSnapshot = (applied: readonly KeyedMigration[], searchPath: string) => Promise<FoundSnapshot>;

/** What must be as it was when a snapshot was made. */
export type Making = Pick<Snapshot, 'toolVersion' | 'engine' | 'standInExtensions'>;

/** The file of a snapshot of these migrations: `snapshots/V23.json`. */
export function snapshotFile(migrations: readonly Pick<KeyedMigration, 'version'>[]): string {
  return `${snapshotsFolder}/V${highestVersion(migrations) ?? '0'}.json`;
}

export function highestVersion(migrations: readonly Pick<KeyedMigration, 'version'>[]): string | null {
  return migrations.findLast(({ version }) => version !== null)?.version ?? null;
}

/** Finds snapshots below a project's root. Throws `TrueupError` for a file that is damaged or was changed by hand. */
export function snapshotFinder(root: string, readMaking: () => Promise<Making>): FindSnapshot {
  return async (applied, searchPath) => {
    const file = snapshotFile(applied);
    const text = await readProjectFile(root, file);
    if (text === null) return noSnapshot;
    const snapshot = readSnapshot(text, file);
    const reason =
      describeOtherChain(snapshot, applied) ??
      describeOtherMaking(snapshot, await readMaking()) ??
      describeOtherPath(snapshot.catalog, searchPath) ??
      describeOwnName(applied);
    if (reason === null) return { snapshot, file, diagnostics: [snapshotUsed(file)] };
    return { snapshot: null, file, diagnostics: [snapshotNotUsed(file, reason)] };
  };
}

/** How the migrations differ from those that made the snapshot, or null. */
function describeOtherChain({ migrations }: Snapshot, applied: readonly KeyedMigration[]): string | null {
  const chain = ({ script, checksum }: Snapshot['migrations'][number]) => `${script} ${checksum}`;
  const [made, wanted] = [migrations.map(chain), applied.map(chain)];
  const position = wanted.findIndex((one, at) => one !== made[at]);
  const other = migrations[position] ?? applied[position] ?? migrations[wanted.length];
  return made.join() === wanted.join() ? null : `its migrations are others, from ${other?.script} on`;
}

/** How Trueup, its engine or its configuration differ from those that made the snapshot, or null. */
export function describeOtherMaking(snapshot: Snapshot, now: Making): string | null {
  if (snapshot.toolVersion !== now.toolVersion)
    return `Trueup ${snapshot.toolVersion} made it; this is ${now.toolVersion}`;
  if (snapshot.engine !== now.engine) return `${snapshot.engine} made it; the replay would use ${now.engine}`;
  if ([...snapshot.standInExtensions].sort().join() === [...now.standInExtensions].sort().join()) return null;
  return 'the configuration names other extensions to do without';
}

/** Migrations that name no schema mean the first of the path, of those that there are. */
function describeOtherPath({ objects }: Catalog, searchPath: string): string | null {
  const schemasOf = (path: string) =>
    path.split(',').flatMap((part) => {
      const name = part.trim().replace(/^"(.*)"$/, (_, quoted: string) => quoted.replaceAll('""', '"'));
      const exists = [...objects.values()].some(({ ref }) => ref.kind === 'schema' && ref.path[0] === name);
      return exists ? [name] : [];
    });
  // A snapshot is made by the user postgres under "$user", public.
  if (schemasOf(searchPath).join() === schemasOf('postgres, public').join()) return null;
  return `the database's search_path is ${searchPath}`;
}

/** Settings of a database by its name, or code that asks for it: a replay that stands for live has live's name. */
function describeOwnName(applied: readonly KeyedMigration[]): string | null {
  const naming = applied.find(({ statements }) =>
    statements.some(({ sql }) => /database\b|\bcurrent_catalog\b/i.test(sql)),
  );
  return naming ? `${naming.script} speaks of the database, whose name a snapshot does not have` : null;
}

function snapshotUsed(file: string): Diagnostic {
  return {
    code: 'snapshot-used',
    severity: 'note',
    position: { file },
    summary: 'This snapshot was used; the migrations were not replayed.',
    help: '--no-snapshot replays them.',
  };
}

function snapshotNotUsed(file: string, reason: string): Diagnostic {
  return {
    code: 'snapshot-not-used',
    severity: 'note',
    position: { file },
    summary: `This snapshot was not used, because ${reason}. The migrations were replayed.`,
    help: 'Write it again with `trueup snapshot`.',
  };
}
