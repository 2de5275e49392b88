import { createHash } from 'node:crypto';
import { assemble, introspect } from '../catalog/introspect.ts';
import type { Catalog, Registry } from '../catalog/kind.ts';
import { type CatalogRows, questionsOf, readRows } from '../catalog/rows.ts';
import { defaultCacheDirectory, readCached } from '../database/cache.ts';
import { readEngineVersion } from '../database/embedded.ts';
import { inTransaction, type Session } from '../database/session.ts';

/**
 * `introspect` of an engine in which nothing has been made yet. What the embedded PostgreSQL answers then is always the
 * same to the same questions, and is kept in the cache: the first questions to a fresh engine are its slowest.
 */
export async function introspectEmpty(
  engine: Session,
  registry: Registry,
  cacheDirectory: string = defaultCacheDirectory(),
): Promise<Catalog> {
  if (engine.label !== 'embedded') return introspect(engine, registry);
  const questions = questionsOf(registry, engine.serverVersion);
  const hash = createHash('sha256').update(JSON.stringify(questions)).digest('hex').slice(0, 16);
  const bytes = await readCached({
    cacheDirectory,
    // The number is of the form of `CatalogRows`.
    name: `pglite-${await readEngineVersion()}-empty-1-${hash}.json`,
    make: async () => {
      const rows = await inTransaction(engine, 'BEGIN TRANSACTION READ ONLY', () =>
        readRows(engine, registry),
      );
      return Buffer.from(JSON.stringify(rows));
    },
    onProgress: () => undefined,
  });
  return assemble(JSON.parse(Buffer.from(bytes).toString()) as CatalogRows, engine, registry);
}
