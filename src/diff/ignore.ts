import type { Catalog } from '../catalog/kind.ts';
import { formatId, type ObjectId, type ObjectRef, parseId } from '../catalog/object.ts';
import type { Diagnostic } from '../errors.ts';
import type { IgnoredChange } from '../plan/plan.ts';
import type { Change } from './change.ts';
import {
  describeExpired,
  type Fault,
  isExpired,
  isFault,
  type RuleForm,
  type RuleLine,
  readRules,
} from './rule-file.ts';

/** One line of `.trueupignore`. docs/ignore.md describes the patterns. Negated: what it matches is not ignored after all. */
export type IgnoreRule = RuleLine & Pattern;

type Pattern = {
  /** Glob over the kind; null: any kind. */
  readonly kind: string | null;
  /** Glob over the kind spoken about, for `comment(table)`; null: any. */
  readonly on: string | null;
  readonly path: readonly PathPattern[];
  /** Glob over the argument types; null: any. */
  readonly signature: string | null;
};

/** One dotted part of a pattern. `rest` is `**`: any number of parts, at the end at least one. */
export type PathPattern =
  | { readonly type: 'rest' }
  | { readonly type: 'exact'; readonly name: string }
  | { readonly type: 'glob'; readonly glob: string };

/** Reads the text of a `.trueupignore`. Every line that is no rule becomes an error; the others are still read. */
export function parseIgnoreFile(
  text: string,
  file: string,
): { readonly rules: readonly IgnoreRule[]; readonly diagnostics: readonly Diagnostic[] } {
  return readRules(text, file, form);
}

/**
 * Sorts changes into those that rules cover and those they do not; the last rule that matches an object or
 * one it is a part of decides. A rename is ignored only when both of its names are. `today` is `YYYY-MM-DD`.
 * `catalogs` tell which object is a part of which beyond what the changes say: with them `schema:audit` covers
 * a column of an unchanged table. Reports expired rules (warnings) and rules that match nothing (notes).
 */
export function applyIgnoreRules(
  changes: readonly Change[],
  rules: readonly IgnoreRule[],
  today: string,
  catalogs: readonly Catalog[] = [],
): {
  readonly kept: readonly Change[];
  readonly ignored: readonly IgnoredChange[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const expired = rules.filter((rule) => isExpired(rule, today));
  const current = rules.filter((rule) => !isExpired(rule, today));
  const parents = parentsOf(changes, catalogs);
  const used = new Set<IgnoreRule>();
  const decide = (ref: ObjectRef) => {
    const lineage = withAncestors(ref, parents);
    const matching = current.filter((rule) => lineage.some((one) => matches(rule, one)));
    for (const rule of matching) used.add(rule);
    const last = matching.at(-1);
    return last === undefined || last.negated ? null : last;
  };
  const kept: Change[] = [];
  const ignored: IgnoredChange[] = [];
  for (const change of changes) {
    const refs = [change.before?.ref, change.after?.ref].filter((ref) => ref !== undefined);
    const decided = refs.map(decide);
    const rule = decided.includes(null) ? undefined : decided.at(-1);
    if (rule) ignored.push({ change, rule: rule.text, reason: rule.reason });
    else kept.push(change);
  }
  const unused = current.filter((rule) => !used.has(rule));
  return {
    kept,
    ignored,
    diagnostics: [...expired.map((rule) => describeExpired(rule, form)), ...unused.map(describeUnused)],
  };
}

/** Whether a rule matches the object itself, its parts aside. */
function matches(rule: IgnoreRule, ref: ObjectRef): boolean {
  return (
    (rule.kind === null || matchesGlob(rule.kind, ref.kind)) &&
    (rule.on === null || (ref.on !== undefined && matchesGlob(rule.on, ref.on))) &&
    (rule.signature === null ||
      (ref.signature !== undefined && matchesGlob(rule.signature, ref.signature))) &&
    matchesPath(rule.path, ref.path)
  );
}

function matchesPath(patterns: readonly PathPattern[], path: readonly string[]): boolean {
  const [pattern, ...others] = patterns;
  if (pattern === undefined) return path.length === 0;
  if (pattern.type === 'rest') {
    if (others.length === 0) return path.length > 0;
    return path.some((_part, index) => matchesPath(others, path.slice(index)));
  }
  const [part, ...rest] = path;
  if (part === undefined) return false;
  const isMatch = pattern.type === 'exact' ? pattern.name === part : matchesGlob(pattern.glob, part);
  return isMatch && matchesPath(others, rest);
}

function matchesGlob(glob: string, text: string): boolean {
  const source = glob
    .replace(/\*+/g, '*')
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'su').test(text);
}

