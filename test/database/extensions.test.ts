import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openEmbedded } from '../../src/database/embedded.ts';
import { bundledExtensions, extensionPackage, loadExtensions } from '../../src/database/extensions.ts';
import { quoteIdentifier } from '../../src/database/sql.ts';

describe('extensions of the embedded PostgreSQL', () => {
  test('that it brings can all be created', async () => {
    await using session = await openEmbedded({ extensions: bundledExtensions });
    for (const name of bundledExtensions) {
      await session.exec(`CREATE EXTENSION IF NOT EXISTS ${quoteIdentifier(name)} CASCADE`);
    }
    const rows = await session.query<{ name: string }>('SELECT extname::text AS name FROM pg_extension');
    expect(rows.map(({ name }) => name).toSorted()).toEqual([...bundledExtensions, 'plpgsql'].toSorted());
  });

  test('are all known that the package has a module for', async () => {
    const module = createRequire(import.meta.url).resolve('@electric-sql/pglite');
    const files = await readdir(join(dirname(module), 'contrib'));
    const modules = files.filter((file) => file.endsWith('.js')).map((file) => file.slice(0, -3));
    const known = bundledExtensions.map((name) => extensionPackage(name)?.split('/').at(-1));
    // auto_explain is a library to LOAD; CREATE EXTENSION does not know it.
    expect(modules.filter((name) => name !== 'auto_explain').toSorted()).toEqual(
      [...new Set(known)].toSorted(),
    );
  });

  test('bring what they require, and name what is not there', async () => {
    const { loaded, missing } = await loadExtensions(['earthdistance', 'plpgsql', 'postgres_fdw', 'vector'], {
      projectDirectory: import.meta.dirname,
    });
    expect(Object.keys(loaded).toSorted()).toEqual(['cube', 'earthdistance']);
    expect(missing).toEqual(['postgres_fdw', 'vector']);
    expect(extensionPackage('vector')).toBe('@electric-sql/pglite-pgvector');
    expect(extensionPackage('postgres_fdw')).toBeNull();
  });
});
