import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';

/** Two schemas as SQL from an empty database, from the acceptance suites of other tools. */
export type Pair = {
  readonly name: string;
  readonly a: string;
  readonly b: string;
  readonly meta?: { readonly minVersion?: number };
};

/** They lie beside the repository; a user's clone has none. */
const folder = join(import.meta.dirname, '../../../shared/pairs');
const files = ['pg-schema-diff.json', 'pg-delta.json'];

/** Whether `npm run test:matrix` asked for everything: `npm test` takes a fixed part. */
export const isWhole = process.env.TRUEUP_MATRIX === 'whole';

/** Every `step`th pair of all, or all where the whole matrix is asked for; none where the folder is absent. */
export function readPairs(step: number): readonly Pair[] {
  const all = readAll();
  return isWhole ? all : all.filter((_, position) => position % step === 7 % step);
}

/** One schema and another that was not made for it. */
export type Crossing = { readonly name: string; readonly from: string; readonly to: string };

/** Sides of different pairs that have two names or more in common, drawn at random. */
export function crossPairs(count: number, seed: number): readonly Crossing[] {
  const sides = readAll()
    .flatMap(({ name, a, b }) => [
      { pair: name, name: `${name} a`, sql: a, made: namesMade(a) },
      { pair: name, name: `${name} b`, sql: b, made: namesMade(b) },
    ])
    .filter(({ made }) => made.size > 1);
  if (sides.length === 0) return [];
  const side = fc.constantFrom(...sides);
  const drawn = fc.sample(fc.tuple(side, side), { numRuns: count * 50, seed });
  const crossings = drawn
    .filter(([from, to]) => from.pair !== to.pair)
    .filter(([from, to]) => [...from.made].filter((name) => to.made.has(name)).length > 1)
    .map(([from, to]) => ({ name: `${from.name} to ${to.name}`, from: from.sql, to: to.sql }));
  return [...new Map(crossings.map((one) => [one.name, one])).values()].slice(0, count);
}

function readAll(): readonly Pair[] {
  if (!existsSync(folder)) return [];
  return files.flatMap((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Pair[]);
}

/** What a script creates, as far as a glance tells. */
function namesMade(sql: string): ReadonlySet<string> {
  const made = sql.matchAll(
    /\bcreate (?:or replace )?(?:materialized )?(?:unique )?\w+ (?:if not exists )?([\w."]+)/gi,
  );
  return new Set([...made].map(([, name = '']) => name.toLowerCase()));
}
