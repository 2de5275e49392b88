import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../src/errors.ts';
import { renderDiagnostics } from '../../src/render/diagnostics.ts';

const syntax: Diagnostic = {
  code: '42601',
  severity: 'error',
  position: { file: 'migrations/V7__add.sql', line: 12, column: 8 },
  summary: 'syntax error at or near "TABEL"',
  detail: 'Replay stopped; nothing was applied.',
  help: 'Correct the file.\nThen run it again.',
  sourceLine: 'CREATE TABEL users ();',
};

describe('renderDiagnostics', () => {
  it('shows the place, the line with a caret, the detail and the help', () => {
    expect(renderDiagnostics([syntax], { color: false })).toBe(
      [
        'migrations/V7__add.sql:12:8: error: syntax error at or near "TABEL" (42601)',
        '  12 | CREATE TABEL users ();',
        '     |        ^',
        '  Replay stopped; nothing was applied.',
        '  help: Correct the file.',
        '  Then run it again.',
        '',
      ].join('\n'),
    );
  });

  it('puts the caret under its character after tabs, wide and control characters', () => {
    const text = renderDiagnostics(
      [{ ...syntax, position: { file: 'f', line: 1, column: 5 }, sourceLine: '\t表\u001bxTABEL' }],
      { color: false },
    );
    const [, line = '', caret = ''] = text.split('\n');
    expect(line).toBe('  1 |   表\\u001bxTABEL');
    // Columns, not characters: 表 takes two.
    expect(caret.indexOf('^')).toBe(line.indexOf('TABEL') + 1);
  });

  it('cuts a long line around the caret', () => {
    const text = renderDiagnostics(
      [
        {
          ...syntax,
          position: { file: 'f', line: 1, column: 501 },
          sourceLine: `${'a'.repeat(500)}X${'b'.repeat(500)}`,
        },
      ],
      { color: false },
    );
    const [, line = '', caret = ''] = text.split('\n');
    expect(line.length).toBeLessThan(120);
    expect(line[caret.indexOf('^')]).toBe('X');
    expect(line).toMatch(/…a+Xb+…$/);
  });

  it('says a diagnostic without a place in one line', () => {
    expect(
      renderDiagnostics([{ code: 'x', severity: 'warning', summary: 'careful' }], { color: false }),
    ).toBe('warning: careful (x)\n');
  });

  it('colours only when asked, and lets no control character of a name through', () => {
    const [plain, coloured] = [false, true].map((color) =>
      renderDiagnostics([{ ...syntax, summary: 'table "\u001b[2J" is gone' }], { color }),
    );
    expect(plain).not.toContain('\u001b');
    expect(coloured).toContain('\u001b[31merror\u001b[39m');
    expect(coloured).not.toContain('\u001b[2J');
  });
});
