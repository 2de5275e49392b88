import type { Diagnostic } from '../errors.ts';
import type { PlacedDirective } from './directives.ts';
import { isQuery, readExpect } from './expect.ts';
import type { MigrationStatement } from './migration.ts';
import { indexLines } from './position.ts';
import { parseStatement, type SplitResult, splitStatements } from './statements.ts';

/**
 * Puts directives to the statements among which they stand: an `expect` becomes a statement at its place. Errors
 * stand where the directive does.
 */
export async function placeDirectives(
  statements: readonly MigrationStatement[],
  placed: readonly PlacedDirective[],
  text: string,
  file: string,
): Promise<SplitResult> {
  const all = [...statements];
  const diagnostics: Diagnostic[] = [];
  const lines = indexLines(text, file);
  for (const directive of placed) {
    const { name, offset } = directive;
    const inside = statements.some((one) => one.offset < offset && offset < one.offset + one.sql.length);
    const result = inside
      ? {
          summary: `directive "${name}" stands inside a statement`,
          help: 'Move the line before the statement.',
        }
      : await readExpectation(directive, text, file);
    if ('statement' in result) all.push(result.statement);
    else if ('diagnostics' in result) diagnostics.push(...result.diagnostics);
    else {
      const place = { position: lines.at(offset), sourceLine: lines.lineAt(offset) };
      diagnostics.push({ code: 'migration-directive', severity: 'error', ...place, ...result });
    }
  }
  return diagnostics.length > 0
    ? { statements: [], diagnostics }
    : { statements: all.toSorted((a, b) => a.offset - b.offset), diagnostics };
}

type Refusal = Pick<Diagnostic, 'summary' | 'help'>;

async function readExpectation(
  { argument, argumentOffset: offset }: PlacedDirective,
  text: string,
  file: string,
): Promise<{ statement: MigrationStatement } | Pick<SplitResult, 'diagnostics'> | Refusal> {
  // Blanks in place of the text before it: the parser then counts lines and columns of the file.
  const blanks = text.slice(0, offset).replace(/[^\r\n]/gu, ' ');
  const lines = indexLines(text, file);
  const split = await splitStatements(blanks + argument, file);
  if (split.diagnostics.length > 0) {
    const sourceLine = lines.lineAt(offset);
    return { diagnostics: split.diagnostics.map((diagnostic) => ({ ...diagnostic, sourceLine })) };
  }
  const [query, ...others] = split.statements;
  const parsed = query && others.length === 0 ? await parseStatement(query.sql) : null;
  if (!query || !parsed || !isQuery(parsed.node, parsed.body)) {
    return {
      summary: 'directive "expect" needs one query that changes nothing',
      help: 'Write a SELECT that returns true, or no rows: -- trueup: expect SELECT count(*) > 0 FROM orders',
    };
  }
  const traits = { ...query.traits, transaction: 'inside' as const, changesData: false };
  return { statement: { ...query, offset, traits, expect: readExpect(parsed.body) } };
}
