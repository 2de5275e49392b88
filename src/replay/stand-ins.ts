import { DatabaseError, type Session } from '../database/session.ts';
import { quoteIdentifier, quoteLiteral } from '../database/sql.ts';
import type { MigrationStatement } from '../migrations/migration.ts';

/** What belongs to the whole server: a database names it, and its migrations often do not create it. */
const sharedKinds = ['role', 'tablespace'] as const;
export type Shared = { readonly kind: (typeof sharedKinds)[number]; readonly name: string };

export const standInKinds = [...sharedKinds, 'extension', 'subscription', 'security label'] as const;

/** Something that the replay made up, or left out, because the embedded engine does not have it. */
export type StandIn = {
  readonly kind: (typeof standInKinds)[number];
  readonly name: string;
  /** The file that named it first. */
  readonly file: string;
};

/** Whether a stand-in is for something of the whole server. */
export function isShared(one: StandIn): one is StandIn & Shared {
  return sharedKinds.some((kind) => kind === one.kind);
}

/** Which of what belongs to the whole server a server has. */
export type SharedNames = ReadonlySet<SharedKey>;
type SharedKey = `${Shared['kind']} ${string}`;

/** The form in which `SharedNames` holds one. */
export function sharedKey({ kind, name }: Shared): SharedKey {
  return `${kind} ${name}`;
}

/** Roles and tablespaces that exist in the session's cluster. */
export async function readShared(session: Session): Promise<Set<SharedKey>> {
  const rows = await session.query<Shared>(
    `SELECT 'role' AS kind, rolname AS name FROM pg_catalog.pg_roles
     UNION ALL SELECT 'tablespace', spcname FROM pg_catalog.pg_tablespace ORDER BY 1, 2`,
  );
  return new Set(rows.map(sharedKey));
}

/** What statements name and nobody creates: live has it from elsewhere. */
export function foreignShared(
  statements: readonly Pick<MigrationStatement, 'traits'>[],
  existing: SharedNames,
  created: SharedNames,
): readonly Shared[] {
  const named = statements.flatMap(({ traits }) => [
    ...traits.roles.map((name) => ({ kind: 'role' as const, name })),
    ...traits.tablespaces.map((name) => ({ kind: 'tablespace' as const, name })),
  ]);
  const foreign = new Map(named.map((one) => [sharedKey(one), one]));
  return [...foreign].flatMap(([key, one]) => (existing.has(key) || created.has(key) ? [] : [one]));
}

/** What statements create. */
export function createdShared(statements: readonly Pick<MigrationStatement, 'traits'>[]): SharedNames {
  return new Set(
    statements.flatMap(({ traits }) => [
      ...traits.createdRoles.map((name) => sharedKey({ kind: 'role', name })),
      ...traits.createdTablespaces.map((name) => sharedKey({ kind: 'tablespace', name })),
    ]),
  );
}

/**
 * Creates a role that nobody can log in with, or a tablespace in the server's own data directory, marked as belonging
 * to this session's database. Not inside a transaction block. What migrations may do after SET ROLE, live grants the role where they do not
 * see it: an embedded engine lets it do everything, a server what the owner of the database may.
 */
export async function createStandIn(session: Session, { kind, name }: Shared): Promise<void> {
  const [row] = await session.query<{ name: string }>('SELECT current_database() AS name');
  const quoted = quoteIdentifier(name);
  const isEmbedded = session.backendPid() === null;
  if (kind === 'role') await session.exec(`CREATE ROLE ${quoted} NOLOGIN${isEmbedded ? ' SUPERUSER' : ''}`);
  else await createTablespaceInPlace(session, name);
  await markStandIn(session, { kind, name }, row?.name ?? '');
  if (kind === 'role' && !isEmbedded) await letOwn(session, quoted, row?.name ?? '');
}

/** The role that a server which lends a database gives it to, where it may. */
export function ownerOf(database: string): Shared {
  return { kind: 'role', name: `${database}_owner` };
}

/** Lets a stand-in be the owner of the database that is lent: not whoever lends it, whom migrations may make a member of the stand-in. */
async function letOwn(session: Session, standIn: string, database: string): Promise<void> {
  const owner = ownerOf(database);
  if ((await readShared(session)).has(sharedKey(owner)))
    await session.exec(`GRANT ${quoteIdentifier(owner.name)} TO ${standIn}`);
}

/** Says that it is made for a database, and goes with it. */
export async function markStandIn(session: Session, { kind, name }: Shared, database: string): Promise<void> {
  const text = quoteLiteral(markOf(database));
  await session.exec(`COMMENT ON ${kind.toUpperCase()} ${quoteIdentifier(name)} IS ${text}`);
}

/** Those that the session's cluster does not have; roles that stand in for another database may do the same in this one. */
export async function createStandIns(session: Session, wanted: readonly Shared[]): Promise<void> {
  const existing = await readShared(session);
  const [row] = await session.query<{ name: string; roles: readonly string[] }>(
    `SELECT current_database() AS name, ARRAY(
       SELECT r.rolname::text FROM pg_catalog.pg_roles r
       JOIN pg_catalog.pg_shdescription d ON d.objoid = r.oid AND d.classoid = 'pg_catalog.pg_authid'::regclass
       WHERE pg_catalog.starts_with(d.description, $1) ORDER BY 1) AS roles`,
    [markOf('')],
  );
  for (const one of new Map(wanted.map((one) => [sharedKey(one), one])).values()) {
    if (!existing.has(sharedKey(one))) await createStandIn(session, one);
    else if (one.kind === 'role' && row?.roles.includes(one.name))
      await letOwn(session, quoteIdentifier(one.name), row.name);
  }
}

/** Needs no directory of its own. PostgreSQL 15 or later, and a superuser. */
async function createTablespaceInPlace(session: Session, name: string): Promise<void> {
  await session.exec('SET allow_in_place_tablespaces = on');
  await session.exec(`CREATE TABLESPACE ${quoteIdentifier(name)} LOCATION ''`);
  await session.exec('RESET allow_in_place_tablespaces');
}

/** Drops the stand-ins that were made for a database that is gone: they belong to the whole server. */
export async function dropStandIns(session: Session, database: string): Promise<void> {
  const made = await session.query<Shared>(
    `SELECT 'role' AS kind, r.rolname AS name FROM pg_catalog.pg_roles r
     JOIN pg_catalog.pg_shdescription d ON d.objoid = r.oid AND d.classoid = 'pg_catalog.pg_authid'::regclass
     WHERE d.description = $1
     UNION ALL
     SELECT 'tablespace', t.spcname FROM pg_catalog.pg_tablespace t
     JOIN pg_catalog.pg_shdescription d ON d.objoid = t.oid AND d.classoid = 'pg_catalog.pg_tablespace'::regclass
     WHERE d.description = $1 ORDER BY 1, 2`,
    [markOf(database)],
  );
  for (const { kind, name } of made)
    await session.exec(`DROP ${kind.toUpperCase()} ${quoteIdentifier(name)}`);
}

function markOf(database: string): string {
  return `Stand-in made by Trueup for ${database}`;
}

/** What PostgreSQL missed (42704), or null for any other error. */
export function missingShared(error: unknown): Shared | null {
  if (!(error instanceof DatabaseError) || error.code !== '42704') return null;
  const [, kind, name] = /^(role|tablespace) "(.+)" does not exist$/.exec(error.message) ?? [];
  if (kind === undefined || name === undefined) return null;
  return { kind: kind as Shared['kind'], name: name.replaceAll('""', '"') };
}
