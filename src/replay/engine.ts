import { readEngineVersion } from '../database/embedded.ts';
import { openEmbeddedThread } from '../database/embedded-thread.ts';
import { loadExtensions } from '../database/extensions.ts';
import { openServer, type ReachedServer } from '../database/server.ts';
import { DatabaseError, type Session } from '../database/session.ts';
import { TrueupError } from '../errors.ts';
import { adaptSession } from './adapt.ts';
import type { Ahead } from './ahead.ts';
import { openScratch } from './scratch.ts';

/** What live has that migrations rely on. */
export type LiveSettings = {
  /** Migrations that name no schema mean the first of it. */
  readonly searchPath: string;
  /** Its name: the only database whose settings are its own. */
  readonly database: string;
};

/** `url` is what was asked for; how the server is reached may depend on more. */
export type ReplayServer = { readonly url: string; readonly reach: () => Promise<ReachedServer> };

/** Where replays and rehearsals run. */
export type EngineOptions = {
  readonly extensions: readonly string[];
  /** Extensions to do without, by config. */
  readonly standInExtensions?: readonly string[];
  /** A server that lends a scratch database instead of the embedded PostgreSQL. */
  readonly replayServer?: ReplayServer | undefined;
  readonly onProgress?: ((line: string) => void) | undefined;
  readonly cacheDirectory?: string | undefined;
  /** What the engine stands for, where that is known. */
  readonly live?: LiveSettings | undefined;
};

/**
 * Opens an empty database of its own: embedded in memory, or a scratch database on a server, dropped on close. One
 * that was started `ahead` is taken where it fits.
 * Throws `TrueupError` naming every extension that the embedded PostgreSQL lacks.
 */
export async function openEngine(options: EngineOptions, ahead?: Ahead): Promise<Session> {
  const session = (await ahead?.take(options)) ?? (await openUnadapted(options));
  return adaptSession(session, {
    database: options.live?.database,
    standInExtensions: options.standInExtensions,
  });
}

/** `openEngine` for statements that name nothing the engine calls otherwise. */
export async function openUnadapted(options: EngineOptions): Promise<Session> {
  const searchPath = options.live?.searchPath;
  if (options.replayServer) return openScratch(await options.replayServer.reach(), searchPath);
  const standIns = new Set(options.standInExtensions);
  const wanted = options.extensions.filter((name) => !standIns.has(name));
  const { missing } = await loadExtensions(wanted);
  if (missing.length > 0) throw new TrueupError(missing.map(missingExtension));
  return openEmbeddedThread({
    extensions: wanted,
    searchPath,
    ...(options.onProgress ? { onProgress: options.onProgress } : {}),
    ...(options.cacheDirectory === undefined ? {} : { cacheDirectory: options.cacheDirectory }),
  });
}

/** What `openEngine` would open, without a database of its own: `PGlite 0.5.14` or `PostgreSQL 170004`. */
export async function nameEngine(replayServer: ReplayServer | undefined): Promise<string> {
  if (!replayServer) return `PGlite ${await readEngineVersion()}`;
  const { url, ...password } = await replayServer.reach();
  await using server = await openServer(url, password);
  return `PostgreSQL ${server.serverVersion}`;
}

/**
 * Gives the public schema the grants that a server of that version starts with, as its beginning: before 15 everybody
 * may create in it, and what migrations revoke must have been there. A server where Trueup may not stays as it is.
 */
export async function startAs(session: Session, serverVersion: number): Promise<void> {
  if (serverVersion >= 150_000 || session.serverVersion < 150_000) return;
  try {
    await session.exec(`DO $start$ BEGIN
      GRANT CREATE ON SCHEMA public TO PUBLIC;
      SET LOCAL allow_system_table_mods = on;
      UPDATE pg_catalog.pg_init_privs SET initprivs = (SELECT n.nspacl FROM pg_catalog.pg_namespace n WHERE n.nspname = 'public')
      WHERE classoid = 'pg_catalog.pg_namespace'::regclass AND objoid = 'public'::regnamespace;
    END $start$`);
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== '42501') throw error;
  }
}

function missingExtension(name: string) {
  return {
    code: 'extension-missing',
    severity: 'error' as const,
    subject: name,
    summary: `The embedded PostgreSQL does not have the extension "${name}".`,
    help: `Two ways out: \`extensions: { standIn: ['${name}'] }\` in the config replays without it; \`replay: { url: 'postgres://…' }\` replays on a server that has it.`,
  };
}
