import { identityOf } from '../catalog/address.ts';
import { type Catalog, type CatalogObject, isCopy, type Property, type Registry } from '../catalog/kind.ts';
import { formatId, type ObjectId, type ObjectRef, ownName } from '../catalog/object.ts';
import { followRenames, type Rename, renameObject } from '../catalog/rename.ts';
import type { Change, PropertyChange } from './change.ts';
import { followTexts } from './follow-texts.ts';

/**
 * What takes `before` to `after`, sorted by name. With `sameDatabase` both are moments of one database, so an
 * object that kept its address under another name is known to be renamed. `renames` says which are, from id to id.
 */
export function diff(
  before: Catalog,
  after: Catalog,
  registry: Registry,
  options: { readonly sameDatabase?: boolean; readonly renames?: ReadonlyMap<ObjectId, ObjectId> } = {},
): readonly Change[] {
  const known = options.sameDatabase
    ? findRenames(before, after)
    : (options.renames ?? new Map<ObjectId, ObjectId>());
  const refs = [...known].flatMap(([from, to]) => {
    const ref = after.objects.get(to)?.ref;
    return ref ? [[from, ref] as const] : [];
  });
  const rename = followRenames(before, new Map(refs));
  const renamed = options.sameDatabase ? known : withParts(known, before, after, rename);
  const origins = new Map([...renamed].map(([from, to]) => [to, from]));
  const changes: Change[] = [];
  for (const [id, object] of after.objects) {
    const earlier = before.objects.get(origins.get(id) ?? id);
    // What is inherited unchanged comes and goes with its origin. What stops being so is compared.
    const hasNewName = origins.has(id) && registry.get(object.ref.kind)?.inDefinition === true;
    if (isCopy(object) && (!earlier || isCopy(earlier)) && !hasNewName) continue;
    if (!earlier || (!origins.has(id) && renamed.has(id))) {
      changes.push({ id, action: 'create', before: null, after: object, properties: [], within: null });
      continue;
    }
    const named = renamed.size > 0 ? renameObject(earlier, rename, registry) : earlier;
    const known =
      renamed.size > 0 ? followTexts(named, object, formatId(earlier.ref), before, rename, registry) : named;
    const properties = compareProperties(known, object, registry);
    const isRename = origins.has(id) && !isImplied(earlier, object, renamed);
    if (isRename || properties.length > 0) {
      changes.push({
        id,
        action: isRename ? 'rename' : 'alter',
        before: earlier,
        after: object,
        properties,
        within: null,
      });
    }
  }
  for (const [id, object] of before.objects) {
    if (isCopy(object) || renamed.has(id) || (after.objects.has(id) && !origins.has(id))) continue;
    changes.push({ id, action: 'drop', before: object, after: null, properties: [], within: null });
  }
  return markWithin(changes).sort(byName);
}

/** The changes that undo these: the same objects, before and after exchanged. */
export function reverse(change: Change): Change {
  const actions = { create: 'drop', drop: 'create', alter: 'alter', rename: 'rename' } as const;
  return {
    ...change,
    id: change.before ? formatId(change.before.ref) : change.id,
    action: actions[change.action],
    before: change.after,
    after: change.before,
    properties: change.properties.map(({ name, before, after }) => ({ name, before: after, after: before })),
  };
}

/** Id of the object that a change is about: the earlier one of what is dropped. */
export function objectOf(change: Change): ObjectId {
  return change.before && !change.after ? formatId(change.before.ref) : change.id;
}

/** Compared properties that differ, by name. Those that a kind derives or only shows, or that one side could not read, do not count. */
export function compareProperties(
  before: CatalogObject,
  after: CatalogObject,
  registry: Registry,
): readonly PropertyChange[] {
  const rules = registry.get(after.ref.kind)?.change ?? {};
  const unseen = new Set([before, after].flatMap((object) => object.unseen?.properties ?? []));
  return Object.keys(rules)
    .filter((name) => rules[name] !== 'derived' && !unseen.has(name))
    .map((name) => ({ name, before: before.properties[name] ?? null, after: after.properties[name] ?? null }))
    .filter((property) => !isEqual(property.before, property.after))
    .sort((a, b) => compareText(a.name, b.name));
}

/** Whether two properties hold the same data. Keys may stand in any order. */
export function isEqual(a: Property, b: Property): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item: Property, position) => isEqual(item, b[position] as Property));
  }
  const [left, right] = [
    a as { readonly [key: string]: Property },
    b as { readonly [key: string]: Property },
  ];
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => key in right && isEqual(left[key] ?? null, right[key] ?? null))
  );
}

/** Plain code-unit order: the same everywhere, whatever the locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Objects of one database that have another name at a later moment, from id to id, parts included. */
export function findRenames(before: Catalog, after: Catalog): ReadonlyMap<ObjectId, ObjectId> {
  const byAddress = new Map<string, ObjectId>();
  for (const [id, object] of before.objects) byAddress.set(identityOf(object), id);
  const renamed = new Map<ObjectId, ObjectId>();
  for (const [id, object] of after.objects) {
    const earlier = byAddress.get(identityOf(object));
    if (earlier !== undefined && earlier !== id) renamed.set(earlier, id);
  }
  return renamed;
}

/** The renames that were said, and those that follow from them: of a table's columns when the table has another name. */
function withParts(
  said: ReadonlyMap<ObjectId, ObjectId>,
  before: Catalog,
  after: Catalog,
  rename: Rename,
): ReadonlyMap<ObjectId, ObjectId> {
  const renamed = new Map(said);
  for (const [id, { ref }] of said.size > 0 ? before.objects : []) {
    const name = formatId(rename(ref));
    if (name !== id && after.objects.has(name)) renamed.set(id, name);
  }
  return renamed;
}

/** Whether the new name follows from a parent's: `old.users.email` is `new.users.email` when `old` became `new`. */
function isImplied(
  before: CatalogObject,
  after: CatalogObject,
  renamed: ReadonlyMap<ObjectId, ObjectId>,
): boolean {
  if (before.ref.on !== undefined) return true;
  const [source, origin] = [before.givenBy, after.givenBy];
  if (source && origin && renamed.get(formatId(source)) === formatId(origin)) return true;
  if (ownName(before.ref) !== ownName(after.ref)) return false;
  const [container, newContainer] = [containerOf(before.ref), containerOf(after.ref)];
  if (container === newContainer) return true;
  if (!before.parent || !after.parent || !renamed.has(formatId(before.parent))) return false;
  const depth = before.ref.path.length - 1;
  return newContainer === JSON.stringify(after.parent.path.slice(0, depth));
}

function containerOf(ref: ObjectRef): string {
  return JSON.stringify(ref.path.slice(0, -1));
}

function markWithin(changes: readonly Change[]): Change[] {
  const actions = new Map(changes.map((change) => [change.id, change.action]));
  return changes.map((change) => {
    if (change.action !== 'create' && change.action !== 'drop') return change;
    const object = change.after ?? change.before;
    const wholes = [object?.parent, object?.dropsWith].filter((ref) => ref !== undefined).map(formatId);
    return { ...change, within: wholes.find((id) => actions.get(id) === change.action) ?? null };
  });
}

function byName(a: Change, b: Change): number {
  const [left, right] = [a, b].map((change) => (change.after ?? change.before)?.ref.path.join('\0') ?? '');
  return compareText(left ?? '', right ?? '') || compareText(a.id, b.id);
}
