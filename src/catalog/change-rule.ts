import type { CatalogObject, Statement } from './kind.ts';

/** How one property goes from one whole object to the other. Equal statements of rules run once; `replace`: drop and create again. */
export type ChangeRule<P> = (
  before: CatalogObject<P>,
  after: CatalogObject<P>,
) => readonly Statement[] | 'replace';

/** `-?`: a property without a change rule does not compile. `derived`: never compared, only shown or used. */
export type ChangeRules<P> = { readonly [K in keyof P]-?: 'replace' | 'derived' | ChangeRule<P> };
