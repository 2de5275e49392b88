import type { Registry } from '../catalog/kind.ts';
import { formatKind, type ObjectId, parseId } from '../catalog/object.ts';
import type { Diagnostic } from '../errors.ts';
import {
  answerRenames,
  isCalled,
  kindOf,
  pairFinder,
  parseRenaming,
  type Renaming,
} from './answer-renames.ts';
import type { Change } from './change.ts';
import {
  describeExpired,
  isExpired,
  isFault,
  type RuleForm,
  type RuleLine,
  readRules,
  splitLines,
} from './rule-file.ts';

/** Where answers to what may be renames are kept, at the project's root. docs/renames.md describes its lines. */
export const renamesFile = '.trueuprenames';

/** A line of that file. Negated: these are two objects. */
export type KeptRename = RuleLine & Renaming;

/** Whether a missing and an extra object are one that was renamed. */
export type RenameAnswer = 'renamed' | 'two objects';

/** A pair, by ids, and what is said of it; null: nothing any more. */
export type AnsweredPair = Renaming & { readonly answer: RenameAnswer | null };

/** What is known of the renames among some changes. */
export type TakenRenames = {
  /** From the id before to the one after. */
  readonly renames: ReadonlyMap<ObjectId, ObjectId>;
  /** Pairs, by ids, that someone said are two objects. */
  readonly twoObjects: readonly Renaming[];
  /** Of the kept answers: expired (warnings), ambiguous (warnings), without use (notes). */
  readonly diagnostics: readonly Diagnostic[];
};

/** Whether someone said of a pair of ids that they are two objects. */
export function areTwoObjects(
  { twoObjects }: Pick<TakenRenames, 'twoObjects'>,
  { from, to }: Renaming,
): boolean {
  return twoObjects.some((one) => one.from === from && one.to === to);
}

/** Reads the text of a `.trueuprenames`. Every line that is no answer becomes an error; the others are still read. */
export function parseRenamesFile(
  text: string,
  registry: Registry,
): { readonly rules: readonly KeptRename[]; readonly diagnostics: readonly Diagnostic[] } {
  return readRules(text, renamesFile, formFor(registry));
}

/**
 * The renames that were said and those that kept answers tell, either way round, among what `changes` drop and create.
 * What was said wins, then the later line. `today` is `YYYY-MM-DD`. Throws `TrueupError` for one that was said of nothing.
 */
export function takeRenames(
  changes: readonly Change[],
  said: readonly Renaming[],
  kept: readonly KeptRename[],
  registry: Registry,
  today: string,
): TakenRenames {
  if (said.length + kept.length === 0) return { renames: new Map(), twoObjects: [], diagnostics: [] };
  const renames = new Map(answerRenames(said, changes, registry));
  const twoObjects: Renaming[] = [];
  const diagnostics: Diagnostic[] = [];
  const find = pairFinder(changes, registry);
  const isTaken = ({ from, to }: Renaming) =>
    renames.has(from) || [...renames.values()].includes(to) || areTwoObjects({ twoObjects }, { from, to });
  for (const line of kept.toReversed()) {
    if (isExpired(line, today)) {
      diagnostics.push(describeExpired(line, formFor(registry)));
      continue;
    }
    const pairs = [...find(line), ...find({ from: line.to, to: line.from })];
    const [pair] = pairs;
    if (pairs.length > 1) diagnostics.push(describeAmbiguous(line, pairs.length));
    else if (pair === undefined || isTaken(pair)) diagnostics.push(describeUnused(line));
    else if (line.negated) twoObjects.push(pair);
    else renames.set(pair.from, pair.to);
  }
  return { renames, twoObjects, diagnostics: diagnostics.reverse() };
}

/**
 * The text of the file with these answers: lines about a pair whose answer is another are replaced, all else stays as
 * it is. `day` is `YYYY-MM-DD`. A pair with a line break in a name cannot be on a line and is left out.
 */
export function writeAnswers(
  text: string,
  answers: readonly AnsweredPair[],
  registry: Registry,
  day: string,
): string {
  const { rules } = parseRenamesFile(text, registry);
  const isAbout = (line: Renaming, { from, to }: Renaming) =>
    (isCalled(from, line.from) && isCalled(to, line.to)) ||
    (isCalled(from, line.to) && isCalled(to, line.from));
  const gone = new Set<number>();
  const added: string[] = [];
  // Of a pair that was answered twice the later answer counts.
  for (const pair of new Map(answers.map((one) => [`${one.from}=${one.to}`, one])).values()) {
    const about = rules.filter((line) => isAbout(line, pair));
    const says = ({ negated }: KeptRename) => (negated ? 'two objects' : 'renamed');
    const last = about.findLast((line) => !isExpired(line, day));
    if (last !== undefined && says(last) === pair.answer) continue;
    for (const { position } of about) gone.add(position.line);
    const written = pair.answer && formatAnswer(pair, pair.answer);
    if (written) added.push(`${written}  # answered in review on ${day}`);
  }
  if (gone.size === 0 && added.length === 0) return text;
  const lines = splitLines(text).filter((_, index) => !gone.has(index + 1));
  if (lines.at(-1) === '') lines.pop();
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  return [...lines, ...added].map((line) => line + end).join('');
}

/** `OLD=NEW`, or `!OLD=NEW` for two objects; null when no line can hold it. */
export function formatAnswer({ from, to }: Renaming, answer: RenameAnswer): string | null {
  const line = `${answer === 'renamed' ? '' : '!'}${quoteEquals(from)}=${quoteEquals(to)}`;
  return /[\r\n]/.test(line) ? null : line;
}

/** An id whose parts hold an equals sign only inside quotes. */
function quoteEquals(id: ObjectId): string {
  const ref = parseId(id);
  if (!ref.path.some((part) => part.includes('='))) return id;
  const path = ref.path.map((part) => `"${part.replaceAll('"', '""')}"`).join('.');
  return `${formatKind(ref)}:${path}${ref.signature === undefined ? '' : `(${ref.signature})`}`;
}

function formFor(registry: Registry): RuleForm<Renaming> {
  return {
    code: 'rename-answer',
    name: 'answer',
    help: 'Write OLD=NEW, what the migrations call it and what live does, such as table:public.users=table:public.people; ! before it says that they are two objects.',
    parse: (text) => {
      const renaming = parseRenaming(text);
      if (isFault(renaming)) return renaming;
      const kind = kindOf(renaming.from);
      if (kind === null || registry.get(kind)?.rename) return renaming;
      const wrong = registry.has(kind)
        ? `PostgreSQL cannot rename a ${kind}.`
        : `There is no kind "${kind}" that can be renamed.`;
      return { wrong, left: text.length };
    },
  };
}

function describeAmbiguous({ text, position }: KeptRename, found: number): Diagnostic {
  return {
    code: 'rename-answer-ambiguous',
    severity: 'warning',
    subject: text,
    position,
    summary: `The answer ${text} fits ${found} pairs and is not applied.`,
    help: 'Write ids, such as column:public.users.email.',
  };
}

function describeUnused({ text, position }: KeptRename): Diagnostic {
  return {
    code: 'rename-answer-unused',
    severity: 'note',
    subject: text,
    position,
    summary: `The answer ${text} is about nothing that is missing and extra.`,
  };
}
