import type { Statement } from './kind.ts';

/** Statements around the drop of something that an object is bound to. */
export type Release = {
  readonly before: readonly Statement[];
  readonly after: readonly Statement[];
  /** What is dropped must still be there while `after` runs: it steps aside, and is dropped under another name. */
  readonly overlaps?: boolean;
};

/** A cast from the old type to the new one: what makes it once both are there, and takes it away before the old one is dropped. */
export type Conversion = { readonly make: readonly Statement[]; readonly remove: readonly Statement[] };

/**
 * How values of a type that is made anew become values of the new one: as `text`, which every type can be written to and read from,
 * or `converted` by a conversion. `checked`: besides rows, something in them changes that may refuse a value.
 */
export type ValueWay =
  | 'text'
  | 'converted'
  | 'converted and checked'
  | {
      /** Nothing is made anew: they are of this type, which they are cast to and from, for a while. */
      readonly waitsAs: string;
    };
