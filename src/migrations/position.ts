import type { SourcePosition } from '../errors.ts';

/** A text's lines: turns offsets into positions and gives the line to show with a caret. */
export type SourceLines = {
  /** Position of an offset in UTF-16 code units; offsets beyond the end are the end. */
  readonly at: (offset: number) => Required<SourcePosition>;
  /** The whole line that an offset stands in, without its line end. */
  readonly lineAt: (offset: number) => string;
};

/** Indexes `text`. Lines end with \n, \r\n or \r; columns count characters (code points), a tab being one. */
export function indexLines(text: string, file: string): SourceLines {
  const starts = [0];
  for (const end of text.matchAll(/\r\n|\r|\n/g)) starts.push(end.index + end[0].length);

  function lineIndex(offset: number): number {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  return {
    at: (offset) => {
      const index = lineIndex(offset);
      return { file, line: index + 1, column: countCharacters(text.slice(starts[index], offset)) + 1 };
    },
    lineAt: (offset) => {
      const index = lineIndex(offset);
      return text.slice(starts[index], starts[index + 1]).replace(/[\r\n]+$/, '');
    },
  };
}

/** Length in characters (code points), as PostgreSQL and editors count them. */
export function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** The UTF-16 offset of the character with this index, both from 0. PostgreSQL's error positions count characters. */
export function offsetOfCharacter(text: string, index: number): number {
  let offset = 0;
  for (let left = index; left > 0 && offset < text.length; left -= 1) {
    offset += (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
  }
  return offset;
}

/**
 * A function from offsets in UTF-8 bytes, which PostgreSQL's parser counts in, to UTF-16 code units. It walks
 * the text once, so it must be called with offsets that never decrease.
 */
export function byteOffsetReader(text: string): (byteOffset: number) => number {
  let bytes = 0;
  let units = 0;
  return (byteOffset) => {
    while (bytes < byteOffset && units < text.length) {
      const character = text.codePointAt(units) ?? 0;
      bytes += character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
      units += character > 0xffff ? 2 : 1;
    }
    return units;
  };
}
