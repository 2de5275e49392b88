import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, extname, isAbsolute, join, relative, resolve } from 'node:path';
import { type SourcePosition, TrueupError } from '../errors.ts';
import type { ParsedConfig } from './config.ts';

/** A project on disk. */
export type Project = {
  /** Absolute. Where the migrations folder and `.trueupignore` are looked for. */
  readonly root: string;
  /** The configuration's file for messages, relative to the working directory; null when there is none. */
  readonly configFile: string | null;
  readonly config: ParsedConfig;
};

const extensions = ['ts', 'js', 'mjs', 'json', 'yaml', 'yml'];

/**
 * Finds and loads `trueup.config.{ts,js,mjs,json,yaml,yml}` in `cwd`, or the file asked for, whose folder is
 * then the project's root. Without any, a folder `migrations` is project enough. Throws `TrueupError` when
 * there is no project, and with everything that is wrong in the file.
 */
export async function loadProject(options: {
  readonly cwd: string;
  readonly configFile?: string | undefined;
}): Promise<Project> {
  const path = findConfig(options.cwd, options.configFile);
  // Loaded when a project is: `trueup --help` must not wait for the schema library.
  const { parseConfig } = await import('./parse.ts');
  if (path === null) return { root: options.cwd, configFile: null, config: parseConfig({}, 'trueup.config') };
  const file = displayName(options.cwd, path);
  return { root: dirname(path), configFile: file, config: parseConfig(await readConfig(path, file), file) };
}

/** Absolute paths of the configuration files in a folder; a project has one. */
export function configFiles(cwd: string): readonly string[] {
  return extensions
    .map((extension) => join(cwd, `trueup.config.${extension}`))
    .filter((path) => existsSync(path));
}

function findConfig(cwd: string, asked: string | undefined): string | null {
  if (asked !== undefined) {
    const path = resolve(cwd, asked);
    if (!statSync(path, { throwIfNoEntry: false })?.isFile()) {
      throw failure({
        code: 'config-missing',
        summary: `The configuration file ${asked} does not exist.`,
        help: 'Check the path given to --config; it is relative to the working directory.',
      });
    }
    if (!extensions.includes(extname(path).slice(1))) {
      throw failure({
        code: 'config-format',
        summary: `The configuration file ${asked} has an unknown extension.`,
        detail: `The extensions are: ${extensions.join(', ')}.`,
      });
    }
    return path;
  }
  const found = configFiles(cwd);
  const [first, ...others] = found;
  if (first !== undefined && others.length > 0) {
    throw failure({
      code: 'config-ambiguous',
      summary: `There is more than one configuration: ${found.map((path) => basename(path)).join(', ')}.`,
      help: 'Keep one of them, or name one with --config.',
    });
  }
  if (first === undefined && !statSync(join(cwd, 'migrations'), { throwIfNoEntry: false })?.isDirectory()) {
    throw failure({
      code: 'config-missing',
      summary: `There is no Trueup project in ${cwd}.`,
      detail: `Expected trueup.config.{${extensions.join(',')}} or a folder migrations.`,
      help: 'Run `trueup init` to make one, or name a configuration with --config.',
    });
  }
  return first ?? null;
}

async function readConfig(path: string, file: string): Promise<unknown> {
  const extension = extname(path).slice(1);
  try {
    if (extension === 'json') return JSON.parse(readText(path));
    // Each loader is imported when its form is met: the TypeScript one takes longer than a replay's start.
    if (extension.startsWith('y')) {
      const { loadAll } = await import('js-yaml');
      // A file of comments holds no document.
      return loadAll(readText(path))[0] ?? {};
    }
    const { createJiti } = await import('jiti');
    const exported: unknown = await createJiti(import.meta.url).import(path, { default: true });
    return typeof exported === 'function' ? await exported() : exported;
  } catch (error) {
    const text = readText(path);
    const { message, position } = explain(error, path, file, text, extension);
    const sourceLine = position.line === undefined ? undefined : text.split(/\r?\n/)[position.line - 1];
    throw failure(
      {
        code: 'config-unparsable',
        position,
        summary: `The configuration cannot be read: ${message}`,
        ...(sourceLine === undefined ? {} : { sourceLine }),
      },
      error,
    );
  }
}

function readText(path: string): string {
  return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
}

type Explanation = { readonly message: string; readonly position: SourcePosition };

/** Each parser says in its own way where it stopped. */
function explain(error: unknown, path: string, file: string, text: string, extension: string): Explanation {
  const message = error instanceof Error ? error.message : String(error);
  if (extension === 'json') {
    const before = text.slice(0, jsonErrorOffset(text)).split(/\r?\n/);
    return {
      message: message
        .replace(/,? *(in JSON )?at position.*$/s, '')
        .replace(/, (\.\.\.)?".*is not valid JSON$/s, ''),
      position: { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 },
    };
  }
  const mark =
    error instanceof Error && 'mark' in error
      ? (error.mark as { line?: unknown; column?: unknown } | null)
      : null;
  if (typeof mark?.line === 'number' && typeof mark.column === 'number') {
    return {
      message: message.replace(/ \(\d+:\d+\)[\s\S]*$/, ''),
      position: { file, line: mark.line + 1, column: mark.column + 1 },
    };
  }
  const [place, line, column] = /:(\d+):(\d+)/.exec(message.slice(Math.max(0, message.indexOf(path)))) ?? [];
  // Only the TypeScript parser's messages name a place; its columns count from 0.
  const isOurs = place !== undefined && message.includes(`${path}${place}`);
  return {
    message: (isOurs ? message.slice(0, message.indexOf(path)) : message).replace(/^ParseError: /, '').trim(),
    position: isOurs ? { file, line: Number(line), column: Number(column) + 1 } : { file },
  };
}

/**
 * Offset of the character that JSON.parse stumbles over, which its messages do not always tell: the shortest
 * beginning of the text that is wrong, not merely unfinished.
 */
function jsonErrorOffset(text: string): number {
  let good = 0;
  let bad = text.length + 1;
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (isUnfinishedJson(text.slice(0, middle))) good = middle;
    else bad = middle;
  }
  return good;
}

function isUnfinishedJson(beginning: string): boolean {
  try {
    JSON.parse(beginning);
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const position = /at position (\d+)/.exec(message)?.[1];
    return (
      message.startsWith('Unexpected end') || (position !== undefined && Number(position) >= beginning.length)
    );
  }
}

function displayName(cwd: string, path: string): string {
  const name = relative(cwd, path);
  return (name.startsWith('..') || isAbsolute(name) ? path : name).replaceAll('\\', '/');
}

function failure(
  fields: {
    readonly code: string;
    readonly summary: string;
    readonly detail?: string;
    readonly help?: string;
    readonly position?: SourcePosition;
    readonly sourceLine?: string;
  },
  cause?: unknown,
): TrueupError {
  return new TrueupError([{ severity: 'error', ...fields }], { cause });
}
