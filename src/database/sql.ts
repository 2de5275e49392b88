/** Quotes an identifier always, so that no name is ever read as a keyword, a fold or a piece of SQL. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Quotes a dotted name: `"public"."users"`. */
export function quoteName(path: readonly string[]): string {
  return path.map(quoteIdentifier).join('.');
}

/** A type as `format_type` prints it, `public."T"[]`: its name, and what makes an array of it. No name for one with a length. */
export function parseTypeName(type: string): { readonly path: readonly string[]; readonly array: string } {
  const [, name = '', array = ''] = /^((?:"(?:[^"]|"")*"|[^"([\]])*)((?:\[\])*)$/.exec(type) ?? [];
  const parts = name.match(/"(?:[^"]|"")*"|[^".]+/g) ?? [];
  return {
    path: parts.map((part) => (part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part)),
    array,
  };
}

/** Quotes a string constant. With a backslash it becomes an E'' constant, correct under any setting of standard_conforming_strings. */
export function quoteLiteral(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes('\\') ? `E${quoted.replaceAll('\\', '\\\\')}` : quoted;
}

/** A block of code in dollar quotes that stand nowhere in it. */
export function quoteCode(code: string): string {
  let quote = '$do$';
  while (code.includes(quote)) quote = quote.replace('do', 'do_');
  return `${quote} ${code} ${quote}`;
}

/** DO with a block of code. */
export function doBlock(code: string): string {
  return `DO ${quoteCode(code)}`;
}

/**
 * ALTER … SET SCHEMA and RENAME TO, in that order, for an object named by schema and name. `what` is `TABLE`, `TYPE`;
 * `behind` is what its name is followed by: a function's argument types.
 */
export function renameSql(
  what: string,
  before: readonly string[],
  after: readonly string[],
  behind = '',
): readonly string[] {
  const [oldSchema = '', oldName = ''] = before;
  const [newSchema = '', newName = ''] = after;
  const sql: string[] = [];
  if (oldSchema !== newSchema)
    sql.push(`ALTER ${what} ${quoteName(before)}${behind} SET SCHEMA ${quoteIdentifier(newSchema)}`);
  if (oldName !== newName) {
    sql.push(
      `ALTER ${what} ${quoteName([newSchema, oldName])}${behind} RENAME TO ${quoteIdentifier(newName)}`,
    );
  }
  return sql;
}

const maxNameBytes = 63;

/** A name with something behind it, as much of it as PostgreSQL keeps of a name. */
export function lengthenName(name: string, suffix: string): string {
  const room = maxNameBytes - new TextEncoder().encode(suffix).length;
  return clip(name, room) + suffix;
}

/** As many whole characters as fit. */
export function clip(text: string, bytes: number): string {
  return new TextDecoder().decode(new TextEncoder().encode(text).slice(0, bytes), { stream: true });
}

/** The name of what another takes the name of, while both are there. */
export function asideOf(path: readonly string[], suffix = '_replaced'): readonly string[] {
  return [...path.slice(0, -1), lengthenName(path.at(-1) ?? '', suffix)];
}

/** Gives a session what a new connection would have. DISCARD ALL would be refused in a transaction, and would release advisory locks. */
export const resettingSql =
  'RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; ' +
  'CLOSE ALL; DEALLOCATE ALL; UNLISTEN *; DISCARD SEQUENCES; DISCARD TEMP';
