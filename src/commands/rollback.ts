import { readRenamed } from '../apply/names.ts';
import { readBackups } from '../apply/restore.ts';
import { readEmptyRelations } from '../catalog/empty.ts';
import { fingerprint } from '../catalog/fingerprint.ts';
import { introspect } from '../catalog/introspect.ts';
import type { Catalog } from '../catalog/kind.ts';
import type { ObjectId } from '../catalog/object.ts';
import { roleNames } from '../catalog/roles.ts';
import { selectRoles } from '../config/target.ts';
import { DatabaseError, type Session } from '../database/session.ts';
import { diff, findRenames, objectOf } from '../diff/diff.ts';
import { TrueupError } from '../errors.ts';
import { compareVersions } from '../migrations/version.ts';
import type { KeyedMigration } from '../plan/steps.ts';
import { startAs } from '../replay/engine.ts';
import { replay } from '../replay/replay.ts';
import { extensionsOf } from './assess/assess.ts';
import type { Assessment } from './assess/assessment.ts';
import { namesOf } from './assess/names.ts';
import { refusePartial, splitUndos } from './assess/resume.ts';
import { engineOpener, type LoadedProject, type ProjectOptions } from './open.ts';
import { undoTitle } from './undo/generated-undo.ts';
import { findRollbackPoint, type RepeatableThen } from './undo/rollback-point.ts';

/** What takes live back to what it was. Catalogs name roles as live does. */
export type Rollback = {
  /** The version, run or tag, as it was asked for. */
  readonly to: string;
  /** In the order in which they run. */
  readonly parts: readonly UndoPart[];
  /** Repeatable migrations as they were then: recorded in place of what is applied. */
  readonly earlier: readonly KeyedMigration[];
  readonly versionAfter: string | null;
};

/** Migrations that are undone together: one by its undo migration, or several by generated statements. */
export type UndoPart = {
  /** Cut at what an unfinished rollback has committed of it. */
  readonly script: KeyedMigration | null;
  /** In the order in which they are undone. */
  readonly migrations: readonly KeyedMigration[];
  /** Of one replay, repeatable migrations aside: what the migrations do is told from these. */
  readonly before: Catalog;
  readonly after: Catalog;
  readonly renames: ReadonlyMap<ObjectId, ObjectId>;
  /** Ids of those that a rollback which was cut short has done. */
  readonly renamed: ReadonlySet<ObjectId>;
  /** Of the same replay, right before each migration, in the order in which they were applied; none where nobody has to know. */
  readonly moments: readonly Moment[];
  /** For generated statements, repeatable migrations included. The first part starts from live itself. */
  readonly from: Catalog | null;
  readonly to: Catalog;
  readonly versionAfter: string | null;
};

export type Moment = { readonly script: string; readonly catalog: Catalog };

/**
 * The assessment of a live database that goes back: its target is what the database was at a version, after a run or
 * at a git tag. Closes only what it opened itself. Throws `TrueupError` when there is no such moment.
 */
