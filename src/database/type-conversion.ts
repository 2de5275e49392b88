/** `expression` as another type. Where PostgreSQL has no cast between the two, by way of text. */
export function cast(expression: string, from: string, to: string): string {
  return hasCast(from, to) ? `${expression}::${to}` : `${expression}::text::${to}`;
}

const castFamilies: readonly (readonly string[])[] = [
  ['smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision'],
  ['date', 'timestamp without time zone', 'timestamp with time zone'],
  ['time without time zone', 'time with time zone'],
  ['time without time zone', 'interval'],
  ['boolean', 'integer'],
  ['money', 'numeric'],
  ['json', 'jsonb'],
  ['cidr', 'inet'],
  ['bit', 'bit varying'],
];

const texts = ['text', 'character varying', 'character', 'name', 'citext'];

/** Whether PostgreSQL casts the one to the other. Source: pg_cast of PostgreSQL 18, as far as it matters for columns. Two types that someone made have none. */
export function hasCast(from: string, to: string): boolean {
  if (from.endsWith('[]') && to.endsWith('[]')) return hasCast(from.slice(0, -2), to.slice(0, -2));
  const [source, target] = [parseType(from).name, parseType(to).name];
  return (
    source === target ||
    texts.includes(source) ||
    texts.includes(target) ||
    castFamilies.some((family) => family.includes(source) && family.includes(target))
  );
}

/** Whether some value of `from` is not kept by `to`. Types known to hold every value of another are listed; all else narrows. */
export function narrows(from: string, to: string): boolean {
  if (widensInPlace(from, to)) return false;
  const [source, target] = [parseType(from), parseType(to)];
  if (target.name === 'text' || (target.name === 'character varying' && target.size === null)) return false;
  const wider: Readonly<Record<string, readonly string[]>> = {
    smallint: ['integer', 'bigint', 'double precision', 'real'],
    integer: ['bigint', 'double precision'],
    real: ['double precision'],
    date: ['timestamp without time zone', 'timestamp with time zone'],
    json: ['jsonb'],
    cidr: ['inet'],
  };
  if (wider[source.name]?.includes(target.name)) return false;
  if (source.name === target.name && sized.includes(source.name)) return !isAsLong(source, target);
  if (target.name === 'numeric' && target.size !== null) {
    const before = source.size === null ? digits[source.name] : source.size - source.scale;
    const after = target.size - target.scale;
    return before === undefined || before > after || source.scale > target.scale;
  }
  if (target.name === 'numeric' && target.size === null) {
    return !['smallint', 'integer', 'bigint', 'numeric'].includes(source.name);
  }
  return true;
}

/** Whether every length or precision of the one fits the other. */
function isAsLong(source: ParsedType, target: ParsedType): boolean {
  return target.size === null || (source.size !== null && source.size <= target.size);
}

/** Types of which a longer one holds all that a shorter one does. */
const sized = [
  'character',
  'bit varying',
  'time without time zone',
  'time with time zone',
  'timestamp without time zone',
  'timestamp with time zone',
  'interval',
];

/** Digits before the point that a whole number may have. */
const digits: Readonly<Record<string, number>> = { smallint: 5, integer: 10, bigint: 19 };

/** Whether PostgreSQL changes the type without touching the rows. */
export function widensInPlace(from: string, to: string): boolean {
  const [source, target] = [parseType(from), parseType(to)];
  const text = ['text', 'character varying'];
  if (text.includes(source.name) && text.includes(target.name)) {
    return isAsLong(source, target);
  }
  if (source.name === 'numeric' && target.name === 'numeric') {
    return (
      target.size === null ||
      (source.size !== null && source.size <= target.size && source.scale === target.scale)
    );
  }
  return false;
}

type ParsedType = { readonly name: string; readonly size: number | null; readonly scale: number };

/** `numeric(10,2)` as name, size and scale. */
function parseType(type: string): ParsedType {
  const match = /^([^(]*)\((\d+)(?:,(\d+))?\)(.*)$/.exec(type);
  if (!match) return { name: type, size: null, scale: 0 };
  return { name: `${match[1]}${match[4]}`.trim(), size: Number(match[2]), scale: Number(match[3] ?? 0) };
}

/** The identity's sequence takes the column's type, whose range must hold its bounds. */
export function isSmaller(before: string, after: string): boolean {
  const sizes = ['smallint', 'integer', 'bigint'];
  return sizes.indexOf(after) < sizes.indexOf(before);
}
