import { isCode, isWord, nameOf, readTokens, type Token } from './lexer.ts';

/** What the body of a plpgsql DO block tells about how the block must be run. */
export type CodeTraits = {
  /** It commits or rolls back, which only works outside a transaction block (2D000). */
  readonly endsTransaction: boolean;
  readonly extensions: readonly string[];
  readonly createdRoles: readonly string[];
};

/** Reads a body's tokens. What it runs by EXECUTE of a constant string is read too. */
export function readCodeTraits(code: string): CodeTraits {
  const tokens = [...readTokens(code)].filter(isCode);
  const created = [tokens, ...executedConstants(tokens)].map(readCreated);
  return {
    endsTransaction: tokens.some((_, index) => isTransactionEnd(tokens, index)),
    extensions: [...new Set(created.flatMap(({ extensions }) => extensions))],
    createdRoles: [...new Set(created.flatMap(({ roles }) => roles))],
  };
}

/** COMMIT or ROLLBACK as a statement: not `ON COMMIT DROP`, not a variable of that name. */
function isTransactionEnd(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index];
  if (!isWord(token, 'COMMIT') && !isWord(token, 'ROLLBACK')) return false;
  const before = tokens[index - 1];
  const after = tokens[index + 1];
  const starts =
    before?.text === ';' ||
    before?.text === '>' ||
    ['BEGIN', 'THEN', 'ELSE', 'LOOP'].some((word) => isWord(before, word));
  return starts && (after?.text === ';' || isWord(after, 'AND'));
}

function executedConstants(tokens: readonly Token[]): readonly (readonly Token[])[] {
  return tokens.flatMap((token, index) => {
    if (token.type !== 'string') return [];
    const before = tokens[index - 1];
    // EXECUTE 'CREATE …' and EXECUTE format('CREATE …', …)
    const isExecuted =
      isWord(before, 'EXECUTE') ||
      (before?.text === '(' && isWord(tokens[index - 2], 'FORMAT') && isWord(tokens[index - 3], 'EXECUTE'));
    return isExecuted ? [[...readTokens(token.text)].filter(isCode)] : [];
  });
}

function readCreated(tokens: readonly Token[]): { extensions: readonly string[]; roles: readonly string[] } {
  const extensions: string[] = [];
  const roles: string[] = [];
  tokens.forEach((token, index) => {
    if (!isWord(token, 'CREATE')) return;
    const what = tokens[index + 1];
    const guarded = ['IF', 'NOT', 'EXISTS'].every((word, step) => isWord(tokens[index + 2 + step], word));
    const name = nameOf(tokens[index + (guarded ? 5 : 2)]);
    if (name === undefined) return;
    if (isWord(what, 'EXTENSION')) extensions.push(name);
    const isRole = ['ROLE', 'USER', 'GROUP'].some((word) => isWord(what, word));
    if (isRole && name !== 'mapping') roles.push(name);
  });
  return { extensions, roles };
}
