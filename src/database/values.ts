/**
 * How both drivers turn PostgreSQL's text into values, so that a row looks the same whichever it came through.
 * Object identifiers are those of pg_type.dat, which PostgreSQL never changes.
 */
const scalars: Readonly<Record<number, (text: string) => unknown>> = {
  16: (text) => text === 't', // bool
  17: (text) => Buffer.from(text.slice(2), 'hex'), // bytea
  21: Number, // int2
  23: Number, // int4
  26: Number, // oid
  28: Number, // xid
  29: Number, // cid
  114: (text) => JSON.parse(text), // json
  700: Number, // float4
  701: Number, // float8
  3802: (text) => JSON.parse(text), // jsonb
};

/** Types that a driver would make something else of than text: bigint, and every date and time. */
const texts = [20, 600, 718, 1082, 1083, 1114, 1184, 1186, 1266, 1700];

/** Array type → element type, for the built-in types that Trueup's queries return. */
const elements: Readonly<Record<number, number>> = {
  1000: 16, // bool
  1001: 17, // bytea
  1002: 18, // "char"
  1003: 19, // name
  1005: 21, // int2
  1007: 23, // int4
  1008: 24, // regproc
  1009: 25, // text
  1016: 20, // int8
  1021: 700, // float4
  1022: 701, // float8
  1028: 26, // oid
  1011: 28, // xid
  1014: 1042, // bpchar
  1015: 1043, // varchar
  1034: 1033, // aclitem
  1115: 1114, // timestamp
  1182: 1082, // date
  1183: 1083, // time
  1185: 1184, // timestamptz
  1187: 1186, // interval
  1231: 1700, // numeric
  199: 114, // json
  3807: 3802, // jsonb
  2207: 2202, // regprocedure
  2210: 2205, // regclass
  2211: 2206, // regtype
  2951: 2950, // uuid
};

/** What reads a value of this type from its text; text itself for every type that is not listed. */
export function scalarParser(oid: number): (text: string) => unknown {
  return scalars[oid] ?? ((text) => text);
}

/** The element type of a built-in array type; undefined for anything else. */
export function elementType(oid: number): number | undefined {
  return elements[oid];
}

/** Every type that has a parser of its own here, or that a driver must be told to leave as text. */
export const parsedTypes: readonly number[] = [...Object.keys(scalars).map(Number), ...texts];
