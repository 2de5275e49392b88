import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readEmptyRelations } from '../../src/catalog/empty.ts';
import { introspect } from '../../src/catalog/introspect.ts';
import type { Catalog } from '../../src/catalog/kind.ts';
import { openServer } from '../../src/database/server.ts';
import { DatabaseError, type Session } from '../../src/database/session.ts';
import { quoteIdentifier } from '../../src/database/sql.ts';
import { diff } from '../../src/diff/diff.ts';
import { TrueupError } from '../../src/errors.ts';
import { registry } from '../../src/kinds/index.ts';
import { orderChanges } from '../../src/plan/order.ts';
import { generatedStep } from '../../src/plan/steps.ts';
import { runSteps } from '../../src/replay/run-steps.ts';
import { describeChange } from '../corpus/prove.ts';
import { dumpMajor, dumpSchema } from '../support/dump.ts';
import { isWhole, readPairs } from '../support/pairs.ts';
import { type Major, type PostgresServer, startPostgres } from '../support/postgres.ts';
import { fillTables, type Rows, readColumns } from '../support/rows.ts';

const pairs = readPairs(10);
/** The newest, and the newest that the installed pg_dump reads. */
const majors: readonly Major[] = isWhole ? [18, 15] : [18];

/**
 * Held to the oracle of ../shared/pairs/README.md: the plan is applied to a database with rows; then it is what the
 * other side made directly is, by catalog and by pg_dump, planning again finds nothing, and rows are still there.
 */
describe.skipIf(pairs.length === 0)('pairs of other tools (skipped where ../shared/pairs is absent)', () => {
  describe.each(majors)('on PostgreSQL %i', (major) => {
    let server: PostgresServer;
    beforeAll(async () => {
      server = await startPostgres(major);
    });
    afterAll(() => server.stop());

    const cells = pairs.flatMap(({ name, a, b }) => [
      { name: `${name}, there`, from: a, to: b },
      { name: `${name}, back`, from: b, to: a },
    ]);
    test.each(cells)('$name', async ({ from, to }) => {
      await using cell = await openCell(server.url);
      const goal = await cell.make('goal', to);
      const live = goal && (await cell.make('live', from));
      // What this major cannot hold says nothing about Trueup.
      if (!goal || !live) return;
      await fillTables(live.session);
      try {
        await takeThere(live.session, goal.catalog);
      } catch (error) {
        // Rows that the goal's constraints and types forbid stop any tool: then the schema alone is held to it.
        if (!isAboutRows(error)) throw error;
        const empty = await cell.make('live', from);
        if (empty) await takeThere(empty.session, goal.catalog);
      }
      if (dumpMajor !== null && major <= dumpMajor) {
        expect(await dumpSchema(live.url)).toEqual(await dumpSchema(goal.url));
      }
    });
  });
});

async function takeThere(live: Session, goal: Catalog): Promise<void> {
  const before = await introspect(live, registry);
  const rows = await readColumns(live);
  const empty = await readEmptyRelations(live, before);
  const online = { choice: 'auto' as const, serverVersion: live.serverVersion, empty };
  const { statements, refused } = orderChanges(before, goal, registry, diff(before, goal, registry), online);
  expect(refused.map(({ summary }) => summary)).toEqual([]);
  await runSteps(live, [generatedStep('repair', 'pair', statements)]);
  const after = await introspect(live, registry);
  expect(diff(after, goal, registry).map(describeChange)).toEqual([]);
  const lost = new Set(
    statements.flatMap(({ statement }) => statement.hazards.map(({ subject }) => subject)),
  );
  expect(changedRows(rows, await readColumns(live), lost, before, after)).toEqual([]);
}

/** Integrity constraint violations and values that a type does not take. */
function isAboutRows(error: unknown): boolean {
  const { cause } = error instanceof TrueupError ? error : { cause: error };
  return cause instanceof DatabaseError && /^(23|22)/.test(cause.code);
}

