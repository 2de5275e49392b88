import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Extension } from '@electric-sql/pglite';

/** Where an extension of the embedded PostgreSQL comes from: a module, its export, and the extensions it requires. */
type Source = { readonly module: string; readonly name: string; readonly requires?: readonly string[] };

/** What `openEmbedded` gives to PGlite, keyed by bundle. */
export type LoadedExtensions = Readonly<Record<string, Extension>>;

/** Extensions that are in every PostgreSQL and need no loading. */
const builtIn: ReadonlySet<string> = new Set(['plpgsql']);

/** Modules of `@electric-sql/pglite/contrib/`, named like their extension. */
const contrib = [
  'amcheck',
  'bloom',
  'btree_gin',
  'btree_gist',
  'citext',
  'cube',
  'dict_int',
  'dict_xsyn',
  'file_fdw',
  'fuzzystrmatch',
  'hstore',
  'intarray',
  'isn',
  'lo',
  'ltree',
  'moddatetime',
  'pageinspect',
  'pg_buffercache',
  'pg_freespacemap',
  'pg_stat_statements',
  'pg_surgery',
  'pg_trgm',
  'pg_visibility',
  'pg_walinspect',
  'pgcrypto',
  'seg',
  'tablefunc',
  'tcn',
  'tsm_system_rows',
  'tsm_system_time',
  'unaccent',
] as const;

const sources: ReadonlyMap<string, Source> = new Map<string, Source>([
  ...contrib.map((name) => [name, fromContrib(name)] as const),
  ['uuid-ossp', fromContrib('uuid_ossp')],
  ['earthdistance', { ...fromContrib('earthdistance'), requires: ['cube'] }],
  // The spi bundle, loaded through one of its four extensions.
  ['autoinc', fromContrib('moddatetime')],
  ['insert_username', fromContrib('moddatetime')],
  ['refint', fromContrib('moddatetime')],
  ['vector', { module: '@electric-sql/pglite-pgvector', name: 'vector' }],
  ...['age', 'pg_hashids', 'pg_ivm', 'pg_textsearch', 'pg_uuidv7', 'pgtap', 'postgis'].map(
    (name) => [name, { module: `@electric-sql/pglite-${name}`, name }] as const,
  ),
  ['postgis_topology', { module: '@electric-sql/pglite-postgis', name: 'postgis' }],
]);

/** Extensions that PGlite itself brings, besides plpgsql. Names as CREATE EXTENSION writes them. */
export const bundledExtensions: readonly string[] = [...sources]
  .filter(([, source]) => source.module.startsWith('@electric-sql/pglite/'))
  .map(([name]) => name);

/** The npm package that would bring an extension to the embedded PostgreSQL, or null when none is known. */
export function extensionPackage(name: string): string | null {
  return sources.get(name)?.module ?? null;
}

/**
 * Loads extensions for the embedded PostgreSQL, with those they require (CREATE EXTENSION … CASCADE needs
 * them too). `missing` names what PGlite lacks and what its package is not installed for; `projectDirectory`
 * is where such packages are looked for besides Trueup's own dependencies.
 */
export async function loadExtensions(
  names: readonly string[],
  options: { readonly projectDirectory?: string | undefined } = {},
): Promise<{ readonly loaded: LoadedExtensions; readonly missing: readonly string[] }> {
  const loaded: Record<string, Extension> = {};
  const missing: string[] = [];
  for (const name of withRequired(names)) {
    if (builtIn.has(name)) continue;
    const source = sources.get(name);
    const extension = source && (await importExtension(source, options.projectDirectory));
    if (extension) loaded[source.name] = extension;
    else missing.push(name);
  }
  return { loaded, missing };
}

function fromContrib(name: string): Source {
  return { module: `@electric-sql/pglite/contrib/${name}`, name };
}

function withRequired(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.flatMap((name) => [...(sources.get(name)?.requires ?? []), name]));
}

async function importExtension(
  source: Source,
  directory: string | undefined,
): Promise<Extension | undefined> {
  const found = (await importIfThere(source.module)) ?? (await importFrom(source.module, directory));
  // A package's exports are unknown until here: the one place where they become an Extension.
  return found?.[source.name] as Extension | undefined;
}

type Module = Readonly<Record<string, unknown>>;

async function importIfThere(specifier: string): Promise<Module | undefined> {
  try {
    return (await import(specifier)) as Module;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

async function importFrom(module: string, directory: string | undefined): Promise<Module | undefined> {
  if (directory === undefined) return undefined;
  try {
    const path = createRequire(join(directory, 'package.json')).resolve(module);
    return (await import(pathToFileURL(path).href)) as Module;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function isNotFound(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return (
    code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND' || code === 'ERR_PACKAGE_PATH_NOT_EXPORTED'
  );
}