export async function assessRollback(
  loaded: LoadedProject,
  session: Session,
  options: ProjectOptions,
  assessed: Assessment,
): Promise<Assessment> {
  if (options.rollbackTo === undefined) return { ...assessed, [Symbol.asyncDispose]: async () => undefined };
  const { registry } = assessed;
  refusePartial(assessed.pendingMigrations);
  const point = await findRollbackPoint(loaded, session, assessed, options.rollbackTo);
  const replays = openReplays(loaded, session, options, assessed);
  options.onProgress?.('replaying to where it goes back');
  const undos = new Map(
    splitUndos(loaded.migrations, point.undone, assessed.unfinished).map((one) => [one.version, one]),
  );
  const scriptOf = ({ version, kind }: KeyedMigration) =>
    (kind === 'versioned' && undos.get(version)) || null;
  const ends = splitParts(point.undone, scriptOf);
  // What was saved has the name that it had at that moment.
  const hasBackups = (await readBackups(session)).length > 0;
  const stops = hasBackups ? point.undone.map((_, index) => index + 1) : ends;
  const catalogs = await replays.stepwise(point.kept, point.undone, stops);
  const at = new Map([0, ...stops].map((undone, index) => [undone, catalogs[index]]));
  const goal = await replays.at(point.kept, point.repeatables);
  try {
    const parts: UndoPart[] = [];
    const { inLive, print } = namesOf(
      goal.engine,
      registry,
      roleNames(selectRoles(loaded.project.config, options)),
    );
    // What is there between two parts, as live would have it.
    const between = async (undone: number) => {
      if (undone === point.undone.length) return goal.catalog;
      const kept = inOrder([...point.kept, ...point.undone.slice(undone)]);
      await using there = await replays.at(kept, point.repeatables);
      return there.catalog;
    };
    let from = 0;
    for (const end of ends) {
      const migrations = point.undone.slice(from, end);
      const [first] = migrations;
      const script = migrations.length === 1 && first ? scriptOf(first) : null;
      const [before, after] = [at.get(from), at.get(end)];
      if (!before || !after) throw new Error('A part of a rollback has no catalogs.');
      parts.push({
        script,
        migrations,
        before: inLive(before),
        after: inLive(after),
        renames: findRenames(before, after),
        renamed: new Set(),
        moments: hasBackups ? momentsOf(migrations, from, at, inLive) : [],
        from: script || from === 0 ? null : inLive(await between(from)),
        to: inLive(script ? after : await between(end)),
        versionAfter: highest([...point.kept, ...point.undone.slice(end)]),
      });
      from = end;
    }
    const target = inLive(goal.catalog);
    const withRenamed = async (part: UndoPart): Promise<UndoPart> => {
      const keys = part.migrations.map(({ key }) => key);
      return {
        ...part,
        renamed: await readRenamed(session, undoTitle(part.migrations), keys, assessed.live),
      };
    };
    const gone = point.repeatables.filter(
      ({ current, earlier }) => earlier?.checksum !== current.checksum || !goal.ran.has(current.key),
    );
    const [newest, oldest] = [catalogs[0], catalogs.at(-1)];
    const renames = newest && oldest ? findRenames(newest, oldest) : new Map();
    // What is already as it was needs nobody's decision.
    const differing = new Set(diff(assessed.live, target, registry).map(objectOf));
    return {
      ...assessed,
      target,
      targetFingerprint: fingerprint(target, registry),
      pendingMigrations: [],
      stretches: [],
      assumed: [],
      drift: assessed.drift.filter((change) => differing.has(objectOf(change))),
      pending: diff(assessed.expected, target, registry, { renames }),
      empty: await readEmptyRelations(session, assessed.live),
      rollback: {
        to: options.rollbackTo,
        parts: await Promise.all(
          withRepeatables(
            parts,
            gone.map(({ current }) => current),
            target,
            assessed,
          ).map(withRenamed),
        ),
        earlier: gone.flatMap(({ current, earlier }) =>
          earlier && earlier.checksum !== current.checksum && goal.ran.has(current.key) ? [earlier] : [],
        ),
        versionAfter: highest(point.kept),
      },
      readLive: async () => (await print(await introspect(session, registry), goal.catalog)).catalog,
      [Symbol.asyncDispose]: () => goal.engine.close(),
    };
  } catch (error) {
    await goal.engine.close();
    throw error;
  }
}

/** `migrations` in the order in which they are undone, the first of them as the one of that number. */
function momentsOf(
  migrations: readonly KeyedMigration[],
  first: number,
  at: ReadonlyMap<number, Catalog | undefined>,
  inLive: (catalog: Catalog) => Catalog,
): readonly Moment[] {
  return migrations
    .flatMap(({ script }, index) => {
      const catalog = at.get(first + index + 1);
      return catalog ? [{ script, catalog: inLive(catalog) }] : [];
    })
    .toReversed();
}

