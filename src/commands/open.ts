import { isAbsolute, join, resolve } from 'node:path';
import { comparedKinds, leftOutFacets, replayedKinds } from '../catalog/compared.ts';
import type { Registry } from '../catalog/kind.ts';
import { roleNames } from '../catalog/roles.ts';
import type { OnDrift } from '../config/config.ts';
import { parseDatabaseUrl } from '../config/database-url.ts';
import { loadProject, type Project } from '../config/load.ts';
import { type SelectedDatabase, selectDatabase, selectRoles, type Variables } from '../config/target.ts';
import { warmEmbedded } from '../database/embedded-thread.ts';
import { openSession } from '../database/open.ts';
import type { Session } from '../database/session.ts';
import type { RenameChoice, Renaming } from '../diff/answer-renames.ts';
import { type IgnoreRule, parseIgnoreFile } from '../diff/ignore.ts';
import { type KeptRename, parseRenamesFile, renamesFile } from '../diff/kept-renames.ts';
import { throwIfErrors } from '../errors.ts';
import { registry } from '../kinds/index.ts';
import type { Migration } from '../migrations/migration.ts';
import { readMigrations } from '../migrations/read.ts';
import type { OnlineChoice } from '../plan/online.ts';
import type { Strategy } from '../plan/plan.ts';
import { type Ahead, startAhead } from '../replay/ahead.ts';
import { type EngineOptions, nameEngine, openEngine, type ReplayServer } from '../replay/engine.ts';
import { toolVersion } from '../version.ts';
import { assess, extensionsOf } from './assess/assess.ts';
import type { Assessment, OpenEngine } from './assess/assessment.ts';
import { type Making, snapshotFinder } from './assess/find-snapshot.ts';
import { reach } from './assess/reach.ts';
import { ignoreFile, readRuleFile } from './assess/rule-files.ts';
import { type Copies, prepareCopies } from './planning/live-copy.ts';

/** Which project and database, and how to report: what every function of the library takes. */
export type ProjectOptions = {
  /** The working directory; the config and the migrations are found from it. Default: the process's. */
  readonly cwd?: string;
  readonly configFile?: string | undefined;
  readonly environment?: string | undefined;
  /** `postgres://…` or `pglite:DIRECTORY`; wins over the environment's. */
  readonly url?: string | undefined;
  readonly replayUrl?: string | undefined;
  readonly onDrift?: OnDrift | undefined;
  /** Whether generated statements let others work beside them. Default: `auto`, or `never` where the config says so. */
  readonly online?: OnlineChoice | undefined;
  /** For plans. Default: `scripts`. */
  readonly strategy?: Strategy | undefined;
  /** With the strategy `state`: leave out what pending migrations do to rows. */
  readonly skipData?: boolean | undefined;
  /** For plans: go back to this version, to what this run left, or to this git tag. */
  readonly rollbackTo?: string | undefined;
  /** For a database without history: which migrations to take as applied, a version or `latest`. */
  readonly assume?: string | undefined;
  /** What drift shows as missing and extra, and is one object with another name. */
  readonly renames?: readonly Renaming[] | undefined;
  /** For `diff`: what to do about what may be renames. Default: `ask`. */
  readonly renameChoice?: RenameChoice | undefined;
  /** Values for `${NAME}` in the config's URLs. Default: none. */
  readonly variables?: Variables;
  /** False: always replay, also where a snapshot matches. */
  readonly snapshots?: boolean | undefined;
  /** Where the prepared embedded PostgreSQL is kept. Default: the user's cache. */
  readonly cacheDirectory?: string | undefined;
  readonly onProgress?: ((line: string) => void) | undefined;
  /** Told what it waits for, when others have locked what it reads. */
  readonly onDelay?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly now?: () => Date;
};

/** A project with its migrations read, before any database is opened. */
export type LoadedProject = {
  readonly project: Project;
  readonly migrationsFolder: string;
  readonly migrations: readonly Migration[];
  readonly ignoreRules: readonly IgnoreRule[];
  /** Kept answers to what may be renames. */
  readonly keptRenames: readonly KeptRename[];
};

/**
 * Loads config, migrations, ignore rules and kept answers. Throws `TrueupError` with all that is wrong in them. Meanwhile so many
 * `engines` begin to load, and one more where live is embedded.
 */
export async function openProject(options: ProjectOptions, engines = 0): Promise<LoadedProject> {
  warmEmbedded(engines);
  const cwd = resolve(options.cwd ?? '.');
  const project = await loadProject({ cwd, configFile: options.configFile });
  if (engines > 0 && isLiveEmbedded(project, options)) warmEmbedded(engines + 1);
  const migrationsFolder = resolve(project.root, project.config.migrations);
  const migrations = await readMigrations(migrationsFolder, { cwd });
  return { project, migrationsFolder, migrations, ...(await readRuleFiles(project.root)) };
}

function isLiveEmbedded({ config }: Project, options: ProjectOptions): boolean {
  try {
    return selectDatabase(config, options, options.variables ?? {}).url.startsWith('pglite:');
  } catch {
    // Whoever opens it is told.
    return false;
  }
}

/** What is wrong in either file is told together. */
async function readRuleFiles(root: string): Promise<Pick<LoadedProject, 'ignoreRules' | 'keptRenames'>> {
  const ignored = parseIgnoreFile(await readRuleFile(root, ignoreFile), ignoreFile);
  const renames = parseRenamesFile(await readRuleFile(root, renamesFile), registry);
  throwIfErrors([...ignored.diagnostics, ...renames.diagnostics]);
  return { ignoreRules: ignored.rules, keptRenames: renames.rules };
}

