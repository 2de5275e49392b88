import { addressKey } from '../catalog/address.ts';
import { introspect, introspectHere } from '../catalog/introspect.ts';
import type { Catalog, Registry } from '../catalog/kind.ts';
import type { ObjectId } from '../catalog/object.ts';
import type { Session } from '../database/session.ts';
import { permitted, readingGrants, readTables } from '../migrations/history.ts';
import type { Segment, StatementIndex } from '../plan/plan.ts';
import { asConnected, keepBooks } from './journal.ts';
import type { Run } from './run.ts';

/** Where PostgreSQL keeps each object, by the id that it has now. */
function addressesOf({ objects }: Catalog): ReadonlyMap<ObjectId, string> {
  return new Map([...objects].map(([id, { address }]) => [id, addressKey(address)]));
}

/** The same of a database, in its own transaction, or in one that `isOpen`. */
export async function readAddresses(
  session: Session,
  registry: Registry,
  isOpen: boolean,
): Promise<ReadonlyMap<ObjectId, string>> {
  if (!isOpen) return addressesOf(await introspect(session, registry));
  // Reading leaves settings behind.
  await session.exec('SAVEPOINT trueup_read');
  const catalog = await introspectHere(session, registry);
  await session.exec('ROLLBACK TO SAVEPOINT trueup_read');
  await session.exec('RELEASE SAVEPOINT trueup_read');
  return addressesOf(catalog);
}

/**
 * Before the first statement of a step that gives objects other names: writes down which objects these are, in the transaction that
 * renames them. Where names change hands, nothing else tells afterwards whether it was committed.
 */
export async function noteNames(
  run: Run,
  segment: Segment,
  { step, statement }: StatementIndex,
): Promise<void> {
  const { session, plan, readAddresses } = run.input;
  const ids = plan.steps[step]?.renames ?? [];
  if (ids.length === 0 || !readAddresses) return;
  const addresses = await readAddresses(segment.transaction);
  const named = ids.flatMap((id) => {
    const address = addresses.get(id);
    return address === undefined ? [] : [[id, address] as const];
  });
  const write = () =>
    session.query(
      'UPDATE trueup.run_step SET named = $4::jsonb WHERE run_id = $1::uuid AND step = $2 AND statement = $3',
      [run.runId, step, statement, JSON.stringify(Object.fromEntries(named))],
    );
  await (segment.transaction ? asConnected(session, write) : keepBooks(session, write));
}

/**
 * Which objects of `live` a run that was cut short has given other names already, by the ids that it found them under. `title` is that
 * of its step, `keys` are those of the step's migrations, null for all: what was noted before they were last applied or undone counts no
 * more.
 */
export async function readRenamed(
  session: Session,
  title: string,
  keys: readonly string[] | null,
  live: Catalog,
): Promise<ReadonlySet<ObjectId>> {
  const tables = await readTables(session);
  if (!tables?.get('run_step')?.has('named')) return new Set();
  const rows = await permitted(session, readingGrants, () =>
    session.query<{ named: Readonly<Record<ObjectId, string>> }>(
      `SELECT s.named
     FROM trueup.run_step s JOIN trueup.run r USING (run_id)
     WHERE s.named IS NOT NULL AND s.title = $1
       AND r.started_at > ALL (
         SELECT x.started_at FROM trueup.schema_version v JOIN trueup.run x USING (run_id)
         WHERE v.success AND ($2::text[] IS NULL OR v.version = ANY ($2::text[]))
         UNION ALL
         SELECT x.started_at FROM trueup.undone u JOIN trueup.run x ON x.run_id = u.undo_run_id
         WHERE $2::text[] IS NULL OR u.version = ANY ($2::text[]))
     ORDER BY r.started_at DESC`,
      [title, keys],
    ),
  );
  const now = new Map([...addressesOf(live)].map(([id, address]) => [address, id]));
  // The first run of several found the names of before.
  const named = Object.assign({}, ...rows.map((row) => row.named)) as Readonly<Record<ObjectId, string>>;
  return new Set(
    Object.entries(named).flatMap(([id, address]) => {
      const called = now.get(address);
      return called !== undefined && called !== id ? [id] : [];
    }),
  );
}
