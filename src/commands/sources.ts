import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { canonicalize, major } from '../catalog/canonical.ts';
import {
  comparedCatalog,
  comparedKinds,
  leftOutFacets,
  replayedKinds,
  withoutServersOnly,
  withServersOnly,
} from '../catalog/compared.ts';
import { readEmptyRelations } from '../catalog/empty.ts';
import { introspect } from '../catalog/introspect.ts';
import type { Catalog, NotCompared, Registry } from '../catalog/kind.ts';
import type { ObjectId } from '../catalog/object.ts';
import { renameRoles, roleNames } from '../catalog/roles.ts';
import { defaultCompare } from '../config/config.ts';
import { parseDatabaseUrl } from '../config/database-url.ts';
import { selectRoles } from '../config/target.ts';
import { openSession } from '../database/open.ts';
import type { Session } from '../database/session.ts';
import { type Diagnostic, TrueupError } from '../errors.ts';
import { registry } from '../kinds/index.ts';
import type { Online, OnlineChoice } from '../plan/online.ts';
import { orderChanges } from '../plan/order.ts';
import { generatedStep } from '../plan/steps.ts';
import { startAs } from '../replay/engine.ts';
import { replay } from '../replay/replay.ts';
import { runSteps } from '../replay/run-steps.ts';
import { readSnapshot, type Snapshot } from '../replay/snapshot.ts';
import { createStandIns } from '../replay/stand-ins.ts';
import { toolVersion } from '../version.ts';
import { extensionsOf } from './assess/assess.ts';
import { orderKeyed } from './assess/keyed-order.ts';
import { asGiven, reach } from './assess/reach.ts';
import { engineOpener, type LoadedProject, openLive, openProject, type ProjectOptions } from './open.ts';
import { sharedOf } from './planning/shared-of.ts';

/** One side of `trueup diff`. */
export type Source =
  | { readonly form: 'empty' }
  /** `migrations@VERSION`; null: all. */
  | { readonly form: 'migrations'; readonly version: string | null }
  /** Relative to the working directory. */
  | { readonly form: 'snapshot'; readonly file: string }
  | { readonly form: 'environment'; readonly name: string }
  | { readonly form: 'url'; readonly url: string };

/** Both catalogs, and the kinds that count. */
export type Sources = {
  readonly from: Catalog;
  readonly to: Catalog;
  readonly online: Online;
  readonly diagnostics: readonly Diagnostic[];
  readonly registry: Registry;
  /** What the registry leaves out because the configuration says so. */
  readonly leftOut: readonly NotCompared[];
  /** Whether another order of columns counts. */
  readonly columnOrder: boolean;
};

/** Reads a source as a person writes it. Throws `TrueupError` naming the forms there are. */
export function parseSource(text: string): Source {
  if (text === 'empty') return { form: 'empty' };
  if (text === 'migrations') return { form: 'migrations', version: null };
  if (text.startsWith('migrations@') && text.length > 'migrations@'.length) {
    return { form: 'migrations', version: text.slice('migrations@'.length) };
  }
  if (text.startsWith('snapshot:')) return { form: 'snapshot', file: text.slice('snapshot:'.length) };
  if (text.startsWith('env:')) return { form: 'environment', name: text.slice('env:'.length) };
  if (/^[a-z]+:/i.test(text)) {
    parseDatabaseUrl(text, 'diff');
    return { form: 'url', url: text };
  }
  throw new TrueupError([
    {
      code: 'source',
      severity: 'error',
      subject: text,
      summary: `"${text}" is nothing that can be compared.`,
      help: 'Write empty, migrations, migrations@VERSION, snapshot:FILE, env:NAME, postgres://… or pglite:DIRECTORY.',
    },
  ]);
}

