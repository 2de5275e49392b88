import { writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { loadProject } from '../config/load.ts';
import { TrueupError } from '../errors.ts';
import { makeDirectory } from '../make-directory.ts';
import { readMigrations } from '../migrations/read.ts';
import { escapeControl } from '../render/escape.ts';
import { nextVersion } from './next-version.ts';

/** Writes an empty migration with the next version and returns its path, relative to the working directory. */
export async function newMigration(options: {
  readonly cwd: string;
  readonly configFile?: string | undefined;
  readonly description: string;
  readonly now: Date;
}): Promise<string> {
  const slug = options.description
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '_')
    .replaceAll(/^_+|_+$/g, '');
  if (slug === '') {
    throw new TrueupError([
      {
        code: 'migration-name',
        severity: 'error',
        subject: options.description,
        summary: 'A migration needs a description.',
        help: 'trueup new "add email to users"',
      },
    ]);
  }
  const project = await loadProject({ cwd: options.cwd, configFile: options.configFile });
  const folder = resolve(project.root, project.config.migrations);
  await makeDirectory(folder);
  const migrations = await readMigrations(folder, { cwd: options.cwd });
  const version = nextVersion(
    migrations.flatMap((migration) => migration.version ?? []),
    options.now,
  );
  const file = join(folder, `V${version}__${slug}.sql`);
  await writeFile(file, `-- ${escapeControl(options.description.trim())}\n`, { flag: 'wx' });
  return relative(options.cwd, file);
}
