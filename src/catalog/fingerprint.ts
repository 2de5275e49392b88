import { createHash } from 'node:crypto';
import { compareText } from '../diff/diff.ts';
import { type Catalog, isCopy, type Property, type Registry } from './kind.ts';

/**
 * SHA-256 in hex over what is compared: identities and properties in a fixed order. Equal fingerprints mean
 * an empty diff. Addresses, derived properties and the server's version do not count.
 */
export function fingerprint(catalog: Catalog, registry: Registry): string {
  const hash = createHash('sha256');
  for (const id of [...catalog.objects.keys()].sort(compareText)) {
    const object = catalog.objects.get(id);
    if (object && isCopy(object)) continue;
    const rules = registry.get(object?.ref.kind ?? '')?.change ?? {};
    const compared = Object.keys(rules)
      .filter((name) => rules[name] !== 'derived')
      .sort(compareText)
      .map((name) => [name, sortKeys(object?.properties[name] ?? null)]);
    hash.update(JSON.stringify([id, compared])).update('\n');
  }
  return hash.digest('hex');
}

/** SHA-256 in hex over plain data as it stands. */
export function digest(data: unknown): string {
  return createHash('sha256').update(JSON.stringify(data)).digest('hex');
}

function sortKeys(value: Property): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item: Property) => sortKeys(item));
  return Object.entries(value as { readonly [key: string]: Property })
    .sort(([a], [b]) => compareText(a, b))
    .map(([key, item]) => [key, sortKeys(item)]);
}