/** Both catalogs, with texts as one engine prints them where their majors differ. */
export async function readSources(from: Source, to: Source, options: ProjectOptions): Promise<Sources> {
  const config = (await openIfProject(options))?.project.config;
  const compare = config?.compare ?? defaultCompare;
  // A replay begins as the other side's server does, so servers are read first.
  const [one, other] = isReplayed(from) ? [to, from] : [from, to];
  const held = isLive(from) && isLive(to) ? registry : replayedKinds(registry);
  const first = await readSource(one, options, held);
  const second = await readSource(other, options, held, first.catalog.serverVersion);
  const [before, after] = isReplayed(from) ? [second, first] : [first, second];
  const oldest = Math.min(before.catalog.serverVersion, after.catalog.serverVersion);
  const kinds = comparedKinds(held, compare, oldest);
  const namesOf = (source: Source) => {
    const environment = source.form === 'environment' ? source.name : undefined;
    return roleNames(config && isLive(source) ? selectRoles(config, { environment, url: '' }) : new Map());
  };
  const read = (source: Source, { catalog }: ReadSource) =>
    renameRoles(comparedCatalog(catalog, kinds), namesOf(source).toMigrations, kinds);
  const both = await printAlike(read(from, before), read(to, after), options, kinds);
  const diagnostics = [...before.diagnostics, ...after.diagnostics];
  const { serverVersion } = before.catalog;
  const online = { choice: before.choice, empty: before.empty, serverVersion };
  // The statements run on the first side, which has its own names.
  const { toLive } = namesOf(from);
  return {
    from: renameRoles(both.from, toLive, kinds),
    to: renameRoles(both.to, toLive, kinds),
    online,
    diagnostics,
    registry: kinds,
    leftOut: leftOutFacets(compare),
    columnOrder: compare.columnOrder,
  };
}

async function printAlike(
  from: Catalog,
  to: Catalog,
  options: ProjectOptions,
  kinds: Registry,
): Promise<Pick<Sources, 'from' | 'to'>> {
  if (major(from.serverVersion) === major(to.serverVersion)) return { from, to };
  const [before, after] = [withoutServersOnly(from, kinds), withoutServersOnly(to, kinds)];
  const openEngine = await openerFor(options);
  const [reference, other] = after.serverVersion > before.serverVersion ? [after, before] : [before, after];
  const engine = await openEngine(installedExtensions(reference, other));
  try {
    const printed = await rebuildOn(engine, reference, kinds);
    const generate = (a: Catalog, b: Catalog, changes: Parameters<typeof orderChanges>[3]) =>
      orderChanges(a, b, kinds, changes).statements;
    const { catalog } = await canonicalize({ ...other, serverVersion: 0 }, printed, engine, kinds, generate);
    const [left, right] = after === reference ? [catalog, printed] : [printed, catalog];
    return { from: withServersOnly(left, from, kinds), to: withServersOnly(right, to, kinds) };
  } finally {
    await engine.close();
  }
}

/** What a server, or an embedded database in its place, holds. */
function isLive({ form }: Source): boolean {
  return form === 'environment' || form === 'url';
}

type Replayed = Source & { readonly form: 'empty' | 'migrations' };

function isReplayed(source: Source): source is Replayed {
  return source.form === 'empty' || source.form === 'migrations';
}

type ReadSource = Pick<Online, 'choice' | 'empty'> & {
  readonly catalog: Catalog;
  readonly diagnostics: readonly Diagnostic[];
};

/** The catalog, and how kind statements for it must be. */
async function readSource(
  source: Source,
  options: ProjectOptions,
  held: Registry,
  startVersion = Number.POSITIVE_INFINITY,
): Promise<ReadSource> {
  const choice = options.online ?? 'auto';
  const unknown = { choice, empty: new Set<ObjectId>(), diagnostics: [] };
  if (isReplayed(source)) {
    return { ...unknown, catalog: await readReplayed(source, options, startVersion) };
  }
  if (source.form === 'snapshot') {
    const { toolVersion: made, catalog } = await readSnapshotFile(source.file, options);
    return { ...unknown, catalog, diagnostics: made === toolVersion ? [] : [otherTool(source.file, made)] };
  }
  options.onProgress?.(`introspecting ${source.form === 'environment' ? source.name : 'live'}`);
  const signal = options.signal ? { signal: options.signal } : {};
  if (source.form === 'url') {
    const { url } = await reach(asGiven(source.url), options.variables);
    return readLive(await openSession(url, { extensions: [], ...signal }), held, choice);
  }
  const loaded = await openProject(options);
  const { session, selected } = await openLive(loaded, {
    ...options,
    environment: source.name,
    url: undefined,
    onProgress: undefined,
  });
  return readLive(session, held, selected.online);
}

