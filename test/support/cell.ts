import { introspect } from '../../src/catalog/introspect.ts';
import type { Catalog } from '../../src/catalog/kind.ts';
import { openServer } from '../../src/database/server.ts';
import { DatabaseError, type Session } from '../../src/database/session.ts';
import { quoteIdentifier } from '../../src/database/sql.ts';
import { TrueupError } from '../../src/errors.ts';
import { registry } from '../../src/kinds/index.ts';
import { clear } from '../corpus/clear.ts';

/** A database of a cell, with its schema as it was made. */
export type Made = { readonly session: Session; readonly url: string; readonly catalog: Catalog };

/** Two databases of a server of one's own, for one pair after another: clearing them takes less than making them. */
export type Cells = AsyncDisposable & {
  /** Clears both, and drops all roles. */
  readonly clear: () => Promise<void>;
  /** Null when this server cannot run the SQL. Roles that it uses and does not create are made first. */
  readonly make: (name: 'goal' | 'live', sql: string) => Promise<Made | null>;
};

export async function openCells(url: string): Promise<Cells> {
  const admin = await openServer(url);
  for (const name of ['goal', 'live']) await admin.exec(`CREATE DATABASE ${name} TEMPLATE template0`);
  await admin.close();
  const urls = { goal: urlOf(url, 'goal'), live: urlOf(url, 'live') };
  const sessions = { goal: await openServer(urls.goal), live: await openServer(urls.live) };
  const roles = new Set<string>();
  return {
    clear: async () => {
      await clear(sessions.live);
      await clear(sessions.goal, { dropRoles: true });
      roles.clear();
    },
    make: async (name, sql) => {
      const session = sessions[name];
      for (;;) {
        await clear(session);
        try {
          await session.exec(withoutRolesOf(sql, roles));
          for (const role of await readRoles(session)) roles.add(role);
          await session.exec('RESET ALL');
          return { session, url: urls[name], catalog: await introspect(session, registry) };
        } catch (error) {
          await session.exec('ROLLBACK');
          const role = /role "([^"]+)" does not exist/.exec(error instanceof Error ? error.message : '')?.[1];
          if (role === undefined || roles.has(role)) return null;
          roles.add(role);
          await session.exec(`CREATE ROLE ${quoteIdentifier(role)}`);
        }
      }
    },
    [Symbol.asyncDispose]: async () => {
      await sessions.goal.close();
      await sessions.live.close();
    },
  };
}

function urlOf(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
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
