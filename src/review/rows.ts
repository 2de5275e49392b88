import { formatKind, formatName, type ObjectId, ownName, parseId } from '../catalog/object.ts';
import type { IgnoredChange } from '../plan/plan.ts';
import { decidable } from './decisions.ts';
import { type FilterTerm, matchesFilter, matchesSubject, parseFilter } from './filter.ts';
import type { SchemaVersion } from './history.ts';
import type { ReviewChange, ReviewData, ReviewRun } from './port.ts';
import type { PlannedFile } from './screens/planned-files.ts';
import { refOf } from './words.ts';

export type Section = 'drift' | 'pending';

type Place = { readonly key: string; readonly depth: number };
type Fold = { readonly foldable: boolean; readonly folded: boolean };

/** One row of a list. `key` stays the same when the data is loaded again; `depth` is its indentation. */
export type Row = Place &
  (
    | (Fold & {
        readonly type: 'group';
        readonly label: string;
        readonly count: number;
        /** Drifted objects below it that are decided on their own. */
        readonly ids: readonly ObjectId[];
      })
    | (Fold & {
        readonly type: 'change';
        readonly label: string;
        readonly section: Section;
        readonly item: ReviewChange;
        /** It goes together with the change above it and is decided there. */
        readonly follows: boolean;
      })
    | { readonly type: 'ignored'; readonly label: string; readonly ignored: IgnoredChange }
    | { readonly type: 'note'; readonly label: string }
    | { readonly type: 'overview'; readonly label: string }
    | { readonly type: 'file'; readonly label: string; readonly file: PlannedFile }
    | {
        readonly type: 'segment';
        readonly segment: number;
        readonly transaction: boolean;
        readonly count: number;
      }
    | (Fold & {
        readonly type: 'step';
        readonly step: number;
        readonly segment: number;
        readonly count: number;
      })
    | { readonly type: 'statement'; readonly step: number; readonly statement: number }
    | (Fold & { readonly type: 'runs' | 'versions'; readonly label: string; readonly count: number })
    | { readonly type: 'run'; readonly run: ReviewRun }
    | { readonly type: 'version'; readonly index: number; readonly version: SchemaVersion }
  );

/** What shapes a list besides the data. `toggled` holds the keys whose fold is not the default one. */
export type RowOptions = { readonly filter: string; readonly toggled: ReadonlySet<string> };

/** A node of the tree before it is laid out as rows. */
export type Node = {
  readonly key: string;
  readonly label: string;
  readonly item: ReviewChange | null;
  readonly children: Node[];
  /** Changes below it, and the ids of those among them that are decided on their own: filled in once it is built. */
  below: number;
  ids: readonly ObjectId[];
};

/** The changes by schema and table, sorted: made once, however often they are filtered and folded. */
export type ChangeTree = {
  readonly own: ReadonlySet<ObjectId>;
  readonly drift: readonly Node[];
  readonly pending: readonly Node[];
};

export function treeOf(data: ReviewData): ChangeTree {
  const own = new Set(decidable(data).map((item) => item.change.id));
  return {
    own,
    drift: buildTree(data.drift, 'drift').map((node) => total(node, own)),
    pending: buildTree(data.pending, 'pending').map((node) => total(node, own)),
  };
}

/** The Drift tab: drift and pending changes by schema and table, then what is ignored, then notes. */
export function driftRows(data: ReviewData, tree: ChangeTree, options: RowOptions): readonly Row[] {
  const terms = parseFilter(options.filter);
  const rows: Row[] = [];
  const addSection = (section: Section, label: string, all: readonly Node[]) => {
    const schemas =
      terms.length === 0 ? all : all.flatMap((node) => matching(node, section, terms, tree.own) ?? []);
    if (schemas.length === 0) return;
    const layout: Layout = { section, options, own: tree.own, filtered: terms.length > 0 };
    // A lone section needs no heading.
    if (section === 'drift' && data.pending.length === 0) {
      for (const node of schemas) layOut(node, 0, layout, rows);
    } else
      layOut(
        addUp(
          { key: `section ${section}`, label, item: null, children: [...schemas], below: 0, ids: [] },
          tree.own,
        ),
        0,
        layout,
        rows,
      );
  };
  addSection('drift', 'Drift', tree.drift);
  addSection('pending', data.header.rollbackTo === null ? 'Pending' : 'Going back', tree.pending);
  const addGroup = (key: string, label: string, children: readonly Row[], foldedByDefault: boolean) => {
    if (children.length === 0) return;
    const folded = terms.length === 0 && foldedByDefault !== options.toggled.has(key);
    rows.push({
      type: 'group',
      key,
      depth: 0,
      label,
      count: children.length,
      ids: [],
      foldable: true,
      folded,
    });
    if (!folded) rows.push(...children);
  };
  const ignored = data.ignored.map((ignored): Row => {
    const ref = parseId(ignored.change.id);
    const label = `${formatKind(ref)} ${formatName(ref)}`;
    return { type: 'ignored', key: `ignored ${ignored.change.id}`, depth: 1, label, ignored };
  });
  const notes = data.notes.map(
    (label, index): Row => ({ type: 'note', key: `note ${index}`, depth: 1, label }),
  );
  const matches = (row: Row) => {
    const ids = () => (row.type === 'ignored' ? [row.ignored.change.id] : []);
    return 'label' in row && matchesSubject({ text: row.label, ids }, terms);
  };
  addGroup('ignored', 'Ignored', ignored.filter(matches), true);
  addGroup('notes', 'Notes', notes.filter(matches), false);
  return rows;
}

