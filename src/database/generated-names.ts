const maxBytes = 63;
const label = '_not_null';
/** Two names and their underscore share what the label leaves: the longer one gives way. */
const availableBytes = maxBytes - label.length - 1;
const encoder = new TextEncoder();

/**
 * The name that PostgreSQL 18 gives the NOT NULL of a column while that name is free. Source: makeObjectName in
 * src/backend/commands/indexcmds.c.
 */
export function generateNotNull(table: string, column: string): string {
  const [first, second] = shorten(byteLength(table), byteLength(column), availableBytes);
  return `${clip(table, first)}_${clip(column, second)}${label}`;
}

/**
 * Whether PostgreSQL may have chosen the name of a column's NOT NULL. A name stays when the table or the column is
 * renamed, when partitions are attached, and in what is made LIKE another: one of both names is enough. A number follows
 * where the name was taken.
 */
export function isGeneratedNotNull(name: string, table: string, column: string): boolean {
  const names = /^(.+)_not_null\d*$/s.exec(name)?.[1];
  if (names === undefined) return false;
  const hasBoth = (first: string, second: string) => first.length > 0 && second.length > 0;
  if (names.startsWith(`${table}_`) && hasBoth(table, names.slice(table.length + 1))) return true;
  if (names.endsWith(`_${column}`) && hasBoth(names.slice(0, -column.length - 1), column)) return true;
  // Characters of several bytes and the number shorten it further. Neither name lost more than half of the room.
  if (byteLength(name) < maxBytes - 6) return false;
  const half = Math.floor(availableBytes / 2) - 6;
  return names.startsWith(clip(table, half)) || names.includes(`_${clip(column, half)}`, 1);
}

/**
 * Whether PostgreSQL may have chosen the name of an index or of its constraint for a partition. `columns` are the names that
 * the index has for them; a number follows where the name was taken. Source: ChooseIndexName in
 * src/backend/commands/indexcmds.c.
 */
export function isGeneratedIndex(
  name: string,
  table: string,
  columns: readonly string[],
  suffix: 'pkey' | 'key' | 'idx' | 'excl',
): boolean {
  const rest = suffix === 'pkey' ? '' : columns.join('_');
  const room = maxBytes - suffix.length - (rest === '' ? 1 : 2);
  const [first, second] = shorten(byteLength(table), byteLength(clip(rest, maxBytes)), room);
  const names = [clip(table, first), ...(rest === '' ? [] : [clip(rest, second)]), suffix];
  const generated = names.join('_');
  return name === generated || (name.startsWith(generated) && /^\d+$/.test(name.slice(generated.length)));
}

function shorten(first: number, second: number, room: number): readonly [number, number] {
  if (first + second <= room) return [first, second];
  return first > second ? shorten(first - 1, second, room) : shorten(first, second - 1, room);
}

function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/** As many whole characters as fit. */
function clip(text: string, bytes: number): string {
  return new TextDecoder().decode(encoder.encode(text).slice(0, bytes), { stream: true });
}
