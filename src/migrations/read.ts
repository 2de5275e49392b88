import type { Dirent } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { type Diagnostic, TrueupError, throwIfErrors } from '../errors.ts';
import { parseFileName } from './file-name.ts';
import type { Migration } from './migration.ts';
import { type MigrationSource, type ParseResult, parseMigrationBytes } from './parse.ts';
import { compareMigrations } from './version.ts';

/**
 * Reads the migrations in `folder` (relative to `cwd`, or absolute) and its folders at any depth, in their one
 * order: versioned, baseline and undo by version, then repeatable by description. Names that start with a dot are
 * left out. Links that lead out of the folder are refused.
 * Throws one `TrueupError` with everything that is wrong in all files.
 */
export async function readMigrations(
  folder: string,
  { cwd }: { readonly cwd: string },
): Promise<readonly Migration[]> {
  const root = resolve(cwd, folder);
  const nameFile = (path: string) => relative(cwd, path).split(sep).join('/');
  await requireFolder(root, nameFile(root) || '.');
  const { paths, diagnostics: linkProblems } = await findFiles(root, nameFile);
  const problems: Diagnostic[] = [...linkProblems];
  const sources: { readonly path: string; readonly source: MigrationSource }[] = [];
  for (const path of paths) {
    const file = nameFile(path);
    const script = file.slice(file.lastIndexOf('/') + 1);
    const name = parseFileName(script, file);
    if (name.type === 'near miss') problems.push(name.diagnostic);
    if (name.type === 'migration') sources.push({ path, source: { ...name.name, script, file } });
  }
  const results = await mapBounded(sources, 16, readOne);
  problems.push(...findDuplicates(sources.map(({ source }) => source)));
  problems.push(...results.flatMap(({ diagnostics }) => diagnostics));
  throwIfErrors(problems);
  return results.flatMap(({ migration }) => migration ?? []).sort(compareMigrations);
}

async function requireFolder(root: string, shown: string): Promise<void> {
  const found = await stat(root).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw new TrueupError([unreadable(shown, error)], { cause: error });
  });
  if (found?.isDirectory()) return;
  throw new TrueupError([
    {
      code: 'migrations-missing',
      severity: 'error',
      subject: shown,
      summary: found ? `${shown} is not a folder` : `the migrations folder ${shown} does not exist`,
      help: 'Run `trueup init` to create a project here, or name the config of another one with --config FILE.',
    },
  ]);
}

async function findFiles(
  root: string,
  nameFile: (path: string) => string,
): Promise<{ paths: readonly string[]; diagnostics: readonly Diagnostic[] }> {
  const paths: string[] = [];
  const diagnostics: Diagnostic[] = [];
  const realRoot = await realpath(root);

  async function visit(folder: string): Promise<void> {
    let entries: Dirent[];
    try {
      entries = await readdir(folder, { withFileTypes: true });
    } catch (error) {
      diagnostics.push(unreadable(nameFile(folder), error));
      return;
    }
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) await visit(path);
      else if (entry.isFile()) paths.push(path);
      else if (entry.isSymbolicLink()) await visitLink(path, entry.name);
    }
  }

  /** A link may stand for a file in the folder; anything else would run SQL that is not committed here. */
  async function visitLink(path: string, name: string): Promise<void> {
    const target = await realpath(path).catch(() => undefined);
    const isFolder = target !== undefined && (await stat(target)).isDirectory();
    if (!isFolder && parseFileName(name).type === 'other') return;
    if (target !== undefined && !isFolder && target.startsWith(realRoot + sep)) {
      paths.push(path);
      return;
    }
    const reason = isFolder
      ? 'to a folder'
      : target === undefined
        ? 'to nothing'
        : 'out of the migrations folder';
    diagnostics.push({
      code: 'migration-link',
      severity: 'error',
      position: { file: nameFile(path) },
      summary: `a link ${reason} is not followed`,
      help: isFolder ? 'Put the folder itself there, or remove the link.' : 'Put the file itself there.',
    });
  }

  await visit(root);
  // The order that a file system lists in is not the same everywhere; messages should be.
  return { paths: paths.sort(), diagnostics };
}

async function readOne({ path, source }: { path: string; source: MigrationSource }): Promise<ParseResult> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    return { migration: null, diagnostics: [unreadable(source.file, error)] };
  }
  return parseMigrationBytes(source, bytes);
}

function findDuplicates(sources: readonly MigrationSource[]): readonly Diagnostic[] {
  const first = new Map<string, MigrationSource>();
  return sources.flatMap((source) => {
    const key = `${source.kind} ${source.version ?? source.description}`;
    const other = first.get(key);
    if (!other) {
      first.set(key, source);
      return [];
    }
    const what =
      source.version === null ? `description "${source.description}"` : `version ${source.version}`;
    const diagnostic: Diagnostic = {
      code: 'migration-duplicate',
      severity: 'error',
      position: { file: source.file },
      summary: `two ${source.kind} migrations have the ${what}`,
      detail: `The other one is ${other.file}.`,
      help: `Rename the one that is not applied anywhere yet.`,
    };
    return [diagnostic];
  });
}

function unreadable(file: string, error: unknown): Diagnostic {
  return {
    code: 'migration-unreadable',
    severity: 'error',
    position: { file },
    summary: `cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    help: 'Check its permissions.',
  };
}

/** Maps with at most `limit` at work at once: a project of thousands of files must not exhaust file handles. */
async function mapBounded<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const queue = items.entries();
  async function next(): Promise<void> {
    for (const [index, item] of queue) results[index] = await work(item);
  }
  await Promise.all(Array.from({ length: limit }, next));
  return results;
}
