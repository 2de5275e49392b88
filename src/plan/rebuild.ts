import type { Catalog, CatalogObject, ObjectKind, Registry, Statement } from '../catalog/kind.ts';
import { formatId, formatKind, formatName, type ObjectId } from '../catalog/object.ts';
import type { Change } from '../diff/change.ts';
import { compareProperties } from '../diff/diff.ts';
import type { Diagnostic } from '../errors.ts';

/** What happens to each object on the way from one catalog to another. */
export type Work = {
  readonly drops: ReadonlyMap<ObjectId, CatalogObject>;
  readonly creates: ReadonlyMap<ObjectId, CatalogObject>;
  readonly alters: ReadonlyMap<ObjectId, readonly Statement[]>;
  /** Renames, by the id before: they run first, so that everything after speaks of the new name. */
  readonly renames: ReadonlyMap<ObjectId, readonly Statement[]>;
  /** What holds data and lets go of something that is rebuilt. */
  readonly releases: ReadonlyMap<
    ObjectId,
    { readonly before: readonly Statement[]; readonly after: readonly Statement[] }
  >;
  readonly refused: readonly Diagnostic[];
};

/**
 * Decides what is altered in place, what is dropped and created again, and which dependents must be rebuilt
 * with it: exactly those that PostgreSQL would refuse to keep.
 */
export function rebuild(from: Catalog, to: Catalog, changes: readonly Change[], registry: Registry): Work {
  const drops = new Map<ObjectId, CatalogObject>();
  const creates = new Map<ObjectId, CatalogObject>();
  const alters = new Map<ObjectId, readonly Statement[]>();
  const renames = new Map<ObjectId, readonly Statement[]>();
  const releases = new Map<ObjectId, { before: readonly Statement[]; after: readonly Statement[] }>();
  const refused: Diagnostic[] = [];
  const dependents = reverseEdges(from);

  const replace = (id: ObjectId, after: CatalogObject) => {
    const before = from.objects.get(id);
    if (!before || drops.has(id)) return;
    alters.delete(id);
    drops.set(id, before);
    creates.set(id, after);
    rebuildDependents(id);
  };
  const rebuildDependents = (id: ObjectId, disturbedOnly = false) => {
    for (const dependent of dependents.get(id) ?? []) {
      const [before, after] = [from.objects.get(dependent), to.objects.get(dependent)];
      if (!before || !after || drops.has(dependent)) continue;
      const kind = registry.get(before.ref.kind);
      if (disturbedOnly && (kind?.followsColumnType || (before.parent && formatId(before.parent) === id)))
        continue;
      const isPart = before.parent !== undefined && drops.has(formatId(before.parent));
      if (!kind?.holdsData || isPart) replace(dependent, after);
      else if (!disturbedOnly) release(dependent, id, kind, before, after);
    }
  };
  const release = (
    id: ObjectId,
    because: ObjectId,
    kind: ObjectKind,
    before: CatalogObject,
    after: CatalogObject,
  ) => {
    // A table that merely stands in a schema, or has its column, is not bound to it by a definition.
    if (before.parent && formatId(before.parent) === because) return;
    const freed = kind.release?.(before).before ?? [];
    if (freed.length > 0) releases.set(id, { before: freed, after: kind.release?.(after).after ?? [] });
    else refused.push(cannotRebuild(before, because));
  };

  for (const change of changes) {
    if (change.action === 'create' && change.after) creates.set(change.id, change.after);
    if (change.action === 'drop' && change.before) drops.set(change.id, change.before);
    if (change.action === 'rename' && change.before && change.after) {
      const statements = registry.get(change.after.ref.kind)?.rename?.(change.before.ref, change.after.ref);
      if (statements) renames.set(formatId(change.before.ref), statements);
    }
  }
  for (const change of changes) {
    if ((change.action !== 'alter' && change.action !== 'rename') || !change.before || !change.after)
      continue;
    const statements = alter(change.before, change.after, registry);
    if (statements === 'replace') replace(change.id, change.after);
    else if (!drops.has(change.id)) {
      alters.set(change.id, statements);
      if (statements.some((statement) => statement.disturbsDependents)) rebuildDependents(change.id, true);
    }
  }
  // An object that a rebuilt one takes along is created again too.
  return { drops, creates, alters, renames, releases, refused };
}

/** The statements of all changed properties' rules, equal ones once; `replace` when one of them says so. */
function alter(
  before: CatalogObject,
  after: CatalogObject,
  registry: Registry,
): readonly Statement[] | 'replace' {
  const rules = registry.get(after.ref.kind)?.change ?? {};
  const changed = new Set(compareProperties(before, after, registry).map(({ name }) => name));
  const statements = new Map<string, Statement>();
  for (const [name, rule] of Object.entries(rules)) {
    if (!changed.has(name)) continue;
    const result = typeof rule === 'function' ? rule(before, after) : 'replace';
    if (result === 'replace') return 'replace';
    for (const statement of result)
      if (!statements.has(statement.sql)) statements.set(statement.sql, statement);
  }
  return [...statements.values()];
}

/** Who needs each object. */
export function reverseEdges(catalog: Catalog): ReadonlyMap<ObjectId, ReadonlySet<ObjectId>> {
  const reversed = new Map<ObjectId, Set<ObjectId>>();
  for (const [dependent, needs] of catalog.dependencies) {
    for (const needed of needs) {
      const known = reversed.get(needed);
      if (known) known.add(dependent);
      else reversed.set(needed, new Set([dependent]));
    }
  }
  return reversed;
}

function cannotRebuild(object: CatalogObject, because: ObjectId): Diagnostic {
  return {
    code: 'cannot-keep-data',
    severity: 'error',
    subject: formatId(object.ref),
    summary: `${formatKind(object.ref)} ${formatName(object.ref)} holds data and depends on ${because}, which PostgreSQL can only drop and create again.`,
    help: 'Write a migration that moves the data, or decide to leave or adopt this drift.',
  };
}
