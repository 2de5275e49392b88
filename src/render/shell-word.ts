/** A word as a shell takes it: quoted where it must be. */
export function quoteWord(text: string): string {
  return /^[\w.:=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
