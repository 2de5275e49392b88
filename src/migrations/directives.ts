import { closest, distance } from 'fastest-levenshtein';
import type { Diagnostic } from '../errors.ts';
import { isCode, readTokens } from './lexer.ts';
import type { Directives } from './migration.ts';
import { indexLines } from './position.ts';

const headDirectives = ['no-transaction'];
const placedDirectives = ['expect', 'batch'] as const;
const known = [...headDirectives, ...placedDirectives];

/** A directive that means the place where it stands. Offsets in UTF-16 code units. */
export type PlacedDirective = {
  readonly name: (typeof placedDirectives)[number];
  /** What follows the name, trimmed. */
  readonly argument: string;
  /** Where its comment starts, and where its argument does. */
  readonly offset: number;
  readonly argumentOffset: number;
};

/** The directives of a text, or what is wrong with them. */
export type FoundDirectives = {
  readonly directives: Directives;
  /** In the order of the text. */
  readonly placed: readonly PlacedDirective[];
  readonly diagnostics: readonly Diagnostic[];
};

/**
 * Reads the `-- trueup: …` comment lines of a migration. A directive that is unknown, or that stands where
 * it would not be read, is an error: what someone asked for is never skipped in silence.
 */
export function readDirectives(text: string, file: string): FoundDirectives {
  const found = new Set<string>();
  const placed: PlacedDirective[] = [];
  const diagnostics: Diagnostic[] = [];
  if (!/--\s*trueup/i.test(text)) return { directives: { noTransaction: false }, placed, diagnostics };
  const lines = indexLines(text, file);
  let isHead = true;
  for (const token of readTokens(text)) {
    if (isCode(token)) isHead = false;
    const asked = token.type === 'line comment' ? directiveIn(token.text) : undefined;
    if (asked === undefined) continue;
    const { argument } = asked;
    const name = placedDirectives.find((one) => one === asked.name);
    const problem = name === undefined ? problemOf(asked, isHead) : undefined;
    if (problem) {
      diagnostics.push({
        code: 'migration-directive',
        severity: 'error',
        position: lines.at(token.start),
        sourceLine: lines.lineAt(token.start),
        ...problem,
      });
    } else if (name === undefined) {
      found.add(asked.name);
    } else {
      const argumentOffset = token.start + token.text.trimEnd().length - argument.length;
      placed.push({ name, argument, offset: token.start, argumentOffset });
    }
  }
  return { directives: { noTransaction: found.has('no-transaction') }, placed, diagnostics };
}

type Asked = { readonly name: string; readonly argument: string };

/** What a comment asks for. Without its colon a directive is recognised where it can be nothing else; other prose is none. */
function directiveIn(comment: string): Asked | undefined {
  const [, colon, rest] = /^--\s*trueup\b\s*(:?)\s*(.*?)\s*$/i.exec(comment) ?? [];
  if (rest === undefined || !(colon || unmistakable.test(rest))) return undefined;
  const [, name = '', argument = ''] = /^(\S*)\s*(.*)$/.exec(rest) ?? [];
  return { name, argument };
}

const unmistakable = /^(?:no-transaction|expect\s+(?:select|values|with)\b.*|batch(?:\s+\w+=.*)?)$/i;

function problemOf(
  { name, argument }: Asked,
  isHead: boolean,
): Pick<Diagnostic, 'summary' | 'help'> | undefined {
  const whole = `${name} ${argument}`.trim();
  if (!headDirectives.includes(whole)) {
    const nearest = closest(name, known);
    const isNear = distance(name, nearest) <= nearest.length / 2;
    return {
      summary: name === '' ? 'empty directive' : `unknown directive "${whole}"`,
      help: isNear ? `Did you mean "-- trueup: ${nearest}"?` : `Directives are: ${known.join(', ')}.`,
    };
  }
  if (isHead) return undefined;
  return {
    summary: `directive "${name}" stands after the first statement`,
    help: 'Move the line to the head of the file, before the first statement.',
  };
}
