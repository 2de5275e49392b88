import { compareText } from '../diff/diff.ts';
import type { Node } from './order.ts';

/**
 * Nodes in an order in which each stands after those it waits for. Among those that can run, drops come
 * first, then by kind, then by name: the same input always gives the same order. What waits in a circle is
 * left out and returned as `cycle`.
 */
export function sortNodes(nodes: readonly Node[]): {
  readonly sorted: readonly Node[];
  readonly cycle: readonly Node[];
} {
  const waiting = new Map(nodes.map((node) => [node, node.after.size]));
  const followers = new Map<Node, Node[]>();
  for (const node of nodes) {
    for (const earlier of node.after) {
      const known = followers.get(earlier);
      if (known) known.push(node);
      else followers.set(earlier, [node]);
    }
  }
  const ready = [...nodes].filter((node) => node.after.size === 0).sort(byPriority);
  const sorted: Node[] = [];
  for (let node = ready.shift(); node; node = ready.shift()) {
    sorted.push(node);
    for (const follower of followers.get(node) ?? []) {
      const left = (waiting.get(follower) ?? 0) - 1;
      waiting.set(follower, left);
      if (left === 0) insert(ready, follower);
    }
  }
  return { sorted, cycle: sorted.length === nodes.length ? [] : findCycle(nodes, new Set(sorted)) };
}

/** Whether a node waits for another, by way of whatever. */
export function waitsFor(node: Node, other: Node): boolean {
  const seen = new Set([node]);
  for (const at of seen) for (const earlier of at.after) seen.add(earlier);
  return seen.has(other);
}

function byPriority(a: Node, b: Node): number {
  return rankOf(a) - rankOf(b) || a.order - b.order || compareText(a.object, b.object);
}

/** What ends the transaction comes last, so that all else is committed together. */
function rankOf({ phase, statements, isLast }: Node): number {
  if (isLast) return 10;
  const isSplit = statements.some(({ transaction }) => transaction === 'outside' || transaction === 'apart');
  return isSplit ? 9 : rank[phase];
}

const rank: Readonly<Record<Node['phase'], number>> = {
  leave: 0,
  release: 1,
  aside: 2,
  drop: 3,
  bind: 4,
  alter: 5,
  join: 6,
  create: 7,
  finish: 8,
};

function insert(ready: Node[], node: Node): void {
  let [low, high] = [0, ready.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = ready[middle];
    if (other && byPriority(other, node) <= 0) low = middle + 1;
    else high = middle;
  }
  ready.splice(low, 0, node);
}

/** Walks what is left along what it waits for until a node comes again: always the same way, for the plan may turn there. */
function findCycle(nodes: readonly Node[], done: ReadonlySet<Node>): readonly Node[] {
  const next = (some: Iterable<Node>) => [...some].filter((node) => !done.has(node)).sort(byPriority)[0];
  const path: Node[] = [];
  let at = next(nodes);
  while (at && !path.includes(at)) {
    path.push(at);
    at = next(at.after);
  }
  return at ? [...path.slice(path.indexOf(at)), at] : path;
}
