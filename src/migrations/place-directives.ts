import type { Diagnostic } from '../errors.ts';
import { readBatch } from './batch.ts';
import { readBatchShape } from './batch-shape.ts';
import type { PlacedDirective } from './directives.ts';
import { isQuery, readExpect } from './expect.ts';
import type { MigrationStatement } from './migration.ts';
import { indexLines } from './position.ts';
import { parseStatement, type SplitResult, splitStatements } from './statements.ts';

/**
 * Puts directives to the statements among which they stand: an `expect` becomes a statement at its place, a
 * `batch` is for the statement after it. Errors
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
      : name === 'expect'
        ? await readExpectation(directive, text, file)
        : await readBatched(directive, statements);
    if ('statement' in result) {
      const { statement } = result;
      const at = all.findIndex((one) => one.offset === statement.offset);
      all.splice(at < 0 ? all.length : at, at < 0 ? 0 : 1, statement);
    } else if ('diagnostics' in result) diagnostics.push(...result.diagnostics);
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

async function readBatched(
  { argument, offset }: PlacedDirective,
  statements: readonly MigrationStatement[],
): Promise<{ statement: MigrationStatement } | Refusal> {
  const batch = readBatch(argument);
  if ('wrong' in batch) {
    return {
      summary: `directive "batch" has no option "${batch.wrong}"`,
      help: 'Options are, for example: -- trueup: batch size=1000 target=500ms pause=50ms',
    };
  }
  const statement = statements.find((one) => one.offset > offset);
  if (!statement) {
    return {
      summary: 'directive "batch" stands before no statement',
      help: 'Move the line before the statement that is to run in batches.',
    };
  }
  const shape = await readBatchShape(statement.sql);
  const refused = statements.some(({ traits }) => traits.transaction === 'control')
    ? 'its migration brings its own transactions, and each batch is one'
    : 'refused' in shape
      ? shape.refused
      : null;
  return refused === null
    ? { statement: { ...statement, batch } }
    : {
        summary: `the statement after directive "batch" cannot run in batches: ${refused}`,
        help: 'Write it as one that can, or remove the directive: it then runs as a whole.',
      };
}

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
