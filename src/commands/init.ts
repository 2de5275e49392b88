import { stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { configFiles } from '../config/load.ts';
import { TrueupError } from '../errors.ts';
import { makeDirectory } from '../make-directory.ts';

/** What `trueup init` wrote, relative to the folder. Files that existed are left alone and listed apart. */
export type Initialised = { readonly written: readonly string[]; readonly kept: readonly string[] };

const config = `# Trueup: every key is explained in docs/config.md of the package.
migrations: migrations

# environments:
#   dev:
#     url: postgres://app@localhost/app_dev
#   prod:
#     url: \${PROD_DATABASE_URL}
#     protected: true
#     onDrift: fail
# defaultEnvironment: dev
`;

const files: readonly (readonly [path: string, text: string])[] = [
  ['trueup.config.yaml', config],
  [
    'migrations/README.md',
    'One SQL file a migration: `V1__create_users.sql`, `R__views.sql`. Never edited once committed.\n',
  ],
  [
    '.trueupignore',
    '# Objects that no migration makes and that are no drift, one pattern a line:\n# index:public.*_tmp_idx  # until=2027-01-31 reason\n',
  ],
];

/** Writes a config and the folders of a new project. Throws `TrueupError` when the folder already has a config. */
export async function init(cwd: string): Promise<Initialised> {
  const [existing] = configFiles(cwd);
  if (existing !== undefined) {
    throw new TrueupError([
      {
        code: 'already-initialised',
        severity: 'error',
        position: { file: basename(existing) },
        summary: 'This folder is already a Trueup project. Nothing was written.',
        help: 'Edit the file, or run `trueup init` in another folder.',
      },
    ]);
  }
  const [written, kept]: [string[], string[]] = [[], []];
  await makeDirectory(join(cwd, 'migrations'));
  for (const [path, text] of files) {
    const exists = await stat(join(cwd, path)).catch(() => null);
    (exists ? kept : written).push(path);
    if (!exists) await writeFile(join(cwd, path), text, { flag: 'wx' });
  }
  return { written, kept };
}
