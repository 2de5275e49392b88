import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

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
  if (!existsSync(folder)) return [];
  const all = files.flatMap((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Pair[]);
  return isWhole ? all : all.filter((_, position) => position % step === 7 % step);
}
