import { isSameKey, type Source } from '../../apply/put-back.ts';
import { type Backup, openSource, readBackups } from '../../apply/restore.ts';
import type { Catalog, CatalogObject, Registry } from '../../catalog/kind.ts';
import { formatId, type ObjectId } from '../../catalog/object.ts';
import type { Session } from '../../database/session.ts';
import { quoteIdentifier, quoteName } from '../../database/sql.ts';
import { type Diagnostic, TrueupError } from '../../errors.ts';
import { count } from '../../render/words.ts';
import type { Assessment } from '../assess/assessment.ts';
import type { Rollback, UndoPart } from '../rollback.ts';
import { isGeneratedUndo } from './generated-undo.ts';
import { findMade, findSame, findSaved, goalOf, type Saved, type SavedParts } from './saved.ts';

/** What backups hold of what a rollback makes again. */
export type FromBackups = {
  readonly saved: SavedParts;
  /** Ids of what only they fill: it can be made whole only after. */
  readonly unfilled: ReadonlyMap<UndoPart, ReadonlySet<ObjectId>>;
  /** What a rollback that was cut short has made again, and filled with it: `public.orders.note`. */
  readonly done: ReadonlySet<string>;
};

/** Where no backup is asked. */
export const nothingSaved: FromBackups = {
  saved: new Map(),
  unfilled: new Map(),
  done: new Set(),
};

type Input = {
  readonly session: Session;
  readonly rollback: Rollback;
  /** What it is once drift is repaired. */
  readonly live: Catalog;
  readonly registry: Registry;
  readonly saved: SavedParts;
  readonly directory: string | null;
};

/** Live, and where files of backups are. */
type From = {
  readonly live: Session;
  readonly assessment: Pick<Assessment, 'registry' | 'unfinished'>;
  readonly backupDirectory?: string | null;
};

/**
 * Reads what is put back, and finds what must hold a value and comes back to rows that have none before. Throws `TrueupError`,
 * exit code 3, saying how many rows would be left without: the rollback could only fail.
 */
export async function readFromBackups(
  { live: session, assessment: { registry, unfinished }, backupDirectory: directory = null }: From,
  rollback: Rollback,
  live: Catalog,
): Promise<FromBackups> {
  const known = { session, rollback, live, registry, directory };
  const saved = await findSaved(known.session, known.rollback, known.live, known.registry, known.directory);
  const input = { ...known, saved };
  const found = new Map<UndoPart, ReadonlySet<ObjectId>>();
  const problems: Diagnostic[] = [];
  for (const part of input.rollback.parts) {
    const ids = new Set<ObjectId>();
    for (const object of mustBeFilled(part, input)) {
      const missing = await countMissing(input, part, object);
      if (missing === null) continue;
      if (missing.without === 0) ids.add(formatId(object.ref));
      else problems.push(describe(part, object, missing));
    }
    found.set(part, ids);
  }
  if (problems.length > 0) throw new TrueupError(problems, { exitCode: 3 });
  const isCut = unfinished?.statements.some((one) => isGeneratedUndo(one) && one.outcome === 'applied');
  const there = isCut ? [...live.objects.values()].map(({ ref }) => ref.path.join('.')) : [];
  return { saved, unfilled: found, done: new Set(there) };
}

/** A catalog in which these can be made beside rows that have nothing for them. */
export function leaveUnfilled(catalog: Catalog, ids: ReadonlySet<ObjectId>, registry: Registry): Catalog {
  if (ids.size === 0) return catalog;
  const objects = new Map(catalog.objects);
  for (const id of ids) {
    const object = objects.get(id);
    const unfilled = object && registry.get(object.ref.kind)?.unfilled?.(object);
    if (unfilled) objects.set(id, unfilled);
  }
  return { ...catalog, objects };
}

/** What must hold a value and is made again by a part, with its whole or without. */
export function mustBeFilled(
  part: UndoPart,
  { live, registry }: Pick<Input, 'live' | 'registry'>,
): readonly CatalogObject[] {
  // An undo migration that changes rows may fill them.
  if (part.script?.statements.some(({ traits }) => traits.changesData)) return [];
  const goal = goalOf(part);
  return [...findMade(part, live, registry)].flatMap((id) => {
    const object = goal.objects.get(id);
    return object && registry.get(object.ref.kind)?.unfilled?.(object) ? [object] : [];
  });
}

