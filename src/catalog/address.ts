import type { CatalogAddress, CatalogObject } from './kind.ts';

/** Where PostgreSQL keeps an object, as text: `1259.16384.0`. It stays when the name changes, and means something in one database only. */
export function addressKey({ classid, objid, objsubid }: CatalogAddress): string {
  return `${classid}.${objid}.${objsubid}`;
}

/** The same with the kind, which tells what is said about an object from the object itself. */
export function identityOf({ ref, address }: CatalogObject): string {
  return `${ref.kind} ${addressKey(address)}`;
}