/** Repeatable migrations go with the last part, when everything that they spoke of is as it was. */
function withRepeatables(
  parts: readonly UndoPart[],
  gone: readonly KeyedMigration[],
  target: Catalog,
  { expected, applied }: Assessment,
): readonly UndoPart[] {
  if (gone.length === 0) return parts;
  const last: UndoPart = parts.at(-1) ?? {
    script: null,
    migrations: [],
    before: expected,
    after: expected,
    renames: new Map(),
    renamed: new Set(),
    moments: [],
    from: null,
    to: target,
    versionAfter: highest(applied),
  };
  return [...parts.slice(0, -1), { ...last, migrations: [...last.migrations, ...gone] }];
}

/** Where parts end, as positions, from what is undone first: one with an undo migration stands alone. */
function splitParts(
  undone: readonly KeyedMigration[],
  scriptOf: (migration: KeyedMigration) => KeyedMigration | null,
): readonly number[] {
  return undone.flatMap((migration, index) => {
    const next = undone[index + 1];
    return !next || scriptOf(migration) || scriptOf(next) ? [index + 1] : [];
  });
}

type Reached = AsyncDisposable & {
  readonly engine: Session;
  readonly catalog: Catalog;
  /** Keys of the repeatable migrations that ran there. */
  readonly ran: ReadonlySet<string>;
};

/** Replays of other moments, in the names of the migrations. */
function openReplays(
  loaded: LoadedProject,
  session: Session,
  options: ProjectOptions,
  { registry, liveSettings, applied }: Assessment,
) {
  const openEngine = engineOpener(loaded, { ...options, onProgress: undefined });
  const replayOptions = {
    standInExtensions: loaded.project.config.extensions.standIn,
    ...(options.signal ? { signal: options.signal } : {}),
  };
  const open = async (kept: readonly KeyedMigration[]): Promise<Session> => {
    const engine = await openEngine(extensionsOf(applied), liveSettings);
    try {
      await startAs(engine, session.serverVersion);
      await replay(engine, kept, replayOptions);
      return engine;
    } catch (error) {
      await engine.close();
      throw error;
    }
  };
  return {
    /** After `kept`, then going forward again: catalogs from all to `kept`, with one at each of `ends`. */
    stepwise: async (
      kept: readonly KeyedMigration[],
      undone: readonly KeyedMigration[],
      ends: readonly number[],
    ): Promise<readonly Catalog[]> => {
      if (undone.length === 0) return [];
      await using engine = await open(kept);
      const catalogs = [await introspect(engine, registry)];
      for (const [index, end] of ends.toReversed().entries()) {
        const start = ends[ends.length - 2 - index] ?? 0;
        await replay(engine, undone.slice(start, end).toReversed(), replayOptions);
        catalogs.unshift(await introspect(engine, registry));
      }
      return catalogs;
    },
    /** With the repeatable migrations as they were, or as far as they can run there. */
    at: async (kept: readonly KeyedMigration[], repeatables: readonly RepeatableThen[]): Promise<Reached> => {
      const engine = await open(kept);
      const ran = new Set<string>();
      try {
        for (const { current, earlier, isKnown } of repeatables) {
          if (!earlier) continue;
          try {
            await replay(engine, [earlier], replayOptions);
            ran.add(current.key);
          } catch (error) {
            if (isKnown || !(error instanceof TrueupError && error.cause instanceof DatabaseError))
              throw error;
          }
        }
        const close = () => engine.close();
        return { engine, catalog: await introspect(engine, registry), ran, [Symbol.asyncDispose]: close };
      } catch (error) {
        await engine.close();
        throw error;
      }
    },
  };
}

/** As a replay runs them. */
function inOrder(migrations: readonly KeyedMigration[]): readonly KeyedMigration[] {
  return migrations.toSorted((a, b) => compareVersions(a.version ?? '0', b.version ?? '0'));
}

function highest(migrations: readonly KeyedMigration[]): string | null {
  return inOrder(migrations.filter(({ version }) => version !== null)).at(-1)?.version ?? null;
}
