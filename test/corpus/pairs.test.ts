import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { introspect } from '../../src/catalog/introspect.ts';
import type { Catalog } from '../../src/catalog/kind.ts';
import { openEmbedded } from '../../src/database/embedded.ts';
import type { Session } from '../../src/database/session.ts';
import { quoteIdentifier } from '../../src/database/sql.ts';
import { registry } from '../../src/kinds/index.ts';
import { clear } from './clear.ts';
import { takeTo } from './prove.ts';

type Pair = { readonly name: string; readonly a: string; readonly b: string };

/** Before and after from other tools' acceptance suites. They are not part of the repository. */
const folder = join(import.meta.dirname, '../../../shared/pairs');
const files = ['pg-schema-diff.json', 'pg-delta.json'];

/** A fixed twentieth, spread over all of them; every one with TRUEUP_ALL_PAIRS set. */
const step = process.env.TRUEUP_ALL_PAIRS === undefined ? 20 : 1;
const chosen = (existsSync(folder) ? files : []).flatMap((file) =>
  (JSON.parse(readFileSync(join(folder, file), 'utf8')) as Pair[]).filter(
    (_, position) => position % step === 7 % step,
  ),
);

describe.skipIf(chosen.length === 0)('pairs of other tools (skipped where ../shared/pairs is absent)', () => {
  let session: Session;
  const notCompared: string[] = [];
  beforeAll(async () => {
    session = await openEmbedded({ extensions: ['amcheck', 'btree_gist', 'citext', 'hstore', 'pg_trgm'] });
  });
  afterAll(async () => session.close());

  test.each(chosen.map((pair) => [pair.name, pair] as const))(
    '%s, there and back',
    async (name, { a, b }) => {
      const to = await build(session, b);
      const roles = to && (await session.query<{ name: string }>(rolesQuery));
      const from = to && (await build(session, a));
      // Roles belong to the server, so those of both sides are there on either.
      for (const role of roles ?? []) await session.exec(createRole(role.name));
      // What the embedded PostgreSQL cannot hold (subscriptions, absent extensions) says nothing about Trueup.
      if (from && to) {
        const work = async () => {
          const { result } = await takeTo(session, from, to, registry);
          await takeTo(session, result, from, registry);
        };
        const isCovered = from.notCompared.length === 0 && to.notCompared.length === 0;
        if (!isCovered) notCompared.push(name);
        if (isCovered) await work();
        // Kinds that are not compared yet may stand in the way; they are named in the catalog.
        else await work().catch(() => undefined);
      }
    },
  );

  test('most of them use covered kinds alone', () => {
    expect(notCompared.length).toBeLessThan(chosen.length / 3);
  });
});

const rolesQuery = `SELECT rolname AS name FROM pg_roles WHERE rolname !~ '^pg_'`;

function createRole(name: string): string {
  return `DO $$ BEGIN CREATE ROLE ${quoteIdentifier(name)}; EXCEPTION WHEN duplicate_object THEN NULL; END $$`;
}

/** Null when this PostgreSQL cannot run the SQL. Roles that it uses and does not create are made first. */
async function build(session: Session, sql: string): Promise<Catalog | null> {
  const roles = new Set<string>();
  for (;;) {
    await clear(session, { dropRoles: true });
    for (const role of roles) await session.exec(createRole(role));
    try {
      await session.exec(sql);
      await session.exec('RESET ALL');
      return await introspect(session, registry);
    } catch (error) {
      const role = /role "([^"]+)" does not exist/.exec(error instanceof Error ? error.message : '')?.[1];
      if (role === undefined || roles.has(role)) return null;
      roles.add(role);
    }
  }
}
