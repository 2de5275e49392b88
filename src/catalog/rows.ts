import type { Session } from '../database/session.ts';
import { dependencyQueries } from './dependencies.ts';
import { firstUserOid, type Registry } from './kind.ts';
import { candidatesQuery } from './not-compared.ts';
import { readJson } from './read-json.ts';

/** All that introspection asks a database, as it answered. Plain JSON. */
export type CatalogRows = {
  /** Of `candidatesQuery`. */
  readonly candidates: readonly unknown[];
  /** Of each of `dependencyQueries`. */
  readonly depend: readonly (readonly unknown[])[];
  /** Of the kinds that the database may have, in the order of the registry. */
  readonly kinds: readonly (readonly [kind: string, rows: readonly unknown[]])[];
};

/** In the transaction that is open. Leaves settings changed until its end. */
export async function readRows(session: Session, registry: Registry): Promise<CatalogRows> {
  const [probed = [], candidates = [], ...depend] = await readJson(
    session,
    [probe(registry), candidatesQuery, ...dependencyQueries],
    pinSettings,
  );
  const found = new Set((probed as readonly { readonly kind: string }[]).map(({ kind }) => kind));
  const asked = [...registry.values()].filter(({ kind, foundIn }) => !foundIn || found.has(kind));
  const rows = await readJson(
    session,
    asked.map((kind) => kind.query(session.serverVersion)),
  );
  return { candidates, depend, kinds: asked.map(({ kind }, position) => [kind, rows[position] ?? []]) };
}

/** Every question that `readRows` may ask: the same database answers the same to the same ones. */
export function questionsOf(registry: Registry, serverVersion: number): readonly string[] {
  const ofKinds = [...registry.values()].map((kind) => kind.query(serverVersion));
  return [pinSettings, probe(registry), candidatesQuery, ...dependencyQueries, ...ofKinds];
}

/** One row for each kind that users may have made something of. What extensions bring is theirs, and left out anyway. */
function probe(registry: Registry): string {
  const made = (catalog: string) =>
    `oid >= ${firstUserOid} AND NOT EXISTS (SELECT FROM pg_depend
       WHERE classid = '${catalog}'::regclass AND objid = ${catalog}.oid AND deptype = 'e')`;
  const probes = [...registry.values()].flatMap(({ kind, foundIn }) =>
    foundIn
      ? `SELECT '${kind}' AS kind WHERE EXISTS (SELECT FROM ${foundIn.catalog}
           WHERE ${foundIn.hasNoOids ? 'true' : made(foundIn.catalog)} AND ${foundIn.where ?? 'true'})`
      : [],
  );
  return probes.length > 0 ? probes.join(' UNION ALL ') : `SELECT '' AS kind`;
}

/** Everything that changes how PostgreSQL prints a definition. */
const pinSettings = `
  SELECT set_config('search_path', 'pg_catalog', true), set_config('TimeZone', 'UTC', true),
         set_config('DateStyle', 'ISO, YMD', true), set_config('IntervalStyle', 'postgres', true),
         set_config('extra_float_digits', '1', true), set_config('bytea_output', 'hex', true),
         set_config('quote_all_identifiers', 'off', true), set_config('standard_conforming_strings', 'on', true),
         set_config('xmloption', 'content', true), set_config('lc_monetary', 'C', true)`;
