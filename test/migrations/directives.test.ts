import { describe, expect, test } from 'vitest';
import { readDirectives } from '../../src/migrations/directives.ts';

const file = 'migrations/V1__x.sql';

describe('directives', () => {
  test.each([
    '-- trueup: no-transaction\nVACUUM;',
    '--trueup:no-transaction\nVACUUM;',
    '/* licence */\n\n-- why\r\n-- Trueup: no-transaction  \r\nVACUUM;',
    '-- trueup no-transaction\nVACUUM;',
  ])('are read from the leading comments: %j', (text) => {
    expect(readDirectives(text, file)).toEqual({
      directives: { noTransaction: true },
      placed: [],
      diagnostics: [],
    });
  });

  test.each([
    'SELECT 1;',
    '-- trueup replays this file\nSELECT 1;',
    "SELECT '-- trueup: no-transaction';",
    '/* -- trueup: no-transaction */ SELECT 1;',
    'SELECT $$\n-- trueup: no-transaction\n$$;',
  ])('are not seen where there is none: %j', (text) => {
    expect(readDirectives(text, file)).toEqual({
      directives: { noTransaction: false },
      placed: [],
      diagnostics: [],
    });
  });

  test('an unknown one is an error with its position and the nearest known one', () => {
    expect(readDirectives('-- é\n  -- trueup: no-transactions\nSELECT 1;', file).diagnostics).toEqual([
      {
        code: 'migration-directive',
        severity: 'error',
        position: { file, line: 2, column: 3 },
        sourceLine: '  -- trueup: no-transactions',
        summary: 'unknown directive "no-transactions"',
        help: 'Did you mean "-- trueup: no-transaction"?',
      },
    ]);
    expect(readDirectives('-- trueup: fast', file).diagnostics[0]?.help).toBe(
      'Directives are: no-transaction, expect, batch.',
    );
    expect(readDirectives('-- trueup:', file).diagnostics[0]?.summary).toBe('empty directive');
  });

  test('one after the first statement is an error, not skipped', () => {
    expect(readDirectives('SELECT 1;\n-- trueup: no-transaction\nVACUUM;', file).diagnostics).toMatchObject([
      { position: { line: 2, column: 1 }, summary: expect.stringContaining('after the first statement') },
    ]);
  });
});
