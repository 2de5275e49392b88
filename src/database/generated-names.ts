import { clip } from './sql.ts';

const maxBytes = 63;
const label = '_not_null';
const encoder = new TextEncoder();

/**
 * The name that PostgreSQL 18 gives the NOT NULL of a column while that name is free: the longer of both names gives way. Source: makeObjectName in
 * src/backend/commands/indexcmds.c.
 */
export function generateNotNull(table: string, column: string): string {
  const [first, second] = shorten(byteLength(table), byteLength(column), maxBytes - label.length - 1);
  return `${clip(table, first)}_${clip(column, second)}${label}`;
}

/**
 * Whether PostgreSQL may have chosen the name of a column's NOT NULL, for whatever table and column. A name stays when they
 * are renamed, when partitions are attached and detached, and in what is made LIKE another, so what they are called now
 * tells nothing. A number follows where the name was taken.
 */
export function isGeneratedNotNull(name: string): boolean {
  return /^.+_.+_not_null\d*$/s.test(name);
}

/** The same for a domain, from PostgreSQL 17. */
export function isGeneratedDomainNotNull(name: string): boolean {
  return /^.+_not_null\d*$/s.test(name);
}

/** The name that PostgreSQL 17 gives the NOT NULL of a domain while that name is free. */
export function generateDomainNotNull(domain: string): string {
  return `${clip(domain, maxBytes - label.length)}${label}`;
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
