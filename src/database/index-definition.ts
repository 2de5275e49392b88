/** An index as PostgreSQL prints it, from USING to the end, and what of that says how it is stored. */
export type IndexDefinition = {
  /** With the storage parameters in an order of their own: PostgreSQL prints them in the order in which they were set. */
  readonly definition: string;
  /** Without them. */
  readonly bare: string;
};

/** `options` are reloptions, `predicate` is what pg_get_expr prints. Text that does not end in both is left as it is. */
export function readIndexDefinition(
  printed: string,
  options: readonly string[],
  predicate: string | null,
): IndexDefinition {
  const where = predicate === null ? '' : ` WHERE ${predicate}`;
  const whole = { definition: printed, bare: printed };
  if (options.length === 0 || !printed.endsWith(`)${where}`)) return whole;
  let rest = printed.slice(0, -where.length - 1);
  const clauses: string[] = [];
  for (const [position, option] of options.toReversed().entries()) {
    const [name, value] = [optionName(option), option.slice(optionName(option).length + 1)];
    // PostgreSQL quotes a value unless it is a word.
    const written = [`${name}='${value.replaceAll("'", "''")}'`, option].find((text) => rest.endsWith(text));
    const before = position === options.length - 1 ? ' WITH (' : ', ';
    if (written === undefined || !rest.slice(0, -written.length).endsWith(before)) return whole;
    clauses.push(written);
    rest = rest.slice(0, -written.length - before.length);
  }
  return { definition: `${rest} WITH (${clauses.sort().join(', ')})${where}`, bare: `${rest}${where}` };
}

/**
 * The definition of a key with the storage parameters of its index, which PostgreSQL leaves out when it prints one. They stand
 * before `deferral`, its end.
 */
export function withIndexOptions(printed: string, options: readonly string[], deferral: string): string {
  if (options.length === 0 || !printed.endsWith(deferral)) return printed;
  const clauses = options.map((option) => {
    const name = optionName(option);
    return `${name}='${option.slice(name.length + 1).replaceAll("'", "''")}'`;
  });
  const head = printed.slice(0, printed.length - deferral.length);
  return `${head} WITH (${clauses.sort().join(', ')})${deferral}`;
}

/** Storage parameters that ALTER INDEX changes with effect: others say how an index is built. */
const altered: ReadonlySet<string> = new Set([
  'autosummarize',
  'buffering',
  'deduplicate_items',
  'fastupdate',
  'fillfactor',
  'gin_pending_list_limit',
]);

/** What follows ALTER INDEX to go from some storage parameters to others; null where the index is to be built again. */
export function changeIndexOptions(
  before: readonly string[],
  after: readonly string[],
): readonly string[] | null {
  const kept = new Set(after.map(optionName));
  const gone = before.map(optionName).filter((name) => !kept.has(name));
  const set = after.filter((option) => !before.includes(option));
  if (![...gone, ...set.map(optionName)].every((name) => altered.has(name))) return null;
  return [
    ...(gone.length > 0 ? [`RESET (${gone.join(', ')})`] : []),
    ...(set.length > 0 ? [`SET (${set.join(', ')})`] : []),
  ];
}

function optionName(option: string): string {
  return option.slice(0, option.indexOf('='));
}
