/**
 * What an object is called: the only identity in Trueup. Two catalogs' objects are the same object when
 * their references are equal.
 */
export type ObjectRef = {
  /** PostgreSQL's word for it, in lower case: `table`, `materialized view`, `index`. */
  readonly kind: string;
  /** From the outermost name inwards: `['public', 'users', 'email']` for a column. */
  readonly path: readonly string[];
  /** What else tells objects of one name apart. Argument types, as PostgreSQL prints them: `integer, text`; an operator class's access method. */
  readonly signature?: string;
  /** For what is said about another object (a comment, a grant): that object's kind. */
  readonly on?: string;
};

/** An `ObjectRef` as text, the key of every map of objects: `column:public.users.email`, `function:public.f(integer)`. */
export type ObjectId = string;

/** Formats a reference as its id. Parts are quoted only where they must be, so that ids read and type well. */
export function formatId(ref: ObjectRef): ObjectId {
  return `${formatKind(ref)}:${formatName(ref)}`;
}

/** `comment(table)` for a comment on a table, else the kind. */
export function formatKind(ref: ObjectRef): string {
  return ref.on === undefined ? ref.kind : `${ref.kind}(${ref.on})`;
}

/** The name alone, as shown to people: `public.users.email`, `public.f(integer)`. */
export function formatName(ref: ObjectRef): string {
  const name = ref.path.map(quotePart).join('.');
  return ref.signature === undefined ? name : `${name}(${ref.signature})`;
}

/** Reads what `formatId` wrote. Throws a `RangeError` on anything else. */
export function parseId(id: ObjectId): ObjectRef {
  const head = /^([a-z ]+)(?:\(([a-z ]+)\))?:/.exec(id);
  if (!head?.[1]) throw new RangeError(`not an object id: ${id}`);
  const path: string[] = [];
  let rest = id.slice(head[0].length);
  for (;;) {
    const part = /^(?:"((?:[^"]|"")*)"|([^".(]*))/.exec(rest);
    if (!part) throw new RangeError(`not an object id: ${id}`);
    path.push(part[1] === undefined ? (part[2] ?? '') : part[1].replaceAll('""', '"'));
    rest = rest.slice(part[0].length);
    if (!rest.startsWith('.')) break;
    rest = rest.slice(1);
  }
  const signature = rest.startsWith('(') && rest.endsWith(')') ? rest.slice(1, -1) : undefined;
  if (signature === undefined && rest !== '') throw new RangeError(`not an object id: ${id}`);
  return {
    kind: head[1],
    path,
    ...(signature === undefined ? {} : { signature }),
    ...(head[2] === undefined ? {} : { on: head[2] }),
  };
}

/** The last part of the path: the object's own name. */
export function ownName(ref: ObjectRef): string {
  return ref.path[ref.path.length - 1] ?? '';
}

function quotePart(part: string): string {
  return /^[^\s".()]+$/.test(part) ? part : `"${part.replaceAll('"', '""')}"`;
}
