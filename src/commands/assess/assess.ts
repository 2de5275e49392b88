import { readUnfinished, type Unfinished } from '../../apply/unfinished.ts';
import { watch } from '../../apply/watch.ts';
import { major } from '../../catalog/canonical.ts';
import { comparedCatalog } from '../../catalog/compared.ts';
import { readEmptyRelations } from '../../catalog/empty.ts';
import { fingerprint } from '../../catalog/fingerprint.ts';
import { introspect } from '../../catalog/introspect.ts';
import type { Catalog } from '../../catalog/kind.ts';
import { openLater } from '../../database/later.ts';
import type { Session } from '../../database/session.ts';
import { diff } from '../../diff/diff.ts';
import { findReordered } from '../../diff/reordered.ts';
import { InterruptedError, throwIfErrors } from '../../errors.ts';
import { readHistory } from '../../migrations/history.ts';
import type { AppliedMigration } from '../../migrations/migration.ts';
import type { KeyedMigration } from '../../plan/steps.ts';
import { describeBlockers } from '../../render/event.ts';
import { type LiveSettings, startAs } from '../../replay/engine.ts';
import { replay } from '../../replay/replay.ts';
import { readShared, type StandIn } from '../../replay/stand-ins.ts';
import { undosOf } from '../undo/undo-of.ts';
import type { AssessInput, Assessment, Stretch } from './assessment.ts';
import { renameQuestion, reorderedNote, standInNote, uncertainText, unite } from './assessment-notes.ts';
import { compareDrift } from './compare-drift.ts';
import { compareExtensionVersions } from './extension-versions.ts';
import { type FoundSnapshot, noSnapshot } from './find-snapshot.ts';
import { type KeyedOrder, orderKeyed } from './keyed-order.ts';
import { namesOf } from './names.ts';
import { isGuessed, isWithoutHistory, replayApplied } from './replay-applied.ts';
import { notesOn, splitPending, splitUndos } from './resume.ts';
import { splitStretches } from './stretches.ts';

/**
 * Replays the migrations, introspects live and compares: what `status`, `drift`, `plan` and `review` show.
 * Throws `TrueupError` with every problem of the migrations and the history together.
 */
export async function assess(input: AssessInput): Promise<Assessment> {
  const { onProgress } = input;
  onProgress?.('reading history');
  const history = await readHistory(input.live);
  const order = await orderKeyed(input.migrations, history, input.assume);
  throwIfErrors(order.diagnostics);
  throwIfInterrupted(input.signal);
  const unfinished = await readUnfinished(input.live, [
    ...order.pending.map(({ key }) => key),
    ...undosOf(input.migrations, order.applied).map(({ key }) => key),
  ]);

  onProgress?.('introspecting live');
  const liveSettings = await readSettings(input.live);
  // What is applied of a migration is in no snapshot.
  const found = unfinished ? noSnapshot : await findSnapshot(input, order, history, liveSettings.searchPath);
  // Meanwhile the engine replays.
  const reading = introspectLive(input);
  const read = reading.catch(() => null);
  let engine: Session | null = null;
  try {
    engine = await openEngineFor(input, order, found, liveSettings);
    await startAs(engine, input.live.serverVersion);
    return await compare(input, engine, reading, history, order, found, liveSettings, unfinished);
  } catch (error) {
    // Both must have ended before one's failure is told: nothing is left open.
    await read;
    await engine?.close();
    throw error;
  }
}

/** PostgreSQL prints no view while somebody holds its tables for himself: who does is told, for that may take hours. */
async function introspectLive({ live, registry, onProgress, onDelay }: AssessInput): Promise<Catalog> {
  const watched = watch(live, introspect(live, registry), 2_000);
  for (;;) {
    const { done, value } = await watched.next();
    if (done) return value;
    if (value.length === 0) onProgress?.('introspecting live');
    else onDelay?.(`introspecting live, ${describeBlockers(value)}`);
  }
}

/** A snapshot has no identities: with pending migrations to compare, only a replay of all knows what is renamed. */
async function findSnapshot(
  input: AssessInput,
  order: KeyedOrder,
  history: readonly AppliedMigration[] | null,
  searchPath: string,
): Promise<FoundSnapshot> {
  const needsReplay = input.withTarget && order.pending.length > 0;
  // Before 15 the public schema begins with other grants than where the snapshot was made.
  const startsAlike = input.live.serverVersion >= 150_000;
  if (!input.findSnapshot || !startsAlike || needsReplay || isGuessed(order, history)) return noSnapshot;
  return input.findSnapshot(order.applied, searchPath);
}

/** With a snapshot, the engine is opened and brought to expected only when texts must be printed by it. */
async function openEngineFor(
  input: AssessInput,
  { applied, pending }: KeyedOrder,
  { snapshot }: FoundSnapshot,
  liveSettings: LiveSettings,
): Promise<Session> {
  const open = () => input.openEngine(extensionsOf([...applied, ...pending]), liveSettings);
  if (snapshot === null) return open();
  return openLater(snapshot.catalog.serverVersion, 'embedded', async () => {
    const engine = await open();
    try {
      await replay(engine, applied, replayOptions(input, 0, applied.length));
      return engine;
    } catch (error) {
      await engine.close();
      throw error;
    }
  });
}