function withAncestors(ref: ObjectRef, parents: ReadonlyMap<ObjectId, ObjectRef>): readonly ObjectRef[] {
  const lineage = new Map<ObjectId, ObjectRef>();
  for (let at: ObjectRef | undefined = ref; at; at = parents.get(formatId(at))) {
    const id = formatId(at);
    if (lineage.has(id)) break;
    lineage.set(id, at);
  }
  return [...lineage.values()];
}

function parentsOf(
  changes: readonly Change[],
  catalogs: readonly Catalog[],
): ReadonlyMap<ObjectId, ObjectRef> {
  const parents = new Map<ObjectId, ObjectRef>();
  const objects = [
    ...catalogs.flatMap((catalog) => [...catalog.objects.values()]),
    ...changes.flatMap(({ before, after }) => [before, after]),
  ];
  for (const object of objects) if (object?.parent) parents.set(formatId(object.ref), object.parent);
  for (const { id, within } of changes) {
    if (within !== null && !parents.has(id)) parents.set(id, parseId(within));
  }
  return parents;
}

const form: RuleForm<Pattern> = {
  code: 'ignore-rule',
  name: 'ignore rule',
  help: 'Write kind:schema.name, as index:public.*_tmp_idx; quote a part that holds a dot, a space or a parenthesis.',
  parse: (text) => {
    const pattern = parsePattern(text);
    return isFault(pattern) ? { ...pattern, wrong: `This is not a pattern: ${pattern.wrong}.` } : pattern;
  },
};

function parsePattern(text: string): Pattern | Fault {
  const head = /^([a-z* ]+)(?:\(([a-z* ]+)\))?:/i.exec(text);
  const kind = head?.[1]?.trim() ?? null;
  const on = head?.[2]?.trim() ?? null;
  if (head && /[A-Z]/.test(head[0])) return { wrong: 'kinds are in lower case', left: text.length };
  const path: PathPattern[] = [];
  let rest = text.slice(head?.[0].length ?? 0).trimStart();
  if (rest === '' && head) return { kind, on, path: [{ type: 'rest' }], signature: null };
  for (;;) {
    const part = /^(?:"((?:[^"]|"")*)"|([^\s".()]+))/.exec(rest);
    if (!part) {
      const wrong = rest.startsWith('"') ? 'a quote is not closed' : 'a part of the name is empty';
      return { wrong, left: rest.length };
    }
    const [whole, quoted, plain = ''] = part;
    if (quoted !== undefined) path.push({ type: 'exact', name: quoted.replaceAll('""', '"') });
    else path.push(plain === '**' ? { type: 'rest' } : { type: 'glob', glob: plain });
    rest = rest.slice(whole.length);
    if (!rest.startsWith('.')) break;
    rest = rest.slice(1);
  }
  const signature = rest.startsWith('(') && rest.endsWith(')') ? rest.slice(1, -1) : null;
  if (signature === null && rest !== '') {
    const wrong = rest.startsWith('(')
      ? 'a parenthesis is not closed'
      : `nothing can follow here, found ${rest}`;
    return { wrong, left: rest.length };
  }
  return { kind, on, path, signature };
}

function describeUnused(rule: IgnoreRule): Diagnostic {
  return {
    code: 'ignore-rule-unused',
    severity: 'note',
    subject: rule.text,
    position: rule.position,
    summary: `The ignore rule ${rule.text} matches no change.`,
  };
}
