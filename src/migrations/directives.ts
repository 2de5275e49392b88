import { closest, distance } from 'fastest-levenshtein';
import type { Diagnostic } from '../errors.ts';
import { isCode, readTokens } from './lexer.ts';
import type { Directives } from './migration.ts';
import { indexLines } from './position.ts';

const known = ['no-transaction'];

/**
 * Reads the `-- trueup: …` comment lines at a migration's head. A directive that is unknown, or that stands where
 * it would not be read, is an error: what someone asked for is never skipped in silence.
 */
export function readDirectives(
  text: string,
  file: string,
): { readonly directives: Directives; readonly diagnostics: readonly Diagnostic[] } {
  const found = new Set<string>();
  const diagnostics: Diagnostic[] = [];
  if (!/--\s*trueup/i.test(text)) return { directives: { noTransaction: false }, diagnostics };
  const lines = indexLines(text, file);
  let isHead = true;
  for (const token of readTokens(text)) {
    if (isCode(token)) isHead = false;
    const name = token.type === 'line comment' ? directiveIn(token.text) : undefined;
    if (name === undefined) continue;
    const problem = problemOf(name, isHead);
    if (!problem) {
      found.add(name);
      continue;
    }
    diagnostics.push({
      code: 'migration-directive',
      severity: 'error',
      position: lines.at(token.start),
      sourceLine: lines.lineAt(token.start),
      ...problem,
    });
  }
  return { directives: { noTransaction: found.has('no-transaction') }, diagnostics };
}

/** What a comment asks for. A known directive is recognised without its colon too; other prose is not. */
function directiveIn(comment: string): string | undefined {
  const [, colon, rest] = /^--\s*trueup\b\s*(:?)\s*(.*?)\s*$/i.exec(comment) ?? [];
  if (rest === undefined) return undefined;
  return colon || known.includes(rest) ? rest : undefined;
}

function problemOf(name: string, isHead: boolean): Pick<Diagnostic, 'summary' | 'help'> | undefined {
  if (!known.includes(name)) {
    const nearest = closest(name, known);
    const isNear = distance(name, nearest) <= nearest.length / 2;
    return {
      summary: name === '' ? 'empty directive' : `unknown directive "${name}"`,
      help: isNear ? `Did you mean "-- trueup: ${nearest}"?` : `Directives are: ${known.join(', ')}.`,
    };
  }
  if (isHead) return undefined;
  return {
    summary: `directive "${name}" stands after the first statement`,
    help: 'Move the line to the head of the file, before the first statement.',
  };
}
