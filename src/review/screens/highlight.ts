import type { SqlToken } from '../../migrations/statements.ts';
import { type Line, type Role, type Span, span } from './line.ts';

/** Colours SQL: the lines of a text as spans. Null for a text that is too long to be worth it. */
export type Highlight = (text: string) => readonly Line[] | null;

/** A longer text takes longer to scan than a key may take. */
const maxLength = 60_000;
const maxCached = 300;

const roles: Readonly<Record<SqlToken['type'], Role>> = {
  keyword: 'keyword',
  string: 'literal',
  number: 'literal',
  comment: 'muted',
  other: 'plain',
};

/** Remembers the latest texts, for the same definition is looked at again and again. */
export function createHighlight(scan: (sql: string) => readonly SqlToken[]): Highlight {
  const cache = new Map<string, readonly Line[]>();
  return (text) => {
    if (text.length > maxLength) return null;
    const known = cache.get(text);
    if (known) return known;
    const lines = colourLines(text, scan);
    const [oldest] = cache.keys();
    if (cache.size >= maxCached && oldest !== undefined) cache.delete(oldest);
    cache.set(text, lines);
    return lines;
  };
}

function colourLines(text: string, scan: (sql: string) => readonly SqlToken[]): readonly Line[] {
  const lines: Span[][] = [[]];
  const add = (piece: string, role: Role) => {
    piece.split('\n').forEach((part, index) => {
      if (index > 0) lines.push([]);
      if (part !== '') lines.at(-1)?.push(span(part, role));
    });
  };
  const colour = (part: string) => {
    let at = 0;
    for (const token of scan(part)) {
      add(part.slice(at, token.start), 'plain');
      const piece = part.slice(token.start, token.end);
      // A function's body is one string for the scanner, and code for a reader.
      const quote = /^\$\w*\$/.exec(piece)?.[0];
      if (token.type === 'string' && quote !== undefined && piece.length >= 2 * quote.length) {
        add(quote, 'muted');
        colour(piece.slice(quote.length, -quote.length));
        add(quote, 'muted');
      } else add(piece, roles[token.type]);
      at = token.end;
    }
    add(part.slice(at), 'plain');
  };
  colour(text.replace(/\r\n?/g, '\n'));
  return lines;
}