type Layout = {
  readonly section: Section;
  readonly options: RowOptions;
  readonly own: ReadonlySet<ObjectId>;
  readonly filtered: boolean;
};

/** What a filter leaves of a node; null: nothing. An owner that does not match itself stays as a heading. */
function matching(
  node: Node,
  section: Section,
  terms: readonly FilterTerm[],
  own: ReadonlySet<ObjectId>,
): Node | null {
  const { item } = node;
  const isMatch = item !== null && matchesFilter(item, terms);
  if (node.children.length === 0) return isMatch ? node : null;
  const children = node.children.flatMap((child) => matching(child, section, terms, own) ?? []);
  if (children.length === 0 && !isMatch) return null;
  // What is left whole need not be counted again.
  const isWhole =
    children.length === node.children.length && children.every((one, at) => one === node.children[at]);
  if (isWhole && (item === null || isMatch)) return node;
  if (item === null || isMatch) return addUp({ ...node, children }, own);
  const { id } = item.change;
  const heading = { key: `${section} group ${id}`, label: groupLabel(id), item: null };
  return addUp({ ...heading, children, below: 0, ids: [] }, own);
}

/** Fills in what is below a node and all nodes below it. */
function total(node: Node, own: ReadonlySet<ObjectId>): Node {
  for (const child of node.children) total(child, own);
  return addUp(node, own);
}

function addUp(node: Node, own: ReadonlySet<ObjectId>): Node {
  if (node.children.length === 0 && node.below === 0) return node;
  const ids: ObjectId[] = [];
  node.below = 0;
  for (const { item, below, ids: deeper } of node.children) {
    node.below += below + (item ? 1 : 0);
    if (item && own.has(item.change.id)) ids.push(item.change.id);
    for (const id of deeper) ids.push(id);
  }
  node.ids = ids;
  return node;
}

function buildTree(items: readonly ReviewChange[], section: Section): Node[] {
  const schemas = new Map<string | null, Node>();
  const nodes = new Map<ObjectId, Node>();
  for (const item of items) {
    const key = `${section} ${item.change.id}`;
    nodes.set(item.change.id, { key, label: labelOf(item), item, children: [], below: 0, ids: [] });
  }
  const schemaNode = (schema: string | null): Node => {
    const found = schemas.get(schema);
    if (found) return found;
    const node: Node = {
      key: `${section} schema ${schema ?? ''}`,
      label: schema ?? '(database)',
      item: null,
      children: [],
      below: 0,
      ids: [],
    };
    schemas.set(schema, node);
    return node;
  };
  const groups = new Map<ObjectId, Node>();
  for (const item of items) {
    const node = nodes.get(item.change.id);
    if (!node) continue;
    const { group } = item;
    const owner =
      group === null || group === item.change.id ? undefined : (nodes.get(group) ?? groups.get(group));
    if (owner) owner.children.push(node);
    else if (group === null || group === item.change.id) schemaNode(item.schema).children.push(node);
    else {
      const created: Node = {
        key: `${section} group ${group}`,
        label: groupLabel(group),
        item: null,
        children: [node],
        below: 0,
        ids: [],
      };
      groups.set(group, created);
      schemaNode(item.schema).children.push(created);
    }
  }
  const sort = (list: Node[]) => {
    list.sort((a, b) => compareText(a.label, b.label) || compareText(a.key, b.key));
    for (const node of list) sort(node.children);
  };
  const roots = [...schemas.values()];
  sort(roots);
  return roots;
}

function layOut(node: Node, depth: number, layout: Layout, rows: Row[]): void {
  const { options, own, section, filtered } = layout;
  const foldable = node.children.length > 0;
  // What comes or goes with a table is the table's own story: folded until asked for.
  const byDefault = node.item !== null && node.children.every((child) => child.item?.change.within != null);
  const folded = foldable && !filtered && byDefault !== options.toggled.has(node.key);
  const { key, label, item } = node;
  // Written out: copying a record for each of many rows is most of the time that a key may take.
  if (item) {
    const follows = section === 'drift' && !own.has(item.change.id);
    rows.push({ type: 'change', key, depth, label, foldable, folded, section, item, follows });
  } else {
    const ids = section === 'drift' ? node.ids : [];
    const count = section === 'drift' ? ids.length : node.below;
    rows.push({ type: 'group', key, depth, label, foldable, folded, count, ids });
  }
  if (!folded) for (const child of node.children) layOut(child, depth + 1, layout, rows);
}

function labelOf(item: ReviewChange): string {
  const ref = refOf(item.change);
  // It stands under what it is about, and has no name of its own.
  if (ref.on !== undefined) return ref.kind;
  return ref.signature === undefined ? ownName(ref) : `${ownName(ref)}(${ref.signature})`;
}

/** The owner's name within its schema: `users`, or `users.email` for what belongs to a column. */
function groupLabel(group: ObjectId): string {
  const { path } = parseId(group);
  return path.slice(path.length > 1 ? 1 : 0).join('.');
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
