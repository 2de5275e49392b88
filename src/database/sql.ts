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

/** DO with a block of code, in dollar quotes that stand nowhere in it. */
export function doBlock(code: string): string {
  let quote = '$do$';
  while (code.includes(quote)) quote = quote.replace('do', 'do_');
  return `DO ${quote} ${code} ${quote}`;
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

/** The name of what another takes the name of, while both are there. */
export function asideOf(path: readonly string[]): readonly string[] {
  return [...path.slice(0, -1), `${(path.at(-1) ?? '').slice(0, 50)}_replaced`];
}

/** Gives a session what a new connection would have. DISCARD ALL would be refused in a transaction, and would release advisory locks. */
export const resettingSql =
  'RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; ' +
  'CLOSE ALL; DEALLOCATE ALL; UNLISTEN *; DISCARD SEQUENCES; DISCARD TEMP';
