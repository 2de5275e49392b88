/**
 * One token. `start` and `end` are UTF-16 offsets. `text` is the token as written, but for a `string` its
 * content between the quotes. A string or comment that never ends reaches to the end of the text.
 */
export type Token = {
  readonly type: 'word' | 'quoted name' | 'string' | 'line comment' | 'block comment' | 'number' | 'symbol';
  readonly text: string;
  readonly start: number;
  readonly end: number;
};

// Source: src/backend/parser/scan.l. Newlines end a line comment; names may hold any character above ASCII.
const blank = /[ \t\n\r\f\v]+/y;
const lineComment = /--[^\n\r]*/y;
const word = /[A-Za-z_\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff]*/y;
const number = /[0-9][0-9A-Za-z_.]*/y;
const dollarQuote = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/y;
const plainString = /'([^']*(?:''[^']*)*)(?:'|$)/y;
const escapeString = /[eE]'([^'\\]*(?:(?:''|\\[\s\S])[^'\\]*)*)(?:'|\\?$)/y;
const quotedName = /"[^"]*(?:""[^"]*)*(?:"|$)/y;

/**
 * Reads tokens from `offset` on. PostgreSQL's own scanner gives up on texts that hold psql's meta-commands or
 * COPY data, which are the texts that need a closer look; this one never fails.
 */
export function* readTokens(text: string, offset = 0): Generator<Token, void, void> {
  let at = offset;
  while (at < text.length) {
    at += match(blank, text, at)?.[0].length ?? 0;
    if (at >= text.length) return;
    const token = readToken(text, at);
    yield token;
    at = token.end;
  }
}

/** Whether a token is code: neither a comment nor blank. */
export function isCode(token: Token): boolean {
  return token.type !== 'line comment' && token.type !== 'block comment';
}

/** Whether a token is this keyword, given in upper case. A quoted name is never one. */
export function isWord(token: Token | undefined, keyword: string): boolean {
  return token?.type === 'word' && token.text.toUpperCase() === keyword;
}

/** The name that a word or quoted name stands for, folded as PostgreSQL does; undefined for other tokens. */
export function nameOf(token: Token | undefined): string | undefined {
  if (token?.type === 'word') return token.text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  if (token?.type === 'quoted name') return token.text.slice(1, -1).replaceAll('""', '"');
  return undefined;
}

function readToken(text: string, start: number): Token {
  const first = text.charAt(start);
  if (text.startsWith('--', start)) {
    return whole('line comment', text, start, match(lineComment, text, start));
  }
  if (text.startsWith('/*', start)) {
    const end = endOfBlockComment(text, start);
    return { type: 'block comment', text: text.slice(start, end), start, end };
  }
  if (first === '"') return whole('quoted name', text, start, match(quotedName, text, start));
  const string =
    first === "'"
      ? match(plainString, text, start)
      : first === 'e' || first === 'E'
        ? match(escapeString, text, start)
        : null;
  if (string) return { type: 'string', text: string[1] ?? '', start, end: start + string[0].length };
  const tag = first === '$' ? match(dollarQuote, text, start)?.[0] : undefined;
  if (tag !== undefined) {
    const bodyStart = start + tag.length;
    const close = text.indexOf(tag, bodyStart);
    const bodyEnd = close === -1 ? text.length : close;
    return {
      type: 'string',
      text: text.slice(bodyStart, bodyEnd),
      start,
      end: close === -1 ? text.length : close + tag.length,
    };
  }
  const name = match(word, text, start);
  if (name) return whole('word', text, start, name);
  const digits = match(number, text, start);
  if (digits) return whole('number', text, start, digits);
  return { type: 'symbol', text: first, start, end: start + 1 };
}

function whole(type: Token['type'], text: string, start: number, found: RegExpExecArray | null): Token {
  const end = start + (found?.[0].length ?? 1);
  return { type, text: text.slice(start, end), start, end };
}

/** Block comments nest in PostgreSQL, unlike in C. */
function endOfBlockComment(text: string, start: number): number {
  const edge = /\/\*|\*\//g;
  edge.lastIndex = start;
  let depth = 0;
  for (let found = edge.exec(text); found; found = edge.exec(text)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return edge.lastIndex;
  }
  return text.length;
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
