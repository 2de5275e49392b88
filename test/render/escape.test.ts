import { describe, expect, it } from 'vitest';
import { escapeControl, escapeControlInLines, escapeUnseen } from '../../src/render/escape.ts';

describe('escapeControl', () => {
  it.each([
    ['a\u001b[31mb', 'a\\u001b[31mb'],
    ['a\nb\tc', 'a\\u000ab\\u0009c'],
    ['\u202eevil\u2069', '\\u202eevil\\u2069'],
    ['a\u200bb\u2028c\ufeff', 'a\\u200bb\\u2028c\\ufeff'],
    ['\u009b', '\\u009b'],
    ['\u{e0041}', '\\u{e0041}'],
    ['größe 表 🎟', 'größe 表 🎟'],
  ])('%j becomes %j', (text, shown) => {
    expect(escapeControl(text)).toBe(shown);
  });

  it('keeps lines and tabs where lines are wanted', () => {
    expect(escapeControlInLines('a\r\n\tb\u001b\r')).toBe('a\n\tb\\u001b\\u000d');
  });
});

describe('escapeUnseen', () => {
  it('leaves a JSON document that means the same', () => {
    const value = { name: 'a\u202eb\u{e0041}\u007f\u001b', lines: ['x'] };
    const json = escapeUnseen(JSON.stringify(value, null, 2));
    expect(json).toContain('"a\\u202eb\\udb40\\udc41\\u007f\\u001b"');
    expect(JSON.parse(json)).toEqual(value);
  });
});