/** The live database of a project, opened. */
export type LiveDatabase = AsyncDisposable & {
  readonly selected: SelectedDatabase;
  readonly session: Session;
};

/** Opens the live database that the options and the config choose. */
export async function openLive(loaded: LoadedProject, options: ProjectOptions): Promise<LiveDatabase> {
  const selected = selectDatabase(loaded.project.config, options, options.variables ?? {});
  options.onProgress?.('connecting');
  const { root } = loaded.project;
  const { url, ...password } = await reach({ ...selected, root }, options.variables);
  const opened = await openSession(absolute(url, root), {
    ...password,
    extensions: extensionsOf(loaded.migrations),
    projectDirectory: root,
    ...(options.signal ? { signal: options.signal } : {}),
    ...(options.cacheDirectory === undefined ? {} : { cacheDirectory: options.cacheDirectory }),
    ...(options.onProgress ? { onProgress: options.onProgress } : {}),
  });
  // A directory is called what the user calls it, wherever the project lies.
  const session = selected.url.startsWith('pglite:') ? { ...opened, label: selected.url } : opened;
  return { selected, session, [Symbol.asyncDispose]: () => session.close() };
}

/** What opens the databases for replays and rehearsals of a project; the first may have been started `ahead`. */
export function engineOpener(loaded: LoadedProject, options: ProjectOptions, ahead?: Ahead): OpenEngine {
  const engineOptions = engineOptionsOf(loaded, options);
  return (extensions, live) => openEngine({ ...engineOptions, extensions, live }, ahead);
}

function engineOptionsOf(loaded: LoadedProject, options: ProjectOptions): Omit<EngineOptions, 'extensions'> {
  return {
    standInExtensions: loaded.project.config.extensions.standIn,
    replayServer: replayServerOf(loaded, options),
    onProgress: options.onProgress,
    cacheDirectory: options.cacheDirectory,
  };
}

/** Starts the engine of the replay while live is still being connected to, guessing that live has PostgreSQL's search_path. */
export function engineAhead(loaded: LoadedProject, options: ProjectOptions): Ahead {
  const { url } = selectDatabase(loaded.project.config, options, options.variables ?? {});
  const database = parseDatabaseUrl(url);
  const user = database.kind === 'server' ? database.user : 'postgres';
  return startAhead({
    ...engineOptionsOf(loaded, options),
    extensions: extensionsOf(loaded.migrations),
    live: { searchPath: `${user}, public`, database: '' },
  });
}

/** What a snapshot that is made now is made with. */
export async function readMaking(loaded: LoadedProject, options: ProjectOptions): Promise<Making> {
  const engine = await nameEngine(replayServerOf(loaded, options));
  return { toolVersion, engine, standInExtensions: loaded.project.config.extensions.standIn };
}

function replayServerOf(
  { project: { config, root } }: LoadedProject,
  options: ProjectOptions,
): ReplayServer | undefined {
  if (config.replay.url === null && options.replayUrl === undefined) return undefined;
  const { replay } = selectDatabase(config, options, options.variables ?? {});
  return replay ? { url: replay.url, reach: () => reach({ ...replay, root }, options.variables) } : undefined;
}

function kindsFor({ project }: LoadedProject, serverVersion: number): Registry {
  return comparedKinds(replayedKinds(registry), project.config.compare, serverVersion);
}

/** Copies of live for the rehearsals of a project. `startAfter`: when the first one's engine starts, live known or not. */
export function copiesFor(
  loaded: LoadedProject,
  options: ProjectOptions,
  startAfter: Promise<unknown> | null,
): Copies {
  return prepareCopies({
    openEngine: engineOpener(loaded, { ...options, onProgress: undefined }),
    extensions: extensionsOf(loaded.migrations),
    startAfter,
    registry,
    kindsFor: (serverVersion) => kindsFor(loaded, serverVersion),
    cacheDirectory: options.cacheDirectory,
    signal: options.signal,
  });
}

/** What is begun before an assessment, and how far it goes. */
type AssessOptions = {
  readonly withTarget?: boolean;
  readonly copies?: Copies;
  readonly ahead?: Ahead;
};

/**
 * Assesses an open live database of a project. `withTarget`: also where the pending migrations lead, which a
 * report of drift does not need. With `copies`, a copy of live is begun as soon as live is known.
 */
export function assessLive(
  loaded: LoadedProject,
  live: Session,
  options: ProjectOptions,
  { withTarget = true, copies, ahead }: AssessOptions = {},
): Promise<Assessment> {
  const find = snapshotFinder(loaded.project.root, () => readMaking(loaded, options));
  const { config } = loaded.project;
  return assess({
    migrations: loaded.migrations,
    ignoreRules: loaded.ignoreRules,
    keptRenames: loaded.keptRenames,
    today: (options.now?.() ?? new Date()).toISOString().slice(0, 10),
    live,
    assume: options.assume,
    renames: options.renames ?? [],
    openEngine: engineOpener(loaded, options, ahead),
    findSnapshot: options.snapshots === false ? null : find,
    withTarget,
    standInExtensions: config.extensions.standIn,
    registry: kindsFor(loaded, live.serverVersion),
    leftOut: leftOutFacets(config.compare),
    columnOrder: config.compare.columnOrder,
    roles: roleNames(selectRoles(config, options)),
    onLive: copies?.begin,
    onProgress: options.onProgress,
    onDelay: options.onDelay,
    signal: options.signal,
  });
}

/** A relative `pglite:` directory is relative to the project, wherever the command was started. */
function absolute(url: string, root: string): string {
  if (!url.startsWith('pglite:')) return url;
  const directory = url.slice('pglite:'.length);
  return isAbsolute(directory) ? url : `pglite:${join(root, directory)}`;
}
