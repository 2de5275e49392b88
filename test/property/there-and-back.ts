import { introspect } from '../../src/catalog/introspect.ts';
import type { Catalog } from '../../src/catalog/kind.ts';
import type { Session } from '../../src/database/session.ts';
import { registry } from '../../src/kinds/index.ts';
import { clear } from '../corpus/clear.ts';
import { isAboutRows } from '../support/cell.ts';
import { fillTables } from '../support/rows.ts';
import { takeThere } from '../support/take-there.ts';

/**
 * From a to b with rows, and on from there back to a. Rows that a schema forbids stop any tool: that way is then gone
 * without them.
 */
export async function takeThereAndBack(
  session: Session,
  a: string,
  b: string,
  seen: Set<string>,
): Promise<void> {
  const goal = await make(session, b);
  const start = await make(session, a);
  for (const { ref } of [...goal.objects.values(), ...start.objects.values()]) seen.add(ref.kind);
  await fillTables(session);
  const go = async (sql: string, from: Catalog, to: Catalog) => {
    try {
      return await takeThere(session, from, to);
    } catch (error) {
      if (!isAboutRows(error)) throw error;
      return takeThere(session, await make(session, sql), to);
    }
  };
  await go(b, await go(a, start, goal), start);
}

async function make(session: Session, sql: string): Promise<Catalog> {
  await clear(session);
  await session.exec(sql);
  await session.exec('RESET ALL');
  return introspect(session, registry);
}
