import { becameName } from '../../apply/narrowed.ts';
import { type Backup, readBackupColumns, readBackups } from '../../apply/restore.ts';
import type { Catalog, CatalogObject, Registry } from '../../catalog/kind.ts';
import { formatId, type ObjectId, type ObjectRef, ownName } from '../../catalog/object.ts';
import { findRenamesLeft } from '../../catalog/rename.ts';
import type { Session } from '../../database/session.ts';
import { diff } from '../../diff/diff.ts';
import { readRunsOf } from '../../migrations/earlier.ts';
import type { ColumnNames, Restored } from '../../plan/plan.ts';
import type { Rollback, UndoPart } from '../rollback.ts';

/** A backup of what a part of a rollback makes again, or gives its wider type again. */
export type Saved = Omit<Restored, 'after'> & {
  /** Whole rows, or values of rows that are there. */
  readonly isRows: boolean;
  /** Of what is put back. */
  readonly ids: readonly ObjectId[];
  /** What must be there before: what is made again, what gets its type again, and enums that have all values again, with their columns. */
  readonly made: readonly ObjectId[];
  readonly widened: readonly ObjectId[];
  readonly valued: readonly ObjectId[];
};

/** What is put back in each part, the latest backup first. */
export type SavedParts = ReadonlyMap<UndoPart, readonly Saved[]>;

/**
 * What backups hold of what the migrations took. Only of what the rollback makes again, where nobody has written since; of a
 * column that it widens again, what has not been written since. `live` is what it is once drift is repaired.
 */
export async function findSaved(
  session: Session,
  { parts }: Rollback,
  live: Catalog,
  registry: Registry,
  directory: string | null,
): Promise<SavedParts> {
  const backups = (await readBackups(session, directory)).filter(({ bytes }) => bytes !== null);
  const found = new Map<UndoPart, readonly Saved[]>();
  for (const part of backups.length === 0 ? [] : parts) {
    const keys = part.migrations.map(({ key }) => key);
    // An undo migration that changes rows itself knows where they are.
    if (part.script?.statements.some(({ traits }) => traits.changesData)) continue;
    const runs = await readRunsOf(session, keys);
    const made = findMade(part, live, registry);
    const saved: Saved[] = [];
    // The latest says what there was last; what an earlier UPDATE replaced stays replaced.
    const filled = new Set<string>();
    for (const backup of backups.filter(({ runId }) => runs.includes(runId))) {
      const columns = await readBackupColumns(session, backup, directory);
      const one = (backup.lost === null ? savedRows : savedValues)(part, made, backup, columns, filled);
      if (!one) continue;
      saved.push(one);
      for (const [, now] of one.columns) filled.add(formatId({ kind: 'column', path: [...one.table, now] }));
    }
    found.set(part, saved);
  }
  return found;
}

/** Where a part leads. */
export function goalOf(part: UndoPart): Catalog {
  return part.script ? part.after : part.to;
}

/** Ids of what a part creates. What a run that was cut short has made of it is there already. */
export function findMade(part: UndoPart, live: Catalog, registry: Registry): ReadonlySet<ObjectId> {
  const from = part.script ? part.before : (part.from ?? live);
  const renames = findRenamesLeft(from, part.renames, part.before, part.renamed);
  const isThere = (id: ObjectId) => part.script?.resumed !== undefined && live.objects.has(id);
  return new Set(
    diff(from, goalOf(part), registry, { renames }).flatMap(({ action, id }) =>
      action === 'create' && !isThere(id) ? [id] : [],
    ),
  );
}

/** What a part's replay calls at its end what had another name when it was saved; null: it is not there, or never was. */
function follow(part: UndoPart, title: string, kind: string, path: readonly string[]): CatalogObject | null {
  const id = formatId({ kind, path });
  const first = part.moments.findIndex(({ script }) => script === title);
  const moments = part.moments.slice(Math.max(0, first)).map(({ catalog }) => catalog);
  for (const catalog of [...moments, part.before]) {
    const then = catalog.objects.get(id);
    const now = then && findSame(part.after, then);
    if (now) return now;
  }
  return null;
}

