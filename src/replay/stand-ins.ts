import { DatabaseError, type Session } from '../database/session.ts';
import { quoteIdentifier, quoteLiteral } from '../database/sql.ts';
import type { MigrationStatement } from '../migrations/migration.ts';

export const standInKinds = ['role', 'extension', 'subscription', 'security label'] as const;

/** Something that the replay made up, or left out, because the embedded engine does not have it. */
export type StandIn = {
  readonly kind: (typeof standInKinds)[number];
  readonly name: string;
  /** The file that named it first. */
  readonly file: string;
};

/** Roles that exist in the session's cluster. */
export async function readRoles(session: Session): Promise<Set<string>> {
  const rows = await session.query<{ name: string }>(
    'SELECT rolname AS name FROM pg_catalog.pg_roles ORDER BY rolname',
  );
  return new Set(rows.map(({ name }) => name));
}

/** Roles that statements name and that nobody creates: live has them from elsewhere. */
export function foreignRoles(
  statements: readonly MigrationStatement[],
  existing: ReadonlySet<string>,
  created: ReadonlySet<string>,
): readonly string[] {
  const named = new Set(statements.flatMap(({ traits }) => traits.roles));
  return [...named].filter((role) => !existing.has(role) && !created.has(role));
}

/** Creates a role that nobody can log in with, marked as belonging to this session's database. */
export async function createStandInRole(session: Session, role: string): Promise<void> {
  const [row] = await session.query<{ name: string }>('SELECT current_database() AS name');
  await session.exec(`CREATE ROLE ${quoteIdentifier(role)} NOLOGIN`);
  await session.exec(`COMMENT ON ROLE ${quoteIdentifier(role)} IS ${quoteLiteral(markOf(row?.name ?? ''))}`);
}

/** Drops the stand-ins that were made for a database that is gone: roles belong to the whole server. */
export async function dropStandInRoles(session: Session, database: string): Promise<void> {
  const roles = await session.query<{ name: string }>(
    `SELECT r.rolname AS name FROM pg_catalog.pg_roles r
     JOIN pg_catalog.pg_shdescription d ON d.objoid = r.oid AND d.classoid = 'pg_catalog.pg_authid'::regclass
     WHERE d.description = $1 ORDER BY 1`,
    [markOf(database)],
  );
  for (const { name } of roles) await session.exec(`DROP ROLE ${quoteIdentifier(name)}`);
}

function markOf(database: string): string {
  return `Stand-in made by Trueup for ${database}`;
}

/** The role that PostgreSQL missed (42704), or null for any other error. */
export function missingRole(error: unknown): string | null {
  if (!(error instanceof DatabaseError) || error.code !== '42704') return null;
  return /^role "(.+)" does not exist$/.exec(error.message)?.[1]?.replaceAll('""', '"') ?? null;
}
