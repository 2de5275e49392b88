import type { Session } from '../database/session.ts';
import { type Effects, type LockMode, lockModes, type RelationEffect } from '../plan/plan.ts';

/** Looks on while statements run, and says of each what it did to relations that were there before the first. */
export type Observer = {
  /** Before a transaction, and before a statement that stands outside of one. */
  readonly begin: () => Promise<void>;
  /** After a statement whose transaction is open, so that it still holds its locks. `bringsOwn`: it may be a migration's own. */
  readonly observe: (sql: string, bringsOwn: boolean) => Promise<Effects | undefined>;
  /** After a statement that PostgreSQL has committed: its locks are the manual's, what it made is seen. */
  readonly recognise: (sql: string) => Promise<Effects | undefined>;
};

type Table = { readonly name: string; file: string; scans: number; strongest: number };

/** One query for each statement, none where a statement only sets something. */
export function openObserver(session: Session): Observer {
  let tables: Map<string, Table> | null = null;
  let indexes = new Map<string, string>();

  /** Which tables got a new file or an index, compared with what was seen last. */
  const compare = (rows: readonly Row[]) => {
    const [rewritten, built] = [new Set<Table>(), new Set<Table>()];
    for (const { oid, table, file } of rows) {
      const known = tables?.get(table ?? oid);
      if (!known || file === null) continue;
      if (table === null) {
        if (known.file !== file) rewritten.add(known);
        known.file = file;
      } else if (indexes.get(oid) !== file) {
        built.add(known);
        indexes.set(oid, file);
      }
    }
    return (known: Table) => ({
      rewrites: rewritten.has(known),
      buildsIndex: built.has(known) && !rewritten.has(known),
    });
  };

  return {
    begin: async () => {
      const rows = await readRelations(session);
      tables ??= new Map(
        rows.flatMap(({ oid, name, table, file }) =>
          table === null ? [[oid, { name: name ?? '', file: file ?? '', scans: 0, strongest: -1 }]] : [],
        ),
      );
      indexes = new Map(rows.flatMap(({ oid, table, file }) => (table === null ? [] : [[oid, file ?? '']])));
      for (const { oid, file, scans } of rows) {
        const known = tables.get(oid);
        if (known) Object.assign(known, { file, scans, strongest: -1 });
      }
    },
    observe: async (sql, bringsOwn) => {
      if (changesNothing.test(sql)) return { source: 'observed', relations: [] };
      const rows = await readLocked(session);
      // It stood between two transactions of its migration.
      if (bringsOwn && !rows[0]?.isOpen) return undefined;
      const changed = compare(rows);
      const relations: RelationEffect[] = [];
      for (const oid of new Set(rows.map((row) => row.oid))) {
        const known = tables?.get(oid);
        if (!known) continue;
        const locked = rows.filter((row) => row.oid === oid);
        const mode = Math.max(...locked.map((row) => lockModes.indexOf(row.mode ?? 'AccessShareLock')));
        const scans = Math.max(...locked.map((row) => row.scans));
        const { rewrites, buildsIndex } = changed(known);
        const effect = {
          relation: known.name,
          lock: mode > known.strongest ? (lockModes[mode] ?? null) : null,
          // TRUNCATE gives the table a new file, too, and writes nothing into it.
          rewrites: rewrites && !/^truncate\b/i.test(sql),
          buildsIndex,
          scans:
            scans > known.scans && Math.max(mode, known.strongest) >= shutsOut && !readsForItself.test(sql),
          size: null,
        };
        known.scans = scans;
        known.strongest = Math.max(mode, known.strongest);
        if (effect.lock !== null || effect.rewrites || effect.buildsIndex || effect.scans)
          relations.push(effect);
      }
      return { source: 'observed', relations: sort(relations) };
    },
    recognise: async (sql) => {
      const manual = lockOutside.find(({ statement }) => statement.test(sql));
      if (!manual) return undefined;
      const changed = compare(await readRelations(session));
      const relations = [...(tables?.values() ?? [])].flatMap((known): readonly RelationEffect[] => {
        const effect = changed(known);
        if (!effect.rewrites && !effect.buildsIndex) return [];
        return [
          { relation: known.name, lock: manual.lock, ...effect, scans: effect.buildsIndex, size: null },
        ];
      });
      return relations.length === 0 ? undefined : { source: 'manual', relations: sort(relations) };
    },
  };
}

/** Source: PostgreSQL manual, "Explicit Locking", and the pages of the statements. */
const lockOutside = [
  { statement: /\bconcurrently\b/i, lock: 'ShareUpdateExclusiveLock' },
  { statement: /^(vacuum\b.*\bfull|cluster|reindex)\b/is, lock: 'AccessExclusiveLock' },
] as const;

const shutsOut = lockModes.indexOf('ShareUpdateExclusiveLock');

/** Statements that touch no relation. A query after them could be one too early: before SET TRANSACTION there must be none. */
const changesNothing = /^(set|reset|begin|start|savepoint|release|comment|discard)\b/i;

/** What the planner reads on an empty copy says nothing about live; and a new table's foreign key reads no row of the other. */
const readsForItself =
  /^(select|insert|update|delete|truncate|merge|with|do|call|copy|create\s+((unlogged|temp|temporary)\s+)?table)\b/i;

type Row = {
  readonly oid: string;
  readonly name?: string;
  /** Of an index: the table it is for. */
  readonly table: string | null;
  /** Number of its file; null for what is dropped. */
  readonly file: string | null;
  readonly scans: number;
  readonly mode: LockMode | null;
  /** A transaction is open that has written something. */
  readonly isOpen: boolean;
};

/** Tables and indexes of the database, committed. Counts of scans start again from 0. */
async function readRelations(session: Session): Promise<readonly Row[]> {
  // Counts are kept back for up to a second, and would be given up in the middle of what is watched.
  const flush = session.serverVersion >= 150000 ? 'pg_catalog.pg_stat_force_next_flush()' : 'NULL';
  return session.query<Row>(
    `SELECT c.oid::text AS oid, n.nspname || '.' || c.relname AS name, i.indrelid::text AS "table",
            c.relfilenode::text AS file, NULL AS mode, false AS "isOpen",
            ${session.serverVersion >= 150000 ? '0' : 'pg_catalog.pg_stat_get_xact_numscans(c.oid)::integer'} AS scans
     FROM pg_catalog.pg_class c
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
     CROSS JOIN (SELECT ${flush} AS flushed) f
     WHERE c.relkind IN ('r', 'p', 'm', 'i') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`,
  );
}

/** What this transaction has locked. Without joins, which would be planned anew each time: it runs once a statement. */
async function readLocked(session: Session): Promise<readonly Row[]> {
  return session.query<Row>(
    `SELECT l.relation::text AS oid, l.mode, pg_catalog.pg_relation_filenode(l.relation)::text AS file,
            (SELECT i.indrelid::text FROM pg_catalog.pg_index i WHERE i.indexrelid = l.relation) AS "table",
            pg_catalog.pg_current_xact_id_if_assigned() IS NOT NULL AS "isOpen",
            pg_catalog.pg_stat_get_xact_numscans(l.relation)::integer AS scans
     FROM pg_catalog.pg_lock_status() l
     WHERE l.locktype = 'relation' AND l.pid = pg_catalog.pg_backend_pid() AND l.granted AND l.relation >= 16384`,
  );
}

function sort(relations: readonly RelationEffect[]): readonly RelationEffect[] {
  return relations.toSorted((a, b) => (a.relation < b.relation ? -1 : 1));
}
