import { describe, expect, it } from 'vitest';
import { bindings } from '../../src/review/bindings.ts';
import { flushKeys, parseKeys } from '../../src/review/keys.ts';

const names = (input: string) => parseKeys(input).keys.map(({ name }) => name);

describe('input', () => {
  it.each([
    ['keys that come in one chunk', 'jjj', ['j', 'j', 'j']],
    ['arrows, in both of their forms', '\u001b[A\u001bOB', ['up', 'down']],
    ['paging', '\u001b[5~\u001b[6~\u001b[H\u001b[4~', ['pageup', 'pagedown', 'home', 'end']],
    ['backspace, as DEL and as BS', '\u007f\u0008', ['backspace', 'backspace']],
    ['enter, tab and back', '\r\t\u001b[Z', ['enter', 'tab', 'shift+tab']],
    ['space and control keys', ' \u0003\u001a', ['space', 'ctrl+c', 'ctrl+z']],
    ['a click, and nothing when the button is let go', '\u001b[<0;12;7Mj\u001b[<0;12;7m', ['click', 'j']],
    ['the wheel', '\u001b[<64;1;1M\u001b[<65;1;1M\u001b[<35;1;1M', ['wheel up', 'wheel down']],
    ['an X10 mouse report as nothing, whatever its bytes', '\u001b[M !!k', ['k']],
    [
      'focus reports and the brackets of pasted text as nothing',
      '\u001b[I\u001b[200~x\u001b[201~\u001b[O',
      ['x'],
    ],
    ['answers of the terminal as nothing', '\u001b[?1;2c\u001b]10;rgb:0/0/0\u0007q\u001bP1$r\u001b\\', ['q']],
    [
      'Alt and a key as Escape and that key, which come together over a slow line',
      '\u001bx\u001b[1;3A',
      ['escape', 'x', 'up'],
    ],
    ['wide characters one by one', 'é漢', ['é', '漢']],
  ])('reads %s', (_, input, expected) => {
    expect(names(input)).toEqual(expected);
  });

  it('keeps a sequence that is cut in two until its rest comes', () => {
    for (const [first, second, whole] of [
      ['\u001b', '[A', ['up']],
      ['\u001b[', 'A', ['up']],
      ['\u001b[<0;1', '2;7M', ['click']],
      ['\u001b[M!', '!!', []],
    ] as const) {
      const start = parseKeys(first);
      expect(start.keys).toEqual([]);
      expect(start.rest).toBe(first);
      expect(names(start.rest + second)).toEqual(whole);
    }
  });

  it('takes an escape that nothing follows for the Escape key', () => {
    const { keys, rest } = parseKeys('j\u001b');
    expect(keys.map(({ name }) => name)).toEqual(['j']);
    expect(flushKeys(rest)).toEqual([{ name: 'escape', text: null }]);
  });
});

describe('bindings', () => {
  it('describe every key', () => {
    for (const binding of bindings) {
      expect(binding.keys.length).toBeGreaterThan(0);
      expect(binding.label).not.toBe('');
      expect(binding.description).not.toBe('');
    }
  });
});
