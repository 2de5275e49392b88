import type { Session } from '../database/session.ts';
import { quoteName } from '../database/sql.ts';
import type { ConcurrentWork } from '../migrations/migration.ts';
import { splitStatements } from '../migrations/statements.ts';

/**
 * What looking at the database says of a statement that was cut short. `clear` are statements that take away
 * or finish what it left, to be run outside a transaction; then it is done, or is to run again. `unknown`: the
 * database does not tell.
 */
export type Finding = {
  readonly outcome: 'done' | 'not done' | 'unknown';
  readonly clear: readonly string[];
  /** What was found, in plain words. */
  readonly found: string;
  /** Objects that stand half made until `clear` has run: kind and path. */
  readonly remains: readonly { readonly kind: string; readonly path: readonly string[] }[];
};

/** Looks what became of a statement that ran outside a transaction. Reads only; names resolve as in the session. */
export async function lookFor(session: Session, sql: string): Promise<Finding> {
  const [statement] = (await splitStatements(sql, '')).statements;
  const work = statement?.traits.concurrent ?? null;
  switch (work?.work) {
    case 'create index':
      return lookForIndex(session, work);
    case 'drop index':
      return lookForDropped(session, work);
    case 'reindex':
      return lookForReindexed(session, work);
    case 'detach partition':
      return lookForDetached(session, work);
    case 'repeatable':
      return finding('not done', 'it may run again whatever it did');
    default:
      return finding('unknown', 'the database does not tell whether it was done');
  }
}

function finding(outcome: Finding['outcome'], found: string): Finding {
  return { outcome, found, clear: [], remains: [] };
}

type IndexRow = { readonly schema: string; readonly name: string; readonly valid: boolean };

async function lookForIndex(
  session: Session,
  { table, name }: ConcurrentWork & { work: 'create index' },
): Promise<Finding> {
  const indexes = await readIndexes(session, table, name === null ? null : `^(?:${escapePattern(name)})$`);
  const invalid = indexes.filter(({ valid }) => !valid);
  if (invalid.length > 0) return withoutIndexes(invalid);
  if (name === null) return finding('unknown', 'the index has no name of its own to look for');
  return indexes.length > 0
    ? finding('done', `the index ${name} is there and valid`)
    : finding('not done', `there is no index ${name}`);
}

async function lookForDropped(
  session: Session,
  { indexes }: ConcurrentWork & { work: 'drop index' },
): Promise<Finding> {
  const rows = await session.query<{ there: boolean }>(
    `SELECT pg_catalog.to_regclass(name) IS NOT NULL AS there
     FROM pg_catalog.jsonb_array_elements_text($1::jsonb) AS names (name)`,
    [JSON.stringify(indexes.map(quoteName))],
  );
  return rows.some(({ there }) => there)
    ? finding('not done', 'the index is still there')
    : finding('done', 'the index is gone');
}

/** Source: PostgreSQL manual, REINDEX, "Rebuilding Indexes Concurrently": what is left is named _ccnew or _ccold. */
async function lookForReindexed(
  session: Session,
  { relation }: ConcurrentWork & { work: 'reindex' },
): Promise<Finding> {
  const left = (await readIndexes(session, relation, '_cc(new|old)[0-9]*$')).filter(({ valid }) => !valid);
  return left.length > 0 ? withoutIndexes(left) : finding('not done', 'it may run again whatever it did');
}

async function lookForDetached(
  session: Session,
  { table, partition }: ConcurrentWork & { work: 'detach partition' },
): Promise<Finding> {
  const [row] = await session.query<{
    pending: boolean;
    table: string;
    partition: string;
    path: readonly string[];
  }>(
    `SELECT h.inhdetachpending AS pending, pg_catalog.format('%I.%I', pn.nspname, p.relname) AS table,
            pg_catalog.format('%I.%I', cn.nspname, c.relname) AS partition,
            ARRAY[cn.nspname::text, c.relname::text] AS path
     FROM pg_catalog.pg_inherits h
     JOIN pg_catalog.pg_class p ON p.oid = h.inhparent
     JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
     JOIN pg_catalog.pg_class c ON c.oid = h.inhrelid
     JOIN pg_catalog.pg_namespace cn ON cn.oid = c.relnamespace
     WHERE h.inhparent = pg_catalog.to_regclass($1) AND h.inhrelid = pg_catalog.to_regclass($2)`,
    [quoteName(table), quoteName(partition)],
  );
  if (!row) return finding('done', `the partition ${partition.at(-1)} is detached`);
  if (!row.pending) return finding('not done', `the partition ${partition.at(-1)} is still attached`);
  return {
    outcome: 'done',
    found: `the partition ${row.partition} is half detached`,
    clear: [`ALTER TABLE ${row.table} DETACH PARTITION ${row.partition} FINALIZE`],
    remains: [{ kind: 'table', path: row.path }],
  };
}

/** Indexes of a relation (or of the table that an index belongs to), or of all, whose name matches. */
function readIndexes(
  session: Session,
  relation: readonly string[] | null,
  pattern: string | null,
): Promise<readonly IndexRow[]> {
  return session.query<IndexRow>(
    `SELECT n.nspname::text AS schema, c.relname::text AS name, i.indisvalid AS valid
     FROM pg_catalog.pg_index i
     JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname <> 'pg_toast'
       AND ($1::text IS NULL OR i.indrelid = pg_catalog.to_regclass($1)
            OR i.indrelid = (SELECT x.indrelid FROM pg_catalog.pg_index x
                             WHERE x.indexrelid = pg_catalog.to_regclass($1)))
       AND ($2::text IS NULL OR c.relname ~ $2)
     ORDER BY 1, 2`,
    [relation && quoteName(relation), pattern],
  );
}

function withoutIndexes(indexes: readonly IndexRow[]): Finding {
  const paths = indexes.map(({ schema, name }) => [schema, name]);
  return {
    outcome: 'not done',
    found: `${paths.map((path) => path.join('.')).join(', ')} is invalid: it was not built to its end`,
    clear: paths.map((path) => `DROP INDEX CONCURRENTLY IF EXISTS ${quoteName(path)}`),
    remains: paths.map((path) => ({ kind: 'index', path })),
  };
}

function escapePattern(name: string): string {
  return name.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}
