import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canonicalize } from '../../src/catalog/canonical.ts';
import { comparedCatalog, comparedKinds } from '../../src/catalog/compared.ts';
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
    readPairs(160).flatMap(({ name, a, b }) => [
      [a, `${name}, a`],
      [b, `${name}, b`],
    ]),
  ).entries(),
];

/** Servers before 15 begin with another public schema; what a replay makes for one it makes for all of its group. */
const older = majors.filter((major) => major < 15);
const newer = majors.filter((major) => major >= 15);

/** A server with a database for the schema as it is written, and one for the same built by generated statements. */
type Side = {
  readonly server: PostgresServer;
  readonly live: Session;
  readonly copy: Session;
  readonly kinds: Registry;
  readonly empty: Catalog;
};

/**
 * One SQL on the embedded PostgreSQL and on every server: no drift between any of them. And each server's catalog,
 * built again from nothing by generated statements, is the same catalog and dumps the same.
 */
describe.skipIf(schemas.length === 0)(
  'one schema everywhere (skipped where ../shared/pairs is absent)',
  () => {
    const sides = new Map<Major, Side>();
    /** Cells: a schema on a server, and what was proved of it. */
    const counts = { taken: 0, refused: 0, compared: 0, builtAgain: 0, dumped: 0 };
    let engine: Session;
    beforeAll(async () => {
      engine = await openEmbedded({
        extensions: ['amcheck', 'btree_gist', 'citext', 'hstore', 'pg_trgm'],
      });
      await Promise.all(majors.map(async (major) => sides.set(major, await openSide(major))));
    });
    afterAll(async () => {
      await engine.close();
      for (const { server, live, copy } of sides.values()) {
        await live.close();
        await copy.close();
        await server.stop();
      }
      console.log(`cells of the matrix: ${JSON.stringify(counts)}`);
    });

    test.each(schemas.map(([sql, name]) => ({ name, sql })))('$name', async ({ sql }) => {
      const raws = new Map<Major, Catalog | null>();
      let replayed: Catalog | null = null;
      await all([
        ...majors.map(async (major) => {
          const { live, kinds } = side(major);
          raws.set(major, await build(live, sql, live.serverVersion, kinds));
        }),
        replay(sql, 18).then((catalog) => {
          replayed = catalog;
        }),
      ]);
      for (const raw of raws.values()) counts[raw ? 'taken' : 'refused'] += 1;
      await all([
        ...majors.map(async (major) => {
          const raw = raws.get(major);
          if (raw) await buildAgain(major, raw);
        }),
        (async () => {
          await compare(raws, newer, replayed);
          await compare(raws, older, await replay(sql, 14));
        })(),
      ]);
    });

    test('nearly every schema was taken, compared and built again', () => {
      const [cells, most] = [schemas.length * majors.length, 0.9];
      expect(counts.taken).toBeGreaterThan(cells * most);
      expect(counts.compared).toBeGreaterThan(cells * most);
      expect(counts.builtAgain).toBeGreaterThan(cells * most);
    });

    function side(major: Major): Side {
      const found = sides.get(major);
      if (!found) throw new Error(`PostgreSQL ${major} did not start`);
      return found;
    }

    /** On the engine, which begins as that server does; null when it cannot run the SQL. */
    async function replay(sql: string, major: Major): Promise<Catalog | null> {
      const { live, kinds } = side(major);
      return await build(engine, sql, live.serverVersion, kinds);
    }

    /** Those servers with the engine, which holds what was replayed. */
    async function compare(
      raws: ReadonlyMap<Major, Catalog | null>,
      like: readonly Major[],
      replayed: Catalog | null,
    ): Promise<void> {
      for (const major of like) {
        const raw = raws.get(major);
        if (!raw || !replayed) continue;
        const { kinds } = side(major);
        const expected = comparedCatalog(replayed, kinds);
        const generate = generateWith(kinds);
        const { catalog, uncertain } = await canonicalize(raw, expected, engine, kinds, generate);
        expect(diff(expected, catalog, kinds).map(describeChange), `PostgreSQL ${major}`).toEqual([]);
        expect(uncertain, `PostgreSQL ${major}`).toEqual([]);
        counts.compared += 1;
      }
    }

    async function buildAgain(major: Major, raw: Catalog): Promise<void> {
      const { server, copy, kinds, empty } = side(major);
      const { statements, refused } = orderChanges(empty, raw, kinds);
      expect(refused).toEqual([]);
      // What holds a hidden value is made again by whoever knows it.
      if (statements.some(({ statement }) => statement.masked)) return;
      try {
        for (const { statement } of statements) await copy.exec(statement.sql);
        await copy.exec('RESET ALL');
        const again = diff(await introspect(copy, kinds), raw, kinds);
        expect(again.map(describeChange), `PostgreSQL ${major}, built again`).toEqual([]);
        counts.builtAgain += 1;
        if (dumpMajor === null || major > dumpMajor || raw.notCompared.length > 0) return;
        const [made, written] = await Promise.all([
          dumpSchema(urlOf(server, 'copy')),
          dumpSchema(urlOf(server, 'live')),
        ]);
        expect(made, `PostgreSQL ${major}, dumped`).toEqual(written);
        counts.dumped += 1;
      } finally {
        // Roles of the next schema must not be held here.
        await clear(copy);
      }
    }
  },
);

/** Owners too: pg_dump prints them. */
const everything = { owners: true, grants: true, comments: true, tablespaces: true };

async function openSide(major: Major): Promise<Side> {
  const server = await startPostgres(major);
  const admin = await openServer(server.url);
  await admin.exec('CREATE DATABASE live TEMPLATE template0');
  await admin.exec('CREATE DATABASE copy TEMPLATE template0');
  await admin.close();
  const live = await openServer(urlOf(server, 'live'));
  const copy = await openServer(urlOf(server, 'copy'));
  const kinds = comparedKinds(registry, everything, live.serverVersion);
  await clear(copy);
  return { server, live, copy, kinds, empty: await introspect(copy, kinds) };
}

/** Waits for all of them, whatever fails: what one test has begun must not run into the next. */
async function all(work: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).flatMap((result) =>
    result.status === 'rejected' ? [result.reason] : [],
  );
  if (failed.length > 1) throw new AggregateError(failed, failed.map(String).join('\n'));
  if (failed.length === 1) throw failed[0];
}

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
