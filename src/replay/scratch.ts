import { randomBytes } from 'node:crypto';
import { openServer, type ReachedServer } from '../database/server.ts';
import type { Session } from '../database/session.ts';
import { quoteIdentifier } from '../database/sql.ts';
import { dropStandIns, markStandIn, ownerOf } from './stand-ins.ts';

/**
 * A database that a server lends: empty, with nobody else in it, dropped on close together with the roles and
 * tablespaces that were made for it. What a process that was killed left behind goes first. `searchPath` becomes the session's own default.
 */
export async function openScratch(
  { url, ...password }: ReachedServer,
  searchPath: string | undefined,
): Promise<Session> {
  const admin = await openServer(url, password);
  const giveBack = async (name: string | null) => {
    if (name !== null) await dropScratch(admin, name);
    await admin.close();
  };
  let name: string | null = null;
  try {
    await dropLeftovers(admin);
    name = await createScratch(admin);
    const session = await openServer(within(url, name, searchPath), password);
    const close = async () => {
      await session.close();
      await giveBack(name);
    };
    return { ...session, label: `${admin.label} (scratch database)`, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await giveBack(name);
    throw error;
  }
}

/**
 * Names the server process that lends it, which lives as long as the database is used. Of a superuser it belongs to a role of its own,
 * which may do in it what an owner may, and elsewhere nothing.
 */
async function createScratch(admin: Session): Promise<string> {
  const [row] = await admin.query<{ pid: number; isSuperuser: boolean }>(
    `SELECT pg_catalog.pg_backend_pid() AS pid, pg_catalog.current_setting('is_superuser')::boolean AS "isSuperuser"`,
  );
  const name = `trueup_replay_${row?.pid}_${randomBytes(4).toString('hex')}`;
  const owner = ownerOf(name);
  if (row?.isSuperuser) await admin.exec(`CREATE ROLE ${quoteIdentifier(owner.name)} NOLOGIN`);
  try {
    if (row?.isSuperuser) await markStandIn(admin, owner, name);
    const given = row?.isSuperuser ? ` OWNER ${quoteIdentifier(owner.name)}` : '';
    await admin.exec(`CREATE DATABASE ${quoteIdentifier(name)} TEMPLATE template0${given}`);
    return name;
  } catch (error) {
    await dropStandIns(admin, name);
    throw error;
  }
}

async function dropScratch(admin: Session, name: string): Promise<void> {
  await admin.exec(`DROP DATABASE IF EXISTS ${quoteIdentifier(name)} WITH (FORCE)`);
  await dropStandIns(admin, name);
}

/**
 * Scratch databases whose lender is gone and that nobody is in. A process number that something else has by now
 * keeps one for the next time. Two that clean up at once are both right, so that an error here is nobody's.
 */
async function dropLeftovers(admin: Session): Promise<void> {
  const leftovers = await admin.query<{ name: string }>(
    `SELECT d.datname AS name FROM pg_catalog.pg_database d
     WHERE d.datname ~ '^trueup_replay_[0-9]+_[0-9a-f]{8}$' AND pg_catalog.pg_has_role(d.datdba, 'USAGE')
       AND NOT EXISTS (
         SELECT FROM pg_catalog.pg_stat_activity a
         WHERE a.datname = d.datname OR a.pid = pg_catalog.split_part(d.datname, '_', 3)::int)
     ORDER BY 1`,
  );
  for (const { name } of leftovers) await dropScratch(admin, name).catch(() => undefined);
}

function within(url: string, database: string, searchPath: string | undefined): string {
  const scratch = new URL(url);
  scratch.pathname = `/${database}`;
  if (searchPath !== undefined) {
    scratch.searchParams.set('options', `-c search_path=${searchPath.replaceAll(' ', '')}`);
  }
  return scratch.href;
}
