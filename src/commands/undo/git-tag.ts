import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { parseFileName } from '../../migrations/file-name.ts';
import type { Migration } from '../../migrations/migration.ts';
import { repeatableKey } from '../../migrations/order.ts';
import { parseMigrationBytes } from '../../migrations/parse.ts';

/** The migrations that a tag has. */
export type TaggedMigrations = {
  /** Of versioned migrations. */
  readonly versions: ReadonlySet<string>;
  /** By the key that history knows them by. */
  readonly repeatables: ReadonlyMap<string, Migration>;
};

/** Reads the migrations of a git tag, in the folder where they are now; null where there is no such tag, or no git. */
export async function readTag(folder: string, tag: string): Promise<TaggedMigrations | null> {
  const git = async (...args: readonly string[]) => {
    const options = { cwd: folder, encoding: 'buffer', maxBuffer: 1 << 30 } as const;
    return (await promisify(execFile)('git', args, options)).stdout;
  };
  const commit = await git('rev-parse', '--verify', '--quiet', `refs/tags/${tag}^{commit}`).catch(() => null);
  if (commit === null) return null;
  const id = commit.toString().trim();
  const paths = (await git('ls-tree', '-r', '-z', '--name-only', id)).toString().split('\0');
  const versions = new Set<string>();
  const repeatables = new Map<string, Migration>();
  for (const path of paths) {
    const script = path.slice(path.lastIndexOf('/') + 1);
    const name = parseFileName(script);
    if (name.type !== 'migration') continue;
    if (name.name.kind === 'versioned' && name.name.version !== null) versions.add(name.name.version);
    if (name.name.kind !== 'repeatable') continue;
    const file = `${path} at ${tag}`;
    const { migration } = await parseMigrationBytes(
      { ...name.name, script, file },
      await git('cat-file', 'blob', `${id}:./${path}`),
    );
    if (migration) repeatables.set(repeatableKey(name.name.description), migration);
  }
  return { versions, repeatables };
}
