import { loadModule, scanSync } from 'libpg-query';
import { beforeAll, describe, expect, test } from 'vitest';
import { readTokens } from '../../src/migrations/lexer.ts';
import { countCharacters } from '../../src/migrations/position.ts';
import { splitStatements } from '../../src/migrations/statements.ts';
import { corpusNames, readCorpus } from '../support/corpora.ts';

const names = corpusNames();
if (names.length === 0) console.warn('skipped: ../shared/corpora is absent, so no real migrations are split');

describe.skipIf(names.length === 0)('real migrations (skipped where ../shared/corpora is absent)', () => {
  beforeAll(loadModule);

  test.each(names)('%s: every one splits, and each statement stands where it says', async (name) => {
    for (const { file, sql } of readCorpus(name).migrations) {
      const { statements, diagnostics } = await splitStatements(sql, file);
      expect(diagnostics).toEqual([]);
      let end = 0;
      for (const { sql: text, offset, position } of statements) {
        expect(sql.slice(offset, offset + text.length)).toBe(text);
        const before = sql.slice(0, offset).split('\n');
        expect(position).toEqual({
          file,
          line: before.length,
          column: countCharacters(before.at(-1) ?? '') + 1,
        });
        expect(codeIn(sql.slice(end, offset))).toMatch(/^;*$/);
        end = offset + text.length;
      }
      expect(codeIn(sql.slice(end))).toMatch(/^;*$/);
    }
  });

  test.each(names)("%s: the lexer's tokens begin where PostgreSQL's scanner's do", (name) => {
    for (const { file, sql } of readCorpus(name).migrations) {
      // The scanner counts bytes, its JSON cannot hold every control character, and it takes no empty text.
      if (/[^\t\n\r\x20-\x7e]/.test(sql) || sql === '') continue;
      const ours = new Set([...readTokens(sql)].map(({ start }) => start));
      const missing = scanSync(sql).tokens.filter(({ start }) => !ours.has(start));
      expect(missing, file).toEqual([]);
    }
  });
});

/** What is left of a text without blanks and comments. */
function codeIn(text: string): string {
  return [...readTokens(text)]
    .filter(({ type }) => !type.endsWith('comment'))
    .map((token) => token.text)
    .join('');
}
