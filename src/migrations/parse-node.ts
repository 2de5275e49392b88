/** A node of the parse tree as plain data. The parser leaves out what is false, zero or empty. */
export type ParseNode = { readonly [key: string]: unknown };

/** Whether any node in the tree passes. Without recursion: an expression may nest deeper than the stack allows. */
export function some(tree: unknown, test: (node: ParseNode) => boolean): boolean {
  const open = [tree];
  while (open.length > 0) {
    const value = open.pop();
    if (isNode(value) && test(value)) return true;
    if (typeof value !== 'object' || value === null) continue;
    for (const child of Object.values(value)) open.push(child);
  }
  return false;
}

/** The node at the end of a path of keys; an empty one when there is none. */
export function at(value: unknown, ...keys: readonly string[]): ParseNode {
  let node: unknown = value;
  for (const key of keys) node = isNode(node) ? node[key] : undefined;
  return isNode(node) ? node : {};
}

/** Whether a value of the parse tree is a node or a part of one, not a list or a scalar. */
export function isNode(value: unknown): value is ParseNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The items of a list; none when it is no list. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A string; empty when it is none. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
