import { formatId, formatName, type ObjectRef } from '../catalog/object.ts';
import type { Change } from '../diff/change.ts';

/** A change with the changes of objects that are created or dropped together with it. */
export type ChangeNode = { readonly change: Change; readonly within: readonly Change[] };

/** Changes of one table, view or other object of a schema and of its parts. */
export type ChangeGroup = { readonly name: string; readonly nodes: readonly ChangeNode[] };

/** `schema` is null for what stands in no schema: an extension, a schema itself. */
export type SchemaGroup = { readonly schema: string | null; readonly groups: readonly ChangeGroup[] };

/** Groups changes by schema, then by the object that they belong to; both sorted by name. */
export function groupChanges(changes: readonly Change[]): readonly SchemaGroup[] {
  const schemas = new Map<string | null, Map<string, ChangeNode[]>>();
  const sorted = nest(changes).toSorted((a, b) => compare(sortKey(a.change), sortKey(b.change)));
  for (const node of sorted) {
    const ref = refOf(node.change);
    const schema = ref.path.length > 1 ? (ref.path[0] ?? null) : null;
    const groups = schemas.get(schema) ?? new Map<string, ChangeNode[]>();
    schemas.set(schema, groups);
    const name = groupName(node.change);
    groups.set(name, [...(groups.get(name) ?? []), node]);
  }
  return [...schemas]
    .toSorted(([a], [b]) => compare(a ?? '', b ?? ''))
    .map(([schema, groups]) => ({
      schema,
      groups: [...groups].toSorted(([a], [b]) => compare(a, b)).map(([name, nodes]) => ({ name, nodes })),
    }));
}

/** The reference by which a change is shown: the later one, or the earlier when it was dropped. */
export function refOf(change: Change): ObjectRef {
  const ref = change.after?.ref ?? change.before?.ref;
  if (!ref) throw new RangeError(`a change of nothing: ${change.id}`);
  return ref;
}

/** Folds changes under the one they happen within, however deep. */
function nest(changes: readonly Change[]): readonly ChangeNode[] {
  const byId = new Map(changes.map((change) => [change.id, change]));
  const parts = new Map<Change, Change[]>();
  const roots: Change[] = [];
  for (const change of changes) {
    const seen = new Set([change]);
    let root = change;
    for (;;) {
      const next = root.within === null ? undefined : byId.get(root.within);
      if (!next || seen.has(next)) break;
      seen.add(next);
      root = next;
    }
    if (root === change) roots.push(change);
    else parts.set(root, [...(parts.get(root) ?? []), change]);
  }
  return roots.map((change) => ({ change, within: parts.get(change) ?? [] }));
}

function groupName(change: Change): string {
  const parent = change.after?.parent ?? change.before?.parent;
  const ref = refOf(change);
  if (!parent || parent.path.length < 2)
    return formatName({ kind: ref.kind, path: ref.path.slice(0, 2), ...signature(ref) });
  return formatName({ kind: parent.kind, path: parent.path.slice(0, 2), ...signature(parent) });
}

function signature(ref: ObjectRef): { readonly signature?: string } {
  return ref.signature === undefined || ref.path.length > 2 ? {} : { signature: ref.signature };
}

/** The object that leads a group stands before its parts. */
function sortKey(change: Change): string {
  const ref = refOf(change);
  return `${String(ref.path.length).padStart(2, '0')} ${formatId(ref)}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
