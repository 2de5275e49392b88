import type { CatalogObject, Property } from '../catalog/kind.ts';
import type { ObjectId } from '../catalog/object.ts';

/** One object created, altered, renamed or dropped between two catalogs. */
export type Change = {
  /** Id of the object: the one in the later catalog, or in the earlier when it was dropped. */
  readonly id: ObjectId;
  readonly action: 'create' | 'alter' | 'rename' | 'drop';
  readonly before: CatalogObject | null;
  readonly after: CatalogObject | null;
  /** Properties that differ, sorted by name; empty for create and drop, and for a rename that alters nothing else. */
  readonly properties: readonly PropertyChange[];
  /** Id of the object that it is created or dropped together with, when that one is too. */
  readonly within: ObjectId | null;
};

export type PropertyChange = { readonly name: string; readonly before: Property; readonly after: Property };
