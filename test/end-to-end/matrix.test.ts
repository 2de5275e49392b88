import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canonicalize } from '../../src/catalog/canonical.ts';
import { comparedKinds } from '../../src/catalog/compared.ts';
import { introspect } from '../../src/catalog/introspect.ts';
import type { Catalog, Registry } from '../../src/catalog/kind.ts';
import { openEmbedded } from '../../src/database/embedded.ts';
import { openServer } from '../../src/database/server.ts';
import type { Session } from '../../src/database/session.ts';
import { quoteIdentifier } from '../../src/database/sql.ts';
import { diff } from '../../src/diff/diff.ts';
import { registry } from '../../src/kinds/index.ts';
import { orderChanges } from '../../src/plan/order.ts';
import { startAs } from '../../src/replay/engine.ts';
import { clear } from '../corpus/clear.ts';
import { describeChange } from '../corpus/prove.ts';
import { dumpMajor, dumpSchema } from '../support/dump.ts';
import { readPairs } from '../support/pairs.ts';
import { type Major, majors, type PostgresServer, startPostgres } from '../support/postgres.ts';

/** Every schema of the pairs, each once. */
const schemas = [
  ...new Map(
    readPairs(80).flatMap(({ name, a, b }) => [
      [a, `${name}, a`],
      [b, `${name}, b`],
    ]),
  ).entries(),
];

/**
 * One SQL on the embedded PostgreSQL and on every server: no drift between any of them. And each server's catalog,
 * built again from nothing by generated statements, is the same catalog and dumps the same.
 */
describe.skipIf(schemas.length === 0)(
  'one schema everywhere (skipped where ../shared/pairs is absent)',
  () => {
    const servers = new Map<Major, { server: PostgresServer; live: Session; copy: Session }>();
    let engine: Session;
    beforeAll(async () => {
      engine = await openEmbedded({ extensions: ['amcheck', 'btree_gist', 'citext', 'hstore', 'pg_trgm'] });
      for (const major of majors) {
        const server = await startPostgres(major);
        const admin = await openServer(server.url);
        await admin.exec('CREATE DATABASE live TEMPLATE template0');
        await admin.exec('CREATE DATABASE copy TEMPLATE template0');
        await admin.close();
        const [live, copy] = [
          await openServer(urlOf(server, 'live')),
          await openServer(urlOf(server, 'copy')),
        ];
        servers.set(major, { server, live, copy });
      }
    });
    afterAll(async () => {
      await engine.close();
      for (const { server, live, copy } of servers.values()) {
        await live.close();
        await copy.close();
        await server.stop();
      }
    });

    test.each(schemas.map(([sql, name]) => ({ name, sql })))('$name', async ({ sql }) => {
      for (const [major, { server, live, copy }] of servers) {
        const kinds = comparedKinds(registry, everything, live.serverVersion);
        const raw = await build(live, sql, live.serverVersion, kinds);
        if (!raw) continue;
        const expected = await build(engine, sql, live.serverVersion, kinds);
        if (expected) {
          const generate = generateWith(kinds);
          const { catalog, uncertain } = await canonicalize(raw, expected, engine, kinds, generate);
          expect(diff(expected, catalog, kinds).map(describeChange), `PostgreSQL ${major}`).toEqual([]);
          expect(uncertain, `PostgreSQL ${major}`).toEqual([]);
        }
        await clear(copy);
        const { statements, refused } = orderChanges(await introspect(copy, kinds), raw, kinds);
        expect(refused).toEqual([]);
        // What holds a hidden value is made again by whoever knows it.
        if (statements.some(({ statement }) => statement.masked)) continue;
        for (const { statement } of statements) await copy.exec(statement.sql);
        await copy.exec('RESET ALL');
        const again = diff(await introspect(copy, kinds), raw, kinds);
        expect(again.map(describeChange), `PostgreSQL ${major}, built again`).toEqual([]);
        if (dumpMajor !== null && major <= dumpMajor && raw.notCompared.length === 0) {
          expect(await dumpSchema(urlOf(server, 'copy'))).toEqual(await dumpSchema(urlOf(server, 'live')));
        }
        await clear(copy);
      }
    });
  },
);

/** Owners too: pg_dump prints them. */
const everything = { owners: true, grants: true, comments: true, tablespaces: true };

function generateWith(kinds: Registry): Parameters<typeof canonicalize>[4] {
  return (from, to, changes) => orderChanges(from, to, kinds, changes).statements;
}

function urlOf(server: PostgresServer, database: string): string {
  const url = new URL(server.url);
  url.pathname = `/${database}`;
  return url.href;
}

/**
 * Null when this PostgreSQL cannot run the SQL. Roles that it uses and does not create are made first, and the public
 * schema begins as on a server of `serverVersion`.
 */
async function build(
  session: Session,
  sql: string,
  serverVersion: number,
  kinds: Registry,
): Promise<Catalog | null> {
  const roles = new Set<string>();
  for (;;) {
    await clear(session, { dropRoles: true });
    await startAs(session, serverVersion);
    for (const role of roles) await session.exec(`CREATE ROLE ${quoteIdentifier(role)}`);
    try {
      await session.exec(sql);
      await session.exec('RESET ALL');
      return await introspect(session, kinds);
    } catch (error) {
      const role = /role "([^"]+)" does not exist/.exec(error instanceof Error ? error.message : '')?.[1];
      if (role === undefined || roles.has(role)) return null;
      roles.add(role);
    }
  }
}
