/** Quotes an identifier always, so that no name is ever read as a keyword, a fold or a piece of SQL. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Quotes a dotted name: `"public"."users"`. */
export function quoteName(path: readonly string[]): string {
  return path.map(quoteIdentifier).join('.');
}

/** Quotes a string constant. With a backslash it becomes an E'' constant, correct under any setting of standard_conforming_strings. */
export function quoteLiteral(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes('\\') ? `E${quoted.replaceAll('\\', '\\\\')}` : quoted;
}
