import { introspect } from '../../src/catalog/introspect.ts';
import type { Catalog, Registry } from '../../src/catalog/kind.ts';
import type { Session } from '../../src/database/session.ts';
import { quoteName } from '../../src/database/sql.ts';
import type { Change } from '../../src/diff/change.ts';
import { diff } from '../../src/diff/diff.ts';
import { type OrderedStatement, orderChanges } from '../../src/plan/order.ts';

/** Runs generated statements as apply does: in one transaction, and in another after each that must be committed. */
export async function apply(session: Session, statements: readonly OrderedStatement[]): Promise<void> {
  let open = false;
  try {
    for (const { statement } of statements) {
      if (!open) await session.exec('BEGIN');
      open = true;
      try {
        await session.exec(statement.sql);
      } catch (error) {
        throw new Error(`${error instanceof Error ? error.message : error}\nin: ${statement.sql}`, {
          cause: error,
        });
      }
      if (statement.transaction !== 'commit after') continue;
      await session.exec('COMMIT');
      open = false;
    }
    if (open) await session.exec('COMMIT');
  } catch (error) {
    await session.exec('ROLLBACK');
    throw error;
  } finally {
    await session.exec('RESET ALL');
  }
}

export type Proof = {
  readonly changes: readonly Change[];
  readonly statements: readonly OrderedStatement[];
  /** What the database is after the statements. */
  readonly result: Catalog;
};

/**
 * Takes the session's database, which is `from`, to `to`, and throws unless it then is. Rows of tables that
 * stay must stay, but for tables that a statement names as losing theirs.
 */
export async function takeTo(
  session: Session,
  from: Catalog,
  to: Catalog,
  registry: Registry,
  options: { readonly sameDatabase?: boolean } = {},
): Promise<Proof> {
  const changes = diff(from, to, registry, options);
  const { statements, refused } = orderChanges(from, to, registry, changes);
  if (refused.length > 0) throw new Error(`refused: ${refused.map(({ summary }) => summary).join('\n')}`);
  const renamed = new Map(
    changes.flatMap(({ action, before, after }) =>
      action === 'rename' && before && after ? [[before.ref.path.join('.'), after.ref.path] as const] : [],
    ),
  );
  const dropped = changes.flatMap(({ action, before }) =>
    action === 'drop' && before ? [before.ref.path.join('.')] : [],
  );
  const lost = new Set(
    statements.flatMap(({ statement }) => statement.hazards.map(({ subject }) => subject)),
  );
  const before = await countRows(session, from);
  await apply(session, statements);
  const result = await introspect(session, registry);
  const left = diff(result, to, registry);
  if (left.length > 0) throw new Error(`still differs:\n${left.map(describeChange).join('\n')}`);
  const after = await countRows(session, result);
  for (const name of dropped) lost.add(name);
  for (const [name, count] of before) {
    const now = after.get(renamed.get(name)?.join('.') ?? name);
    if (now !== undefined && now !== count && !lost.has(name))
      throw new Error(`${name} had ${count} rows and has ${now}`);
  }
  return { changes, statements, result };
}

/** One line for a change, with what differs. */
export function describeChange({ action, id, properties }: Change): string {
  const parts = properties.map(
    ({ name, before, after }) => `${name}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`,
  );
  return `${action} ${id} ${parts.join(', ')}`.trimEnd();
}

async function countRows(session: Session, catalog: Catalog): Promise<ReadonlyMap<string, number>> {
  const tables = [...catalog.objects.values()].filter(({ ref }) => ref.kind === 'table');
  if (tables.length === 0) return new Map();
  const counts = tables.map(({ ref }) => `(SELECT count(*)::integer FROM ONLY ${quoteName(ref.path)})`);
  const [row] = await session.query<{ counts: number[] }>(
    `SELECT to_json(ARRAY[${counts.join(', ')}])::text AS counts`,
  );
  const values = JSON.parse(String(row?.counts)) as number[];
  return new Map(tables.map(({ ref }, position) => [ref.path.join('.'), values[position] ?? 0]));
}
