import type { Catalog, CatalogObject, Property, Registry } from '../catalog/kind.ts';
import { formatId, type ObjectId, type ObjectRef } from '../catalog/object.ts';
import { type Rename, renameCatalog } from '../catalog/rename.ts';
import { isWord, nameOf, readTokens, type Token } from '../migrations/lexer.ts';

/** `from` after renames, with the texts that those change as `goal` has them: PostgreSQL prints them with the new names. */
export function renameTowards(from: Catalog, rename: Rename, goal: Catalog, registry: Registry): Catalog {
  const renamed = renameCatalog(from, rename, registry);
  const objects = new Map(renamed.objects);
  for (const [id, { ref }] of from.objects) {
    const name = formatId(rename(ref));
    const [object, wanted] = [objects.get(name), goal.objects.get(name)];
    if (object && wanted) objects.set(name, followTexts(object, wanted, id, from, rename, registry));
  }
  return { ...renamed, objects };
}

/**
 * An object that was `id` of `from` before renames, with those printed texts of `goal` that differ by nothing but names of what
 * it needs or has in it, each from the old one to the new. What more there is to it, the rehearsal finds.
 */
export function followTexts(
  object: CatalogObject,
  goal: CatalogObject,
  id: ObjectId,
  from: Catalog,
  rename: Rename,
  registry: Registry,
): CatalogObject {
  const printed = registry.get(goal.ref.kind)?.printed ?? [];
  const differing = printed.filter((name) => object.properties[name] !== goal.properties[name]);
  const names = differing.length > 0 ? newNames(id, from, rename, registry) : new Map<string, Set<string>>();
  if (names.size === 0) return object;
  const followed = differing.filter((name) =>
    readsSame(object.properties[name] ?? null, goal.properties[name] ?? null, names),
  );
  const texts = followed.map((name) => [name, goal.properties[name] ?? null] as const);
  return texts.length === 0
    ? object
    : { ...object, properties: { ...object.properties, ...Object.fromEntries(texts) } };
}

type NewNames = ReadonlyMap<string, ReadonlySet<string>>;

function newNames(id: ObjectId, from: Catalog, rename: Rename, registry: Registry): NewNames {
  const names = new Map<string, Set<string>>();
  const add = (before: ObjectRef) => {
    const after = rename(before);
    before.path.forEach((part, position) => {
      const name = after.path[position];
      if (name === undefined || name === part) return;
      const known = names.get(part);
      if (known) known.add(name);
      else names.set(part, new Set([name]));
    });
  };
  const needs = new Set([id, ...(from.dependencies.get(id) ?? [])]);
  // The bounds of a partition are of the columns of its whole.
  const above = from.objects.get(id)?.dropsWith;
  const whole = above && formatId(above);
  for (const [part, { parent }] of whole === undefined ? [] : from.objects) {
    if (parent === undefined || formatId(parent) !== whole) continue;
    for (const needed of from.dependencies.get(part) ?? []) needs.add(needed);
  }
  for (const needed of needs) {
    const object = from.objects.get(needed);
    if (object) add(object.ref);
  }
  // What stands in the definition of something has no dependents of its own.
  for (const { ref, parent } of from.objects.values())
    if (registry.get(ref.kind)?.inDefinition && parent && needs.has(formatId(parent))) add(ref);
  return names;
}

function readsSame(before: Property, after: Property, names: NewNames): boolean {
  if (before === after) return true;
  if (typeof before === 'string' && typeof after === 'string') return textReadsSame(before, after, names);
  if (before === null || after === null || typeof before !== 'object' || typeof after !== 'object')
    return false;
  const [left, right] = [Object.entries(before), Object.entries(after)];
  return (
    Array.isArray(before) === Array.isArray(after) &&
    left.length === right.length &&
    left.every(([key, value]) => {
      const other = right.find(([name]) => name === key);
      return other !== undefined && readsSame(value as Property, other[1] as Property, names);
    })
  );
}

function textReadsSame(before: string, after: string, names: NewNames): boolean {
  const [left, right] = [[...readTokens(before)], [...readTokens(after)]];
  let [at, there] = [0, 0];
  for (; at < left.length; at += 1, there += 1) {
    const [token, other] = [left[at], right[there]];
    if (token === undefined || other === undefined) return false;
    if (isSameToken(token, other)) continue;
    if (!isNewName(token, other, names)) return false;
    if (token.type === 'string') continue;
    const [alias, otherAlias] = [aliasAt(left, at), aliasAt(right, there)];
    // A view's own column keeps its name: `a` becomes `b AS a`, and `a AS b` becomes `b`.
    if (alias === undefined && otherAlias !== undefined && otherAlias === nameOf(token)) there += 2;
    else if (otherAlias === undefined && alias !== undefined && alias === nameOf(other)) at += 2;
  }
  return there === right.length;
}

/** The name after `AS`, where that follows. */
function aliasAt(tokens: readonly Token[], at: number): string | undefined {
  return isWord(tokens[at + 1], 'AS') ? nameOf(tokens[at + 2]) : undefined;
}

function isSameToken(token: Token, other: Token): boolean {
  return token.type === other.type && token.text === other.text;
}

/** Quotes come and go with a name; a constant may be a value that has a name, of an enum. */
function isNewName(token: Token, other: Token, names: NewNames): boolean {
  if (token.type === 'string')
    return other.type === 'string' && names.get(constantOf(token))?.has(constantOf(other)) === true;
  const [before, after] = [nameOf(token), nameOf(other)];
  return before !== undefined && after !== undefined && names.get(before)?.has(after) === true;
}

function constantOf({ text }: Token): string {
  return text.replaceAll("''", "'");
}
