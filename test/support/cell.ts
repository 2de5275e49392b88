import { introspect } from '../../src/catalog/introspect.ts';
import type { Catalog } from '../../src/catalog/kind.ts';
import { openServer } from '../../src/database/server.ts';
import { DatabaseError, type Session } from '../../src/database/session.ts';
import { quoteIdentifier } from '../../src/database/sql.ts';
import { TrueupError } from '../../src/errors.ts';
import { registry } from '../../src/kinds/index.ts';

/** A database of a cell, with its schema as it was made. */
export type Made = { readonly session: Session; readonly url: string; readonly catalog: Catalog };

/** Databases of one cell, dropped with the roles that their SQL made. */
export async function openCell(url: string) {
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

/** Integrity constraint violations and values that a type does not take. */
export function isAboutRows(error: unknown): boolean {
  const { cause } = error instanceof TrueupError ? error : { cause: error };
  return cause instanceof DatabaseError && /^(23|22)/.test(cause.code);
}