/** Columns of the same type on both sides whose values are not what they were, and that no hazard named. */
function changedRows(
  before: Rows,
  after: Rows,
  lost: ReadonlySet<string>,
  from: Catalog,
  to: Catalog,
): readonly string[] {
  return [...before].flatMap(([column, values]) => {
    const table = column.split('.').slice(0, 2).join('.');
    const names = [column, table, `column:${column}`, `table:${table}`];
    const now = after.get(column);
    const type = (catalog: Catalog) => catalog.objects.get(`column:${column}`)?.properties.type;
    if (!now || names.some((name) => lost.has(name)) || type(from) !== type(to)) return [];
    return JSON.stringify(now) === JSON.stringify(values)
      ? []
      : [`${column}: ${JSON.stringify(values)} → ${JSON.stringify(now)}`];
  });
}

type Made = { readonly session: Session; readonly url: string; readonly catalog: Catalog };

/** Databases of one cell, dropped with the roles that their SQL made. */
async function openCell(url: string) {
  const admin = await openServer(url);
  const sessions: Session[] = [];
  const names: string[] = [];
  const roles = new Set<string>();
  const drop = async (name: string) => {
    await dropSubscriptions(admin, url, name);
    await admin.exec(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  };
  return {
    /** Null when this server cannot run the SQL. Roles that it uses and does not create are made first. */
    async make(name: string, sql: string): Promise<Made | null> {
      const own = new URL(url);
      own.pathname = `/${name}`;
      for (;;) {
        await drop(name);
        await admin.exec(`CREATE DATABASE ${name} TEMPLATE template0`);
        names.push(name);
        const session = await openServer(own.href);
        try {
          await session.exec(withoutRolesOf(sql, roles));
          for (const role of await readRoles(admin)) roles.add(role);
          await session.exec('RESET ALL');
          sessions.push(session);
          return { session, url: own.href, catalog: await introspect(session, registry) };
        } catch (error) {
          await session.close();
          const role = /role "([^"]+)" does not exist/.exec(error instanceof Error ? error.message : '')?.[1];
          if (role === undefined || roles.has(role)) return null;
          roles.add(role);
          await admin.exec(`CREATE ROLE ${quoteIdentifier(role)}`);
        }
      }
    },
    async [Symbol.asyncDispose]() {
      for (const session of sessions) await session.close();
      for (const name of names) await drop(name);
      for (const role of await readRoles(admin)) {
        await admin.exec(`DROP OWNED BY ${quoteIdentifier(role)} CASCADE`);
        await admin.exec(`DROP ROLE ${quoteIdentifier(role)}`);
      }
      await admin.close();
    },
  };
}

/** A database with subscriptions cannot be dropped, and theirs go nowhere. */
async function dropSubscriptions(admin: Session, url: string, database: string): Promise<void> {
  const subscriptions = await admin.query<{ name: string }>(
    `SELECT s.subname AS name FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid WHERE d.datname = $1`,
    [database],
  );
  if (subscriptions.length === 0) return;
  const own = new URL(url);
  own.pathname = `/${database}`;
  await using session = await openServer(own.href);
  for (const name of subscriptions.map((one) => quoteIdentifier(one.name))) {
    await session.exec(`ALTER SUBSCRIPTION ${name} DISABLE`);
    await session.exec(`ALTER SUBSCRIPTION ${name} SET (slot_name = NONE)`);
    await session.exec(`DROP SUBSCRIPTION ${name}`);
  }
}

async function readRoles(session: Session): Promise<readonly string[]> {
  const rows = await session.query<{ name: string }>(
    `SELECT rolname AS name FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <> 'postgres' ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

/** Roles belong to the server: what the other side has made is there already. */
function withoutRolesOf(sql: string, roles: ReadonlySet<string>): string {
  return sql.replaceAll(/^[ \t]*CREATE ROLE\s+("?)(\w+)\1[^;]*;/gim, (text, _quote, name: string) =>
    roles.has(name) ? '' : text,
  );
}