type Missing = { readonly rows: number; readonly without: number };

/** Null: there are no rows, or they come with it. */
async function countMissing(
  { session, rollback, live, registry, saved, directory }: Input,
  part: UndoPart,
  { ref, parent }: CatalogObject,
): Promise<Missing | null> {
  const table = parent && goalOf(part).objects.get(formatId(parent));
  if (!table) return null;
  const [path, own] = [table.ref.path, ref.path.at(-1) ?? ''];
  const here = (saved.get(part) ?? []).filter((one) => one.table.join('\0') === path.join('\0'));
  const values = here.find((one) => !one.isRows && nameOf(one.columns, own) !== undefined);
  if (findMade(part, live, registry).has(formatId(table.ref))) {
    const rows = here.find((one) => one.isRows);
    if (!rows || nameOf(rows.columns, own) !== undefined) return null;
    return countWithout(session, directory, rows, values, own, (now) => nameOf(rows.columns, now));
  }
  const then = findSame(part.after, table) ?? part.after.objects.get(formatId(table.ref));
  const newest = rollback.parts[0]?.before;
  const inLive = then && newest && findSame(newest, then);
  if (!inLive || !live.objects.has(formatId(inLive.ref))) return null;
  // The columns that tell the rows, by the names that they have in live now.
  const nameInLive = (now: string) => {
    const column = part.after.objects.get(formatId({ kind: 'column', path: [...path, now] }));
    return column && findSame(newest, column)?.ref.path.at(-1);
  };
  return countWithout(session, directory, { path: inLive.ref.path }, values, own, nameInLive);
}

type Rows = Pick<Saved, 'backup'> | { readonly path: readonly string[] };

async function countWithout(
  session: Session,
  directory: string | null,
  of: Rows,
  values: Saved | undefined,
  own: string,
  nameOfKey: (now: string) => string | undefined,
): Promise<Missing | null> {
  const all = await readBackups(session, directory);
  const find = (name: string): Backup | undefined => all.find((one) => one.name === name);
  return rolledBack(session, async () => {
    const rows = 'path' in of ? quoteName(of.path) : (await sourceOf(of.backup)).table;
    const source = values && (await sourceOf(values.backup));
    const same = (values?.key ?? []).map(([from, now]) => {
      const key = nameOfKey(now);
      return key === undefined || !source
        ? 'false'
        : isSameKey(source, from, `r.${quoteIdentifier(key)}`, 'v');
    });
    const value = values?.columns.find(([, now]) => now === own)?.[0];
    const has =
      source === undefined || value === undefined
        ? 'false'
        : `EXISTS (SELECT FROM ${source.table} v WHERE v.${quoteIdentifier(value)} IS NOT NULL AND ${same.join(' AND ')})`;
    const [row] = await session.query<Missing>(
      `SELECT count(*)::float8 AS rows, count(*) FILTER (WHERE NOT ${has})::float8 AS without FROM ${rows} r`,
    );
    return row && row.rows > 0 ? row : null;
  });

  async function sourceOf(name: string): Promise<Source> {
    const backup = find(name);
    if (!backup) throw new Error(`The backup ${name} was there a moment ago.`);
    return openSource(session, backup, directory);
  }
}

/** Files are read into temporary tables, which go with the transaction. */
async function rolledBack<T>(session: Session, work: () => Promise<T>): Promise<T> {
  await session.exec('BEGIN');
  try {
    return await work();
  } finally {
    await session.exec('ROLLBACK').catch(() => undefined);
  }
}

function nameOf(columns: Saved['columns'], now: string): string | undefined {
  return columns.find(([, name]) => name === now)?.[0];
}

function describe(part: UndoPart, { ref }: CatalogObject, { rows, without }: Missing): Diagnostic {
  const [migration] = part.migrations;
  const version = part.migrations.length === 1 ? migration?.version : null;
  return {
    code: 'rollback-unfilled',
    severity: 'error',
    subject: ref.path.join('.'),
    summary: `${ref.path.join('.')} is NOT NULL and has no default, and nothing fills it for ${without} of ${count(rows, 'row')}. Nothing was undone.`,
    help: `Write an undo migration that fills it (U${version ?? '<version>'}__<description>.sql), or restore what it held first.`,
  };
}