/** The object of one replay at another moment. */
export function findSame(catalog: Catalog, { ref, address }: CatalogObject): CatalogObject | null {
  for (const one of catalog.objects.values()) {
    const { classid, objid, objsubid } = one.address;
    if (
      one.ref.kind === ref.kind &&
      classid === address.classid &&
      objid === address.objid &&
      objsubid === address.objsubid
    )
      return one;
  }
  return null;
}

/** Whether the enum of a column has values that it had not before. */
function hasMoreValues(now: CatalogObject, before: CatalogObject | null): boolean {
  const had = before ? valuesOf(before).map(ownName) : [];
  return valuesOf(now).some((value) => !had.includes(ownName(value)));
}

/** The values of the enum that a column is of; none for all others. */
function valuesOf({ properties: { labels } }: CatalogObject): readonly ObjectRef[] {
  return (labels ?? []) as readonly ObjectRef[];
}

function savedRows(
  part: UndoPart,
  made: ReadonlySet<ObjectId>,
  { name, title, schema, table, rows }: Backup,
  saved: readonly string[],
): Saved | null {
  const whole = follow(part, title, 'table', [schema, table]);
  if (!whole || !made.has(formatId(whole.ref))) return null;
  const columns = saved.flatMap((column): readonly ColumnNames[] => {
    const now = follow(part, title, 'column', [schema, table, column]);
    return now ? [[column, now.ref.path.at(-1) ?? '']] : [];
  });
  const subject = whole.ref.path.join('.');
  return {
    backup: name,
    subjects: [subject, ...columns.map(([, now]) => `${subject}.${now}`)],
    rows,
    table: whole.ref.path,
    columns,
    key: [],
    isRows: true,
    ids: [formatId(whole.ref)],
    made: [formatId(whole.ref)],
    widened: [],
    valued: [],
  };
}

function savedValues(
  part: UndoPart,
  made: ReadonlySet<ObjectId>,
  { name, title, schema, table, lost, key, rows }: Backup,
  saved: readonly string[],
  filled: ReadonlySet<string>,
): Saved | null {
  const whole = follow(part, title, 'table', [schema, table]);
  if (!whole) return null;
  const isWholeMade = made.has(formatId(whole.ref));
  const columnOf = (column: string) => follow(part, title, 'column', [schema, table, column]);
  const names = (column: string, { ref }: CatalogObject): ColumnNames => [column, ref.path.at(-1) ?? ''];
  const keys = key.flatMap((column) => {
    const now = columnOf(column);
    // Where it is to be put back itself it tells nothing.
    return now && (isWholeMade || !made.has(formatId(now.ref))) ? [names(column, now)] : [];
  });
  if (key.length === 0 || keys.length < key.length) return null;
  const found = (lost ?? []).flatMap((column, index) => {
    const now = columnOf(column);
    if (!now) return [];
    const isMade = made.has(formatId(now.ref));
    const isNarrowed = saved.includes(becameName(index));
    const before = findSame(part.before, now);
    const isWidened = isNarrowed && before?.properties.type !== now.properties.type;
    const isValued = isNarrowed && hasMoreValues(now, before);
    if (!isNarrowed && filled.has(formatId(now.ref))) return [];
    if (!isMade && !isWidened && !isValued) return [];
    const id = formatId(now.ref);
    const enums = valuesOf(now).slice(0, 1);
    const types = enums.map(({ path }) => formatId({ kind: 'enum', path: path.slice(0, -1) }));
    return [{ id, isMade, isWidened, valued: isValued ? [id, ...types] : [], pair: names(column, now) }];
  });
  if (found.length === 0) return null;
  return {
    backup: name,
    subjects: found.map(({ pair: [, now] }) => [...whole.ref.path, now].join('.')),
    rows,
    table: whole.ref.path,
    columns: found.map(({ pair }) => pair),
    key: keys,
    isRows: false,
    ids: found.map(({ id }) => id),
    made: found.flatMap(({ id, isMade }) => (isMade ? [isWholeMade ? formatId(whole.ref) : id] : [])),
    widened: found.flatMap(({ id, isMade, isWidened }) => (isWidened && !isMade ? [id] : [])),
    valued: found.flatMap(({ valued }) => valued),
  };
}
