import type { Registry } from '../catalog/kind.ts';
import { formatId, formatName, type ObjectId, type ObjectRef, parseId } from '../catalog/object.ts';
import { type Diagnostic, TrueupError } from '../errors.ts';
import type { Change } from './change.ts';
import { definitionParts } from './definition-parts.ts';
import type { Fault } from './rule-file.ts';

/** Of what may be renames: say which, do not, or take each for one. */
export const renameChoices = ['ask', 'never', 'accept'] as const;
export type RenameChoice = (typeof renameChoices)[number];

/** What someone says was renamed, by names or ids: what the first side calls it (the migrations), and what the second does (live). */
export type Renaming = { readonly from: string; readonly to: string };

/** Reads `OLD=NEW`, two names or two ids. What stands in quotes or parentheses separates nothing. */
export function parseRenaming(text: string): Renaming | Fault {
  const bare = text.replaceAll(/"(?:[^"]|"")*"|\([^)]*\)/g, (hidden) => '_'.repeat(hidden.length));
  const at = bare.indexOf('=');
  const fault = (wrong: string, offset: number): Fault => ({ wrong, left: text.length - offset });
  if (at < 0) return fault('There is no = between two names.', 0);
  const second = bare.indexOf('=', at + 1);
  if (second > 0) return fault('A second = follows; a name that holds one stands in quotes.', second);
  const [from, to] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  if (from === '' || to === '') return fault('A name is missing.', from === '' ? 0 : at + 1);
  const start = text.length - text.slice(at + 1).trimStart().length;
  for (const [name, offset] of [[from, 0] as const, [to, start] as const]) {
    if (readName(name) === null) return fault(`"${name}" is not a name.`, offset);
  }
  if (normalName(from) === normalName(to)) return fault('The two names are the same.', start);
  const [one, other] = [kindOf(from), kindOf(to)];
  return one === other
    ? { from, to }
    : fault(`It is ${one ?? 'without a kind'} on the left, ${other ?? 'without one'} on the right.`, start);
}

/** The kind that an id names; null for a name. */
export function kindOf(name: string): string | null {
  return /^([a-z ]+(?:\([a-z ]+\))?):/.exec(name)?.[1] ?? null;
}

/**
 * The renames that were said, from id to id, of what `changes` drop and create. Throws `TrueupError` with every one that
 * is not of a missing and an extra object of one kind that PostgreSQL can rename.
 */
export function answerRenames(
  said: readonly Renaming[],
  changes: readonly Change[],
  registry: Registry,
): ReadonlyMap<ObjectId, ObjectId> {
  const find = pairFinder(changes, registry);
  const renames = new Map<ObjectId, ObjectId>();
  const problems: Diagnostic[] = [];
  for (const one of said) {
    const pairs = find(one);
    const [pair] = pairs;
    if (pair && pairs.length === 1) renames.set(pair.from, pair.to);
    else problems.push(explain(one, pairs.length));
  }
  if (problems.length > 0) throw new TrueupError(problems);
  return renames;
}

/** Finds the missing and the extra objects of one kind, which PostgreSQL can rename, that are called so; as ids. */
export function pairFinder(
  changes: readonly Change[],
  registry: Registry,
): (said: Renaming) => readonly Renaming[] {
  const named = (ref: ObjectRef) => ref.on === undefined && registry.get(ref.kind)?.rename !== undefined;
  const gone = changes.flatMap(({ action, before }) => (action === 'drop' && before ? [before.ref] : []));
  const come = changes.flatMap(({ action, after }) => (action === 'create' && after ? [after.ref] : []));
  const parts = definitionParts(changes, registry);
  const [before, after] = [
    indexNames([...gone, ...parts.gone].filter(named)),
    indexNames([...come, ...parts.come].filter(named)),
  ];
  return ({ from, to }) =>
    (before.get(normalName(from)) ?? []).flatMap((one) =>
      (after.get(normalName(to)) ?? [])
        .filter(({ kind }) => kind === one.kind)
        .map((other) => ({ from: formatId(one), to: formatId(other) })),
    );
}

/** Whether an object is called so, by its name or its id. */
export function isCalled(id: ObjectId, name: string): boolean {
  return [id, formatName(parseId(id))].includes(normalName(name));
}

function indexNames(refs: readonly ObjectRef[]): ReadonlyMap<string, readonly ObjectRef[]> {
  const index = new Map<string, ObjectRef[]>();
  for (const ref of refs) {
    for (const name of [formatName(ref), formatId(ref)]) index.set(name, [...(index.get(name) ?? []), ref]);
  }
  return index;
}

/** A name or an id as `formatName` and `formatId` write it, however it was quoted. */
function normalName(name: string): string {
  const ref = readName(name);
  if (ref === null) return name;
  return kindOf(name) === null ? formatName(ref) : formatId(ref);
}

function readName(name: string): ObjectRef | null {
  try {
    return parseId(kindOf(name) === null ? `name:${name}` : name);
  } catch {
    return null;
  }
}

function explain({ from, to }: Renaming, found: number): Diagnostic {
  return {
    code: 'rename-unknown',
    severity: 'error',
    subject: `--rename ${from}=${to}`,
    summary:
      found === 0
        ? `there is no missing ${from} and extra ${to} of one kind that PostgreSQL can rename`
        : `${found} objects are called so`,
    help:
      found === 0
        ? 'OLD is what the migrations, or FROM, call it; NEW what live, or TO, does: see `trueup drift` or `trueup diff`.'
        : 'Write ids, such as column:public.users.email.',
  };
}