async function readLive(session: Session, held: Registry, choice: OnlineChoice): Promise<ReadSource> {
  await using live = session;
  const catalog = await introspect(live, held);
  return { catalog, choice, empty: await readEmptyRelations(live, catalog), diagnostics: [] };
}

async function readSnapshotFile(file: string, options: ProjectOptions): Promise<Snapshot> {
  const text = await readFile(resolve(options.cwd ?? '.', file), 'utf8').catch((error: Error) => {
    throw new TrueupError([
      {
        code: 'snapshot-missing',
        severity: 'error',
        position: { file },
        summary: `This snapshot cannot be read: ${error.message}`,
        help: '`trueup snapshot` writes one.',
      },
    ]);
  });
  return readSnapshot(text, file);
}

function otherTool(file: string, made: string): Diagnostic {
  return {
    code: 'snapshot-version',
    severity: 'warning',
    position: { file },
    summary: `Trueup ${made} made this snapshot; this is ${toolVersion}. What only one of them sees shows as a difference.`,
    help: 'Write it again with `trueup snapshot`.',
  };
}

async function readReplayed(
  source: Replayed,
  options: ProjectOptions,
  startVersion: number,
): Promise<Catalog> {
  const openEngine = await openerFor(options, source.form === 'empty');
  if (source.form !== 'migrations') {
    const engine = await openEngine([]);
    try {
      await startAs(engine, startVersion);
      return await introspect(engine, registry);
    } finally {
      await engine.close();
    }
  }
  const loaded = await openProject(options);
  const { applied } = await orderKeyed(loaded.migrations, null, source.version ?? 'latest');
  const engine = await openEngine(extensionsOf(applied));
  try {
    await startAs(engine, startVersion);
    await replay(engine, applied, {
      standInExtensions: loaded.project.config.extensions.standIn,
      onProgress: (done, total) => options.onProgress?.(`replaying ${done}/${total}`),
      ...(options.signal ? { signal: options.signal } : {}),
    });
    return await introspect(engine, registry);
  } finally {
    await engine.close();
  }
}

/** Two servers can be compared without any project; then the engine needs no config either. */
async function openerFor(options: ProjectOptions, withoutProject = false) {
  const { openEngine } = await import('../replay/engine.ts');
  const { replayUrl } = options;
  const replayServer =
    replayUrl === undefined
      ? undefined
      : { url: replayUrl, reach: () => reach(asGiven(replayUrl), options.variables) };
  const plain = (extensions: readonly string[]) =>
    openEngine({ extensions, replayServer, onProgress: options.onProgress });
  if (withoutProject) return plain;
  const loaded = await openIfProject(options);
  return loaded ? engineOpener(loaded, options) : plain;
}

/** Null outside of a project: two servers can be compared anywhere. */
export async function openIfProject(options: ProjectOptions): Promise<LoadedProject | null> {
  try {
    return await openProject(options);
  } catch (error) {
    if (error instanceof TrueupError && error.diagnostics.every(({ code }) => code === 'config-missing'))
      return null;
    throw error;
  }
}

async function rebuildOn(engine: Session, catalog: Catalog, kinds: Registry): Promise<Catalog> {
  await createStandIns(engine, sharedOf(catalog, kinds));
  const { statements } = orderChanges(await introspect(engine, kinds), catalog, kinds);
  await runSteps(engine, [generatedStep('repair', 'copy for comparison', statements)]);
  return introspect(engine, kinds);
}

function installedExtensions(...catalogs: readonly Catalog[]): readonly string[] {
  const names = catalogs.flatMap(({ objects }) =>
    [...objects.values()].flatMap(({ ref }) => (ref.kind === 'extension' ? [ref.path[0] ?? ''] : [])),
  );
  return [...new Set(names)];
}