function replayOptions(
  { standInExtensions, onProgress, signal }: AssessInput,
  before: number,
  total: number,
) {
  return {
    standInExtensions,
    onProgress: (done: number) => onProgress?.(`replaying ${before + done}/${total}`),
    ...(signal ? { signal } : {}),
  };
}

async function compare(
  input: AssessInput,
  engine: Session,
  reading: Promise<Catalog>,
  history: readonly AppliedMigration[] | null,
  order: KeyedOrder,
  found: FoundSnapshot,
  liveSettings: LiveSettings,
  unfinished: Unfinished | null,
): Promise<Assessment> {
  const { registry, roles } = input;
  const { inMigrations, inLive, print } = namesOf(engine, registry, roles);
  // Nothing has to be printed by the engine: nobody waits for it. A failure is told below.
  if (major(input.live.serverVersion) === major(engine.serverVersion)) {
    void reading.then((raw) => input.onLive?.(inLive(inMigrations(raw)))).catch(() => undefined);
  }
  const total = order.applied.length + (input.withTarget ? order.pending.length : 0);
  const standIns: StandIn[] = [...(found.snapshot?.standIns ?? [])];
  const run = async (migrations: readonly KeyedMigration[], done: number) => {
    standIns.push(...(await replay(engine, migrations, replayOptions(input, done, total))));
  };
  const { applied, pending: whollyPending } = found.snapshot
    ? order
    : await replayApplied(order, history, run);
  const { begun, pending } = splitPending(whollyPending, unfinished);
  if (begun.length > 0) await run(begun, applied.length);
  let reached = found.snapshot
    ? comparedCatalog(found.snapshot.catalog, registry)
    : await introspect(engine, registry);
  const expected = inLive(reached);
  const rawLive = await reading;
  const { catalog: live, uncertain } = await print(rawLive, reached);
  input.onLive?.(live);

  const stretches: Stretch[] = [];
  let target = expected;
  // Where nothing is applied there is nothing to lose.
  const replayed = input.withTarget ? pending : [];
  const whole = replayed.length === 0 ? [] : [{ from: 0, to: replayed.length }];
  for (const { from, to } of applied.length === 0 ? whole : splitStretches(replayed)) {
    await run(replayed.slice(from, to), applied.length + from);
    const before = target;
    reached = await introspect(engine, registry);
    target = inLive(reached);
    stretches.push({ from, to, before, after: target });
  }
  const { ignoreRules, keptRenames, today, columnOrder } = input;
  const { diagnostics, ...drift } = compareDrift(
    { expected, live, registry, columnOrder, unfinished, ignoreRules, keptRenames, today },
    input.renames,
  );
  const close = () => engine.close();
  return {
    snapshot: found.snapshot && found.file,
    expected,
    target,
    live,
    liveFingerprint: fingerprint(rawLive, registry),
    targetFingerprint: fingerprint(target, registry),
    history,
    applied,
    pendingMigrations: pending,
    unfinished,
    stretches,
    assumed: isWithoutHistory(history) ? applied : [],
    ...drift,
    columnOrder,
    pending: diff(expected, target, registry, { sameDatabase: true }),
    standIns,
    liveSettings,
    empty: drift.drift.length === 0 ? new Set() : await readEmptyRelations(input.live, live),
    notCompared: [...unite(rawLive.notCompared, target.notCompared), ...(input.leftOut ?? [])],
    diagnostics: [
      ...order.diagnostics,
      ...found.diagnostics,
      ...notesOn(unfinished, [...pending, ...splitUndos(input.migrations, applied, unfinished)]),
      ...diagnostics,
      ...compareExtensionVersions(applied, rawLive),
      ...uncertain.map(uncertainText),
      ...standIns.map(standInNote),
      ...findReordered(expected, live).map((one) => reorderedNote(one, input.columnOrder)),
      ...drift.renameSuggestions.map(renameQuestion),
    ],
    liveShared: await readShared(input.live),
    inMigrations,
    registry,
    readLive: async () => (await print(await introspect(input.live, registry), reached)).catalog,
    [Symbol.asyncDispose]: close,
  };
}

/** A role or a database may have its own search_path, and "$user" is another user in the replay. */
async function readSettings(live: Session): Promise<LiveSettings> {
  const [row] = await live.query<LiveSettings>(
    `SELECT replace(reset_val, '"$user"', quote_ident(session_user)) AS "searchPath", current_database()::text AS database
     FROM pg_catalog.pg_settings WHERE name = 'search_path'`,
  );
  return row ?? { searchPath: 'public', database: '' };
}

/** Extensions that migrations create, each once. */
export function extensionsOf(migrations: readonly Pick<KeyedMigration, 'statements'>[]): readonly string[] {
  return [
    ...new Set(migrations.flatMap(({ statements }) => statements.flatMap(({ traits }) => traits.extensions))),
  ];
}

function throwIfInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new InterruptedError('Interrupted. Nothing was applied.');
}
