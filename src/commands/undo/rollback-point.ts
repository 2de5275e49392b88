import type { Session } from '../../database/session.ts';
import { TrueupError } from '../../errors.ts';
import {
  readEarlierRepeatables,
  readRun,
  readRunStart,
  readVersionsAfter,
} from '../../migrations/earlier.ts';
import type { AppliedMigration, Migration } from '../../migrations/migration.ts';
import { parseMigration } from '../../migrations/parse.ts';
import { compareVersions, normalizeVersion } from '../../migrations/version.ts';
import type { KeyedMigration } from '../../plan/steps.ts';
import type { Assessment } from '../assess/assessment.ts';
import { keyed } from '../assess/keyed-order.ts';
import type { LoadedProject } from '../open.ts';
import { readTag } from './git-tag.ts';

/** The moment that live goes back to. */
export type RollbackPoint = {
  /** Applied and to be undone, the latest first. */
  readonly undone: readonly KeyedMigration[];
  /** Baseline and versioned migrations that stay, in order. */
  readonly kept: readonly KeyedMigration[];
  /** All that are applied, in order. */
  readonly repeatables: readonly RepeatableThen[];
};

/** A repeatable migration as it is applied now, and as it was then; null: it was not there. */
export type RepeatableThen = {
  readonly current: KeyedMigration;
  readonly earlier: KeyedMigration | null;
  /** False: it is taken to be as it is now, as far as that runs there. */
  readonly isKnown: boolean;
};

/** Finds what `to` says: a version, a run by its id or the start of it, or a git tag. Throws `TrueupError` for none of them. */
export async function findRollbackPoint(
  loaded: LoadedProject,
  session: Session,
  { applied, history }: Pick<Assessment, 'applied' | 'history'>,
  to: string,
): Promise<RollbackPoint> {
  const versioned = applied.filter(({ kind }) => kind !== 'repeatable');
  const repeatable = applied.filter(({ kind }) => kind === 'repeatable');
  const rows = new Map((history ?? []).map((row) => [row.key, row]));
  const version = normalizeVersion(to);
  const base = versioned.find(({ kind }) => kind === 'baseline')?.version ?? '0';
  if (version !== null && (version === base || versioned.some((one) => one.version === version))) {
    const kept = versioned.filter((one) => compareVersions(one.version ?? '0', version) <= 0);
    return splitAt(session, versioned, kept, repeatable, rows);
  }
  // One id of forty starts with eight digits, which could be a version too.
  const run = /^[0-9a-f]{8}[0-9a-f-]*$/.test(to) ? await readRun(session, to) : null;
  if (run) {
    const later = new Set(await readVersionsAfter(session, run.startedAt));
    const kept = versioned.filter(({ key }) => !later.has(key));
    if ((run.versionAfter ?? null) !== (kept.at(-1)?.version ?? null)) throw notBehind(to, run.versionAfter);
    const changed = repeatable.filter(({ key }) => later.has(key));
    return splitAt(session, versioned, kept, repeatable, rows, { startedAt: run.startedAt, changed });
  }
  if (version !== null) throw unknownVersion(to, versioned, base);
  const tag = await readTag(loaded.migrationsFolder, to);
  if (tag === null) throw unknownPoint(to);
  const kept = versioned.filter((one) => one.kind === 'baseline' || tag.versions.has(one.version ?? ''));
  return {
    kept,
    undone: versioned.filter((one) => !kept.includes(one)).toReversed(),
    repeatables: repeatable.map((current) => {
      const found = tag.repeatables.get(current.key);
      return { current, earlier: found ? keyed(found) : null, isKnown: true };
    }),
  };
}

/** Without `run`, the moment before the first of the undone migrations was applied. */
async function splitAt(
  session: Session,
  versioned: readonly KeyedMigration[],
  kept: readonly KeyedMigration[],
  repeatable: readonly KeyedMigration[],
  rows: ReadonlyMap<string, AppliedMigration>,
  run?: { readonly startedAt: string; readonly changed: readonly KeyedMigration[] },
): Promise<RollbackPoint> {
  const undone = versioned.filter((one) => !kept.includes(one)).toReversed();
  const installed = undone.flatMap(({ key }) => rows.get(key) ?? []);
  const [first] = installed.toSorted((a, b) => (a.installedOn < b.installedOn ? -1 : 1));
  const since = (one: KeyedMigration) =>
    run
      ? run.changed.includes(one)
      : first !== undefined && (rows.get(one.key)?.installedOn ?? '') > first.installedOn;
  const startedAt = run?.startedAt ?? (first ? await readRunStart(session, first.key) : null);
  const texts =
    startedAt === null ? new Map() : await readEarlierRepeatables(session, startedAt, run !== undefined);
  const repeatables: RepeatableThen[] = [];
  for (const current of repeatable) {
    if (!since(current)) {
      repeatables.push({ current, earlier: current, isKnown: true });
      continue;
    }
    const text = texts.get(current.key);
    const parsed = text === undefined ? null : await parseEarlier(current, text);
    repeatables.push({ current, earlier: parsed ?? current, isKnown: parsed !== null });
  }
  return { undone, kept, repeatables };
}

/** The same statements are the same migration, whatever its comments say. */
async function parseEarlier(current: KeyedMigration, text: string): Promise<KeyedMigration | null> {
  const { description, script } = current;
  const source = {
    kind: 'repeatable',
    version: null,
    description,
    script,
    file: `${script} (as it was)`,
  } as const;
  const { migration }: { readonly migration: Migration | null } = await parseMigration(source, text);
  if (!migration) return null;
  const isSame =
    migration.statements.length === current.statements.length &&
    migration.statements.every(({ sql }, index) => sql === current.statements[index]?.sql);
  return isSame ? current : keyed(migration);
}

function unknownVersion(to: string, versioned: readonly KeyedMigration[], base: string): TrueupError {
  const versions = versioned.flatMap(({ version }) => version ?? []);
  return new TrueupError([
    {
      code: 'rollback-unknown',
      severity: 'error',
      subject: to,
      summary: `The version ${to} is not applied. Nothing was undone.`,
      help:
        versions.length === 0
          ? 'No version is applied.'
          : `Applied are ${versions.slice(-10).join(', ')}${versions.length > 10 ? ' and earlier ones' : ''}; ${base === '0' ? '0 undoes all' : `nothing goes back behind the baseline ${base}`}.`,
    },
  ]);
}

function notBehind(to: string, version: string | null): TrueupError {
  return new TrueupError([
    {
      code: 'rollback-not-behind',
      severity: 'error',
      subject: to,
      summary: `The run ${to} left the version ${version ?? 'none'}, and going back alone does not lead there: what it had applied was undone since.`,
      help: 'Name a version that is applied; `trueup apply` goes forward.',
    },
  ]);
}

function unknownPoint(to: string): TrueupError {
  return new TrueupError([
    {
      code: 'rollback-unknown',
      severity: 'error',
      subject: to,
      summary: `"${to}" is no version, no run of this database, and no git tag. Nothing was undone.`,
      help: 'Write an applied version, the id of a run (or its first 8 characters), or a git tag of this repository.',
    },
  ]);
}
